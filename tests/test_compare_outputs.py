"""The comparison of outputs sees what changed, and nothing else."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.shared import PROJECT
from tests.tools.compare_outputs import main
from tests.tools.compare_record import INPUTS, PLAN, Plan, Run

ROOT = "auth: {default_admin_password: pw}\nimport: '{root}/more.yaml'\n"


def recorded(folder: Path, text: str) -> Path:
    """The recording of a tree with one import, whose text is given."""
    config = folder / "corpus" / INPUTS / "tree"
    config.mkdir(parents=True)
    (config / "config.yaml").write_text(ROOT, "utf-8")
    (config / "more.yaml").write_text(text, "utf-8")
    lines = ("resolve --format json {root}/config.yaml", "validate nowhere", "validate --format json")
    plan = Plan([Run("tree/all", "tree", line.split(), root="tree") for line in lines], ["tree/config.yaml"])
    (folder / "corpus" / PLAN).write_text(json.dumps(asdict(plan)), "utf-8")
    tool = [sys.executable, "-m", "tests.tools.compare_outputs", "RECORD", str(folder / "outputs"), "--corpus", str(folder / "corpus")]
    subprocess.run(tool, cwd=PROJECT, check=True)
    return folder / "outputs"


def test_only_what_differs_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, same, other = (recorded(tmp_path / name, text) for name, text in (("one", "x: 1\n"), ("same", "x: 1\n"), ("other", "x: 2\n")))

    assert (main(["DIFF", str(one), str(same)]), capsys.readouterr().out) == (0, "")
    assert main(["DIFF", str(one), str(other)]) == 1
    assert capsys.readouterr().out == (
        "tree/all.json: tree$ orbitcfg resolve --format json '{root}/config.yaml'\n"
        '  @@ -4,3 +4,3 @@\n     },\n  -  "x": 1\n  +  "x": 2\n   }\n\n'
        "1 of 3 outputs differ\n"
    )


def test_a_recording_names_no_place_of_the_machine(tmp_path: Path) -> None:
    outputs = json.loads((recorded(tmp_path, "x: 1\n") / "tree" / "all.json").read_text("utf-8"))

    assert outputs["tree$ orbitcfg validate nowhere"] == [
        "--- stderr\n",
        "orbitcfg: no configuration at `nowhere`: it is neither a file nor a folder\n",
        "--- exit 2\n",
    ]
    assert str(tmp_path) not in json.dumps(outputs)
