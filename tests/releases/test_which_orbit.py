"""Which ORBIT a configuration belongs to, and how that is known."""

import json
import re
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands.doctor.bundle import bundled
from orbitcfg.commands.smoke.result import Generation
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Memory
from orbitcfg.observed.observation import Ending, EngineRun, ModelChoice, ModelFile, Observations
from orbitcfg.project.orbit import orbit_of
from orbitcfg.release import OrbitChoice, Release
from orbitcfg.report.diagnostics import Report
from orbitcfg.settings.model import Settings
from tests.program import run

ENTRANCE = b"app = None\n"
ROOT = "/srv/orbit/config/config.yaml"
VERSION = b'"""ORBIT."""\n\n__version__ = "2.14.1"\n'


def named(files: dict[str, bytes], root: str = ROOT, choice: OrbitChoice | None = None) -> str:
    return str(orbit_of(Memory(files), root, choice))


@pytest.mark.parametrize(
    ("files", "root", "said"),
    [
        ({}, ROOT, "2.15.9 (5b961247), the newest known"),
        ({"/srv/orbit/server/inference_server.py": ENTRANCE, "/srv/orbit/bin/orbit/__init__.py": VERSION}, ROOT, "2.14.1, found in `srv/orbit`"),
        (
            {"/srv/orbit/server/inference_server.py": ENTRANCE, "/srv/orbit/bin/orbit.sh": b"# Version: 2.10.1\n"},
            ROOT,
            "2.10.1, found in `srv/orbit`",
        ),
        # its number was raised after the release in those days
        ({"/srv/orbit/server/inference_server.py": ENTRANCE, "/srv/orbit/bin/orbit.sh": b"# Version: 2.9.6\n"}, ROOT, "2.10.0, found in `srv/orbit`"),
        ({"/srv/orbit/server/inference_server.py": ENTRANCE, "/srv/orbit/bin/orbit.sh": b"# Version: 2.6.0\n"}, ROOT, "2.6.0, found in `srv/orbit`"),
        (
            {"/opt/orbit-2.9.1/server/inference_server.py": ENTRANCE, "/opt/orbit-2.9.1/bin/orbit.sh": b"# Version: 2.9.1\n"},
            "/opt/orbit-2.9.1/config.yaml",
            "2.9.1, found in the release archive `opt/orbit-2.9.1`",
        ),
        (
            {"/srv/orbit/server/inference_server.py": ENTRANCE, "/srv/orbit/server/ai_services/__init__.py": b"__version__ = '2.15.9'\n"},
            "/srv/orbit/config.yaml",
            "2.15.9 (5b961247), found in `srv/orbit`",
        ),
        ({"/srv/orbit/server/inference_server.py": ENTRANCE}, ROOT, "of an unknown release, found in `srv/orbit`"),
        (
            {"/srv/orbit/server/inference_server.py": ENTRANCE, "/srv/orbit/bin/orbit/__init__.py": b"\xff"},
            ROOT,
            "of an unknown release, found in `srv/orbit`",
        ),
        (
            {"/opt/orbit-2.13.0/server/inference_server.py": ENTRANCE},
            "/opt/orbit-2.13.0/config/config.yaml",
            "2.13.0, found in the release archive `opt/orbit-2.13.0`",
        ),
        # the number of its own lags behind that of the archive
        (
            {"/opt/orbit-2.14.2/server/inference_server.py": ENTRANCE, "/opt/orbit-2.14.2/bin/orbit/__init__.py": VERSION},
            "/opt/orbit-2.14.2/config/config.yaml",
            "2.14.2, found in the release archive `opt/orbit-2.14.2`",
        ),
        (
            {"/orbit/server/inference_server.py": ENTRANCE, "/orbit/bin/orbit/__init__.py": VERSION},
            "/mnt/config.yaml",
            "2.14.1, found in ORBIT's image, in `orbit`",
        ),
        # a folder that is called so and holds something else
        ({"/srv/orbit/server/main.js": b"", "/srv/orbit/bin/orbit/__init__.py": VERSION}, ROOT, "2.15.9 (5b961247), the newest known"),
    ],
)
def test_it_is_found_beside_the_configuration_or_above(files: dict[str, bytes], root: str, said: str) -> None:
    assert named(files, root) == said


def test_what_is_named_wins_over_what_is_found() -> None:
    files = {"/srv/orbit/server/inference_server.py": ENTRANCE, "/srv/orbit/bin/orbit/__init__.py": VERSION}
    assert named(files, choice=OrbitChoice("v2.9.0")) == "2.9.0, named by `--orbit`"
    assert named(files, choice=OrbitChoice("2.15.9", "setting")) == "2.15.9 (5b961247), named by the setting `orbit`"
    assert named(files, choice=OrbitChoice("/srv/orbit")) == "2.14.1, named by `--orbit`"
    assert named(files, choice=OrbitChoice("/srv/orbit/server")) == "2.14.1, named by `--orbit`"


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("2.11", "write one from `2.11.0` to `2.11.1`"),
        ("v2.15.x", "write one from `2.15.0` to `2.15.9`"),
        ("2.13", "write `2.13.0`"),
        (" 1", "write one from `1.0.0` to `1.6.0`"),
        ("2.99", "the nearest are `2.15.9`"),
        ("0.9", "the nearest are `1.0.0`"),
    ],
)
def test_a_line_of_releases_is_refused_with_those_that_it_has(text: str, help_text: str) -> None:
    with pytest.raises(UsageError) as caught:
        named({}, choice=OrbitChoice(text, "setting"))
    assert str(caught.value) == f"the setting `orbit` names `{text.strip()}`, which is no single release: {help_text}"


