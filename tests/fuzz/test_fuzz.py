"""The short run of the fuzz: hostile trees, the same bytes every time, and a hostile machine. The long one is `make fuzz`."""

from pathlib import Path

import pytest

from orbitcfg import FORMATS
from tests.fuzz import chaos, hashes
from tests.fuzz.canaries import MARK
from tests.fuzz.check import Place, check
from tests.fuzz.commands import chosen, every_group
from tests.fuzz.entries import Entries, Link, Special, lay, state
from tests.fuzz.oracles import Fault, faults_of_run, faults_of_text
from tests.fuzz.program import Outcome, run
from tests.fuzz.reduce import smallest
from tests.fuzz.tally import Tally
from tests.fuzz.trees import Tree, tree_of

SEED = 20
TREES = 100
"""Through `validate`, in one format each."""

WHOLE = 3
"""Through every command in every format."""


@pytest.mark.parametrize(("first", "last", "whole"), [(0, TREES, False), (0, WHOLE, True)], ids=["validate", "every-command"])
def test_hostile_trees(first: int, last: int, whole: bool, tmp_path: Path) -> None:
    """Each command ends in words and in time, writes what it is to write, and shows no secret and nothing that steers a terminal or a runner."""
    tally = Tally()
    for number in range(first, last):
        tree = tree_of(SEED, number)
        tally.add(tree, check(tree, Place(tmp_path), chosen(tree, whole=whole)))
    assert "\n".join(tally.descriptions()) == ""


def test_equal_input_gives_equal_bytes() -> None:
    assert hashes.differing(SEED, 2) == []


def test_hostile_machines() -> None:
    """Streams, limits, folders and files that fail: what was in a file is there still, or all that is new."""
    assert chaos.hostile_machines(commands_each=1) == []


def test_files_that_change_under_a_command() -> None:
    assert chaos.races(SEED) == []


def test_a_number_means_one_tree() -> None:
    assert [tree_of(SEED, number) for number in range(20)] == [tree_of(SEED, number) for number in range(20)]


def test_many_trees_still_load(tmp_path: Path) -> None:
    """Or rules would hardly run."""
    lay({}, tmp_path / "outside")
    results = []
    for number in range(60):
        lay(tree_of(SEED, number).entries, tmp_path / "repo")
        results.append(run(["resolve", "config", "--symbolic"], tmp_path / "repo").status)
    assert results.count(0) >= 25


def test_every_static_command_runs_in_every_format() -> None:
    ran = {(group.result, each) for group in every_group(tree_of(SEED, 0)) for each in group.formats if each}
    live = ("doctor", "models", "smoke", "init")
    assert {(command, each) for command, formats in FORMATS.items() if command not in live for each in formats} <= ran


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome(0, "fine: 1\n", "a note\n"), []),
        (Outcome(None, origin="x.py:1 f: OvertimeError"), [Fault("hang", "x.py:1 f: OvertimeError")]),
        (Outcome(3, stderr="orbitcfg: a fault inside", origin="x.py:1 f: KeyError"), [Fault("fault inside", "x.py:1 f: KeyError")]),
        (Outcome(1, stderr="Traceback (most recent call last):\n"), [Fault("fault inside", "exit 1")]),
        (Outcome(2, origin="x.py:1 f: OSError"), [Fault("system error that does not say where", "x.py:1 f: OSError")]),
        (Outcome(0, origin="ORB301: x.py:1 f: KeyError"), [Fault("fault inside", "ORB301: x.py:1 f: KeyError")]),
        (Outcome(0, "a\x1b[31m\x85\n"), [Fault("control character", "U+001B", "full stdout"), Fault("control character", "C1", "full stdout")]),
        (Outcome(0, stderr=f"key {MARK}name\n"), [Fault("secret shown", "name", "full stderr")]),
    ],
)
def test_what_does_not_hold_is_noticed(outcome: Outcome, expected: list[Fault]) -> None:
    assert list(faults_of_run(outcome, "full")) == expected


def test_a_command_for_a_runner_is_noticed() -> None:
    """But not those of the format that is made of them."""
    ours = "::error file=a.yaml,line=1::told\n"
    assert list(faults_of_text(ours, "x", is_github=True)) == []
    assert [each.detail for each in faults_of_text(ours, "x")] == ["at the start of a line"]
    assert [each.detail for each in faults_of_text("a\n  ##[error]INJECTED\n::error::INJECTED", "x", is_github=True)] == [
        "inside a line",
        "at the start of a line",
    ]


def test_entries_are_what_was_laid(tmp_path: Path) -> None:
    entries: Entries = {"a/b": b"\xff", "l": Link("a/b"), "p": Special.PIPE, "u": Special.UNREADABLE}
    lay(entries, tmp_path / "x")
    assert state(tmp_path / "x") == entries


def test_a_tree_is_reduced_to_what_shows_a_fault() -> None:
    entries: Entries = {"config/config.yaml": b"a: 1\nimport: [more.yaml]\nb: 2\n", "config/more.yaml": b"x: 1\ny: [\n", ".env": b"A=1\n"}
    tree = Tree(0, 1, {"config/config.yaml": b"{}\n"}, entries)
    found = smallest(tree, lambda each: any(isinstance(entry, bytes) and b"y: [" in entry for entry in each.entries.values()))
    assert found == Tree(0, 1, {}, {"config/more.yaml": b"y: ["})
