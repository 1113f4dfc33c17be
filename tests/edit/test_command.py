"""`validate --fix` as a user meets it."""

import shutil
from pathlib import Path

import pytest

from orbitcfg.edit.preview import masked_diff
from tests.program import run
from tests.shared import PROJECT

BROKEN = PROJECT / "examples" / "broken"
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
SECRET = "canary-77aa10"

TEXT = f"""# a key: {SECRET[:6]}
auth:
  default_admin_password:
    {SECRET}
inference:
  openai: {{enabled: yes, api_key: "{SECRET}", model: m, base_url: "https://u:{SECRET}@h.example/v1"}}
internal_services:
  redis:
    password: |
      {SECRET}
      {SECRET}
    enabled: yes
    client_secret: "{SECRET}
      {SECRET}"
general: {{inference_provider: openai}}
"""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the broken example."""
    return Path(shutil.copytree(BROKEN, tmp_path / "broken"))


def test_fix_writes_and_shows_what_is_left(broken: Path, capsys: Capture, monkeypatch: Patch) -> None:
    before = contents(broken)
    outcome = run(["validate", "--no-env", "--fix", "--format", "concise"], capsys, monkeypatch, broken)
    assert outcome.status == 1
    assert "fixed 5 findings in `config/inference.yaml`, `config/adapters.yaml`, `config/config.yaml`; 3 more with --unsafe-fixes\n" in outcome.stderr
    for code in ("ORB110", "ORB106", "ORB411", "ORB501"):
        assert code not in outcome.stdout
    after = contents(broken)
    assert {name for name in after if after[name] != before[name]} == {"config/config.yaml", "config/inference.yaml", "config/adapters.yaml"}


def test_a_second_fix_finds_nothing(broken: Path, capsys: Capture, monkeypatch: Patch) -> None:
    for arguments in (["--fix"], ["--fix", "--unsafe-fixes"]):
        run(["validate", "--no-env", *arguments], capsys, monkeypatch, broken)
        before = contents(broken)
        outcome = run(["validate", "--no-env", *arguments], capsys, monkeypatch, broken)
        assert outcome.stderr.startswith("nothing to fix")
        assert contents(broken) == before


def test_a_dry_run_shows_the_difference_and_writes_nothing(broken: Path, capsys: Capture, monkeypatch: Patch) -> None:
    before = contents(broken)
    outcome = run(["validate", "--no-env", "--fix", "--dry-run", "--select", "ORB301,ORB110"], capsys, monkeypatch, broken)
    assert outcome.status == 1
    assert outcome.stdout == (
        "--- config/config.yaml\n+++ config/config.yaml\n@@ -2,11 +2,11 @@\n import:\n   - inference.yaml\n   - adapters.yaml\n"
        "-  - store.yaml\n+  - stores.yaml\n \n general:\n   port: 3000\n-  inference_provder: shimmy\n+  inference_provider: shimmy\n"
        " \n auth:\n   default_admin_password: ${ORBIT_DEFAULT_ADMIN_PASSWORD:?not set}\n"
    )
    assert outcome.stderr.startswith("would fix 2 findings in `config/config.yaml`")
    assert contents(broken) == before


def test_a_silenced_finding_and_one_that_is_not_selected_are_not_fixed(broken: Path, capsys: Capture, monkeypatch: Patch) -> None:
    path = broken / "config" / "adapters.yaml"
    path.write_text(path.read_text("utf-8").replace("enabled: yes", "enabled: yes  # orbitcfg: ignore[ORB106] our way"), "utf-8")
    before = contents(broken)
    run(["validate", "--no-env", "--fix", "--select", "ORB106"], capsys, monkeypatch, broken)
    assert contents(broken) == before


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--unsafe-fixes"], ["--fix", "--write-baseline", "b.json"]])
def test_options_that_do_not_go_together_are_refused(arguments: list[str], broken: Path, capsys: Capture, monkeypatch: Patch) -> None:
    before = contents(broken)
    outcome = run(["validate", "--no-env", *arguments], capsys, monkeypatch, broken)
    assert (outcome.status, outcome.stdout, contents(broken)) == (2, "", before)


def test_a_file_that_cannot_be_written_is_bad_usage(broken: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (broken / "config" / "adapters.yaml").chmod(0o444)
    outcome = run(["validate", "--no-env", "--fix", "--select", "ORB106"], capsys, monkeypatch, broken)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr == "orbitcfg: `config/adapters.yaml` was not written: it is read-only\n"


def test_a_difference_shows_no_secret(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(TEXT, "utf-8")
    outcome = run(["validate", "--no-env", "--fix", "--dry-run", "--unsafe-fixes"], capsys, monkeypatch, tmp_path)
    assert outcome.stdout.count("\n+") >= 2
    assert SECRET not in outcome.stdout + outcome.stderr


def test_a_difference_says_where_a_last_line_break_is_missing_and_steers_no_terminal() -> None:
    assert masked_diff("a.yaml", "a: yes", "a: true") == (
        "--- a.yaml\n+++ a.yaml\n@@ -1 +1 @@\n-a: yes\n\\ No newline at end of file\n+a: true\n\\ No newline at end of file\n"
    )
    assert "\x1b" not in masked_diff("\x1b[31m.yaml", "a: yes # \x9b31m\n", "a: true # \x9b31m\n")


def test_a_diff_shows_no_line_that_stays_however_often_it_stands_there() -> None:
    block = "  {}:\n    enabled: false\n    top_k: 20\n    temperature: 0.1\n"
    old = "inference:\n" + "".join(block.format(f"p{number}") for number in range(80))
    new = old.replace("  p40:\n    enabled: false\n    top_k: 20\n", "  p40:\n    enabled: true\n")
    lines = masked_diff("a.yaml", old, new, context=1).splitlines()
    assert lines == [
        "--- a.yaml",
        "+++ a.yaml",
        "@@ -162,4 +162,3 @@",
        "   p40:",
        "-    enabled: false",
        "-    top_k: 20",
        "+    enabled: true",
        "     temperature: 0.1",
    ]
