"""`doctor --support-bundle`: the zip, and how it and the page come to lie on the disk."""

import io
import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from orbitcfg.commands.doctor.bundle import Bundle, bundled, versions
from orbitcfg.files.store import Disk
from orbitcfg.settings.model import Settings
from tests.live.doubles import serving
from tests.live.doubles.openai import OpenAi
from tests.live.doubles.shimmy import Shimmy
from tests.live.setups import Setup, provider, shimmy
from tests.program import run
from tests.shared import PROJECT

MARKER = "canary-3be8d1"
NOTHING = ("--smoke", "never", "--no-env")
NAMES = ["README.txt", "configuration.yaml", "report.json", "environment.json", "versions.json"]


def made(setup: Setup, process: dict[str, str] | None = None, **request: bool) -> Bundle:
    """The bundle of a checkup of a configuration."""
    found = setup.check(process, **request)
    return bundled(found, str(setup.folder), files=Disk(str(setup.folder)), process=process or {})


def held(archive: bytes) -> dict[str, str]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_the_configuration_is_symbolic(tmp_path: Path) -> None:
    """Each placeholder as it is written, whatever is set, with the line behind each value."""
    setup = provider(tmp_path, "openai", "${LLM_URL:-http://127.0.0.1:9}", "gpt-5", api_key="${OPENAI_API_KEY}")
    text = made(setup, {"LLM_URL": "http://127.0.0.1:7", "OPENAI_API_KEY": MARKER}).files["configuration.yaml"]
    assert yaml.safe_load(text)["inference"] == {
        "openai": {"enabled": True, "base_url": "${LLM_URL:-http://127.0.0.1:9}", "model": "gpt-5", "api_key": "${OPENAI_API_KEY}"}
    }
    assert "    model: gpt-5  # config/inference.yaml:5\n" in text


def test_the_default_of_a_secret_is_masked(tmp_path: Path) -> None:
    """Though it is written in the repository."""
    setup = provider(tmp_path, "openai", "http://127.0.0.1:9", "gpt-5", api_key=f"${{OPENAI_API_KEY:-{MARKER}}}", client_secret=f"a-{MARKER}")
    block = yaml.safe_load(made(setup).files["configuration.yaml"])["inference"]["openai"]
    assert (block["api_key"], block["client_secret"]) == ("${OPENAI_API_KEY:-***}", "***")


def test_variables_are_listed_by_name_and_source(tmp_path: Path) -> None:
    """Those that the configuration and orbitcfg itself ask for, and no value."""
    setup = provider(tmp_path, "openai", "${LLM_URL:-http://127.0.0.1:9}", "gpt-5", api_key="${OPENAI_API_KEY}")
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={MARKER}\nUNRELATED={MARKER}\n", "utf-8")
    files = made(setup, {"HTTPS_PROXY": f"http://user:{MARKER}@127.0.0.1:9", "OTHER": MARKER}).files
    told = json.loads(files["environment.json"])
    assert {name: source for name, source in told.items() if source} == {"HTTPS_PROXY": "environment", "OPENAI_API_KEY": ".env"}
    assert {"LLM_URL", "ORBIT_DEFAULT_ADMIN_PASSWORD", "NO_COLOR"} <= told.keys()
    assert told.keys().isdisjoint({"UNRELATED", "OTHER"})


def test_versions_name_what_orbitcfg_needs() -> None:
    """All of `dependencies`, and the engine."""
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    written = [*project["dependencies"], *project["optional-dependencies"]["smoke"]]
    names = {re.split(r"[^\w.-]", each)[0].lower().replace(".", "-") for each in written}
    known = versions()
    assert known.keys() == {"orbitcfg", "orbit", "python", "platform", "machine", "dependencies"}
    told = known["dependencies"]
    assert isinstance(told, dict)
    assert {name.lower().replace(".", "-") for name in told} == names
    assert all(told.values())


def test_no_secret_is_in_the_bundle(tmp_path: Path) -> None:
    """In none of its files: a key that the server echoes, credentials in addresses and of a proxy, plain text, an env file."""
    # user and password of an address go in place of a key
    for user, sent in (("", f"Bearer {MARKER}5"), (f"user:{MARKER}1@", f"Basic {b64encode(f'user:{MARKER}1'.encode()).decode()}")):
        with serving(OpenAi("right")) as server:
            url = server.url.replace("://", f"://{user}")
            setup = provider(tmp_path, "openai", f"{url}/v1", "gpt-5", api_key="${OPENAI_API_KEY}", client_secret=f"{MARKER}2")
            (tmp_path / ".env").write_text(f"ORBIT_DEFAULT_ADMIN_PASSWORD={MARKER}3\nbroken {MARKER}4\n", "utf-8")
            process = {"OPENAI_API_KEY": f"{MARKER}5", "ALL_PROXY": f"http://user:{MARKER}6@127.0.0.1:9", "OTHER": f"{MARKER}7"}
            bundle = made(setup, process, generate=True, billable=True)
        assert {asked.headers.get("authorization") for asked in server.asked} - {None} == {sent}
        assert "401" in bundle.files["report.json"]
        for name, text in held(bundle.archive).items():
            assert MARKER not in text, name
            assert sent not in text, name


