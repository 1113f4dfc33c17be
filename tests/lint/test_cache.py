"""What was said before is said again where nothing has changed, and nowhere else."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbitcfg.commands.formats import render
from orbitcfg.commands.validate.command import validate
from orbitcfg.files.recording import digest
from orbitcfg.files.signed import MAX_KEPT
from orbitcfg.files.store import Disk, Files, Memory
from orbitcfg.lint import cache as cache_module
from orbitcfg.lint.cache import ResultCache
from orbitcfg.lint.printed import CachedResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.report.style import Style
from orbitcfg.rules._rule import Rule
from orbitcfg.settings.model import Settings
from tests.program import Outcome, run
from tests.shared import drawn
from tests.trees import BASE

KEY = b"k" * 32
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
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
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
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_looked_at(look: Callable[..., Outcome], change: str) -> None:
    look()
    assert AGAIN in look().stderr
    CHANGES[change]()
    anew = look()
    assert AGAIN not in anew.stderr
    assert anew.stdout == look("--no-cache").stdout


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_repository_around_a_link_is_looked_at(look: Callable[..., Outcome], tmp_path: Path) -> None:
    """It is a fence for links that led out before."""
    os.symlink(Path("config").rename(tmp_path / "elsewhere"), "config")
    look()
    assert AGAIN in look().stderr
    Path(".git").mkdir()
    assert look().status == 2


def test_a_file_that_was_missing_is_looked_at(look: Callable[..., Outcome]) -> None:
    write(Path(), {"config/config.yaml": TREE["config/config.yaml"].replace("adapters.yaml", "adapters.yaml, late.yaml")})
    assert [look().status, look().status] == [1, 1]
    write(Path(), {"config/late.yaml": "general: {}\n"})
    assert look().status == 0


@pytest.mark.parametrize(
    "more", [("-v",), ("--format", "json"), ("--select", "ORB1"), ("--fail-on", "info"), ("--strict-env",), ("--baseline", "b.json")]
)
def test_another_request_is_looked_at(look: Callable[..., Outcome], more: tuple[str, ...]) -> None:
    look("--write-baseline", "b.json")
    look()
    assert AGAIN not in look(*more).stderr
    assert AGAIN in look(*more).stderr


def test_another_configuration_is_looked_at(
    look: Callable[..., Outcome], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path(), {"other/config.yaml": "general: {}\n"})
    assert look().status == 0
    assert run(["validate", "other", "--no-env"], capsys, monkeypatch).status == 1


def test_another_place_is_another_request(look: Callable[..., Outcome], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write(Path(), {"config/config.yaml": TREE["config/config.yaml"] + "verbos: 1\n"})
    absolute = ["validate", os.path.abspath("config"), "--no-env"]
    for folder, name in ((".", "config/config.yaml"), ("config", "config.yaml")):
        assert f" {name}:" in run(absolute, capsys, monkeypatch, Path(folder)).stdout


def test_colour_by_the_terminal_is_another_request(look: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    monkeypatch.setattr("orbitcfg.cli.options.in_color", lambda _: True)
    assert AGAIN not in look().stderr


def test_another_source_of_orbitcfg_is_looked_at(
    look: Callable[..., Outcome], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In whatever room of it."""
    assert os.path.isfile(os.path.join(cache_module._PACKAGE, "rules", "__init__.py"))
    package = tmp_path_factory.mktemp("package")
    monkeypatch.setattr(cache_module, "_PACKAGE", package)
    look()
    assert AGAIN in look().stderr
    (package / "rules").mkdir()
    (package / "rules" / "new.py").write_text("")
    assert AGAIN not in look().stderr