def test_a_folder_may_be_called_like_a_line_of_releases() -> None:
    files = {"/2.11/server/inference_server.py": ENTRANCE, "/2.11/bin/orbit/__init__.py": VERSION}
    assert named(files, choice=OrbitChoice("/2.11")) == "2.14.1, named by `--orbit`"
    assert named(files, choice=OrbitChoice("2.11")) == "2.14.1, named by `--orbit`"


@pytest.mark.parametrize("text", ["2.15", "latest", "", " ", "\0", "/srv/orbit/config", "2.15.9.1", "99999.1.1", "\uff12.11.0"])
def test_what_names_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match=r"^`--orbit` names"):
        named({"/srv/orbit/config/config.yaml": b""}, choice=OrbitChoice(text))


@pytest.mark.parametrize(("text", "near"), [("2.12.77", "`2.12.1` and `2.13.0`"), ("v0.9.0", "`1.0.0`")])
def test_a_number_that_was_never_released_is_refused_with_those_near_it(text: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        named({}, choice=OrbitChoice(text))
    assert str(caught.value) == f"`--orbit` names `{text.removeprefix('v')}`, which ORBIT never released: the nearest are {near}"
    assert named({}, choice=OrbitChoice("2.99.0")) == "2.99.0, named by `--orbit`"


def test_releases_are_ordered_by_their_numbers() -> None:
    texts = ("2.9.6", "2.10.0", "2.15.9", "3.0.0")
    assert [str(each) for each in sorted(filter(None, map(Release.parse, reversed(texts))))] == list(texts)


def test_every_json_says_which_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "general: {inference_provider: shimmy}\ninference: {shimmy: {enabled: true, base_url: 'http://localhost:1', model: m}}\n"
    )
    settings = Settings(orbit=OrbitChoice("2.14.1"), no_env=True)
    path = str(tmp_path)
    told = [
        orbitcfg.validate(path, settings),
        orbitcfg.providers(path, settings),
        orbitcfg.env(path, settings),
        orbitcfg.why("general.inference_provider", path, settings),
        orbitcfg.diff(path, path, None, settings),
        orbitcfg.doctor(path, orbitcfg.Request(dry_run=True), settings),
        orbitcfg.templates(path, settings),
        orbitcfg.models(path, (), settings),
    ]
    spoken = [json.loads(orbitcfg.render(each, "json"))["for_orbit"] for each in told]
    assert spoken == [{"release": "2.14.1", "known_by": "option", "folder": None, "catalogue": "2.15.9 (5b961247)"}] * len(told)


def test_a_setting_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text("general: {}\n")
    (tmp_path / "orbitcfg.toml").write_text('orbit = "2.12.0"\n')
    monkeypatch.chdir(tmp_path)
    orbit = orbitcfg.validate(None, orbitcfg.load_settings(None)).summary.orbit
    assert str(orbit) == "2.12.0, named by the setting `orbit`"
    assert str(orbitcfg.validate(None, orbitcfg.load_settings(None, orbit="2.9.0")).summary.orbit) == "2.9.0, named by `--orbit`"


def test_every_text_says_which_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In the result, or beside it where that must stay what it is."""
    (tmp_path / "config.yaml").write_text(
        "general: {inference_provider: shimmy}\ninference: {shimmy: {enabled: true, base_url: 'http://localhost:1', model: m}}\n"
    )
    monkeypatch.chdir(tmp_path)
    commands: tuple[str, ...] = (
        "validate",
        "providers",
        "env",
        "why general.inference_provider",
        "diff . .",
        "doctor --dry-run",
        "templates",
        "models",
    )
    for command in commands:
        ran = run([*command.split(), "--orbit", "2.14.1"], capsys, monkeypatch)
        assert re.search(r"ORBIT +2\.14\.1, named by `--orbit`", ran.stdout + ran.stderr), (command, ran)


def test_the_bundle_says_which_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("general: {}\n")
    settings = Settings(orbit=OrbitChoice("2.14.1"), no_env=True)
    checkup = orbitcfg.doctor(str(tmp_path), orbitcfg.Request(dry_run=True), settings)
    bundle = bundled(checkup, str(tmp_path), settings, process={})
    assert "For ORBIT 2.14.1, named by `--orbit`.\n" in bundle.files["README.txt"]
    assert json.loads(bundle.files["report.json"])["for_orbit"]["release"] == "2.14.1"


def test_a_generation_says_which_it_is() -> None:
    orbit = orbit_of(Memory({}), ROOT, OrbitChoice("2.14.1"))
    seen = Observations(models=(ModelFile("m.gguf", 1),), engine=EngineRun(Ending.ANSWERED, ModelChoice.MODEL_PATH, "m.gguf"))
    generation = Generation(Report(), seen, "/srv", orbit=orbit)
    assert "ORBIT      2.14.1, named by `--orbit`\n" in orbitcfg.render(generation, "full")
    assert json.loads(orbitcfg.render(generation, "json"))["for_orbit"]["known_by"] == "option"
