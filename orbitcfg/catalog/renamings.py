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
    """A path as the files write it, or should, of one in the words of the catalogue; that of a key which has its later name too early stays."""
    for each in renamings_ahead(orbit):
        later, earlier = (*each.under, each.now), (*each.under, each.was)
        is_too_early = path == later and at(written, later) is not None and at(written, earlier) is None
        if path[: len(later)] == later and not is_too_early:
            return (*earlier, *path[len(later) :])
    return path
