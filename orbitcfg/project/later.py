"""Keys that came with a later ORBIT than the one that is meant: they are found once, and nothing that asks what ORBIT does sees them."""

from orbitcfg.catalog.rows import Row
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import KeyPath, Mapping, Node, Sequence, at, key_span
from orbitcfg.project.config import Config, LaterKey


def without_later_keys(config: Config) -> Config:
    """The configuration with a tree that lacks the keys which came with later releases; they are told beside it."""
    later = tuple(
        LaterKey(path, since, span)
        for path, _, row, holder in config.rows
        if row is None and (since := _came_with(config, path, holder)) is not None and (span := key_span(config.tree, path)) is not None
    )
    if not later:
        return config
    tree = _without(config.tree, (), frozenset(each.path for each in later))
    assert isinstance(tree, Mapping)
    return replace(config, tree=tree, loaded=config.written, later=later)


def _came_with(config: Config, path: KeyPath, holder: Row) -> str | None:
    """The release that a key came with; None where that is not why the ORBIT that is meant does not know it."""
    rows = (holder, *config.catalog.branches(holder, at(config.tree, path[:-1])))
    return next((since for row in rows if (since := row.spec.later.get(str(path[-1]))) is not None), None)


def _without(node: Node, path: KeyPath, gone: frozenset[KeyPath]) -> Node:
    match node:
        case Mapping(entries=entries):
            kept = {key: entry._replace(node=_without(entry.node, (*path, key), gone)) for key, entry in entries.items() if (*path, key) not in gone}
            return node._replace(entries=kept)
        case Sequence(items=items):
            return node._replace(items=tuple(_without(item, (*path, index), gone) for index, item in enumerate(items)))
    return node
