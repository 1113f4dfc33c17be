"""Doctor by a command of the editor: the only way in which the language server asks a server."""

from pathlib import Path

import pytest

from orbitcfg.editor.checkup import MachineModels, doctor_text
from orbitcfg.editor.project import project_of
from orbitcfg.errors import UsageError
from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Disk
from orbitcfg.settings.model import Settings
from tests.live.doubles import serving
from tests.live.doubles.shimmy import Shimmy
from tests.shared import PROJECT

EXAMPLE = PROJECT / "examples" / "shimmy"


def test_doctor_asks_for_the_text_that_is_typed() -> None:
    """The address stands in the editor alone, and on no disk."""
    with serving(Shimmy("1.7.4")) as double:
        path = str(EXAMPLE / "config" / "inference.yaml")
        typed = Path(path).read_text("utf-8").replace("${SHIMMY_URL:-http://localhost:11435}", double.url)
        assert double.url in typed
        files = Disk(str(EXAMPLE))
        project = project_of(files, str(EXAMPLE), Settings(), {"ORBIT_DEFAULT_ADMIN_PASSWORD": "x" * 20})
        assert project is not None
        text = doctor_text(project, Overlay(files, {path: typed.encode()}), "")
    assert double.url in text
    assert "Shimmy 1.7.4" in text
    assert double.asked


def test_doctor_says_where_there_is_no_such_adapter() -> None:
    files = Disk(str(EXAMPLE))
    project = project_of(files, str(EXAMPLE), Settings(), {})
    assert project is not None
    with pytest.raises(UsageError, match="there is no adapter `nobody`"):
        doctor_text(project, files, "nobody")


@pytest.mark.usefixtures("no_network")
def test_the_models_of_this_machine_are_looked_for_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    found = MachineModels()
    assert found.known(str(EXAMPLE), {"HOME": str(tmp_path)}) == ()
    found.join()
    first = found.known(str(EXAMPLE), {})
    assert found.known(str(EXAMPLE / "nowhere"), {}) is first
