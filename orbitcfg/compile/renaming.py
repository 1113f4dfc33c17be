"""A configuration for an older ORBIT in the words of the catalogue: a key that has another name by now stands under that one.

What stands under a name that came later, and is not read yet, changes places with it. So nothing is lost, and the same pass leads back.
"""

from collections.abc import Iterable

from orbitcfg.catalog.history import KeyRenaming
from orbitcfg.catalog.renamings import catalogue_path
from orbitcfg.document.events import Event, ValueLost
from orbitcfg.document.tree import Entry, KeyPath, Mapping


def with_names_swapped(tree: Mapping, renamings: Iterable[KeyRenaming]) -> Mapping:
    """The tree with both names of each renaming in the place of each other."""
    for each in renamings:
        tree = _swapped(tree, each.under, each)
    return tree


def in_words_of_catalogue(events: Iterable[Event], renamings: tuple[KeyRenaming, ...]) -> list[Event]:
    """What happened while files were merged, with the paths that the catalogue has."""
    return [each._replace(path=catalogue_path(renamings, each.path)) if isinstance(each, ValueLost) else each for each in events]


def _swapped(tree: Mapping, under: KeyPath, renaming: KeyRenaming) -> Mapping:
    """The tree with the names swapped in the mapping at a path; the same tree where neither is there."""
    if not under:
        names = {renaming.was: renaming.now, renaming.now: renaming.was}
        if tree.entries.keys().isdisjoint(names):
            return tree
        return tree._replace(entries={names.get(str(key), key): entry for key, entry in tree.entries.items()})
    entry = tree.entries.get(under[0])
    if entry is None or not isinstance(entry.node, Mapping):
        return tree
    below = _swapped(entry.node, under[1:], renaming)
    return tree if below is entry.node else tree._replace(entries={**tree.entries, under[0]: Entry(entry.key_span, below)})
