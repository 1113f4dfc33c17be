"""Keys that came with a later ORBIT than the one that is meant: they are found once, and nothing that asks what ORBIT does sees them."""

from functools import cache

from orbitcfg.catalog.history import store_at
from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.catalog.store import shipped_store
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import Entry, KeyPath, Mapping, Node, Sequence, at, key_span
from orbitcfg.project.config import Config, LaterKey
from orbitcfg.release import OLDEST_JUDGED, Release


def without_later_keys(config: Config) -> Config:
    """The configuration with a tree that lacks the keys which came with later releases; they are told beside it."""
    later = tuple(
        LaterKey(path, since, span)
        for path, _, row, holder in config.rows
        if row is None
        and (since := _said_of(config.catalog, config.tree, path, holder)) is not None
        and (span := key_span(config.tree, path)) is not None
    )
    if not later:
        return config
    tree = _without(config.tree, (), frozenset(each.path for each in later))
    assert isinstance(tree, Mapping)
    return replace(config, tree=tree, loaded=config.written, later=later)


def came_with(config: Config, path: KeyPath) -> str | None:
    """The release that a key came with; None where that is not why the ORBIT that is meant does not know it."""
    return None if config.orbit.is_newest else _came_with(config.catalog, config.tree, path)


def release_of(tree: Node, path: KeyPath) -> str | None:
    """The release that a key came with; None for one that has been there since the first that is judged, or that no release has."""
    release, since = OLDEST_JUDGED, None
    while True:
        catalog = _catalog_at(release).of_no_tree()
        found = next(filter(None, (_came_with(catalog, tree, path[:size]) for size in range(1, len(path) + 1))), None)
        if found is None:
            return since if catalog.at(tree, path) is not None else None
        # what came with a later key may have come later than that; a catalogue names later releases alone
        number = Release.parse(found)
        assert number is not None
        release, since = number, found


@cache
def _catalog_at(release: Release) -> Catalog:
    """What is shipped of a release. It is kept: to cut it back takes longer than to ask it."""
    return Catalog(store_at(shipped_store(), release))


def _came_with(catalog: Catalog, tree: Node, path: KeyPath) -> str | None:
    """The same of a key whose holder is not at hand; a catalogue may have a row for it all the same, as for providers of any name."""
    holder = catalog.at(tree, path[:-1])
    return None if holder is None else _said_of(catalog, tree, path, holder)


def _said_of(catalog: Catalog, tree: Node, path: KeyPath, holder: Row) -> str | None:
    """The release that a key came with; None where that is not why a catalogue does not know it."""
    rows = (holder, *catalog.branches(holder, at(tree, path[:-1])))
    return next((since for row in rows if (since := row.spec.later.get(str(path[-1]))) is not None), None)


def _without(node: Node, path: KeyPath, gone: frozenset[KeyPath]) -> Node:
    match node:
        case Mapping(entries=entries):
            kept = {
                key: Entry(entry.key_span, _without(entry.node, (*path, key), gone)) for key, entry in entries.items() if (*path, key) not in gone
            }
            return node._replace(entries=kept)
        case Sequence(items=items):
            return node._replace(items=tuple(_without(item, (*path, index), gone) for index, item in enumerate(items)))
    return node
