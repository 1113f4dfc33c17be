"""Where secrets stand in a text that was read: known by their decoded keys and values, whatever style they are written in."""

import re
from collections.abc import Hashable, Iterator

from orbitcfg.document.masked import entry_key, item_keys
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence
from orbitcfg.masking.names import is_secret_name
from orbitcfg.masking.stretches import Stretch
from orbitcfg.masking.url import shown_name
from orbitcfg.masking.values import masked_value, secret_parts

_CUT_OFF = re.compile(r"[ \t]++\#(?=\S)[^\r\n]*+")
"""What YAML takes for a comment and a person perhaps for the end of a password."""


def secret_spans(root: Node, source: Source) -> Iterator[Stretch]:
    """The stretches of a source that may not be shown, in any order; `root` is what it was read as."""
    pending: list[tuple[Node, Hashable]] = [(root, None)]
    seen: set[tuple[Span, Hashable]] = set()
    while pending:
        node, key = pending.pop()
        # what an alias repeats stands at its anchor alone; under another key it may be another thing
        known = (node.origin.span, key if is_secret_name(key) else None)
        if known in seen:
            continue
        seen.add(known)
        match node:
            case Scalar():
                yield from _in_scalar(node, key, source)
            case Sequence(items=items):
                pending += zip(items, item_keys(node, key), strict=True)
            case Mapping(entries=entries):
                for each, entry in entries.items():
                    if isinstance(each, str) and shown_name(each) != each and entry.key_span.source is source:
                        yield entry.key_span.start, entry.key_span.end
                    pending.append((entry.node, entry_key(node, each, key)))


def _in_scalar(node: Scalar, key: Hashable, source: Source) -> Iterator[Stretch]:
    span = node.origin.span
    if span.source is not source:
        return
    if not isinstance(node.value, str):
        if masked_value(key, node.value) != node.value:
            yield span.start, span.end
        return
    parts = secret_parts(key, node.value)
    if parts == [(0, len(node.value))]:
        yield span.start, _end_of(span) if is_secret_name(key) else span.end
    else:
        yield from _parts(span, [node.value[start:end] for start, end in parts])


def _end_of(span: Span) -> int:
    cut_off = _CUT_OFF.match(span.source.text, span.end) if span.text[:1] not in ("'", '"', "|", ">") else None
    return cut_off.end() if cut_off else span.end


def _parts(span: Span, secrets: list[str]) -> Iterator[Stretch]:
    """Where parts of a value are written; all of it where one is written otherwise than it reads."""
    text, position = span.text, 0
    found = []
    for secret in secrets:
        start = text.find(secret, position)
        if start < 0:
            yield span.start, span.end
            return
        position = start + len(secret)
        found.append((span.start + start, span.start + position))
    yield from found
