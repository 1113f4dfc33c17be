"""Which ORBIT a configuration belongs to: the one that is named, else the one that lies beside it or above it, else the newest known."""

import os
import re
from bisect import bisect
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from orbitcfg.catalog.store import known_orbit
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import refuse_leaving, upward
from orbitcfg.files.store import Files
from orbitcfg.release import KnownBy, Orbit, OrbitChoice, Release

if TYPE_CHECKING:
    from orbitcfg.catalog.code import Code

SERVER = "server"
IMAGE = "/orbit"
"""Where ORBIT lies in its own container image."""

CodeReader: TypeAlias = "Callable[[str], Code | None]"
"""Reads ORBIT's code in a folder; None where it cannot be read."""

_MOST_FOLDERS = 8
_HEAD_BYTES = 8192
_VERSION_FILES = (
    (os.path.join("bin", "orbit", "__init__.py"), re.compile(rb"^__version__ *= *[\"']([\d.]+)[\"']", re.MULTILINE)),
    (os.path.join(SERVER, "ai_services", "__init__.py"), re.compile(rb"^__version__ *= *[\"']([\d.]+)[\"']", re.MULTILINE)),
    (os.path.join("bin", "orbit.sh"), re.compile(rb"^# Version: *([\d.]+)", re.MULTILINE)),
)
"""Where ORBIT's own files say which release they are of, the surest first."""

_ENTRANCE = os.path.join(SERVER, "inference_server.py")
"""The module that ORBIT's server starts with: a folder that has it holds ORBIT's code."""

_LINE = r"[vV]?([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.[xX*])?"
_ARCHIVE = r"orbit-v?(\d+\.\d+\.\d+)"


def no_code(_folder: str) -> "Code | None":
    """Reads nothing."""
    return None


def orbit_of(files: Files, root: str, choice: OrbitChoice | None) -> Orbit:
    """The ORBIT that the configuration of a root file belongs to. Raises UsageError for a choice that names none."""
    return _named(files, choice) if choice is not None else found_from(files, os.path.dirname(root))


def found_from(files: Files, folder: str) -> Orbit:
    """The ORBIT whose code lies in a folder or above it, in ORBIT's own image too; else the newest known."""
    for _, each in zip(range(_MOST_FOLDERS), upward(files, folder), strict=False):
        if files.is_file(os.path.join(each, _ENTRANCE)):
            return _at(files, each)
    if files.is_file(os.path.join(IMAGE, _ENTRANCE)):
        return _at(files, IMAGE)
    return known_orbit()


def _at(files: Files, folder: str) -> Orbit:
    """The ORBIT whose code lies in a folder."""
    # imported here: where no code lies, which is most often so, nothing is to be masked
    from orbitcfg.masking.url import shown_name

    archive = re.fullmatch(_ARCHIVE, os.path.basename(folder))
    release = _release_of(_number_in(files, folder), Release.parse(archive[1]) if archive else None)
    known_by: KnownBy = "image" if folder == IMAGE else "archive" if archive else "server"
    return known_orbit()._replace(release=release, known_by=known_by, folder=folder, shown_folder=shown_name(files.name(folder)))


def _refuse_never_released(release: Release, known: Orbit, what: str) -> None:
    """Raises UsageError for a number that ORBIT passed over. Later ones than the newest known may be releases."""
    if known.release is None or release >= known.release:
        return
    from orbitcfg.catalog.history import history

    releases = history().releases
    if release not in releases:
        raise UsageError(f"{what} names `{release}`, which ORBIT never released: the nearest are {_nearest(releases, release)}")


def _nearest(releases: tuple[Release, ...], release: Release) -> str:
    at = bisect(releases, release)
    return " and ".join(f"`{each}`" for each in releases[max(at - 1, 0) : at + 1])


def refuse_line(text: str, what: str) -> None:
    """Raises UsageError for what names a line of releases, such as `2.11`, with those that it has."""
    found = re.fullmatch(_LINE, text.strip())
    if found is None:
        return
    from orbitcfg.catalog.history import history

    releases = history().releases
    line = tuple(int(part) for part in found.groups() if part is not None)
    of_line = [each for each in releases if each[: len(line)] == line]
    if not of_line:
        near = f"the nearest are {_nearest(releases, Release(*line, *(0,) * (3 - len(line))))}"
    else:
        near = f"write `{of_line[-1]}`" if len(of_line) == 1 else f"write one from `{of_line[0]}` to `{of_line[-1]}`"
    raise UsageError(f"{what} names `{text.strip()}`, which is no single release: {near}")


def _release_of(number: Release | None, archive: Release | None) -> Release | None:
    """The release of code that says a number of itself, in an archive of a release."""
    if number is None or (archive is not None and number <= archive):
        return archive
    catalogue = known_orbit().release
    if catalogue is None or number >= catalogue:
        return number
    from orbitcfg.catalog.history import history  # what is recorded of releases is read for older ones alone

    return history().released_as(number)


def _number_in(files: Files, folder: str) -> Release | None:
    for name, expression in _VERSION_FILES:
        try:
            found = expression.search(files.read(os.path.join(folder, name), _HEAD_BYTES))
        except (OSError, ValueError):
            continue
        release = Release.parse(found[1].decode("ascii")) if found else None
        if release is not None:
            return release
    return None


def release_named(text: str, what: str) -> Release | None:
    """The release that a text names; None where it names none. Raises UsageError, which says who names it, for one that never was."""
    release = Release.parse(text)
    if release is not None:
        _refuse_never_released(release, known_orbit(), what)
    return release


def _named(files: Files, choice: OrbitChoice) -> Orbit:
    known = known_orbit()
    what = "`--orbit`" if choice.known_by == "option" else "the setting `orbit`"
    release = release_named(choice.text, what)
    if release is not None:
        return known._replace(release=release, known_by=choice.known_by)
    if "\0" in choice.text or not choice.text.strip():
        raise UsageError(f"{what} names neither a release nor a folder")
    folder = choice.text
    refuse_leaving(files, folder)
    real = files.realpath(folder)
    # the folder of the code itself is meant as well
    for each in (real, os.path.dirname(real)):
        if files.is_file(os.path.join(each, _ENTRANCE)) and (each == real or os.path.basename(real) == SERVER):
            return _at(files, each)._replace(known_by=choice.known_by)
    refuse_line(folder, what)
    raise UsageError(f"{what} names `{folder}`, which is neither a release such as `{known.release}` nor a folder that holds ORBIT's `{SERVER}/`")
