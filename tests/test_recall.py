"""What was said before is said again where nothing has changed, and nowhere else."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitcfg import recall
from orbitcfg.app import validate
from orbitcfg.files import Disk, Files, Memory
from orbitcfg.recall import Answer, answered
from orbitcfg.report import Style, render
from orbitcfg.settings import Settings
from orbitcfg.trace import Traced, holds
from tests.program import Outcome, run
from tests.trees import BASE

AGAIN = "nothing has changed since the last run"
COMMAND = ("validate", "config", "--no-env")
TREE = {
    "config/config.yaml": "import: [inference.yaml, adapters.yaml]\n" + BASE["auth"] + BASE["general"] + BASE["embedding"],
    "config/inference.yaml": BASE["inference"],
    "config/adapters.yaml": "adapters: []\n",
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of kept answers, beside a healthy configuration in which the test works."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(tmp_path / "repository", TREE)
    monkeypatch.chdir(tmp_path / "repository")
    return tmp_path / "cache/orbitcfg"


@pytest.fixture
def look(cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Runs `validate --no-env` with more arguments."""
    assert not cache.exists()
    return lambda *more: run([*COMMAND, *more], capsys, monkeypatch)


def test_equal_files_give_equal_bytes(look: Callable[..., Outcome]) -> None:
    write(Path(), {"config/adapters.yaml": "adapters: [{name: a, enabled: true, inference_provider: shimy}]\n"})
    first, second = look("-v"), look("-v")
    assert (first.status, AGAIN in first.stderr) == (1, False)
    assert (second.status, second.stdout, AGAIN in second.stderr) == (1, first.stdout, True)


