"""What `make bench` measured is said as it is."""

import json
import sys
from pathlib import Path

import pytest

from tests.bench import orbit_like
from tests.bench.figures import MARK, Figure, as_json, record, table
from tests.bench.timing import Command, Sample, compared, sample, within

QUIET = [Sample(0.20, 0.15, 40), Sample(0.21, 0.16, 40), Sample(0.20, 0.15, 40)]
NOISY = [Sample(0.40, 0.30, 40), Sample(0.90, 0.31, 40), Sample(1.90, 0.31, 40)]


def test_the_clock_is_believed_where_it_is_quiet() -> None:
    """What a processor did is counted where one of the two strays."""
    assert compared("a", {"a": QUIET, "b": QUIET}, "a", "b", 0.5)[:8] == ("a", 0.20, "s", "b", 0.20, 0.5, 0.0, "wall")
    noisy = compared("a", {"a": QUIET, "b": NOISY}, "a", "b", 0.5)
    assert (noisy.value, noisy.peer_value, noisy.ratio, noisy.clock, noisy.verdict) == (0.15, 0.30, 0.5, "cpu", "holds")


def test_a_run_that_ends_otherwise_than_it_must_is_no_figure(tmp_path: Path) -> None:
    """It has not done what is measured: one that stops at its start takes no time and no room."""
    fails = (sys.executable, "-c", "raise SystemExit(1)")
    assert sample(Command(fails, 1), tmp_path).cpu > 0
    with pytest.raises(RuntimeError, match="ended with 1 where 0 was expected"):
        sample(Command(fails), tmp_path)


def test_a_bound_is_of_the_ratio_or_of_the_value() -> None:
    """Where nothing is promised there is no verdict."""
    assert [within("a", QUIET, bound).verdict for bound in (0.3, 0.1, None)] == ["holds", "OVER", "–"]
    assert Figure("a", 3.0, "s", "b", 2.0, 1.0).verdict == "OVER"


def test_the_table_says_all_of_it() -> None:
    assert table([Figure("validate", 0.25, "s", "check", 0.5, 0.6, 0.021), Figure("memory", 150.4, "MiB", bound=200, clock="")]) == (
        "figure    value    peer   its value  ratio   bound    noise  clock  verdict\n"
        "validate  250 ms   check  500 ms     0.50 x  0.6 x    2%     wall   holds\n"
        "memory    150 MiB                            200 MiB                holds\n"
    )


def test_programs_get_the_same() -> None:
    [figure] = json.loads(as_json([Figure("why", 0.1, "s", "validate", 0.4, 0.5)]))
    assert (figure["what"], figure["ratio"], figure["bound"], figure["verdict"], figure["clock"]) == ("why", 0.25, 0.5, "holds", "wall")


def test_the_newest_figures_stand_above_the_others(tmp_path: Path) -> None:
    history = tmp_path / "performance.md"
    history.write_text(f"before\n{MARK}\n### old\n", "utf-8")
    record([Figure("why", 0.1, "s")], history)
    before, new, row, old = (
        history.read_text("utf-8").partition("### ")[0],
        *history.read_text("utf-8").split("\n### ")[1:2],
        "| why | 100 ms |",
        "### old",
    )
    assert before == f"before\n{MARK}\n"
    assert row in new
    assert history.read_text("utf-8").endswith(f"\n{old}\n")


def test_the_stand_in_loads_as_orbit_does(tmp_path: Path) -> None:
    """The main file wins, an earlier import over a later one; lists are joined, placeholders filled."""
    (tmp_path / "config.yaml").write_text("import: [a.yaml, b.yaml]\nx: {main: 1}\nname: ${NOT_SET_HERE:-default}\n", "utf-8")
    (tmp_path / "a.yaml").write_text("x: {main: 2, a: 2}\nitems: [1]\n", "utf-8")
    (tmp_path / "b.yaml").write_text("x: {a: 3, b: 3}\nitems: [2]\n", "utf-8")
    assert orbit_like.substituted(orbit_like.load(str(tmp_path / "config.yaml"))) == {
        "x": {"main": 1, "a": 2, "b": 3},
        "name": "default",
        "items": [1, 2],
    }
