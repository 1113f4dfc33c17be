"""A change of a file as a diff in which no secret stands."""

import re
from collections.abc import Iterator
from difflib import unified_diff

from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence
from orbitcfg.document.yaml_reader import parse
from orbitcfg.masking.names import MASK
from orbitcfg.masking.values import masked_value
from orbitcfg.report.terminal import strip_control_characters

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def masked_diff(name: str, old: str, new: str) -> str:
    """How a file changes, as `diff -u` writes it; every secret in it is masked."""
    lines = unified_diff(_lines(old), _lines(new), name, name)
    return "".join(f"{line}\n" for each in lines for line in _diff_line(each))


def _diff_line(line: str) -> Iterator[str]:
    """The line as it is shown, and the line that `patch` wants where the file does not end in a line break."""
    # a terminal would obey the escape sequences in a file
    yield strip_control_characters(line.rstrip("\r\n"))
    if not line.endswith(("\r", "\n")):
        yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """The lines with their line breaks, masked."""
    text = _masked_text(text)
    source = Source("", text)
    written = _LINE.findall(text)
    return [source.masked_line(number).text + line[len(line.rstrip("\r\n")) :] for number, line in enumerate(written, 1)]


def _masked_text(text: str) -> str:
    """The text without the values of secret keys, with as many lines as before. A frame shows one line; a diff also what stands around it."""
    source = Source("", text)
    root, _ = parse(source)
    spans = sorted((span.start, span.end) for span in _secrets(root)) if root is not None else []
    # from the end, so that the places before stay right
    for start, end in reversed(spans):
        kept = re.sub(r"[^\r\n]+", "", text[start:end])
        text = text[:start] + MASK + kept + text[end:]
    return text


def _secrets(root: Node) -> set[Span]:
    """Where values stand that may not be shown."""
    found: set[Span] = set()
    pending = [root]
    while pending:
        match pending.pop():
            case Mapping(entries=entries):
                for key, entry in entries.items():
                    value = entry.node.value if isinstance(entry.node, Scalar) else None
                    if isinstance(value, str) and masked_value(key, value) == MASK:
                        found.add(entry.node.origin.span)
                    pending.append(entry.node)
            case Sequence(items=items):
                pending += items
    return found
