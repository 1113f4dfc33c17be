"""A configuration for an older ORBIT in the words of the catalogue: keys that have another name by now get that one."""

from collections.abc import Iterable, Iterator

from orbitcfg.catalog.history import KeyRenaming
from orbitcfg.catalog.renamings import renamings_ahead
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import Entry, KeyPath, Mapping
from orbitcfg.project.config import Config


def in_words_of_catalogue(config: Config) -> Config:
    """The configuration with today's names for what an older ORBIT reads under others, each at the place where it is written.

    What stands under a name that came later is not read, and is left out.
    """
    renamings = renamings_ahead(config.orbit)
    tree = config.tree
    for each in renamings:
        tree = _renamed(tree, each.under, each)
    return replace(config, tree=tree, written=config.tree) if renamings else config


def _renamed(tree: Mapping, under: KeyPath, renaming: KeyRenaming) -> Mapping:
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


def _entries(items: Iterable[tuple[object, Entry]], renaming: KeyRenaming) -> Iterator[tuple[object, Entry]]:
    for key, entry in items:
        if key == renaming.was:
            yield renaming.now, entry
        elif key != renaming.now:
            yield key, entry
