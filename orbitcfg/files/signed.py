"""Files of orbitcfg's own that it trusts when it reads them again: in the user's folder for what can be made again, each signed with a key that lies elsewhere."""

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from hmac import compare_digest
from typing import Self

from orbitcfg.dataclass import dataclass, field
from orbitcfg.files.atomic import atomic_write, make_private_folder, remove_file
from orbitcfg.files.sandbox import is_inside, root_of
from orbitcfg.files.store import Disk

MAX_KEPT = 64
"""So many files are kept; those written longest ago go first."""

MAX_RESULT_BYTES = 64 * 1024 * 1024
"""A larger file is none of ours."""

_ON_WINDOWS = os.name == "nt"
_CACHE = ("LOCALAPPDATA", "~/AppData/Local", "orbitcfg") if _ON_WINDOWS else ("XDG_CACHE_HOME", "~/.cache", "orbitcfg")
_STATE = ("LOCALAPPDATA", "~/AppData/Local", "orbitcfg-state") if _ON_WINDOWS else ("XDG_STATE_HOME", "~/.local/state", "orbitcfg")
"""For each of the two folders the variable that names where it lies, where it lies else, and its name."""

_KEY_NAME = "result-key"
_KEY_BYTES = 32
_OWN_NAME = re.compile(r"\.?[0-9a-f]{32}\.json.*")


@dataclass(frozen=True, slots=True)
class SignedFolder:
    """Files in a folder, each signed with a key that lies elsewhere. Where the folder cannot be read or written, that costs time alone."""

    folder: str
    key: bytes = field(repr=False)

    @classmethod
    def of_user(cls, process: Mapping[str, str]) -> Self | None:
        """The user's folder for what can be made again. None where that folder or the one of the key is not the user's alone."""
        folder, state = (_own_folder(process, *place) for place in (_CACHE, _STATE))
        # what is copied with the results would let anybody sign their own
        if folder is None or state is None or is_inside(state, folder):
            return None
        key = _key(state)
        return None if key is None else cls(folder, key)

    def load(self, name: str) -> bytes | None:
        """What was kept under a name; None where nothing was, or what is there was signed by nobody."""
        try:
            signature, _, content = Disk().read(os.path.join(self.folder, name), MAX_RESULT_BYTES).partition(b"\n")
        except (OSError, ValueError):
            return None
        # before anything of it is looked at: whoever may write here cannot sign
        return content if compare_digest(signature, self._signature(name, content)) else None

    def keep(self, name: str, content: bytes) -> None:
        """Keeps content under a name of 32 hexadecimal digits and `.json`. Raises OSError where that fails."""
        make_private_folder(self.folder)
        # a result that a power failure loses costs one run
        atomic_write(os.path.join(self.folder, name), self._signature(name, content) + b"\n" + content, mode=0o600, durable=False)
        own = [os.path.join(self.folder, each) for each in os.listdir(self.folder) if _OWN_NAME.fullmatch(each)]
        for old in sorted(own, key=lambda each: os.lstat(each).st_mtime_ns)[:-MAX_KEPT]:
            with suppress(OSError):
                remove_file(old)

    def _signature(self, name: str, content: bytes) -> bytes:
        """What nobody without the key can give; with the name, so that a file cannot pass for another."""
        return blake2b(name.encode("ascii") + b"\n" + content, key=self.key, digest_size=_KEY_BYTES).hexdigest().encode("ascii")


def _own_folder(process: Mapping[str, str], variable: str, default: str, name: str) -> str | None:
    """The folder of orbitcfg's own below the one that a variable names, else below the default; None where it is not the user's alone.

    A repository may be anybody's and bring results along, so the folder lies in none, nor below where the user works; nor is it one that
    others may write to.
    """
    bases = (process.get(variable, ""), os.path.expanduser(default))
    base = next((os.path.realpath(base) for base in bases if os.path.isabs(base)), None)
    if base is None or not _is_safe(base):
        return None
    folder = os.path.join(base, name)
    is_brought_along = root_of(Disk(), folder) is not None or is_inside(folder, os.path.realpath("."))
    return None if is_brought_along or os.path.islink(folder) or not _is_private(folder) else folder


def _key(folder: str) -> bytes | None:
    """The key that results are signed with, made where there is none yet; None where it cannot be had, or others may read it."""
    path = os.path.join(folder, _KEY_NAME)
    with suppress(OSError):
        if not os.path.lexists(path):
            make_private_folder(folder)
            # for a run at the same time makes one too
            with suppress(OSError):
                atomic_write(path, os.urandom(_KEY_BYTES), expected=b"", mode=0o600)
        key = Disk().read(path, _KEY_BYTES + 1)
        if len(key) == _KEY_BYTES and _is_private(path, stat.S_IRWXG | stat.S_IRWXO):
            return key
    return None


def _is_safe(path: str) -> bool:
    """Whether nobody else can swap what the user puts into a folder, where modes can tell."""
    state = _state(path)
    # where the sticky bit is set, as on `/tmp`, only the owner may rename
    return state is None or (state.st_uid in (0, os.getuid()) and bool(not state.st_mode & stat.S_IWOTH or state.st_mode & stat.S_ISVTX))


def _is_private(path: str, others: int = stat.S_IWGRP | stat.S_IWOTH) -> bool:
    """Whether something is the user's, and others have none of these rights to it, where modes can tell."""
    state = _state(path)
    return state is None or (state.st_uid == os.getuid() and not state.st_mode & others)


def _state(path: str) -> os.stat_result | None:
    """Owner and mode of what is there; None where nothing is yet, or the system has none such."""
    try:
        return os.stat(path) if hasattr(os, "getuid") else None
    except OSError:
        return None
