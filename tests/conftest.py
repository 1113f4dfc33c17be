"""What holds for every test: a clean environment, and no network for the static commands."""

import gc
import os
import socket

import pytest
from hypothesis import settings

_CLEARED = (
    "ORBIT",
    "NO_COLOR",
    "FORCE_COLOR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SHIMMY",
    "OLLAMA",
    "HF_",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(_CLEARED) or name.upper().endswith("_API_KEY"):
            monkeypatch.delenv(name)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):  # nothing is kept where nothing can be: each run looks anew
        monkeypatch.setenv(name, os.path.abspath(os.devnull))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a socket fails."""

    def refused(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a static command opened a socket")

    monkeypatch.setattr(socket, "socket", refused)


def pytest_configure() -> None:
    """Has garbage looked for less often, as a search through whole configurations takes a fifth of the time of all tests; and no clock in the laws."""
    gc.freeze()
    gc.set_threshold(100_000)
    # how long an example takes depends on what else the machine does
    settings.register_profile("suite", deadline=None)
    settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What was collected lasts until the end: thousands of tests and all modules."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many a test waits for a server."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one switch that rewrites golden files."""
    parser.addoption("--write-golden", action="store_true", help="write what the golden tests find instead of comparing it")
