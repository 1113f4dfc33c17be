"""What lies in the place of a model file that is not there: its parts, a name in other letters, an unfinished download."""

import os
import re
from collections.abc import Iterator

from orbitcfg.engine.context import folder_entries
from orbitcfg.observed.observation import Damage, ModelFault

PIECE = re.compile(
    r"(?P<whole>.+\.gguf)[._-](?:(?:part|split)[._-]?)?(?P<number>\d{1,5}|[a-z]{1,2})(?:[._-]?of[._-]?(?P<count>\d{1,5}))?", re.IGNORECASE
)
"""A part of a file that was cut with `split`, as sites with a limit for files make them do: such parts have no headers of their own."""

_UNFINISHED = (".incomplete", ".part", ".partial", ".crdownload", ".aria2", ".download", ".tmp")
"""Endings that programs give a file while they download it."""


def with_substitute(path: str, fault: ModelFault) -> ModelFault:
    """The fault of a file that cannot be found, with what is there in its place where something is."""
    match fault.damage:
        case Damage.DANGLING_LINK:
            return ModelFault(Damage.DANGLING_LINK, "its download has not ended") if _is_unfinished(os.path.realpath(path)) else fault
        case Damage.CUT_IN_HEADER | Damage.CUT_IN_TENSOR_TABLE | Damage.CUT_IN_WEIGHTS | Damage.NOT_GGUF | Damage.TOO_SHORT:
            folder, name = os.path.split(path)
            piece = PIECE.fullmatch(name)
            return _in_pieces(folder, _pieces(folder, piece["whole"])) if piece else fault
        case Damage.MISSING:
            return next(_substitutes(path), fault)
    return fault


def _substitutes(path: str) -> Iterator[ModelFault]:
    folder, name = os.path.split(path)
    if pieces := _pieces(folder, name):
        yield _in_pieces(folder, pieces)
    old = os.path.join(folder, name.replace("-", ":", 1))
    if name.startswith("sha256-") and os.path.lexists(old):
        yield ModelFault(Damage.OLD_BLOB_NAME, instead=(old,))
    if (other := _in_other_case(path)) is not None:
        yield ModelFault(Damage.OTHER_CASE, instead=(other,))
    if _is_unfinished(path):
        yield ModelFault(Damage.UNFINISHED)


def _in_pieces(folder: str, pieces: list[str]) -> ModelFault:
    return ModelFault(Damage.IN_PIECES, _gap(pieces), instead=tuple(os.path.join(folder, each) for each in pieces))


def _is_unfinished(path: str) -> bool:
    return any(os.path.lexists(path + ending) for ending in _UNFINISHED)


def _pieces(folder: str, name: str) -> list[str]:
    """The parts of a file in a folder, in their order."""
    found = [(match, entry.name) for entry in folder_entries(folder) if (match := PIECE.fullmatch(entry.name)) and match["whole"] == name]
    return [each for match, each in sorted(found, key=lambda each: (len(each[0]["number"]), each[0]["number"], each[1]))]


def _gap(pieces: list[str]) -> str:
    """Which of the parts are missing, where their names say how many there are."""
    matches = [match for each in pieces if (match := PIECE.fullmatch(each))]
    count = max((int(match["count"]) for match in matches if match["count"]), default=0)
    there = {int(match["number"]) for match in matches if match["number"].isdecimal()}
    # bounded: the names are anybody's
    missing = [str(number) for number in range(1, min(count, 100) + 1) if number not in there]
    return f"without part {', '.join(missing)} of {count}" if missing else ""


def _in_other_case(path: str) -> str | None:
    """The one path that differs in capital letters alone; None where there is none, or several."""
    here = os.sep
    for part in path.split(os.sep)[1:]:
        exact = os.path.join(here, part)
        if not os.path.lexists(exact):
            alike = [entry.path for entry in folder_entries(here) if entry.name.casefold() == part.casefold()]
            if len(alike) != 1:
                return None
            exact = alike[0]
        here = exact
    return here if here != path else None
