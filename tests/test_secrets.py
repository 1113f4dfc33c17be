"""No secret reaches an output: a marker in every variable and in every secret place is found nowhere."""

import re
import shutil
from pathlib import Path

import pytest

from tests.program import run
from tests.shared import PROJECT, SHARED, needs_shared

MARKER = "canary-5f1c9e"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")
COMMANDS = (
    ["validate", "config"],
    ["validate", "config", "-v"],
    ["validate", "config", "-v", "--strict-env"],
    ["validate", "config", "--format", "json"],
    ["validate", "config", "--format", "concise", "-v"],
    ["validate", "config", "--format", "sarif"],
    ["validate", "config", "--format", "github"],
    ["validate", "config", "--format", "gitlab"],
    ["validate", "config", "--format", "junit"],
    ["validate", "config", "--fix", "--dry-run", "--unsafe-fixes"],
    ["env", "config"],
    ["env", "config", "--format", "json"],
    ["diff", "config", "config", "--format", "json"],
    ["resolve", "config"],
    ["resolve", "config", "--format", "json"],
    ["resolve", "config", "--annotate"],
    ["resolve", "config", "--symbolic"],
    ["providers", "config", "--all"],
    ["providers", "config", "--all", "--format", "json"],
    ["providers", "config", "--all", "--format", "markdown"],
    ["why", "auth.default_admin_password", "config"],
    ["why", "inference", "config", "--format", "json"],
    ["why", "auth.default_admin_password", "config", "--format", "json"],
)


def variables(root: Path) -> set[str]:
    """Every variable that the files below a folder name."""
    return {name for path in root.rglob("*.yaml") for name in _VARIABLE.findall(path.read_text("utf-8"))}


@needs_shared
@pytest.mark.parametrize("place", ["process", "env file"])
def test_no_variables_value_is_printed(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever holds it: the process environment or the `.env`."""
    shutil.copytree(SHARED / "orbit" / "config", tmp_path / "config")
    names = sorted(variables(tmp_path / "config"))
    if place == "process":
        for name in names:
            monkeypatch.setenv(name, MARKER)
    else:
        (tmp_path / ".env").write_text("".join(f"{name}={MARKER}\n" for name in names) + f"broken {MARKER}\n", "utf-8")
    for command in COMMANDS:
        outcome = run(command, capsys, monkeypatch, tmp_path)
        assert MARKER not in outcome.stdout + outcome.stderr, command
    assert MARKER in run(["resolve", "config", "--show-secrets"], capsys, monkeypatch, tmp_path).stdout


PLAINTEXT = f"""
auth: {{default_admin_password: {MARKER}1}}
general: {{inference_provider: openai, port: "http://user:{MARKER}2@host/"}}
embedding: {{enabled: false, provider: ollama}}
inference:
  openai:
    enabled: true
    api_key: "{MARKER}3"
    api_key: '{MARKER}4'
    base_url: https://admin:{MARKER}5@example.org/v1
    model: gpt
    temperature: nine
    client_secret: {MARKER}6 # comment
internal_services:
  redis: {{enabled: true, host: h, port: "x", password: {MARKER}7}}
  mongodb:
    password:
      - {MARKER}8
"""


def test_no_plaintext_secret_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by a code frame, nor by a message, nor by a value."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(PLAINTEXT, "utf-8")
    for command in COMMANDS:
        outcome = run(command, capsys, monkeypatch, tmp_path)
        shown = set(re.findall(rf"{MARKER}\d", outcome.stdout + outcome.stderr))
        assert shown <= {f"{MARKER}8"}, command


def test_a_broken_line_with_a_secret_is_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A syntax error quotes nothing of it."""
    (tmp_path / "config").mkdir()
    for line in (f"password: *{MARKER}", f"password: {MARKER}: {MARKER}", f"api_key: @{MARKER}", f"token: !!int {MARKER}", f'secret: "{MARKER}'):
        (tmp_path / "config" / "config.yaml").write_text(f"auth: {{}}\n{line}\n", "utf-8")
        for form in ("full", "json"):
            outcome = run(["validate", "config", "--format", form, "-v"], capsys, monkeypatch, tmp_path)
            assert outcome.status == 1
            assert MARKER not in outcome.stdout + outcome.stderr, line


def test_examples_hold_no_key() -> None:
    """Nothing in the examples looks like a real key."""
    for path in (PROJECT / "examples").rglob("*.yaml"):
        assert not re.search(r"sk-[A-Za-z0-9]{8}", path.read_text("utf-8")), path
