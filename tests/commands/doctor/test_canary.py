"""No secret reaches the page or the bundle: a marker in every variable and in every secret place."""

import re
import shutil
from pathlib import Path

import pytest

from orbitcfg.commands.doctor.bundle import bundled
from orbitcfg.commands.doctor.command import Request, doctor
from orbitcfg.commands.doctor.html import page
from orbitcfg.files.store import Disk
from orbitcfg.live.plan import Choice
from tests.masking.test_secrets import MARKER, PLAINTEXT, variables
from tests.shared import SHARED, needs_shared


def written(folder: Path, process: dict[str, str]) -> dict[str, str]:
    """The page and the files of the bundle, of every endpoint of a configuration, none of them asked."""
    files = Disk(str(folder))
    found = doctor(str(folder), Request(choice=Choice(every=True), dry_run=True, smoke="never"), files=files, process=process)
    assert found.targets
    return {"page": page(found), **bundled(found, str(folder), files=files, process=process).files}


@needs_shared
@pytest.mark.parametrize("place", ["process", "env file"])
def test_no_variables_value_is_written(place: str, tmp_path: Path) -> None:
    """Whatever holds it: the process environment or the `.env`."""
    shutil.copytree(SHARED / "orbit" / "config", tmp_path / "config")
    names = sorted(variables(tmp_path / "config"))
    if place == "env file":
        (tmp_path / ".env").write_text("".join(f"{name}={MARKER}\n" for name in names) + f"broken {MARKER}\n", "utf-8")
    files = written(tmp_path, dict.fromkeys(names, MARKER) if place == "process" else {})
    assert [name for name, text in files.items() if MARKER in text] == []
    assert set(names) & set(re.findall(r'"(\w+)": "(?:environment|\.env)"', files["environment.json"]))


def test_no_plaintext_secret_is_written(tmp_path: Path) -> None:
    """Neither by a frame, nor by a message, nor by a value; the items of a list are shown everywhere."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(PLAINTEXT, "utf-8")
    shown = {name: set(re.findall(rf"{MARKER}\d", text)) for name, text in written(tmp_path, {}).items()}
    assert {name: found for name, found in shown.items() if found} == {"configuration.yaml": {f"{MARKER}8"}}