CHANGES: dict[str, Callable[[], object]] = {
    "another value": lambda: write(Path(), {"config/inference.yaml": BASE["inference"].replace("llama", "gemma")}),
    "a comment": lambda: write(Path(), {"config/inference.yaml": BASE["inference"] + "# end\n"}),
    "a file is gone": lambda: Path("config/inference.yaml").unlink(),
    "a file that nothing imports": lambda: write(Path(), {"config/stray.yaml": "a: 1\n"}),
    "a settings file": lambda: write(Path(), {"orbitcfg.toml": 'fail-on = "info"\n'}),
    "names of variables": lambda: write(Path(), {"env.example": "A=1\n"}),
    "a folder where a file was": lambda: Path("config/adapters.yaml").rename("moved.yaml").parent.joinpath("config/adapters.yaml").mkdir(),
    "a link where a file was": lambda: os.symlink(Path("config/adapters.yaml").rename("moved.yaml").resolve(), "config/adapters.yaml"),
    "another repository around it": lambda: Path(".git").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_looked_at(look: Callable[..., Outcome], change: str) -> None:
    look()
    assert AGAIN in look().stderr
    CHANGES[change]()
    anew = look()
    assert AGAIN not in anew.stderr
    assert anew.stdout == look("--no-cache").stdout


def test_a_file_that_was_missing_is_looked_at(look: Callable[..., Outcome]) -> None:
    write(Path(), {"config/config.yaml": TREE["config/config.yaml"].replace("adapters.yaml", "adapters.yaml, late.yaml")})
    assert [look().status, look().status] == [1, 1]
    write(Path(), {"config/late.yaml": "general: {}\n"})
    assert look().status == 0


@pytest.mark.parametrize(
    "more", [("-v",), ("--format", "json"), ("--select", "ORB1"), ("--fail-on", "info"), ("--strict-env",), ("--color", "always")]
)
def test_another_request_is_looked_at(look: Callable[..., Outcome], more: tuple[str, ...]) -> None:
    look()
    assert AGAIN not in look(*more).stderr


def test_another_orbitcfg_looks_anew(look: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    monkeypatch.setattr(sys, "version", "another")
    assert AGAIN not in look().stderr


@pytest.mark.parametrize("spoil", [lambda _: b"", lambda whole: whole[:-9], lambda whole: whole.replace(b'"status": 0', b'"status": 1')])
def test_a_damaged_answer_is_not_said(look: Callable[..., Outcome], cache: Path, spoil: Callable[[bytes], bytes]) -> None:
    before = look()
    (kept,) = cache.iterdir()
    kept.write_bytes(spoil(kept.read_bytes()))
    after = look()
    assert (after.transcript, AGAIN in look().stderr) == (before.transcript, True)


@pytest.mark.parametrize("block", [lambda cache: cache.write_text("a file"), lambda cache: cache.symlink_to("nowhere/at/all")])
def test_a_folder_that_cannot_be_written_costs_nothing(look: Callable[..., Outcome], cache: Path, block: Callable[[Path], object]) -> None:
    cache.parent.mkdir()
    block(cache)
    assert look().transcript == look().transcript == look("--no-cache").transcript


def test_nothing_is_kept_where_an_environment_takes_part(cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for more in ([], ["--fix", "--no-env"], ["--write-baseline", "b.json", "--no-env"], ["--no-cache", "--no-env"]):
        run(["validate", "config", *more], capsys, monkeypatch)
    assert not cache.exists()


def test_no_secret_is_kept(look: Callable[..., Outcome], cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "kanarienvogel-1")
    text = "inference:\n  shimmy: {enabled: true, api_key: ${OPENAI_API_KEY}, token: kanarienvogel-2, base_url: 'http://u:kanarienvogel-3@h:1', modle: m}\n"
    write(Path(), {"config/inference.yaml": text, ".env": "OPENAI_API_KEY=kanarienvogel-4\n"})
    assert look("-v").status == 1
    (kept,) = cache.iterdir()
    assert b"kanarienvogel" not in kept.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_user_may_read_what_is_kept(look: Callable[..., Outcome], cache: Path) -> None:
    look()
    assert [path.stat().st_mode & 0o077 for path in (cache, *cache.iterdir())] == [0, 0]


def test_so_many_are_kept(tmp_path: Path) -> None:
    for number in range(recall.MAX_KEPT + 3):
        answered(str(tmp_path), number, Disk(), lambda _: Answer("", "", 0))
    assert len(list(tmp_path.iterdir())) == recall.MAX_KEPT


def test_what_did_not_end_well_is_not_kept(tmp_path: Path) -> None:
    answered(str(tmp_path), 1, Disk(), lambda _: Answer("", "", 3, lasting=False))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("process", "home", "folder"),
    [
        ({"XDG_CACHE_HOME": "/cache"}, "/home/a", "/cache/orbitcfg"),
        ({"XDG_CACHE_HOME": "cache"}, "/home/a", "/home/a/.cache/orbitcfg"),
        ({}, "/home/a", "/home/a/.cache/orbitcfg"),
        ({}, "home", None),
    ],
)
def test_a_repository_cannot_bring_answers_along(process: Mapping[str, str], home: str, folder: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder is taken that is relative to the one in which the user works."""
    monkeypatch.setenv("HOME", home)
    assert recall.folder(process) == folder


class Wavering(Memory):
    """Files of which one is another at each look."""

    def is_file(self, path: str) -> bool:
        """Now so, now so."""
        return len(path) > 1 and next(WAVES)


WAVES = iter([True, False, True])


def test_what_changes_during_a_run_holds_no_more() -> None:
    files = Wavering({})
    traced = Traced(files)
    assert [traced.is_file("/a"), traced.is_file("/a")] == [True, False]
    assert not holds(traced.trace, files)


NAMES = st.sampled_from(["config.yaml", "inference.yaml", "adapters.yaml", "late.yaml", "stray.yaml", "../env.example", "../orbitcfg.toml"])
TEXTS = st.sampled_from([*TREE.values(), "", "a: [", "import: late.yaml\n", "general: {inference_provider: olama}\n", "# nothing\n"])


@given(edits=st.lists(st.tuples(NAMES, st.none() | TEXTS), max_size=6))
@settings(deadline=None, max_examples=60)
def test_whatever_is_edited_the_answer_is_that_of_a_new_look(tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str | None]]) -> None:
    where = str(tmp_path_factory.mktemp("cache"))
    contents = {f"/repo/{name}": text.encode() for name, text in TREE.items()}

    def work(files: Files) -> Answer:
        return Answer(render(validate("/repo/config/config.yaml", Settings(no_env=True), files=files), "json", Style()), "", 0)

    for name, text in edits:
        path = os.path.normpath(f"/repo/config/{name}")
        contents = {each: content for each, content in contents.items() if each != path} | ({path: text.encode()} if text is not None else {})
        contents.setdefault("/repo/config/config.yaml", b"{}\n")
        assert answered(where, 1, Memory(contents), work).result == work(Memory(contents)).result
