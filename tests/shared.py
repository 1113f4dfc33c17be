"""Recorded facts and trees, where they are at hand; under CI their absence is a failure."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
IN_CI = os.environ.get("CI") == "true"

needs_shared = pytest.mark.skipif(not SHARED.is_dir() and not IN_CI, reason="the recorded facts are not at hand")