def test_names_in_another_encoding_are_looked_at(look: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    assert AGAIN not in look().stderr


def test_another_orbitcfg_looks_anew(look: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "schemas", lambda: tmp_path / "schemas")
    look()
    for name, text, is_part in (("a.json", "{}", True), ("a.json", "[1]", True), ("a.swp", "", False)):
        write(tmp_path / "schemas", {name: text})
        assert (AGAIN not in look().stderr) is is_part
    monkeypatch.setattr(sys, "version", "another")
    assert AGAIN not in look().stderr


@pytest.mark.parametrize("spoil", [lambda _: b"", lambda whole: whole[:-9], lambda whole: whole.replace(b'"status": 0', b'"status": 1')])
def test_a_damaged_answer_is_not_said(look: Callable[..., Outcome], cache: Path, spoil: Callable[[bytes], bytes]) -> None:
    before = look()
    (kept,) = cache.iterdir()
    kept.write_bytes(spoil(kept.read_bytes()))
    after = look()
    assert (after.transcript, AGAIN in look().stderr) == (before.transcript, True)


@pytest.mark.parametrize("block", [lambda cache: cache.write_text("a file"), lambda cache: cache.symlink_to("/proc/nowhere")])
def test_a_folder_that_cannot_be_written_costs_nothing(look: Callable[..., Outcome], cache: Path, block: Callable[[Path], object]) -> None:
    cache.parent.mkdir(parents=True)
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


def test_nothing_is_kept_of_a_run_that_asks_for_a_secret_name(look: Callable[..., Outcome], cache: Path) -> None:
    write(Path(), {"config/config.yaml": TREE["config/config.yaml"].replace("adapters.yaml", "'https://u:kanarienvogel@h/a.yaml'")})
    outcome = look("-v")
    assert "`https://***@h/a.yaml` is not there" in outcome.stdout
    assert "kanarienvogel" not in outcome.transcript
    assert not cache.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_user_may_read_what_is_kept(look: Callable[..., Outcome], cache: Path) -> None:
    look()
    assert [path.stat().st_mode & 0o077 for path in (cache, *cache.iterdir())] == [0, 0]


def test_the_oldest_go_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    write(tmp_path, {"notes.txt": "mine", f"{'a' * 32}.txt": "mine", ".hidden": "mine", "folder/file": "mine"})
    (tmp_path / "link").symlink_to("nowhere")
    foreign = {path.name for path in tmp_path.iterdir()}
    kept = []
    for number in range(MAX_KEPT + 3):
        ResultCache(str(tmp_path), KEY).get_or_run(number, Disk(), lambda _: CachedResult("", "", 0))
        kept.append({path.name for path in tmp_path.iterdir()} - foreign)
    assert [len(each) for each in kept] == [*range(1, MAX_KEPT), *[MAX_KEPT] * 4]
    assert kept[-1].isdisjoint(kept[2])
    assert {path.name for path in tmp_path.iterdir()} >= foreign


def test_what_did_not_end_well_is_not_kept(look: Callable[..., Outcome], cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_config: Config) -> Iterator[Finding]:
        raise RuntimeError

    monkeypatch.setattr("orbitcfg.commands.reporting.rules_of", lambda _: (Rule("ORB301", Consequence.HYGIENE, Severity.ERROR, crash, "crashes"),))
    assert look().status == 3
    assert not cache.exists()


def test_half_characters_are_said_again_as_they_are(tmp_path: Path) -> None:
    said = [ResultCache(str(tmp_path), KEY).get_or_run(1, Disk(), lambda _: CachedResult("\ud83d\ude00\udc80 é", "", 0)).output for _ in range(2)]
    assert said == ["\ud83d\ude00\udc80 é"] * 2


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are POSIX's")
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)])
def test_a_pipe_or_a_device_for_an_answer_does_not_hold_it(look: Callable[..., Outcome], cache: Path, make: Callable[[Path], object]) -> None:
    before = look()
    (kept,) = cache.iterdir()
    kept.unlink()
    make(kept)
    assert look().transcript == before.transcript


def _kept(cache: Path, state: Path) -> tuple[Path, ResultCache]:
    """The one result, and the cache with the very key."""
    (kept,) = cache.iterdir()
    return kept, ResultCache(str(cache), (state / "orbitcfg/result-key").read_bytes())


def _signed(cache: ResultCache, name: str, content: bytes) -> bytes:
    return cache._signature(name, content) + b"\n" + content


