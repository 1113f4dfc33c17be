"""What is found in the trees that ORBIT shipped, each judged as of its own release, as it was recorded."""

import json
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.catalog.history import history
from orbitcfg.release import OLDEST_JUDGED, OrbitChoice, Release
from orbitcfg.report.diagnostics import Severity
from orbitcfg.settings.model import Settings
from tests.tools.release_counts import RECORDED, Counts, text

COUNTS: Counts = json.loads(RECORDED.read_text("utf-8"))


def test_every_release_that_is_judged_is_recorded() -> None:
    judged = [each for each in history().recorded["versions"] if (Release.parse(each) or OLDEST_JUDGED) >= OLDEST_JUDGED]
    assert list(COUNTS) == judged
    assert text(COUNTS) == RECORDED.read_text("utf-8")


def test_no_rule_failed_and_no_name_misled() -> None:
    """Of keys of other releases only that is told which was found true by hand: `supports_interruption` came with 2.11.0."""
    told = {(release, rule) for release, trees in COUNTS.items() for by_rule in trees.values() for rule in by_rule}
    assert not [each for each in told if each[1].startswith("error ORB9")]
    assert {Release.parse(release) for release, rule in told if rule.endswith("ORB311")} <= {
        each for each in map(Release.parse, COUNTS) if each and Release(2, 6, 8) <= each < Release(2, 11, 0)
    }


def test_the_newest_tree_is_found_as_it_was_recorded(orbit_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for files beside the configuration, which are not at hand here."""
    monkeypatch.chdir(orbit_tree)
    report = orbitcfg.validate("config", Settings(orbit=OrbitChoice("2.15.9")), process={})
    found = [each.code for each in report.counting if each.severity is Severity.ERROR and not each.code.startswith("ORB51")]
    recorded = COUNTS["2.15.9"]["config"]
    assert {f"error {code}": found.count(code) for code in set(found)} == {
        rule: number for rule, number in recorded.items() if rule.startswith("error") and not rule.startswith("error ORB51")
    }
