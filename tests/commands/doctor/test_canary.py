"""No secret reaches the page or the bundle: a marker in every variable and in every secret place."""

import re
from pathlib import Path

from orbitcfg.commands.doctor.bundle import bundled
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.html import page
from orbitcfg.commands.doctor.request import EndpointFilter, Request
from orbitcfg.files.store import Disk
from tests.masking.test_secrets import MARKER, PLAINTEXT


def written(folder: Path, process: dict[str, str]) -> dict[str, str]:
    """The page and the files of the bundle, of every endpoint of a configuration, none of them asked."""
    files = Disk(str(folder))
    found = doctor(str(folder), Request(choice=EndpointFilter(every=True), dry_run=True, smoke="never"), files=files, process=process)
    assert found.targets
    return {"page": page(found), **bundled(found, str(folder), files=files, process=process).files}


def test_no_plaintext_secret_is_written(tmp_path: Path) -> None:
    """Neither by a frame, nor by a message, nor by a value."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(PLAINTEXT, "utf-8")
    shown = {name: set(re.findall(rf"{MARKER}\d", text)) for name, text in written(tmp_path, {}).items()}
    assert {name: found for name, found in shown.items() if found} == {}
