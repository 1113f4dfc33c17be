"""Doctor's rows on a terminal."""

from orbitcfg import Checkup, render, validate
from orbitcfg.commands.doctor.checkup import StaticCounts
from orbitcfg.commands.doctor.full import check_line
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.style import Style
from tests.commands.doctor.test_resources import down, target
from tests.commands.test_use import QUIET, tree

DETAIL = "connection refused at http://a-host-of-some-length.example.org:11434/v1, which three adapters need, so that none of them would answer"


def test_a_row_fits_80_columns() -> None:
    for ms in (None, 1234.0):
        lines = check_line(CheckResult(CheckKind.CONNECT, CheckState.FAILED, DETAIL, ms=ms), Style(width=80)).split("\n")
        assert max(map(len, lines)) <= 80
        assert [line[:13].strip() for line in lines] == ["✗ connect", *[""] * (len(lines) - 1)]
        assert " ".join(" ".join(lines).split()).replace(" 1,234 ms", "") == f"✗ connect {DETAIL}"


def test_elsewhere_a_row_is_one_line_and_times_stand_in_a_column() -> None:
    rows = [check_line(CheckResult(CheckKind.CONNECT, CheckState.OK, detail, ms=2.0), Style()) for detail in ("here", "a port of this machine")]
    assert [len(row) for row in rows] == [80, 80]
    assert "\n" not in check_line(CheckResult(CheckKind.CONNECT, CheckState.OK, DETAIL, ms=2.0), Style())


def test_verdict_and_order_of_starting_fit_80_columns_and_are_one_line_each_elsewhere() -> None:
    users = ("customer-support-assistant", "internal-knowledge-search", "a")
    seen = (down(target("backend", "db:2", Consequence.NO_START, 0)), down(target("store", "store:1", Consequence.ADAPTER_FAILS, 1, *users)))
    report = validate("/repo", QUIET, files=tree(root="general: {inference_provider: shimy}\n"), process={})
    shown, whole = (
        render(Checkup(report, StaticCounts(), (), seen=seen), "full", Style(width=width)).partition("Plan:")[0].splitlines() for width in (80, None)
    )
    assert max(map(len, shown)) <= 80 < max(map(len, whole))
    assert " ".join(" ".join(shown).split()) == " ".join(" ".join(whole).split())
    assert [line[:12] for line in shown if "store:1" in line or "a-a" in line] == ["  2. Store a"]
    report_lines = render(report, "full", Style(width=80)).partition("\n\n")[0].splitlines()
    assert (max(map(len, report_lines)) <= 80, [line for line in report_lines[1:] if line[:2] != "  "]) == (True, [])
