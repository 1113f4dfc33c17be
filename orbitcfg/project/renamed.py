"""A configuration for an older ORBIT in the words of the catalogue: keys that have another name by now get that one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from orbitcfg.catalog.history import Renaming, history
from orbitcfg.document.tree import Entry, KeyPath, Mapping, at
from orbitcfg.project.config import Config


def renamings_ahead(config: Config) -> tuple[Renaming, ...]:
    """The keys that get another name only with a release after the one that is meant, where that is a known one."""
    release = config.orbit.release
    if release is None or config.orbit.is_newest:
        return ()
    return tuple(each for each in history().renamings if each.at > release and each.at <= (config.orbit.catalogue or each.at))


def in_words_of_catalogue(config: Config) -> Config:
    """The configuration with today's names for what an older ORBIT reads under others, each at the place where it is written.

    What stands under a name that came later is not read, and is left out.
    """
    renamings = renamings_ahead(config)
    tree = config.tree
    for each in renamings:
        tree = _renamed(tree, each.under, each)
    return config if tree is config.tree else replace(config, tree=tree, written=config.tree)


def _renamed(tree: Mapping, under: KeyPath, renaming: Renaming) -> Mapping:
    """The tree with the key renamed in the mapping at a path; the same tree where neither name is there."""
    if not under:
        if tree.entries.keys().isdisjoint({renaming.was, renaming.now}):
            return tree
        return tree._replace(entries=dict(_entries(tree.entries.items(), renaming)))
    entry = tree.entries.get(under[0])
    if entry is None or not isinstance(entry.node, Mapping):
        return tree
    below = _renamed(entry.node, under[1:], renaming)
    return tree if below is entry.node else tree._replace(entries={**tree.entries, under[0]: entry._replace(node=below)})


def _entries(items: Iterable[tuple[object, Entry]], renaming: Renaming) -> Iterator[tuple[object, Entry]]:
    for key, entry in items:
        if key == renaming.was:
            yield renaming.now, entry
        elif key != renaming.now:
            yield key, entry


def written_name(config: Config, path: KeyPath) -> KeyPath:
    """A path as the files write it, of one in the words of the catalogue."""
    for each in renamings_ahead(config):
        depth = len(each.under)
        if path[: depth + 1] == (*each.under, each.now) and at(config.written or config.tree, (*each.under, each.was)) is not None:
            return (*each.under, each.was, *path[depth + 1 :])
    return path
