"""A plugin of pytest for `make mutants`: notes which lines of orbitcfg each test runs."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

PROJECT = Path(__file__).resolve().parents[2]
_COVERAGE = coverage.Coverage(data_file=None, source=[str(PROJECT / "orbitcfg")], config_file=False)
_SECONDS: dict[str, float] = {}


def pytest_configure() -> None:
    """Begins before anything of orbitcfg is imported."""
    _COVERAGE.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """One context a test."""
    _COVERAGE.switch_context(item.nodeid)
    began = time.monotonic()
    try:
        return (yield)
    finally:
        _SECONDS[item.nodeid] = time.monotonic() - began


def pytest_sessionfinish() -> None:
    """Writes for each file and line its tests, the quickest first."""
    _COVERAGE.stop()
    found = _COVERAGE.get_data()
    lines: dict[str, dict[int, list[str]]] = {}
    for file in found.measured_files():
        by_line = found.contexts_by_lineno(file)
        lines[Path(file).relative_to(PROJECT).as_posix()] = {
            line: sorted((each for each in contexts if each), key=lambda each: _SECONDS.get(each, 0.0)) for line, contexts in by_line.items()
        }
    Path(os.environ["ORBITCFG_LINES"]).write_text(json.dumps(lines), "utf-8")