WHOLE = b'"result": {"output": "", "note": "", "status": 0}'
ODD = {
    "a list": b"[]",
    "nothing": b"{}",
    "no result": b'{"recording": [], "result": {}}',
    "no recording": b"{" + WHOLE + b"}",
    "a number for a recording": b'{"recording": 1, ' + WHOLE + b"}",
    "a number for a step": b'{"recording": [1], ' + WHOLE + b"}",
    "an unknown method": b'{"recording": [[["__class__", "/x"], "d"]], ' + WHOLE + b"}",
    "no limit": b'{"recording": [[["read", "/x"], "d"]], ' + WHOLE + b"}",
    "text for a limit": b'{"recording": [[["read", "/x", "1"], "d"]], ' + WHOLE + b"}",
    "an endless limit": b'{"recording": [[["read", "/x", 1e999], "d"]], ' + WHOLE + b"}",
    "no call": b'{"recording": [[[], "d"]], ' + WHOLE + b"}",
    "a number for output": b'{"recording": [], "result": {"output": 5, "note": "", "status": 0}}',
    "text for a status": b'{"recording": [], "result": {"output": "", "note": "", "status": "0"}}',
    "no text at all": b"\xff",
    "depth": b"[" * 200_000,
    "a large number": b"9" * 10_000,
}


@pytest.mark.parametrize("odd", ODD)
def test_a_whole_answer_of_another_shape_is_not_said(look: Callable[..., Outcome], cache: Path, tmp_path: Path, odd: str) -> None:
    """Not even under the right signature."""
    before = look()
    kept, with_key = _kept(cache, tmp_path / "state")
    kept.write_bytes(_signed(with_key, kept.name, ODD[odd]))
    assert look().transcript == before.transcript
    assert AGAIN in look().stderr


FORGED = b'{"recording": [], "result": {"output": "", "note": "0 errors", "status": 0}}'


@pytest.mark.parametrize(
    "signature",
    [
        lambda _cache, _name: b"",
        lambda _cache, _name: digest(FORGED).encode(),
        lambda cache, name: ResultCache(cache.folder, KEY)._signature(name, FORGED),
        lambda cache, _name: cache._signature(f"{'0' * 32}.json", FORGED),
    ],
    ids=["none", "without a key", "with another key", "of another request"],
)
def test_a_forged_answer_is_not_said(
    look: Callable[..., Outcome], cache: Path, tmp_path: Path, signature: Callable[[ResultCache, str], bytes]
) -> None:
    """By whoever can write where answers lie, as into a cache that is restored; with the right one the same answer would be said."""
    write(Path(), {"config/adapters.yaml": "adapters: [{name: a, enabled: true, inference_provider: shimy}]\n"})
    before = look()
    assert before.status == 1
    kept, with_key = _kept(cache, tmp_path / "state")
    kept.write_bytes(_signed(with_key, kept.name, FORGED))
    assert look().status == 0
    kept.write_bytes(signature(with_key, kept.name) + b"\n" + FORGED)
    assert look().transcript == before.transcript


def test_an_answer_of_another_machine_is_not_said(look: Callable[..., Outcome], cache: Path, tmp_path: Path) -> None:
    before = look()
    (tmp_path / "state/orbitcfg/result-key").unlink()
    assert (look().transcript, AGAIN in look().stderr) == (before.transcript, True)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("spoil", [lambda key: key.write_bytes(b"k" * 31), lambda key: key.write_bytes(b"k" * 33), lambda key: key.chmod(0o640)])
