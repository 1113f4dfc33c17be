"""What commands print as JSON has its published schema; `resolve` prints the configuration itself, `schema` a schema."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from orbitcfg import FORMATS
from tests.program import run
from tests.shared import PROJECT
from tests.tools.shapes import SHAPES

EXAMPLES = tuple(path.parent.parent.name for path in sorted((PROJECT / "examples").glob("*/config/config.yaml")))
KEYS = ("general.port", "general.inference_provider", "inference.shimmy.model", "general.https", "adapters[0].name", "import")


def faults(command: str, text: str) -> list[str]:
    """Where a text is not what the schema of a command's JSON says."""
    schema: dict[str, Any] = json.loads((PROJECT / "schemas" / SHAPES[command][0]).read_text("utf-8"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(text))]


def test_every_command_with_json_has_a_schema() -> None:
    assert SHAPES.keys() == {command for command, formats in FORMATS.items() if "json" in formats} - {"resolve"}


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "--no-env"),
        ("providers", "--all"),
        ("env",),
        ("diff", "examples/broken"),
        ("doctor", "--dry-run"),
        ("models",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_json_fits_its_schema(arguments: tuple[str, ...], example: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run([*arguments, f"examples/{example}", "--format", "json"], capsys, monkeypatch, PROJECT)
    assert faults(arguments[0], outcome.stdout) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_explanation_fits_its_schema(example: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of keys that are set, written and gone, and not set; of what is no key there is no explanation."""
    outcomes = [run(["why", key, f"examples/{example}", "--format", "json"], capsys, monkeypatch, PROJECT) for key in KEYS]
    explained = [outcome.stdout for outcome in outcomes if outcome.status == 0]
    assert explained
    assert [fault for text in explained for fault in faults("why", text)] == []


@pytest.mark.parametrize("arguments", [[], ["ORB501"]])
def test_rules_fit_their_schema(arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("rule", run(["rule", *arguments, "--format", "json"], capsys, monkeypatch).stdout) == []


def test_a_schema_refuses_what_it_does_not_name() -> None:
    assert faults("why", '{"version": 1, "key": "a", "set": false, "value": null, "meaning": null, "steps": [], "more": 1}')
