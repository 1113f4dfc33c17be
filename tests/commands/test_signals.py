"""Ctrl-C, SIGTERM and SIGHUP end the program at any moment, without a word, and with it whatever it started."""

import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.shared import PROJECT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
ANSWERED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DELAYS_S = tuple(number * 0.05 for number in range(10))
"""Of CPU, spread over the time that a run of a small configuration takes, most of which are imports."""

EXAMPLE = PROJECT / "examples" / "broken"
VARIABLES = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": os.devnull}


def console_script(folder: Path) -> tuple[str, ...]:
    """The program as an installer writes it."""
    module, _, function = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]["orbitcfg"].partition(":")
    path = folder / "orbitcfg"
    path.write_text(f"import sys\nfrom {module} import {function}\nif __name__ == '__main__':\n    sys.exit({function}())\n", "utf-8")
    return (sys.executable, str(path))


def module(_folder: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "orbitcfg")


@pytest.fixture(autouse=True)
def _no_signal_is_ignored() -> Iterator[None]:
    """As programs inherit it: a shell has what it runs behind it (`&`) ignore Ctrl-C, and the tests may run so."""
    ignored = [number for number in ANSWERED if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def started(*command: str, folder: Path = EXAMPLE, **variables: str) -> subprocess.Popen[str]:
    """A program, at the moment from which on it answers signals itself."""
    process = subprocess.Popen(
        command, cwd=folder, env={**VARIABLES, **variables}, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        time.sleep(0.3)
    while status.exists() and process.poll() is None and not _catches(status.read_text("ascii"), signal.SIGTERM):
        time.sleep(0.001)
    return process


def compute(process: "subprocess.Popen[str]", seconds: float) -> None:
    """Waits until a program has computed for so long, however busy the machine is."""
    stat = Path(f"/proc/{process.pid}/stat")
    while stat.exists() and process.poll() is None and _computed_s(stat.read_text("ascii")) < seconds:
        time.sleep(0.005)


def _computed_s(stat: str) -> float:
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _catches(status: str, number: int) -> bool:
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.parametrize("way_in", [console_script, module])
def test_ctrl_c_ends_it_without_a_word_at_any_moment(way_in: Callable[[Path], tuple[str, ...]], tmp_path: Path) -> None:
    command = (*way_in(tmp_path), "validate", "--no-env", "--quiet")

    def ending(delay_s: float) -> tuple[int, str]:
        with started(*command) as process:
            compute(process, delay_s)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=300)
            return process.returncode, errors

    with ThreadPoolExecutor(3) as pool:
        endings = set(pool.map(ending, DELAYS_S))
    # a run that was quicker has found something
    assert (130, "") in endings
    assert endings <= {(130, ""), (1, "")}


@pytest.mark.parametrize("number", ANSWERED)
@pytest.mark.parametrize("delay_s", [0.0, 0.15, 1.0])
def test_a_signal_ends_it_with_its_own_status(number: int, delay_s: float, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("adapters:\n" + "".join(f"  - {{name: a{each}, enabled: true}}\n" for each in range(30_000)), "utf-8")
    with started(*module(tmp_path), "validate", "--no-env", "config.yaml", folder=tmp_path) as process:
        compute(process, delay_s)
        process.send_signal(number)
        output, errors = process.communicate(timeout=300)
    assert (process.returncode, output, errors) == (128 + number, "", "")


def test_a_signal_that_was_to_be_ignored_is_ignored() -> None:
    """As `nohup` asks for."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = started(*module(EXAMPLE), "validate", "--no-env", "--quiet")
    finally:
        signal.signal(signal.SIGHUP, before)
    with process:
        process.send_signal(signal.SIGHUP)
        _, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (1, "")


GIT = """#!{python}
import os, sys, time
if "cat-file" not in sys.argv:
    os.execv({git!r}, [{git!r}, *sys.argv[1:]])
with open({pid!r} + ".new", "w") as file:
    file.write(str(os.getpid()))
os.rename({pid!r} + ".new", {pid!r})
time.sleep(60)
"""
"""The real git, but for the part that hands out objects: that one hangs, whatever becomes of its stdin."""


@pytest.mark.parametrize("number", ANSWERED)
def test_git_is_taken_along(number: int, tmp_path: Path) -> None:
    git = next(path for folder in os.environ["PATH"].split(os.pathsep) if (path := os.path.join(folder, "git")) and os.access(path, os.X_OK))
    subprocess.run([git, "init", "--quiet", str(tmp_path)], check=True, env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull})
    (tmp_path / "config.yaml").write_text("general: {}\n", "utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text(GIT.format(python=sys.executable, git=git, pid=str(tmp_path / "pid")), "utf-8")
    (tmp_path / "bin/git").chmod(0o755)
    with started(*module(tmp_path), "diff", "HEAD", folder=tmp_path, PATH=str(tmp_path / "bin")) as process:
        while not (tmp_path / "pid").exists() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(number)
        output, errors = process.communicate(timeout=300)
    assert (process.returncode, output, errors) == (128 + number, "", "")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text("ascii")), 0)


def test_an_interrupt_where_nothing_can_be_raised_ends_it_too() -> None:
    """As while an object is taken apart, where Python prints a traceback and goes on."""
    code = """
import os, signal
from orbitcfg.signals import Unwinding
class Interrupted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(100): pass
with Unwinding():
    Interrupted()
    print("went on")
"""
    done = subprocess.run([sys.executable, "-c", code], env=VARIABLES, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_little_is_imported_before_signals_are_answered() -> None:
    """What is, is of orbitcfg three small modules, and of Python what `signal` itself imports."""
    code = "import sys; import signal; before = set(sys.modules); import orbitcfg.__main__; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], env=VARIABLES, capture_output=True, text=True, check=True)
    assert done.stdout == "['orbitcfg', 'orbitcfg.__main__', 'orbitcfg.signals', 'orbitcfg.version']\n"
