"""A revision answers as the disk does that it was made of."""

import errno
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orbitcfg.errors import UsageError
from orbitcfg.files.git import Git, repository
from orbitcfg.files.store import Disk, Files
from tests.commands.diff.scratch import Scratch

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")

LINKS = {
    "to-file": "config/a.yaml",
    "to-folder": "config",
    "up": "config/../config/sub",
    "config/sub/back": "..",
    "config/sub/far": "../../to-folder/a.yaml",
    "dangling": "nowhere/at/all",
    "loop": "loop",
    "one": "two",
    "two": "one",
    "out": "/etc/hostname",
    "out-folder": "../..",
    "through": "to-file/x",
}

PATHS = [
    *LINKS,
    *(f"to-folder/{name}" for name in ("", "a.yaml", "sub", "sub/../a.yaml", "sub/back/sub/b.yaml", "nothing")),
    "",
    ".",
    "config",
    "config/",
    "config/a.yaml",
    "config/a.yaml/x",
    "config/run.sh",
    "config/empty",
    "config//sub/./b.yaml",
    "config/sub/../../config/a.yaml",
    "up/../a.yaml",
    "up/b.yaml",
    "loop/x",
    "dangling/x",
    "nothing/../config/a.yaml",
    "config/a.yaml/../run.sh",
    "config/a.yaml/../../nothing",
    ".git",
]


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A repository with files and links of every kind, and a link to it that leads to itself."""
    made = Scratch(tmp_path / "repository")
    made.folder.mkdir()
    made.commit({"config/a.yaml": "a: 1\n", "config/sub/b.yaml": "b: 2\n", "config/run.sh": "#!/bin/sh\n", "config/empty": ""})
    for name, target in {**LINKS, "absolute": str(made.folder / "config" / "a.yaml")}.items():
        (made.folder / name).symlink_to(target)
    (made.folder / "config" / "run.sh").chmod(0o755)
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "links")
    return made


def answer(ask: Callable[[], object]) -> object:
    """What is answered, or why it cannot be."""
    try:
        return ask()
    except OSError as error:
        return errno.errorcode[error.errno or 0]


def answers(files: Files, path: str) -> dict[str, object]:
    """Everything that can be asked of a path."""
    return {
        "read": answer(lambda: files.read(path, 3)),
        "realpath": files.realpath(path),
        "is_file": files.is_file(path),
        "is_dir": files.is_dir(path),
        "is_link": files.is_link(path),
        "name": files.name(path),
    }


@pytest.mark.parametrize("folder", ["", "config", "config/sub"])
def test_a_revision_answers_as_the_disk(folder: str, scratch: Scratch) -> None:
    """From whatever folder; only what lies outside of the repository is not there."""
    working_dir = str(scratch.folder / folder)
    disk = Disk(working_dir)
    outside = ("out", "out-folder")
    with repository(working_dir, scratch.environment) as opened:
        tree = opened.tree("HEAD", working_dir)
        for path in (*PATHS, "absolute", "config/sub/nothing"):
            called = str(scratch.folder / path)
            answered = answers(disk, called)
            if path in outside:
                answered |= {"read": "ENOENT", "is_file": False, "is_dir": False}
            if answered["read"] == "ENOTDIR" or path == ".git":
                answered["read"] = "ENOENT"
            assert answers(tree, called) == answered, path


@pytest.mark.parametrize("path", ["", "config", "to-folder", "config/sub/back", "up", "config/a.yaml", "nothing", "dangling"])
def test_a_folder_lists_what_it_holds(path: str, scratch: Scratch) -> None:
    working_dir = str(scratch.folder)
    with repository(working_dir, scratch.environment) as opened:
        found = answer(lambda: opened.tree("HEAD", working_dir).listdir(path))
    answered = answer(lambda: [name for name in Disk(working_dir).listdir(path) if name != ".git"])
    assert found == answered


def test_another_repository_within_is_not_there(scratch: Scratch) -> None:
    inner = Scratch(scratch.folder / "inner")
    inner.folder.mkdir()
    inner.commit({"config.yaml": "a: 1\n"})
    scratch.git("-c", "advice.addEmbeddedRepo=false", "add", "inner")
    scratch.git("commit", "--quiet", "--message", "inner")
    with repository(str(scratch.folder), scratch.environment) as opened:
        tree = opened.tree("HEAD", str(scratch.folder))
        assert [tree.is_dir("inner"), tree.is_file("inner"), tree.is_file("inner/config.yaml")] == [False, False, False]
        assert "inner" in tree.listdir("")


def test_a_repository_of_long_object_names(tmp_path: Path) -> None:
    """SHA-256."""
    scratch = Scratch(tmp_path)
    scratch.git("init", "--quiet", "--object-format=sha256")
    scratch.commit({"config/a.yaml": "a: 1\n"})
    with repository(str(tmp_path), scratch.environment) as opened:
        assert opened.tree("HEAD", str(tmp_path)).read("config/a.yaml", 100) == b"a: 1\n"


def test_a_damaged_object_is_a_reason_and_no_crash(scratch: Scratch) -> None:
    name = scratch.git("rev-parse", "HEAD:config/a.yaml").strip()
    path = scratch.folder / ".git" / "objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    with repository(str(scratch.folder), scratch.environment) as opened:
        tree = opened.tree("HEAD", str(scratch.folder))
        with pytest.raises(OSError, match="git does not have its content"):
            tree.read("config/a.yaml", 100)
        assert tree.read("config/sub/b.yaml", 100) == b"b: 2\n"


def test_a_folder_that_git_lacks_is_a_reason(scratch: Scratch) -> None:
    """What stands behind it would not be listed, and the comparison would be one with half a configuration."""
    name = scratch.git("rev-parse", "HEAD:config/sub").strip()
    (scratch.folder / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with repository(str(scratch.folder), scratch.environment) as opened, pytest.raises(UsageError) as refused:
        opened.tree("HEAD", str(scratch.folder))
    assert str(refused.value) == "`HEAD` cannot be read: git does not have all of its folders"


def test_names_that_no_file_system_has_lead_nowhere(scratch: Scratch, tmp_path: Path) -> None:
    """Whoever makes the objects of a repository may give an entry any name."""
    file, folder = (scratch.git("rev-parse", f"HEAD:{path}").strip() for path in ("config/a.yaml", "config"))
    entries = [("100644", "..", file), ("40000", ".", folder), ("40000", ".git", folder), ("100644", "a/b", file), ("100644", "c\nd\te", file)]
    entries += [("40000", "config", folder), ("100644", "twice", file), ("40000", "twice", folder)]
    content = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(identity) for mode, name, identity in entries)
    (tmp_path / "tree").write_bytes(content)
    tree = scratch.git("hash-object", "-t", "tree", "--literally", "-w", str(tmp_path / "tree")).strip()
    with repository(str(scratch.folder), scratch.environment) as opened:
        found = opened.tree(tree, str(scratch.folder))
        assert found.read("config/a.yaml", 9) == b"a: 1\n"
        assert found.read("c\nd\te", 9) == b"a: 1\n"
        assert [found.is_file(".."), found.is_dir("."), found.realpath("config/../..")] == [False, True, str(tmp_path)]
        assert found.listdir("config") == ["a.yaml", "empty", "run.sh", "sub"]


@dataclass(frozen=True, slots=True)
class Recorded(Git):
    """Git that notes which of its commands ran."""

    ran: list[tuple[str, ...]]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        """The command, noted."""
        self.ran.append(arguments)
        return Git.run(self, *arguments)


def test_a_revision_of_many_files_is_listed_once(scratch: Scratch) -> None:
    """However many there are, and whatever is asked of them."""
    blob = scratch.git("rev-parse", "HEAD:config/a.yaml").strip()
    index = "".join(f"100644 {blob} 0\tmany/{number % 100}/{number}.yaml\n" for number in range(20_000))
    subprocess.run(("git", "update-index", "--index-info"), cwd=scratch.folder, env=scratch.environment, input=index, text=True, check=True)
    scratch.git("commit", "--quiet", "--message", "many")
    with repository(str(scratch.folder), scratch.environment) as opened:
        ran: list[tuple[str, ...]] = []
        git = Recorded(opened.git.program, opened.git.folder, opened.git.environment, ran)
        tree = replace(opened, git=git).tree("HEAD", str(scratch.folder))
        assert [len(tree.listdir(f"many/{number}")) for number in range(100)] == [200] * 100
        assert tree.read("many/99/19999.yaml", 9) == b"a: 1\n"
    assert [arguments[0] for arguments in ran] == ["ls-tree"]


def test_the_names_of_a_revision_are_relative_to_the_working_directory(scratch: Scratch) -> None:
    working_dir = str(scratch.folder / "config")
    with repository(working_dir, scratch.environment) as opened:
        tree = opened.tree("HEAD", working_dir)
        assert [tree.name(path) for path in ("a.yaml", "../to-file", str(scratch.folder))] == ["a.yaml", "../to-file", ".."]
        assert tree.name(os.fsdecode(b"caf\xe9")) == "caf\ufffd"
