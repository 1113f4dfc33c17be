"""In a job of a build server: places by the repository, the server's own format, a text from stdin."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.commands.test_use import tree
from tests.program import run

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
BROKEN = {"root": "import: [inference.yaml, adapters.yaml]\ngeneral: {inference_provider: shimy}\n"}


@pytest.fixture
def gateway(tmp_path: Path) -> Path:
    """A configuration with a fault, in a folder of a repository."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    place = tmp_path / "repository" / "services" / "gateway"
    (place / "config").mkdir(parents=True)
    for path, text in tree(**BROKEN).contents.items():
        (place / path.removeprefix("/repo/")).write_bytes(text)
    return place


def uris(sarif: str) -> set[tuple[str, str | None]]:
    results = json.loads(sarif)["runs"][0]["results"]
    places = [
        each["physicalLocation"]["artifactLocation"] for result in results for each in (*result["locations"], *result.get("relatedLocations", ()))
    ]
    return {(each["uri"], each.get("uriBaseId")) for each in places}


def test_places_are_named_by_the_repository_also_in_a_folder_of_it(gateway: Path, capsys: Capture, monkeypatch: Patch) -> None:
    texts = {
        (name, folder.name): run(["validate", "--no-env", "--format", name, path], capsys, monkeypatch, folder).stdout
        for name in ("sarif", "github", "gitlab")
        for folder, path in ((gateway, "."), (gateway.parent.parent, "services/gateway"))
    }
    expected = {(f"services/gateway/config/{name}.yaml", "%SRCROOT%") for name in ("config", "inference")}
    assert uris(texts["sarif", "gateway"]) == uris(texts["sarif", "repository"]) == expected
    assert "file=services/gateway/config/config.yaml,line=2," in texts["github", "gateway"]
    assert {each["location"]["path"] for each in json.loads(texts["gitlab", "gateway"])} <= {uri for uri, _ in expected}


def test_what_lies_outside_of_the_repository_is_named_by_its_whole_path(gateway: Path, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "other" / ".git").mkdir(parents=True)
    outcome = run(["validate", "--no-env", "--format", "sarif", "../repository/services/gateway"], capsys, monkeypatch, tmp_path / "other")
    assert uris(outcome.stdout) == {(f"file://{gateway.as_posix()}/config/{name}.yaml", None) for name in ("config", "inference")}


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_no_path_leads_far_up(depth: int, gateway: Path, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    """From folders of the repository and of another one, with the configuration named by a path that does lead up."""
    for start in ("repository", "other"):
        (tmp_path / start / ".git").mkdir(parents=True, exist_ok=True)
        folder = (tmp_path / start).joinpath(*"abcdef"[:depth])
        folder.mkdir(parents=True)
        place = "../" * (depth + 1) + "repository/services/gateway"
        texts = [
            run(["validate", "--no-env", "--format", name, place], capsys, monkeypatch, folder).stdout
            for name in ("sarif", "github", "gitlab", "full", "json")
        ]
        assert {(start, "../../.." in text, "services/gateway/config/config.yaml" in text) for text in texts} == {(start, False, True)}
        inside = {(f"services/gateway/config/{name}.yaml", "%SRCROOT%") for name in ("config", "inference")}
        outside = {(f"file://{gateway.as_posix()}/config/{name}.yaml", None) for name in ("config", "inference")}
        assert uris(texts[0]) == (inside if start == "repository" else outside)


@pytest.mark.parametrize(
    ("variables", "arguments", "begin"),
    [
        ({"GITHUB_ACTIONS": "true"}, [], "::error file=services/gateway/"),
        ({"GITLAB_CI": "true"}, [], "[\n"),
        ({"GITHUB_ACTIONS": "true"}, ["--format", "concise"], "config/config.yaml:2:"),
        ({"GITHUB_ACTIONS": "true", "ORBITCFG_FORMAT": "concise"}, [], "config/config.yaml:2:"),
        ({"GITHUB_ACTIONS": "false"}, [], "ORBIT would not start"),
    ],
)
def test_a_build_server_gets_its_own_format_where_nothing_is_said(
    variables: dict[str, str], arguments: list[str], begin: str, gateway: Path, capsys: Capture, monkeypatch: Patch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    outcome = run(["validate", "--no-env", *arguments], capsys, monkeypatch, gateway)
    assert (outcome.status, outcome.stdout[: len(begin)]) == (1, begin)


def test_other_commands_print_as_ever_there(gateway: Path, capsys: Capture, monkeypatch: Patch) -> None:
    before = run(["providers", "--no-env"], capsys, monkeypatch, gateway)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run(["providers", "--no-env"], capsys, monkeypatch, gateway) == before


def test_a_diff_gives_the_runner_no_commands(gateway: Path, capsys: Capture, monkeypatch: Patch) -> None:
    root = gateway / "config" / "config.yaml"
    root.write_text(root.read_text("utf-8").replace("general:", "# x\n::error::y\n#"), "utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    outcome = run(["validate", "--no-env", "--fix", "--dry-run"], capsys, monkeypatch, gateway)
    assert "\n::error::" not in f"\n{outcome.stdout}"


def test_where_no_configuration_is_the_one_below_is_named(gateway: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env"], capsys, monkeypatch, gateway.parent.parent)
    said = (
        "orbitcfg: no configuration found: neither config/config.yaml nor config.yaml is here or further up; `services/gateway` has one: name it as PATH; "
        "in a pre-commit hook, write `args: [services/gateway]`\n"
    )
    assert (outcome.status, outcome.stderr) == (2, said)


def stdin(text: str, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_stdin_stands_for_a_file(gateway: Path, capsys: Capture, monkeypatch: Patch) -> None:
    root = gateway / "config" / "config.yaml"
    arguments = ["validate", "--no-env", "-", "--stdin-filename", "config/config.yaml"]
    stdin(root.read_text("utf-8").replace("shimy", "shimmy"), monkeypatch)
    assert run(arguments, capsys, monkeypatch, gateway).stdout.count("ORB501") == 0
    stdin("adapters: [\n", monkeypatch)
    outcome = run([*arguments[:-1], "config/adapters.yaml", "--format", "concise"], capsys, monkeypatch, gateway)
    assert (outcome.status, outcome.stdout.startswith("config/adapters.yaml:1:11: error[ORB101]")) == (1, True), outcome.stdout


@pytest.mark.parametrize("arguments", [["-"], ["--stdin-filename", "config/config.yaml"], ["-", "config", "--stdin-filename", "config/config.yaml"]])
def test_stdin_wants_the_name_of_one_file(arguments: list[str], gateway: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", *arguments], capsys, monkeypatch, gateway)
    said = "orbitcfg: `-` reads one file from stdin: `orbitcfg validate - --stdin-filename config/inference.yaml`\n"
    assert (outcome.status, outcome.stderr) == (2, said)


def test_stdin_is_looked_at_once(gateway: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "-", "--stdin-filename", "config/config.yaml", "--fix"], capsys, monkeypatch, gateway)
    assert (outcome.status, outcome.stderr) == (2, "orbitcfg: what stdin holds is looked at once: leave out --fix, --write-baseline and --watch\n")
