"""What the tests of releases share."""

from pathlib import Path

import pytest

from tests.shared import SHARED


@pytest.fixture
def orbit_tree() -> Path:
    """The newest tree that ORBIT ships, with its folder `config`."""
    if not SHARED.is_dir():
        pytest.skip("the trees that ORBIT ships are not at hand")
    return SHARED / "orbit"
