"""The report that says how far the catalogue has drifted from an ORBIT."""

import os
import subprocess
import sys
from pathlib import Path

from tests.shared import PROJECT
from tests.tools import drift

CODE = b"""
class Settings:
    def __init__(self, config):
        self.glow = config.get("glow", 1)
        self.level = (config.get("logging") or {}).get("level")
        self.other = requests.get("elsewhere")
        self.deep = self.adapter_config.get("deeper")
"""


def test_keys_that_the_catalogue_lacks_are_told_with_their_place() -> None:
    rows = drift.report({"server/a.py": CODE})
    assert [row for row in rows if row.kind == "key without a row"] == [
        drift.Row("key without a row", "deeper", "server/a.py:7"),
        drift.Row("key without a row", "glow", "server/a.py:4"),
    ]


def test_rows_and_classes_without_code_are_told() -> None:
    rows = {(row.kind, row.name) for row in drift.report({"server/a.py": CODE})}
    assert {
        ("row without code", "inference_provider"),
        ("provider of inference without code", "shimmy"),
        ("class without code", "FileVectorRetriever"),
    } <= rows
    assert ("row without code", "level") not in rows


def test_every_explanation_has_a_reason() -> None:
    assert all(drift.explained().values())


def test_it_ends_with_a_status(tmp_path: Path) -> None:
    """A pipe among the modules is not waited for, and it is said that not all was read."""
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "a.py").write_bytes(CODE)
    os.mkfifo(tmp_path / "server" / "pipe.py")
    run = subprocess.run([sys.executable, "-m", "tests.tools.drift", str(tmp_path)], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert (run.returncode, "key without a row: glow (server/a.py:4)" in run.stdout, "not read" in run.stdout) == (1, True, True)
