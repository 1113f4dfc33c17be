"""A folder that the real Chroma made, and what is left in it by a look."""

import subprocess
from pathlib import Path

import pytest

from orbitcfg.observed.resource import ResourceFault
from tests.resources.looking import look, rows
from tests.resources.test_sqlite import at, listing
from tests.tools.build_resources import ROOT

pytestmark = pytest.mark.resources

_FILL = """
import sys, chromadb
client = chromadb.PersistentClient(path=sys.argv[1], settings=chromadb.Settings(anonymized_telemetry=False))
client.create_collection("city").add(ids=["a"], embeddings=[[0.1, 0.2, 0.3]], documents=["x"])
client.create_collection("new")
"""


def test_its_collections_and_their_sizes(tmp_path: Path) -> None:
    subprocess.run([ROOT / "chroma" / "bin" / "python", "-c", _FILL, tmp_path / "db"], check=True, timeout=120)
    before = listing(tmp_path)
    good = look("ds_chroma_local", at(tmp_path), path="db", collection="city")
    assert rows(good)[-1] == "ok index: `city` is there, with vectors of 3"
    assert look("ds_chroma_local", at(tmp_path), path="db", collection="new").fault is None
    assert look("ds_chroma_local", at(tmp_path), path="db", collection="town").fault is ResourceFault.NO_COLLECTION
    assert look("store_chroma", at(tmp_path), path="db").fault is None
    assert listing(tmp_path) == before
