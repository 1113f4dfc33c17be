"""Doctor's rows on a terminal."""

from orbitcfg.commands.doctor.full import check_line
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState
from orbitcfg.report.style import Style

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
