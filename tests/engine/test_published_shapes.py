"""What `models` and `smoke` print has its published shape."""

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from orbitcfg.engine import selftest
from tests.program import run
from tests.shared import PROJECT


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("models", ["models", "--dir", "."]),
        ("smoke", ["smoke", "--self-test"]),
        ("smoke", ["smoke", "--model", "broken.gguf"]),
        ("smoke", ["smoke", "--no-env", str(PROJECT / "examples" / "shimmy")]),
    ],
)
def test_json_fits_its_schema(
    name: str, arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(selftest.path(), tmp_path / "fine.gguf")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF\x03\x00")
    schema = json.loads((PROJECT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    outcome = run([*arguments, "--format", "json"], capsys, monkeypatch, tmp_path)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(outcome.stdout))] == []
