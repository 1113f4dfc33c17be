"""One adapter with everything that it will use, as a tree that still knows where each value comes from."""

from collections.abc import Hashable, Iterable
from typing import Any

from orbitcfg.document.tree import AnyEntry, Entry, KeyPath, Mapping, Node, Sequence, at, key_span
from orbitcfg.effective.use import Use


def excerpt(tree: Mapping, uses: Iterable[Use], name: str) -> Mapping | None:
    """The adapter of this name and, resolved, the blocks of the providers that it will use. None where there is no such adapter.

    What the adapter overrides stands in the provider's block in place of what it overrides.
    """
    rows = [use for use in uses if use.adapter is not None and use.adapter.is_meant_by(name)]
    own = [use for use in rows if str(use.adapter) == name and use.path is not None and use.state != "ignored"]
    if not own:
        return None
    path = own[-1].path
    adapter = at(tree, path or ())
    listed = at(tree, ("adapters",))
    if adapter is None or listed is None:
        return None
    parts: dict[Hashable, Any] = {}
    for use in rows:
        if use.path is not None and use.path[:2] == path:
            _add_use(tree, parts, use)
    entries = {key: _made(tree, (key,), part) for key, part in parts.items()}
    entries["adapters"] = Entry(tree.entries["adapters"].key_span, Sequence((adapter,), listed.origin))
    return Mapping(entries, tree.origin)


def _add_use(tree: Mapping, parts: dict[Hashable, Any], use: Use) -> None:
    """Puts in the block of a row, what chose its provider, and what is laid over the block."""
    for place in use.provider.places:
        if place.path[0] != "adapters":
            _put(tree, parts, place.path)
    if use.block is None:
        return
    _put(tree, parts, use.block)
    if use.adapter is not None and use.adapter.entry is not None:
        return
    for name, field in use.fields.items():
        if name != "provider" and field.path is not None and field.path[: len(use.block)] != use.block:
            _put(tree, parts, field.path, as_path=(*use.block, "model" if name == "model" else field.path[-1]))


def _put(tree: Mapping, parts: dict[Hashable, Any], path: KeyPath, as_path: KeyPath | None = None) -> None:
    """Adds what stands at a path, in its own place or in another."""
    node = at(tree, path)
    if node is None:
        return
    place = as_path or path
    for key in place[:-1]:
        inner = parts.setdefault(key, {})
        if not isinstance(inner, dict):
            inner = parts[key] = _opened(inner)
        parts = inner
    span = key_span(tree, path) or node.span
    if as_path is not None or place[-1] not in parts:
        parts[place[-1]] = Entry(span, node)


def _opened(entry: AnyEntry) -> dict[Hashable, Any]:
    """A mapping that was put in whole, as parts that others can be put into."""
    return dict(entry.node.entries) if isinstance(entry.node, Mapping) else {}


def _made(tree: Mapping, path: KeyPath, part: Any) -> AnyEntry:
    """The entry that parts make; its place is that of the mapping that they are taken from."""
    if not isinstance(part, dict):
        entry: AnyEntry = part
        return entry
    node: Node = at(tree, path) or tree
    entries = {key: _made(tree, (*path, key), each) for key, each in part.items()}
    return Entry(key_span(tree, path) or node.span, Mapping(entries, node.origin))
