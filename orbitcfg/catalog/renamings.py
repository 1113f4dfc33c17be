"""Keys that an older ORBIT knows by another name than the catalogue."""

from collections.abc import Iterable

from orbitcfg.catalog.history import KeyRenaming, history
from orbitcfg.document.tree import KeyPath
from orbitcfg.release import Orbit


def renamings_ahead(orbit: Orbit) -> tuple[KeyRenaming, ...]:
    """The keys that get another name only with a release after the one that is meant, in the order in which they get it."""
    release = orbit.release
    if release is None or orbit.is_newest:
        return ()
    ahead = (each for each in history().renamings if each.at > release and each.at <= (orbit.catalogue or each.at))
    return tuple(sorted(ahead, key=lambda each: each.at))


def catalogue_path(renamings: Iterable[KeyRenaming], path: KeyPath) -> KeyPath:
    """A path in the words of the catalogue, of one as the files write it."""
    for each in renamings:
        path = each.swapped(path)
    return path


def written_path(renamings: tuple[KeyRenaming, ...], path: KeyPath) -> KeyPath:
    """A path as the files write it, or should, of one in the words of the catalogue."""
    return catalogue_path(reversed(renamings), path)
