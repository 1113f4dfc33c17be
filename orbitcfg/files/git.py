"""The files of a git revision, read from git's objects: nothing is checked out, no hook runs, no network is touched."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO

from orbitcfg.dataclass import dataclass
from orbitcfg.errors import UsageError
from orbitcfg.files.store import readable_path

# as many as Linux follows
_MAX_LINKS = 40
_CHUNK_BYTES = 1024 * 1024
_LINK, _FOLDER, _FILE = "120000", "040000", "100"
"""How git writes the mode of an entry; a file's begins so. What is none of them is another repository."""

# either setting of a repository makes git run a program that it names
_SAFE = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
"""A partial clone would fetch what it lacks, by a program that the repository names: no protocol is allowed."""


@dataclass(frozen=True, slots=True)
class GitEntry:
    """One name in a revision: its mode as git writes it, and its object."""

    mode: str
    object: str


@dataclass(frozen=True, slots=True)
class Git:
    """How git is run: by which program, where, and so that nothing of a repository's settings runs or fetches anything."""

    program: str
    folder: str
    environment: Mapping[str, str]

    def command(self, *arguments: str) -> tuple[str, ...]:
        """The words that run one of git's commands."""
        return (self.program, *_SAFE, *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """One of git's commands, ended. No argument may come from a user."""
        command = self.command(*arguments)
        return subprocess.run(command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository that is open for reading. `root` is the real path of its working tree, of a bare one that of the folder it was found from."""

    git: Git
    root: str
    is_shallow: bool
    requests: IO[bytes]
    answers: IO[bytes]

    def object(self, name: str, limit: int | None = None) -> tuple[str, bytes] | None:
        """The full name of an object and its content, at most `limit` bytes of it; None where there is none. The name never becomes an argument."""
        try:
            self.requests.write(os.fsencode(name) + b"\n")
            self.requests.flush()
        except BrokenPipeError:
            # git has ended: nothing more is there to be had
            return None
        header = self.answers.readline().rstrip(b"\n")
        if not header or header.endswith((b" missing", b" ambiguous")):
            return None
        identity, _, size_bytes = header.rsplit(b" ", 2)
        content = self._content(int(size_bytes), limit)
        return None if content is None else (identity.decode("ascii"), content)

    def _content(self, size_bytes: int, limit: int | None) -> bytes | None:
        """An object's content, None where git breaks off; what is over the limit is read and dropped, since the next answer stands behind it."""
        wanted = size_bytes if limit is None else min(limit, size_bytes)
        content = self.answers.read(wanted)
        if len(content) < wanted:
            return None
        # with the line break that ends each answer
        rest = size_bytes - wanted + 1
        while rest > 0:
            dropped = len(self.answers.read(min(rest, _CHUNK_BYTES)))
            rest = rest - dropped if dropped else 0
        return content

    def tree(self, revision: str, working_dir: str) -> "GitTree":
        """The files of a revision, named relative to `working_dir`. Raises UsageError where there is no such revision."""
        # a line break would ask for two objects, and every answer after that would be late by one
        is_name = revision and not revision.startswith("-") and "\n" not in revision and "\0" not in revision
        found = self.object(f"{revision}^{{tree}}") if is_name else None
        if found is None:
            more = ", which is a shallow clone: `git fetch --unshallow` brings the rest" if self.is_shallow else ""
            raise UsageError(f"`{revision}` is neither a folder, nor a file, nor a revision of the git repository here{more}")
        folders = self._folders(found[0])
        if folders is None:
            raise UsageError(f"`{revision}` cannot be read: git does not have all of its folders")
        return GitTree(self, folders, os.path.realpath(working_dir))

    def _folders(self, tree: str) -> dict[str, dict[str, GitEntry]] | None:
        """What each folder of a tree holds, by its path; None where git lacks a part of it."""
        # `-z`: otherwise git quotes names that are not ASCII
        run = self.git.run("ls-tree", "-r", "-t", "-z", "--full-tree", tree)
        if run.returncode:
            return None
        folders: dict[str, dict[str, GitEntry]] = {}
        for line in run.stdout.split(b"\0")[:-1]:
            fields, _, path = line.partition(b"\t")
            mode, _, identity = fields.decode("ascii").split(" ")
            folder, _, name = path.decode("utf-8", "surrogateescape").rpartition("/")
            folders.setdefault(folder, {})[name] = GitEntry(mode, identity)
        return folders


@contextmanager
def repository(folder: str, process: Mapping[str, str]) -> Iterator[Repository]:
    """The git repository that a folder is in. Raises UsageError where there is none, or no git."""
    # a relative entry of PATH may lead into the repository, which could bring a `git` of its own
    program = shutil.which("git", path=process.get("PATH", os.defpath))
    if program is None or not os.path.isabs(program):
        raise UsageError("git is not installed, so no revision can be read")
    git = Git(program, folder, {**process, **_QUIET})
    root, is_shallow = _place(git)
    with subprocess.Popen(  # noqa: S603 - no word of it comes from a user
        git.command("cat-file", "--batch"),
        cwd=folder,
        env=git.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # a pipe that nobody reads would fill up and block git
        stderr=subprocess.DEVNULL,
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        try:
            yield Repository(git, root, is_shallow, reader.stdin, reader.stdout)
        finally:
            # closing flushes, to a git that may have ended
            with suppress(BrokenPipeError):
                reader.stdin.close()
            reader.kill()


def _place(git: Git) -> tuple[str, bool]:
    """Where the working tree begins, and whether the repository lacks its older part."""
    run = git.run("rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-cdup")
    if run.returncode:
        reason = run.stderr.decode("utf-8", "replace").splitlines()[:1]
        raise UsageError(f"no revision can be read here: git says `{''.join(reason).removeprefix('fatal: ')}`")
    _, is_shallow, *upward = os.fsdecode(run.stdout).split("\n")
    return os.path.realpath(os.path.join(git.folder, upward[0] if upward else "")), is_shallow == "true"


class GitTree:
    """The files of one revision, at the paths that they have in the working tree. Of what lies outside of it nothing is there.

    Links are followed as git stores them; other repositories in it are not there. `.git` is, as a folder that holds nothing.
    """

    def __init__(self, repository: Repository, folders: Mapping[str, Mapping[str, GitEntry]], working_dir: str) -> None:
        """The files in these folders, by paths from the root; relative paths start from `working_dir`, a real path."""
        self._repository = repository
        self._folders = folders
        self._working_dir = working_dir

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a file."""
        _, entry, loops = self._resolved(path)
        if entry is None:
            raise _error(errno.ELOOP if loops else errno.ENOENT, path)
        if not entry.mode.startswith(_FILE):
            raise _error(errno.EISDIR, path)
        found = self._repository.object(entry.object, limit)
        if found is None:
            raise OSError(errno.EIO, "git does not have its content", path)
        return found[1]

    def realpath(self, path: str) -> str:
        """The absolute path with the links of the revision resolved."""
        return self._resolved(path)[0]

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        real, entry, _ = self._resolved(path)
        if entry is None:
            raise _error(errno.ENOENT, path)
        if entry.mode != _FOLDER:
            raise _error(errno.ENOTDIR, path)
        return sorted(self._folders.get(self._relative(real), ()))

    def is_file(self, path: str) -> bool:
        """Whether a file is there."""
        entry = self._entry(path)
        return entry is not None and entry.mode.startswith(_FILE)

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""
        if self.realpath(path) == os.path.join(self._repository.root, ".git"):
            return True
        entry = self._entry(path)
        return entry is not None and entry.mode == _FOLDER

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""
        folder, name = os.path.split(self._absolute(path))
        entry = self._at(os.path.join(self.realpath(folder), name))
        return entry is not None and entry.mode == _LINK

    def check_links(self, path: str) -> str:
        """The real path; of what a link leads to outside of the repository nothing is there."""
        return self.realpath(path)

    def name(self, path: str) -> str:
        """The path relative to the working directory, as far as it is text."""
        return readable_path(self._absolute(path), self._working_dir).encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def _absolute(self, path: str) -> str:
        return os.path.join(self._working_dir, path)

    def _entry(self, path: str) -> GitEntry | None:
        return self._resolved(path)[1]

    def _resolved(self, path: str) -> tuple[str, GitEntry | None, bool]:
        """The real path of a path, what is there, and whether its links lead in a circle."""
        # a stack of parts: those of a link's target come before what follows the link
        pending = _parts(self._absolute(path))
        here = os.path.splitdrive(self._absolute(path))[0] + os.sep
        links, is_gone = 0, False
        while pending:
            part = pending.pop()
            if part == "..":
                is_gone = is_gone or not self._is_passable(here)
                here = os.path.dirname(here)
                continue
            entry = self._at(os.path.join(here, part))
            if entry is None or entry.mode != _LINK or links == _MAX_LINKS:
                here = os.path.join(here, part)
                continue
            links += 1
            target = self._target(entry)
            here = os.path.splitdrive(here)[0] + os.sep if os.path.isabs(target) else here
            pending += _parts(target)
        entry = None if is_gone else self._at(here)
        return here, None if entry is None or entry.mode == _LINK else entry, links == _MAX_LINKS

    def _is_passable(self, real: str) -> bool:
        """Whether a way may lead through a path and up again: through folders alone, and through all that lies outside."""
        entry = self._at(real)
        return not self._is_within(real) if entry is None else entry.mode == _FOLDER

    def _is_within(self, real: str) -> bool:
        root = self._repository.root.rstrip(os.sep)
        return real == root or real.startswith(root + os.sep)

    def _at(self, real: str) -> GitEntry | None:
        """What is at a path on which no link stands; None for what is not in the revision."""
        if not self._is_within(real):
            return None
        folder, _, name = self._relative(real).rpartition("/")
        return self._folders.get(folder, {}).get(name) if name else GitEntry(_FOLDER, "")

    def _relative(self, real: str) -> str:
        return real[len(self._repository.root.rstrip(os.sep)) :].replace(os.sep, "/").strip("/")

    def _target(self, link: GitEntry) -> str:
        # the target of a link is an object like any other, of any size
        found = self._repository.object(link.object, _CHUNK_BYTES)
        return "" if found is None else found[1].decode("utf-8", "surrogateescape")


def _parts(path: str) -> list[str]:
    """The parts of a path, the last one first."""
    rest = os.path.splitdrive(path)[1].replace(os.sep, "/")
    return [part for part in reversed(rest.split("/")) if part not in ("", ".")]


def _error(code: int, path: str) -> OSError:
    return OSError(code, os.strerror(code), path)
