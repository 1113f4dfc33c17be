"""Keys that an older ORBIT knows by another name than the catalogue."""

from orbitcfg.catalog.history import KeyRenaming, history
from orbitcfg.document.tree import KeyPath, Mapping, at
from orbitcfg.release import Orbit


def renamings_ahead(orbit: Orbit) -> tuple[KeyRenaming, ...]:
    """The keys that get another name only with a release after the one that is meant."""
    release = orbit.release
    if release is None or orbit.is_newest:
        return ()
    return tuple(each for each in history().renamings if each.at > release and each.at <= (orbit.catalogue or each.at))


def written_path(written: Mapping, orbit: Orbit, path: KeyPath) -> KeyPath:
    """A path as the files write it, of one in the words of the catalogue."""
    for each in renamings_ahead(orbit):
        depth = len(each.under)
        if path[: depth + 1] == (*each.under, each.now) and at(written, (*each.under, each.was)) is not None:
            return (*each.under, each.was, *path[depth + 1 :])
    return path
