"""`init`: a configuration that starts, in a folder that is empty."""

import json
import os
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.files.store import Disk
from tests.commands.test_published_shapes import faults
from tests.program import run

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
NAMED = ["--provider", "shimmy", "--model", "phi3-mini"]


def test_what_is_written_has_nothing_to_be_fixed(tmp_path: Path, capsys: Capture, monkeypatch: Patch, no_network: None) -> None:
    outcome = run(["init", "new", *NAMED], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stdout) == (0, "")
    assert outcome.stderr.startswith(
        "wrote `new/config/config.yaml`, `new/config/inference.yaml`, `new/config/adapters.yaml`, `new/env.example` for "
    )
    assert sorted(path.relative_to(tmp_path / "new").as_posix() for path in (tmp_path / "new").rglob("*.*")) == [
        "config/adapters.yaml",
        "config/config.yaml",
        "config/inference.yaml",
        "env.example",
    ]
    report = orbitcfg.validate("new", process={"ORBIT_DEFAULT_ADMIN_PASSWORD": "x"})
    assert [each.code for each in report.diagnostics if each.severity > orbitcfg.Severity.INFO] == []
    assert report.verdict is not None
    assert report.verdict.starts is True
    (default, adapter) = orbitcfg.providers("new", process={"ORBIT_DEFAULT_ADMIN_PASSWORD": "x"}).rows
    assert (default.model_name, adapter.model_name, str(adapter.adapter)) == ("phi3-mini", "phi3-mini", "simple-chat")


@pytest.mark.parametrize("provider", orbitcfg.provider_names())
def test_any_provider_can_be_the_one(provider: str, tmp_path: Path) -> None:
    made = orbitcfg.init(str(tmp_path), provider=provider, model="a/b", process={})
    assert made.variables[0] == "ORBIT_DEFAULT_ADMIN_PASSWORD"
    assert [each.name for each in made.files] == ["config/config.yaml", "config/inference.yaml", "config/adapters.yaml", "env.example"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    outcome = run(["init", ".", *NAMED], capsys, monkeypatch, tmp_path)
    assert (outcome.status, [path.name for path in tmp_path.iterdir()]) == (2, ["mine.txt"])
    assert outcome.stderr.startswith("orbitcfg: `.` is not empty: name a new folder")
    assert run(["init", "mine.txt", *NAMED], capsys, monkeypatch, tmp_path).stderr == "orbitcfg: `mine.txt` is no folder\n"


def test_a_new_repository_counts_as_empty_and_git_s_own_folder_is_none(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / ".git").mkdir()
    assert run(["init", ".git", *NAMED], capsys, monkeypatch, tmp_path).status == 2
    assert list((tmp_path / ".git").iterdir()) == []
    assert run(["init", *NAMED], capsys, monkeypatch, tmp_path).status == 0
    assert (tmp_path / "config" / "config.yaml").is_file()


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    repository, outside = tmp_path / "repository", tmp_path / "outside"
    (repository / ".git").mkdir(parents=True)
    outside.mkdir()
    (repository / "new").symlink_to(outside)
    assert run(["init", "new", *NAMED], capsys, monkeypatch, repository).status == 2
    assert run(["init", "../outside", *NAMED], capsys, monkeypatch, repository).status == 2
    assert list(outside.iterdir()) == []


def test_what_comes_in_between_is_not_written_over(tmp_path: Path) -> None:
    made = orbitcfg.init(str(tmp_path / "new"), provider="shimmy", model="a", process={})
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "env.example").write_text("mine")
    with pytest.raises(orbitcfg.UsageError, match="is not empty"):
        orbitcfg.write_init(made, Disk())
    assert (tmp_path / "new" / "env.example").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--provider", "shimy"], "there is no provider `shimy`: did you mean `shimmy`?"), (["--provider", "groq"], "name a model with `--model`")],
)
def test_what_is_not_known_is_said(arguments: list[str], words: str, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["init", *arguments], capsys, monkeypatch, tmp_path)
    assert outcome.status == 2
    assert words in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_shows_the_files_and_json_has_its_schema(tmp_path: Path, capsys: Capture, monkeypatch: Patch, no_network: None) -> None:
    shown = run(["init", *NAMED, "--dry-run"], capsys, monkeypatch, tmp_path)
    assert (
        "# config/inference.yaml\ninference:\n  shimmy:\n    enabled: true\n    base_url: http://localhost:11435\n    model: phi3-mini\n"
        in shown.stdout
    )
    outcome = run(["init", *NAMED, "--dry-run", "--format", "json"], capsys, monkeypatch, tmp_path)
    assert faults("init", outcome.stdout) == []
    assert json.loads(outcome.stdout)["provider"] == "shimmy"
    assert list(tmp_path.iterdir()) == []
