"""Sides: folders, files, revisions; what is hostile, missing or broken."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orbitcfg.catalog.store import known_orbit
from orbitcfg.commands.diff.command import diff
from orbitcfg.commands.diff.json import DifferenceShape
from orbitcfg.commands.diff.result import Difference
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk
from tests.commands.diff.scratch import BASE, ENVIRONMENT, Scratch, edited
from tests.shared import PROJECT

CHANGED = edited(("config.yaml", "port: 3000", "port: 3001"))


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A repository of two revisions; the second is tagged and checked out."""
    made = Scratch(tmp_path / "repository")
    made.folder.mkdir()
    made.commit(BASE)
    made.commit(CHANGED)
    made.git("tag", "second")
    return made


def keys(found: Difference) -> list[str]:
    """The keys that differ."""
    return [change.key for change in found.keys]


def compared(scratch: Scratch, base: str, head: str | None = None, path: str | None = None, *, folder: Path | None = None) -> Difference:
    """What differs between two sides, in a folder."""
    return diff(base, head, path, files=Disk(str(folder or scratch.folder)), process=scratch.environment)


def refused(scratch: Scratch, *sides: str, folder: Path | None = None) -> str:
    """Why two sides cannot be compared."""
    with pytest.raises(UsageError) as caught:
        compared(scratch, *sides, folder=folder)
    return str(caught.value).replace(str(scratch.folder.parent), "")


def test_what_both_sides_hold_alike_is_read_once(scratch: Scratch) -> None:
    """A file of one name and one text gives both sides the same values; one that has changed gives each its own."""
    found = compared(scratch, "HEAD~1")
    was, now = found.was.config, found.now.config
    roots = [(old.path, old.root is new.root) for old, new in zip(was.graph.documents, now.graph.documents, strict=True)]
    assert [path for path, is_one in roots if not is_one] == [was.graph.root.path]
    assert keys(found) == ["general.port"]


def test_texts_that_differ_in_what_cannot_be_decoded_are_not_alike(scratch: Scratch) -> None:
    """What stands for a text that cannot be decoded may be the text of another file."""
    first = scratch.folder / "config" / "first.yaml"
    first.write_bytes(b"messages: {greeting: \xff}\n")
    scratch.git("add", ".")
    scratch.git("commit", "--quiet", "-m", "broken")
    first.write_text("messages: {greeting: \ufffd}\n", "utf-8")
    found = compared(scratch, "HEAD")
    assert (keys(found), len(found.notes)) == (["messages.greeting"], 1)


@pytest.mark.parametrize(
    "sides",
    [
        ("HEAD~1",),
        ("HEAD~1", "HEAD"),
        ("HEAD~1", "second"),
        ("main~1", "main@{0}"),
        ("HEAD~1", "config"),
        ("HEAD~1", "config/config.yaml"),
        ("HEAD~1", "config/presets.yaml"),
        ("HEAD~1", "HEAD", "config"),
        ("HEAD~1", "HEAD", "config/config.yaml"),
        ("HEAD^{/change}~1", "HEAD"),
    ],
)
def test_a_side_is_a_folder_a_file_or_a_revision(sides: tuple[str, ...], scratch: Scratch) -> None:
    assert keys(compared(scratch, *sides)) == ["general.port"]


def test_a_folder_goes_before_a_revision_of_its_name(scratch: Scratch) -> None:
    scratch.git("branch", "config", "HEAD~1")
    assert compared(scratch, "config").is_empty


def test_what_is_not_committed_counts_in_the_working_tree_alone(scratch: Scratch) -> None:
    (scratch.folder / "config" / "first.yaml").write_text("messages: {greeting: hi}\n", "utf-8")
    found = compared(scratch, "HEAD")
    assert (found.now.label, keys(found)) == ("working tree", ["messages.greeting"])
    assert compared(scratch, "HEAD", "second").is_empty


def test_from_a_folder_below_places_are_relative_to_it(scratch: Scratch) -> None:
    found = compared(scratch, "HEAD~1", "HEAD", folder=scratch.folder / "config" / "local")
    assert [place and place.label for place in found.keys[0].places] == ["../config.yaml:2", "../config.yaml:2"]


