"""Recorded facts, which stand in the project, and ORBIT's own trees, which need not be at hand."""

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parent.parent
FACTS = PROJECT / "tests" / "facts"
SHARED = PROJECT.parent / "shared"
"""Beside the project: three configurations that ORBIT ships, in `orbit/`, and what its loader makes of them."""

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the trees that ORBIT ships are not at hand")


def drawn(count: int) -> int:
    """On how many drawn examples a law is tried: on so many, and on many times as many by `make fuzz`."""
    return count * int(os.environ.get("LAW_EXAMPLES", "1"))


@cache
def read_facts(name: str) -> Any:
    """What is recorded under a name, such as `shimmy/cli`. It is read once, so nobody may change it."""
    path = FACTS / f"{name}.json"
    content = path.read_bytes() if path.is_file() else gzip.decompress((FACTS / f"{name}.json.gz").read_bytes())
    return json.loads(content)