def test_home_is_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the configuration too."""
    monkeypatch.setenv("HOME", "/home/somebody")
    bundle = made(provider(tmp_path, "ollama", "http://127.0.0.1:9", "/home/somebody/x.gguf"))
    assert "~/x.gguf" in bundle.files["configuration.yaml"]
    for name, text in bundle.files.items():
        assert "somebody" not in text, name


def test_the_verdict_is_in_the_bundle(tmp_path: Path) -> None:
    """In words and in JSON."""
    files = made(provider(tmp_path, "ollama", "${OLLAMA_HOST_URL}", "m")).files
    assert "\n\nORBIT would start. 1 of 1 adapter would not answer: chat-0 (ORB303).\n\n" in files["README.txt"]
    assert [each["state"] for each in json.loads(files["report.json"])["verdict"]["adapters"]] == ["fails"]


def test_equal_files_give_equal_bytes(tmp_path: Path) -> None:
    """Whenever they are written: the archive has no time."""
    setup = shimmy(tmp_path, "http://127.0.0.1:9")
    found = setup.check(dry_run=True)
    first, second = (bundled(found, str(tmp_path), files=Disk(str(tmp_path)), process={}) for _ in range(2))
    assert first.archive == second.archive
    with zipfile.ZipFile(io.BytesIO(first.archive)) as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert opened.namelist() == NAMES


def test_an_address_alone_has_no_configuration(tmp_path: Path) -> None:
    """And its variables are those of the process."""
    found = replace(shimmy(tmp_path, "http://127.0.0.1:9").check(), root="")
    bundle = bundled(found, process={"HTTP_PROXY": MARKER})
    assert list(bundle.files) == [name for name in NAMES if name != "configuration.yaml"]
    assert json.loads(bundle.files["environment.json"])["HTTP_PROXY"] == "environment"


def test_a_configuration_that_orbit_refuses_is_bundled(tmp_path: Path) -> None:
    """As far as it can be read."""
    setup = shimmy(tmp_path, "http://127.0.0.1:9")
    (tmp_path / "config" / "adapters.yaml").write_text("adapters: [\n", "utf-8")
    found = setup.check()
    bundle = bundled(found, str(tmp_path), Settings(), files=Disk(str(tmp_path)), process={})
    assert yaml.safe_load(bundle.files["configuration.yaml"])["general"]["inference_provider"] == "shimmy"
    assert [each["code"] for each in json.loads(bundle.files["report.json"])["diagnostics"]][:1] == [found.report.diagnostics[0].code]


def test_the_command_writes_both_and_says_first_what_the_bundle_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On stderr; stdout is what it is without them, and an old file keeps its mode."""
    (tmp_path / "page.html").write_text("old", "utf-8")
    (tmp_path / "page.html").chmod(0o640)
    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url)
        command = ["doctor", *NOTHING, "--format", "json", "--html", "page.html", "--support-bundle", "report.zip"]
        outcome = run(command, capsys, monkeypatch, tmp_path)
        quiet = run([*command, "-q"], capsys, monkeypatch, tmp_path)
    assert (outcome.status, quiet.status, quiet.stderr) == (0, 0, "")
    assert json.loads(outcome.stdout)["checked"] > 7
    assert outcome.stderr.startswith("`report.zip` is to hold, with secrets masked:\n")
    assert re.findall(r"^  (\S+) +[\d,]+ bytes  \S", outcome.stderr, re.MULTILINE) == NAMES
    assert list(held((tmp_path / "report.zip").read_bytes())) == NAMES
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>\n")
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "page.html", "report.zip"]


REFUSED = {
    "a folder that is not there": ("nowhere/page.html", "cannot write `nowhere/page.html`: there is no folder `nowhere`"),
    "a folder": ("config", "cannot write `config`: it is no regular file"),
    "a device": ("/dev/full", "cannot write `/dev/full`: it is no regular file"),
    "a link out of the folder": ("link.html", "cannot write `link.html`: it is a link; name `{folder}/elsewhere.html` itself"),
}


@pytest.mark.parametrize("option", ["--html", "--support-bundle"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_refused_before_anything_is_asked(
    name: str, option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 2."""
    file, words = REFUSED[name]
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "link.html").symlink_to(tmp_path / "elsewhere.html")
    with serving(Shimmy("1.7.4")) as server:
        shimmy(folder, server.url)
        outcome = run(["doctor", *NOTHING, option, file], capsys, monkeypatch, folder)
    assert (outcome.status, outcome.stdout, outcome.stderr) == (2, "", f"orbitcfg: {words.format(folder=tmp_path)}\n")
    assert server.asked == []
    assert not (tmp_path / "elsewhere.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
@pytest.mark.parametrize("option", ["--html", "--support-bundle"])
def test_a_write_that_fails_leaves_the_old_file_whole(option: str, tmp_path: Path) -> None:
    """As on a full disk: nothing half-written stays, and the result is printed all the same."""
    shimmy(tmp_path, "http://127.0.0.1:9")
    (tmp_path / "file").write_text("old", "utf-8")
    limited = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))"
    program = f"{limited}; from orbitcfg.cli import main; sys.argv[0] = 'orbitcfg'; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "doctor", "--dry-run", "-q", *NOTHING, option, "file"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "orbitcfg: cannot write `file`: file too large\n")
    assert done.stdout.endswith("0 checked: only the plan was asked for; ORBIT 2.15.9 (5b961247), the newest known\n")
    assert (tmp_path / "file").read_text("utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "file"]
