"""A link that lies in a repository is followed within it alone, whatever the command, and by whatever name it is come to."""

import os
from pathlib import Path

import pytest

from tests.program import run

pytestmark = [pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them"), pytest.mark.usefixtures("no_network")]
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

TEXT = "neighbour: {a: 1}\ngeneral: {verbos: a secret of the neighbour}\nauth: {default_admin_password: x}\n"
"""With a mistake, so that a frame would show it and a fix would change it."""

COMMANDS = (
    ("validate", "--no-env", "--verbose"),
    ("validate", "--verbose", "config"),
    ("validate", "--no-env", "config/config.yaml"),
    ("validate", "--no-env", "--fix", "--unsafe-fixes"),
    ("validate", "--no-env", "--write-baseline", "written"),
    ("resolve", "--symbolic", "--no-env", "--output", "written"),
    ("resolve", "--show-secrets", "config"),
    ("why", "general", "--no-env"),
    ("providers", "--no-env"),
    ("env", "--no-env", "--write-example", "written"),
    ("diff", "config", "config"),
    ("doctor", "--dry-run", "--no-env", "--smoke", "never", "--html", "written"),
    ("models", "--no-env"),
)


def repository(folder: Path) -> Path:
    """A repository, and a folder beside it."""
    here = folder / "repository"
    (here / ".git").mkdir(parents=True)
    (folder / "outside").mkdir()
    return here


def fill(folder: Path) -> Path:
    """Makes a configuration of it, with settings that are wrong."""
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_text(TEXT, "utf-8")
    (folder / "orbitcfg.toml").write_text("neighbour = 1\n", "utf-8")
    return folder


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("target", "why"), [("../outside", "a link leads out of the repository"), (".git/config", "a link leads into `.git`")])
def test_a_configuration_folder_that_is_a_link_elsewhere_is_refused(
    arguments: tuple[str, ...], target: str, why: str, tmp_path: Path, capsys: Capture, monkeypatch: Patch
) -> None:
    """None of it is shown, copied or changed."""
    here = repository(tmp_path)
    elsewhere = fill(Path(os.path.normpath(here / target)))
    (here / "config").symlink_to(target)
    name = next((each for each in arguments if each.startswith("config")), "config/config.yaml")
    real = elsewhere / "config.yaml" if name.endswith(".yaml") else elsewhere
    outcome = run(arguments, capsys, monkeypatch, here)
    told = f"orbitcfg: `{name}` cannot be used: {why}; name `{real}` itself\n"
    assert (outcome.status, outcome.stdout, outcome.stderr) == (2, "", told)
    assert sorted(os.listdir(here)) == [".git", "config"]
    assert (sorted(os.listdir(elsewhere)), (elsewhere / "config.yaml").read_text("utf-8")) == (["config.yaml", "orbitcfg.toml"], TEXT)


def test_the_folder_itself_is_taken_where_a_user_names_it(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    here = repository(tmp_path)
    (fill(tmp_path / "outside") / "orbitcfg.toml").unlink()
    assert "`verbos`" in run(["validate", "--no-env", "../outside"], capsys, monkeypatch, here).stdout


def test_a_link_within_the_repository_is_followed(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    here = repository(tmp_path)
    (fill(here / "shared") / "orbitcfg.toml").unlink()
    (here / "config").symlink_to("shared")
    assert "`verbos`" in run(["validate", "--no-env"], capsys, monkeypatch, here).stdout
    run(["validate", "--no-env", "--fix"], capsys, monkeypatch, here)
    assert "verbose: " in (here / "shared/config.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["etc/config", "etc/config/config.yaml", "etc"])
def test_a_link_that_lies_in_no_repository_is_followed(name: str, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    """As `/etc/orbit/config` is to `/opt/orbit/config`."""
    (tmp_path / "etc").mkdir()
    (fill(tmp_path / "opt") / "orbitcfg.toml").unlink()
    (tmp_path / "etc/config").symlink_to("../opt")
    assert "`verbos`" in run(["validate", "--no-env", str(tmp_path / name)], capsys, monkeypatch, tmp_path).stdout


def test_a_link_to_a_link_of_a_repository_is_fenced_in(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    """The first is of the machine's owner, the second of whoever wrote the repository."""
    here = repository(tmp_path)
    fill(tmp_path / "outside")
    (here / "config").symlink_to("../outside")
    (tmp_path / "mine").symlink_to("repository/config")
    outcome = run(["validate", "--no-env", "mine"], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith("orbitcfg: `mine` cannot be used: a link leads out of the repository; name `")


@pytest.mark.parametrize(
    "arguments",
    [("validate", "--no-env", "--baseline"), ("validate", "--env-file"), ("resolve", "--symbolic", "--no-env", "--check")],
    ids=" ".join,
)
def test_a_file_beside_the_configuration_that_is_a_link_elsewhere_is_refused(
    arguments: tuple[str, ...], tmp_path: Path, capsys: Capture, monkeypatch: Patch
) -> None:
    here = repository(tmp_path)
    (here / "config.yaml").write_text("auth: {default_admin_password: x}\n", "utf-8")
    (tmp_path / "outside/secret").write_text("NEIGHBOUR=1\n", "utf-8")
    (here / "link").symlink_to("../outside/secret")
    outcome = run([*arguments, "link"], capsys, monkeypatch, here)
    told = f"orbitcfg: `link` cannot be used: a link leads out of the repository; name `{tmp_path}/outside/secret` itself\n"
    assert (outcome.status, outcome.stderr[-len(told) :]) == (2, told)
    assert "NEIGHBOUR" not in outcome.transcript


def test_a_schema_of_the_settings_that_is_a_link_elsewhere_is_refused(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    here = repository(tmp_path)
    (here / "config.yaml").write_text("general: {}\n", "utf-8")
    (here / "orbitcfg.toml").write_text("schemas = ['own.json']\n", "utf-8")
    (tmp_path / "outside/own.json").write_text("{}", "utf-8")
    (here / "own.json").symlink_to("../outside/own.json")
    outcome = run(["validate", "--no-env"], capsys, monkeypatch, here)
    assert (outcome.status, outcome.stderr) == (2, "orbitcfg: orbitcfg.toml: `schemas` names `own.json`, which lies outside the repository\n")


def test_a_circle_of_links_ends(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    here = repository(tmp_path)
    for name, target in (("a", "b"), ("b", "a"), ("up", "../repository/up"), ("deep", "deep/deep")):
        (here / name).symlink_to(target)
    for name in ("a", "up", "deep", "a/b"):
        assert run(["validate", "--no-env", name], capsys, monkeypatch, here).status == 2
