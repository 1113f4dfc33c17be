"""Reports about hooks and about schemas in editors; those about SARIF are told in `tests/commands/test_ci.py`, those about commits in `tests/precommit`."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import orbitcfg
from tests.program import run
from tests.reports import files_of


def test_a_variable_may_stand_where_a_number_or_a_switch_belongs(tmp_path: Path) -> None:
    """161-schema-variable-in-number."""
    place = files_of("161-schema-variable-in-number", tmp_path)
    validator = Draft202012Validator(json.loads(orbitcfg.schema(path=str(place), bundle=True)))
    found = {
        path.name: [error.message for error in validator.iter_errors(yaml.safe_load(path.read_text("utf-8")))]
        for path in (place / "config").iterdir()
    }
    assert found == {"adapters.yaml": [], "config.yaml": [], "inference.yaml": []}


def test_a_hook_where_no_configuration_is_refuses_and_says_how_to_name_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """154-hook-no-config: the hook ends as a command that was called wrongly does."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    outcome = run(["validate", "--no-env"], capsys, monkeypatch, tmp_path)
    words = (
        "orbitcfg: no configuration found: neither config/config.yaml nor config.yaml is here or further up; "
        "name its folder or root file; `orbitcfg init` writes a new one\n"
    )
    assert (outcome.status, outcome.stderr) == (2, words)