def test_without_a_sound_key_nothing_is_kept(look: Callable[..., Outcome], cache: Path, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    before = look()
    key = tmp_path / "state/orbitcfg/result-key"
    assert (len(key.read_bytes()), key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (32, 0o600, 0o700)
    spoil(key)
    assert [look().transcript, look().transcript] == [before.transcript] * 2
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize(
    ("base", "home", "wanted"),
    [
        ("{tmp}/cache", "{tmp}/home", "{tmp}/cache/orbitcfg"),
        ("cache", "{tmp}/home", "{tmp}/home/.cache/orbitcfg"),
        ("", "{tmp}/home", "{tmp}/home/.cache/orbitcfg"),
        ("{tmp}/sticky", "{tmp}/home", "{tmp}/sticky/orbitcfg"),
        ("", "home", None),
        ("{tmp}/here/.cache", "{tmp}/home", None),
        ("{tmp}/link", "{tmp}/home", None),
        ("{tmp}/linked", "{tmp}/home", None),
        ("{tmp}/repository/deep/cache", "{tmp}/home", None),
        ("{tmp}/shared", "{tmp}/home", None),
        ("{tmp}/half-shared", "{tmp}/home", None),
        ("{tmp}/sticky-within", "{tmp}/home", None),
        ("{tmp}/linked-away", "{tmp}/home", None),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="modes and these names are POSIX's")
def test_answers_lie_in_a_folder_that_is_the_users_alone(
    base: str, home: str, wanted: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where the user works nor in a repository, which may bring answers along, nor where others write."""
    modes = {
        "here/.cache": 0o755,
        "repository/.git": 0o755,
        "shared": 0o777,
        "half-shared/orbitcfg": 0o775,
        "sound": 0o755,
        "sticky": 0o1777,
        "linked": 0o755,
    }
    modes |= {"sticky-within/orbitcfg": 0o1777, "linked-away": 0o755}
    for name, mode in modes.items():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name).chmod(mode)
    (tmp_path / "link").symlink_to("here/.cache")
    (tmp_path / "linked/orbitcfg").symlink_to("../repository/answers")
    (tmp_path / "linked-away/orbitcfg").symlink_to("../cache")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", home.format(tmp=tmp_path))
    for variable, other in (("XDG_CACHE_HOME", "XDG_STATE_HOME"), ("XDG_STATE_HOME", "XDG_CACHE_HOME")):
        found = ResultCache.of_user({variable: base.format(tmp=tmp_path), other: str(tmp_path / "sound")})
        assert (found is None) is (wanted is None), variable
        if found is not None and wanted is not None and variable == "XDG_CACHE_HOME":
            assert found.folder == wanted.format(tmp=tmp_path)


@pytest.mark.parametrize("state", ["{tmp}", "{tmp}/orbitcfg", "{tmp}/orbitcfg/deep"])
def test_a_key_that_would_travel_with_the_answers_is_none(state: str, tmp_path: Path) -> None:
    assert ResultCache.of_user({"XDG_CACHE_HOME": str(tmp_path), "XDG_STATE_HOME": state.format(tmp=tmp_path)}) is None


def test_modes_that_say_nothing_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without owners gives every folder a mode that looks open."""
    (tmp_path / "orbitcfg").mkdir()
    for folder in (tmp_path, tmp_path / "orbitcfg"):
        folder.chmod(0o777)
    process = {"XDG_CACHE_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    assert ResultCache.of_user(process) is None
    monkeypatch.delattr(os, "getuid")
    found = ResultCache.of_user(process)
    assert found is not None
    assert found.folder == str(tmp_path / "orbitcfg")


NAMES = st.sampled_from(["config.yaml", "inference.yaml", "adapters.yaml", "late.yaml", "stray.yaml", "../env.example"])
TEXTS = st.sampled_from([*TREE.values(), "", "13", "a: [", "import: late.yaml\n", "general: {inference_provider: olama}\n", "# nothing\n"])
EDITS = st.lists(st.tuples(NAMES, st.none() | TEXTS, st.booleans()), max_size=6)


@given(edits=EDITS)
@hypothesis.settings(max_examples=drawn(25))
def test_whatever_is_edited_the_answer_is_that_of_a_new_look(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str | None, bool]]
) -> None:
    """And it is recalled where nothing was edited since."""
    where = str(tmp_path_factory.mktemp("cache"))
    contents = {f"/repo/{path}": text.encode() for path, text in TREE.items()}

    def work(files: Files) -> CachedResult:
        return CachedResult(render(validate("/repo/config/config.yaml", Settings(no_env=True), files=files), "json", Style()), "", 0)

    for name, text, is_forbidden in edits:
        path = os.path.normpath(f"/repo/config/{name}")
        contents = {each: content for each, content in contents.items() if each != path} | ({path: text.encode()} if text is not None else {})
        contents.setdefault("/repo/config/config.yaml", b"{}\n")
        files = Memory(contents, frozenset({path} if is_forbidden else ()))
        anew = work(files).output
        assert ResultCache(where, KEY).get_or_run(1, files, work).output == anew
        again = ResultCache(where, KEY).get_or_run(1, files, work)
        assert (again.output, again.note) == (anew, f"({AGAIN})")