def test_through_a_link_to_the_repository(scratch: Scratch, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(scratch.folder)
    found = compared(scratch, "HEAD~1", "HEAD", str(link / "config"), folder=link)
    assert keys(found) == ["general.port"]


@pytest.mark.parametrize(
    "revision", ["--output=x", "-", "--", "nope", "a\nHEAD", "a\0b", "HEAD~9", "HEAD:config/first.yaml", "a..b", "x tree 5", "\udcff", "é"]
)
def test_what_is_no_revision_is_refused(revision: str, scratch: Scratch) -> None:
    assert refused(scratch, revision) == f"`{revision}` is neither a folder, nor a file, nor a revision of the git repository here"
    assert sorted(path.name for path in scratch.folder.iterdir()) == [".git", "config"]


def test_an_empty_name_is_refused(scratch: Scratch) -> None:
    assert refused(scratch, "").startswith("`` is neither a folder")


def test_a_revision_without_configuration(scratch: Scratch) -> None:
    scratch.commit({"README": "nothing\n"})
    scratch.commit(BASE)
    assert refused(scratch, "HEAD~1") == (
        "no configuration found: neither config/config.yaml nor config.yaml is here or further up; name its folder or root file (in `HEAD~1`)"
    )
    assert (
        refused(scratch, "HEAD~1", "HEAD", "elsewhere")
        == "no configuration at `/repository/elsewhere`: it is neither a file nor a folder (in `HEAD~1`)"
    )


def test_a_configuration_that_orbit_would_not_load(scratch: Scratch) -> None:
    scratch.commit({**BASE, "config/config.yaml": "a: [\n"})
    scratch.commit({**BASE, "config/config.yaml": BASE["config/config.yaml"].replace("first.yaml", "1")})
    scratch.commit(BASE)
    assert refused(scratch, "HEAD~2") == "`HEAD~2` cannot be read: config/config.yaml:1 holds no configuration; `orbitcfg validate` says why"
    assert refused(scratch, "HEAD~1") == "`HEAD~1` cannot be read: ORBIT does not load it, because of what is at config/config.yaml:1"


def test_an_imported_file_that_cannot_be_read_is_told(scratch: Scratch) -> None:
    scratch.commit({**CHANGED, "config/first.yaml": "a: [\n"})
    found = compared(scratch, "HEAD~1", "HEAD")
    assert list(found.notes) == ["config/first.yaml:1 of `HEAD` cannot be read, so what it holds counts as missing"]
    assert keys(found) == ["messages.greeting"]


def test_without_a_repository(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text("{}\n", "utf-8")
    outside = Scratch(tmp_path, {**ENVIRONMENT, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert refused(outside, "main") == (
        "`main` is neither a folder nor a file, and no revision can be read here: git says "
        "`not a git repository (or any of the parent directories): .git`"
    )


def test_without_git_folders_are_compared_and_revisions_refused(scratch: Scratch, tmp_path: Path) -> None:
    without = Scratch(scratch.folder, {"PATH": str(tmp_path)})
    assert refused(without, "HEAD") == "`HEAD` is neither a folder nor a file, and git is not installed, so no revision can be read"
    assert diff("config", "config", files=Disk(str(scratch.folder)), process={}).is_empty


def test_a_program_called_git_in_this_folder_is_not_run(scratch: Scratch) -> None:
    (scratch.folder / "git").write_text(f"#!/bin/sh\ntouch {scratch.folder}/ran\n", "utf-8")
    (scratch.folder / "git").chmod(0o755)
    here = Scratch(scratch.folder, {**ENVIRONMENT, "PATH": "."})
    assert refused(here, "HEAD").endswith("git is not installed, so no revision can be read")
    assert not (scratch.folder / "ran").exists()


def test_a_bare_repository(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    found = compared(scratch, "HEAD~1", "HEAD", folder=tmp_path / "bare.git")
    assert keys(found) == ["general.port"]
    assert refused(scratch, "HEAD", folder=tmp_path / "bare.git").startswith("no configuration found")


def test_a_shallow_clone_says_what_it_lacks(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "--quiet", "--depth", "1", f"file://{scratch.folder}", str(tmp_path / "shallow"))
    assert refused(scratch, "HEAD~1", folder=tmp_path / "shallow") == (
        "`HEAD~1` is neither a folder, nor a file, nor a revision of the git repository here, "
        "which is a shallow clone: `git fetch --unshallow` brings the rest"
    )
    assert compared(scratch, "HEAD", folder=tmp_path / "shallow").is_empty


def test_a_partial_clone_fetches_nothing(scratch: Scratch, tmp_path: Path) -> None:
    """What it lacks would be fetched by a program that the repository names."""
    partial = tmp_path / "partial"
    scratch.git("config", "uploadpack.allowFilter", "true")
    scratch.git("clone", "--quiet", "--filter=blob:none", f"file://{scratch.folder}", str(partial))
    scratch.git("config", "remote.origin.uploadpack", f"touch {tmp_path}/ran; git-upload-pack", folder=partial)
    with pytest.raises(UsageError, match=r"`HEAD~1` cannot be read: config/config\.yaml: git does not have its content"):
        compared(scratch, "HEAD~1", folder=partial)
    assert not (tmp_path / "ran").exists()
    scratch.git("show", "HEAD~1:config/config.yaml", folder=partial)
    assert (tmp_path / "ran").exists()


def test_no_setting_of_the_repository_runs_a_program(scratch: Scratch, tmp_path: Path) -> None:
    """Hooks, monitors, filters, pagers: nothing of a repository that may be anybody's."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n", "utf-8")
    program.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "pager.cat-file", "filter.x.smudge", "filter.x.clean", "diff.x.textconv", "core.sshCommand"):
        scratch.git("config", name, str(program))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        shutil.copy(program, hooks / name)
    scratch.git("config", "core.hooksPath", str(hooks))
    (scratch.folder / ".gitattributes").write_text("* filter=x diff=x\n", "utf-8")
    index = (scratch.folder / ".git" / "index").read_bytes()
    assert keys(compared(scratch, "HEAD~1", "HEAD")) == ["general.port"]
    assert not (tmp_path / "ran").exists()
    assert (scratch.folder / ".git" / "index").read_bytes() == index


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name be anything")
def test_names_that_are_no_text(scratch: Scratch) -> None:
    """Of folders and files; each format prints them somehow."""
    folder = scratch.folder / os.fsdecode(b"caf\xe9")
    shutil.copytree(scratch.folder / "config", folder / "config")
    (folder / "config" / os.fsdecode(b"\xff.yaml")).write_text("a: 1\n", "utf-8")
    scratch.git("add", "--all")
    scratch.git("commit", "--quiet", "--message", "names")
    (folder / "config" / "first.yaml").write_text("messages: {greeting: hi}\n", "utf-8")
    found = compared(scratch, "HEAD", None, str(folder))
    assert keys(found) == ["messages.greeting"]
    for name in FORMATS["diff"]:
        assert "caf" in render(found, name)


def test_the_configuration_is_a_link_in_the_revision(scratch: Scratch) -> None:
    """Links are followed as git stores them, though the working tree has something else there by now."""
    for name, text in BASE.items():
        path = scratch.folder / name.replace("config", "real", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    shutil.rmtree(scratch.folder / "config")
    (scratch.folder / "config").symlink_to("real")
    scratch.git("add", "--all")
    scratch.git("commit", "--quiet", "--message", "link")
    (scratch.folder / "config").unlink()
    scratch.commit(CHANGED)
    assert keys(compared(scratch, "HEAD~1")) == ["general.port"]


def test_two_folders_need_no_path(scratch: Scratch) -> None:
    assert (
        refused(scratch, "config", "config", "config")
        == "leave out `config`: it says where to look in a git revision, and neither `config` nor `config` is one"
    )


def test_json_has_the_published_shape(scratch: Scratch) -> None:
    found = compared(scratch, "HEAD~1")
    shape = json.loads(render(found, "json"))
    DifferenceShape.model_validate(shape)
    assert shape == {
        "version": 1,
        "orbit": shape["orbit"],
        "for_orbit": shape["for_orbit"],
        "base": "HEAD~1",
        "head": "working tree",
        "equal": False,
        "verdicts": shape["verdicts"],
        "takes_effect": {"by": "restart", "because": "ORBIT reads `general.port` once, when it starts", "calls": ["orbit restart"]},
        "adapters": [],
        "keys": [
            {
                "key": "general.port",
                "section": None,
                "in_adapters": False,
                "strikes": "all",
                "was": {"value": 3000, "preset": None, "places": [{"file": "config/config.yaml", "line": 2, "column": 45}]},
                "now": {"value": 3001, "preset": None, "places": [{"file": "config/config.yaml", "line": 2, "column": 45}]},
            }
        ],
    }
    assert [shape["verdicts"][side]["root"] for side in ("was", "now")] == ["config/config.yaml"] * 2


def test_a_large_blob_is_read_as_far_as_is_wanted(scratch: Scratch) -> None:
    """And what stands behind it is found again."""
    scratch.commit({**CHANGED, "config/first.yaml": "a: " + "x" * (9 * 1024 * 1024)})
    found = compared(scratch, "HEAD")
    assert list(found.notes) == [
        f"config/first.yaml of `{side}` cannot be read, so what it holds counts as missing" for side in ("HEAD", "working tree")
    ]
    assert found.is_empty


def test_the_command_ends_as_it_should(scratch: Scratch) -> None:
    """0 equal, 1 they differ, 2 a side cannot be read; the result alone on stdout."""
    code = "from orbitcfg.cli import main; main()"

    def run(*arguments: str) -> tuple[int, str, str]:
        command = (sys.executable, "-c", code, "diff", *arguments)
        environment = {**scratch.environment, "PYTHONPATH": str(PROJECT)}
        ended = subprocess.run(command, cwd=scratch.folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
        return ended.returncode, ended.stdout, ended.stderr

    orbit = f"for ORBIT {known_orbit()}\n"
    assert run("HEAD") == (0, "HEAD → working tree: no difference\n", orbit)
    status, output, errors = run("HEAD~1")
    assert (status, output.splitlines()[0], errors) == (1, "HEAD~1 → working tree: 1 key changed", orbit)
    status, output, errors = run("--", "--output=x")
    assert (status, output, errors.partition(" is ")[0]) == (2, "", "orbitcfg: `--output=x`")
