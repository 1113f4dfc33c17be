"""`--watch`: a look whenever something has changed that the last one rests on, and what came and went since."""

import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands import watching
from orbitcfg.commands.watching import Look, rounds
from orbitcfg.errors import UsageError
from orbitcfg.files.recording import Recording, first_change
from orbitcfg.files.store import Files
from orbitcfg.files.watch import Wait, wait_for_change
from tests.commands.test_use import laid, tree
from tests.program import run

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def look(files: Files) -> Look:
    settings = orbitcfg.load_settings(files=files, no_env=False)
    return Look(orbitcfg.validate(None, settings, files=files, process={}), "")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: Patch) -> Path:
    """A configuration in a folder, in which the test works."""
    found = laid(tree(), tmp_path)
    monkeypatch.chdir(found)
    return found


def changing(*changes: Callable[[], object]) -> Wait:
    """Makes one change after the other where something is waited for, and then ends as Ctrl-C does; what must not be noticed gives no round."""
    steps = iter(changes)

    def wait(recording: Recording, files: Files, _seconds: float | None) -> str | None:
        for change in steps:
            change()
            path = first_change(recording, files)
            if path is not None:
                return path
        raise KeyboardInterrupt

    return wait


def followed(wait: Wait) -> list[tuple[str | None, list[str], list[str], str]]:
    """What each round is for, the codes that came and went, and why there was no look."""
    found: list[tuple[str | None, list[str], list[str], str]] = []
    with suppress(KeyboardInterrupt):
        found.extend(
            (each.changed, [one.code for one in each.new], [one.code for one in each.gone], each.failure) for each in rounds(look, wait=wait)
        )
    return found


def rewrite(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_what_came_and_went_is_told(place: Path) -> None:
    root = place / "config" / "config.yaml"
    wait = changing(lambda: rewrite(root, "'shimmy'", "shimy"), lambda: rewrite(root, "shimy", "shimmy"))
    assert [each[1:3] for each in followed(wait)] == [([], []), (["ORB501"], ["ORB549"]), (["ORB549"], ["ORB501"])]


def test_files_that_are_imported_env_and_settings_count_and_no_others(place: Path) -> None:
    wait = changing(
        lambda: (place / "notes.txt").write_text("x"),
        lambda: rewrite(place / "config" / "inference.yaml", "max_tokens: 100", "max_tokens: 5000"),
        lambda: (place / ".env").write_text("PASSWORD=x\n"),
        lambda: (place / "orbitcfg.toml").write_text('ignore = ["ORB416"]\n'),
    )
    assert [(changed and changed.rpartition("/")[2], new, gone) for changed, new, gone, _ in followed(wait)] == [
        (None, [], []),
        ("inference.yaml", ["ORB416"], []),
        (".env", [], ["ORB201"]),
        ("orbitcfg.toml", [], ["ORB416"]),
    ]


def test_a_tree_that_is_broken_meanwhile_ends_nothing(place: Path) -> None:
    root, away = place / "config" / "config.yaml", place / "config" / "away"
    broken = followed(changing(lambda: root.rename(away), lambda: away.rename(root)))
    assert [failure[:23] for *_, failure in broken] == ["", "no configuration found:", ""]
    assert [each[1:3] for each in broken] == [([], [])] * 3


def test_the_screen_says_what_is_waited_for_and_ctrl_c_ends_with_130(place: Path, capsys: Capture, monkeypatch: Patch) -> None:
    monkeypatch.setattr(watching, "check_watchable", lambda: None)
    monkeypatch.setattr(watching, "wait_for_change", changing(lambda: rewrite(place / "config" / "config.yaml", "'shimmy'", "shimy")))
    outcome = run(["validate", "--watch", "--no-env"], capsys, monkeypatch)
    last = outcome.stderr.splitlines()[-3:]
    assert (outcome.status, outcome.stdout.count("error[ORB501]")) == (130, 1)
    assert last[0].startswith("new  error[ORB501] config/config.yaml: `general.inference_provider` names `shimy`")
    assert last[1].startswith("gone info[ORB549] config/adapters.yaml: ")
    assert last[2].endswith(", as `config/config.yaml` has changed; waiting for changes, Ctrl-C ends")


@pytest.mark.parametrize("command", ["validate", "doctor"])
def test_without_the_library_that_watches_its_installation_is_named(command: str, place: Path, capsys: Capture, monkeypatch: Patch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    outcome = run([command, "--watch", "--no-env"], capsys, monkeypatch, place)
    said = "orbitcfg: --watch needs a library that is not installed: `pip install 'orbitcfg[watch]'`\n"
    assert (outcome.status, outcome.stdout, outcome.stderr) == (2, "", said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validate", "--watch", "--fix"], "--watch looks and writes nothing"),
        (["validate", "--watch", "--format", "json"], "--watch prints for people to read: use --format full or concise"),
        (["doctor", "--watch", "--generate"], "--watch looks again and again: leave out"),
        (["doctor", "--watch", "--format", "json"], "--watch prints for people to read: use --format full"),
    ],
)
def test_what_does_not_go_with_it_is_refused(arguments: list[str], words: str, place: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(arguments, capsys, monkeypatch, place)
    assert (outcome.status, words in outcome.stderr) == (2, True), outcome.stderr


def test_doctor_looks_again_by_itself_and_when_a_file_changes(place: Path, capsys: Capture, monkeypatch: Patch) -> None:
    waited: list[float | None] = []

    def wait(_recording: Recording, _files: Files, seconds: float | None) -> str | None:
        waited.append(seconds)
        if len(waited) == 2:
            raise KeyboardInterrupt
        return None

    monkeypatch.setattr(watching, "check_watchable", lambda: None)
    monkeypatch.setattr(watching, "wait_for_change", wait)
    outcome = run(["doctor", "--watch", "--no-env", "--provider", "shimmy", "--timeout", "0.2", "--deadline", "1"], capsys, monkeypatch)
    assert (outcome.status, waited, outcome.stdout.count("localhost:11435") >= 2) == (130, [10, 10], True)


@pytest.mark.skipif(find_spec("watchfiles") is None, reason="watchfiles is not installed")
def test_the_disk_itself_is_watched(place: Path) -> None:
    """What changes before the first look at the disk counts, too."""
    root = place / "config" / "config.yaml"

    def wait(recording: Recording, files: Files, seconds: float | None) -> str | None:
        if "shimy" in root.read_text("utf-8"):
            raise KeyboardInterrupt
        rewrite(root, "'shimmy'", "shimy")
        return wait_for_change(recording, files, seconds)

    assert [each[0] for each in followed(wait)] == [None, "config/config.yaml"]


def test_what_cannot_be_looked_at_is_told(place: Path) -> None:
    def fault(_files: Files) -> Look:
        raise UsageError(f"`{place.name}` cannot be read")

    first = next(rounds(fault, wait=changing()))
    assert (first.look, first.failure) == (None, f"`{place.name}` cannot be read")
