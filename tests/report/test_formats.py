"""Every format, whole, for the same findings; rewritten with `REWRITE_GOLDEN=1`."""

import os
from pathlib import Path

import pytest

from orbitcfg import __version__
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.style import Style
from tests.report.conftest import SECRET_WORDS

GOLDEN = Path(__file__).parent / "golden"
_REWRITE = "REWRITE_GOLDEN"


def _compared(name: str, text: str) -> None:
    path = GOLDEN / name
    text = text.replace(f'"semanticVersion": "{__version__}"', '"semanticVersion": "VERSION"')
    if os.environ.get(_REWRITE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode("utf-8"), f"{name} differs: set {_REWRITE}=1 to write it anew"


@pytest.mark.parametrize("format_name", FORMATS["validate"])
def test_format_is_as_recorded(format_name: str, report: Report) -> None:
    _compared(f"{format_name}.txt", render(report, format_name, Style(verbose=True)))


@pytest.mark.parametrize("format_name", FORMATS["validate"])
def test_nothing_found_is_as_recorded(format_name: str, empty: Report) -> None:
    _compared(f"{format_name}-empty.txt", render(empty, format_name, Style()))


@pytest.mark.parametrize("format_name", FORMATS["validate"])
def test_no_format_shows_a_secret_of_the_sources(format_name: str, report: Report) -> None:
    text = render(report, format_name, Style(verbose=True))
    assert [word for word in SECRET_WORDS if word in text] == []


@pytest.mark.parametrize("format_name", FORMATS["validate"])
def test_equal_reports_give_equal_bytes(format_name: str, report: Report) -> None:
    assert render(report, format_name, Style()) == render(report, format_name, Style())
