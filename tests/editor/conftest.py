"""An example that may be written to, and a session of an editor that has it open."""

import shutil
from pathlib import Path

import pytest

from orbitcfg.editor.session import Session
from tests.shared import PROJECT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "examples" / "multi-provider", tmp_path / "multi"))


@pytest.fixture
def session(root: Path) -> Session:
    session = Session([str(root)], {})
    session.open_folders()
    return session
