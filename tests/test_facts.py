"""Recorded facts are kept as data alone, and in the same bytes each time."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.document.source import Source
from orbitcfg.document.yaml_comments import comments
from tests.shared import PROJECT, read_facts
from tests.tools import facts

SERVER = """# what this is for
messages:
  no_results_response: "I know nothing of that."  # said to people
auth: {note: "a # b"}

# the end
"""


def test_what_is_not_a_value_goes_and_each_value_stays_on_its_line() -> None:
    assert facts.values_only(SERVER) == '\nmessages:\n  no_results_response: "text"\nauth: {note: "a # b"}\n\n\n'


def test_sentences_keep_their_placeholders() -> None:
    assert facts.placeholders_only({"template": "Write {format} for {query}, and no more.", "max_tokens": 3, "name": "two words"}) == {
        "template": "text {format} {query}",
        "max_tokens": 3,
        "name": "two words",
    }


def test_an_error_keeps_its_place_and_not_the_code_there() -> None:
    row = {"path": ["general"], "text": "exit 1: KeyError: 'a' @ server/x.py:7 in run: y = config['a']"}
    assert facts.sweep([row]) == [{"path": ["general"], "text": "exit 1: KeyError: 'a' @ server/x.py:7 in run"}]


def test_a_row_is_a_line() -> None:
    value = {"rows": [{"a": [1, None]}, {"b": {}}], "empty": [], "about": "\u00e9"}
    assert facts.text_of(value) == '{\n"rows": [\n{"a": [1, null]},\n{"b": {}}\n],\n"empty": [],\n"about": "\\u00e9"\n}'
    assert json.loads(facts.text_of(value)) == value


def test_what_is_large_is_compressed_and_equal_facts_are_equal_bytes(tmp_path: Path) -> None:
    value = ["x" * facts.LARGE]
    facts.write("a/large", value, tmp_path)
    first = (tmp_path / "a/large.json.gz").read_bytes()
    assert json.loads(gzip.decompress(first)) == value
    assert first[4:8] == bytes(4), "the time is left out"
    facts.write("a/large", ["x"], tmp_path)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["large.json"]
    facts.write("a/large", value, tmp_path)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["large.json.gz"]
    assert (tmp_path / "a/large.json.gz").read_bytes() == first


@pytest.mark.parametrize("name", ["orbit-runs", "orbit-runs-2"])
def test_no_recorded_run_holds_comments_that_orbit_ships(name: str) -> None:
    recording: dict[str, Any] = read_facts(name)
    texts = [files.get("server.yaml") or "" for files in (recording["base"], *(run["files"] for run in recording["runs"]))]
    assert [span.text for text in texts for span in comments(Source("server.yaml", text))] == []


def test_ten_modules_at_most_need_the_trees_that_orbit_ships() -> None:
    """A plain clone runs all others."""
    modules = [path for path in (PROJECT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert len([path for path in modules if "SHARED" in path.read_text("utf-8")]) <= 10
