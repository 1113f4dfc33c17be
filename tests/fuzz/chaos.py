"""A hostile machine: streams, limits, folders and files that fail, or change, while a command runs."""

import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz import canaries, oracles
from tests.fuzz.entries import Entries, lay, state
from tests.fuzz.program import fenced, run
from tests.shared import PROJECT

TIMEOUT_S = 60
ROUNDS = 50
"""Runs while files change."""

_EXAMPLE = PROJECT / "examples" / "broken"
_READING = (
    "validate",
    "resolve --symbolic",
    "providers",
    "env",
    "why general.port",
    "schema --bundle",
    "validate --format json",
    "validate --fix --dry-run",
)
_WRITING = (
    "resolve --symbolic --output out.yaml",
    "validate --write-baseline out.json",
    "env --write-example env.example",
    "validate --fix --unsafe-fixes",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is wrong with the machine, in the words of a shell: `"$@"` is the program. What was in files before is there still, or all that is new."""

    name: str
    shell: str = 'exec "$@"'
    variables: Mapping[str, str] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    commands: tuple[str, ...] = _READING
    statuses: tuple[int, ...] = (0, 1, 2)


SCENARIOS = (
    Scenario("stdout is closed", 'exec "$@" >&-'),
    Scenario("stderr is closed", 'exec "$@" 2>&-'),
    Scenario("all streams are closed", 'exec "$@" <&- >&- 2>&-'),
    Scenario("stdout is full", 'exec "$@" >/dev/full'),
    Scenario("both are full", 'exec "$@" >/dev/full 2>&1'),
    Scenario("nobody reads", '"$@" | true'),
    Scenario("files may not grow", 'ulimit -f 0; exec "$@"', commands=_WRITING),
    Scenario("few files may be open", 'ulimit -n 16; exec "$@"'),
    Scenario("hardly a file may be open", 'ulimit -n 8; exec "$@"', statuses=(0, 1, 2, 126, 127)),
    Scenario("little memory", 'ulimit -v 400000; exec "$@"'),
    Scenario("the folder is gone", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'),
    Scenario("the folder is read-only", 'chmod -R a-w . && exec "$@"', commands=_WRITING),
    Scenario(
        "what is written is read-only", 'touch out.yaml out.json && chmod a-w out.yaml out.json env.example config/* && exec "$@"', commands=_WRITING
    ),
    Scenario("files cannot be read", 'chmod 0 config/*.yaml && exec "$@"'),
    Scenario("the configuration is a pipe", 'rm config/inference.yaml && mkfifo config/inference.yaml && exec "$@"'),
    Scenario("a file without end", 'ln -sf /dev/zero config/inference.yaml && exec "$@"'),
    Scenario("an output without end", 'ln -sf /dev/zero out.yaml; ln -sf /dev/full out.json; exec "$@"', commands=_WRITING),
    Scenario("an output in git", 'ln -sf .git/hooks/pre-commit out.yaml; ln -sf .git/config out.json; exec "$@"', commands=_WRITING),
    Scenario("a dumb terminal", variables={"TERM": "dumb", "COLUMNS": "0", "LINES": "x"}),
    Scenario("a narrow terminal", variables={"COLUMNS": "1"}),
    Scenario("ASCII alone", variables={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}),
    Scenario("UTF-16", variables={"PYTHONIOENCODING": "utf-16"}),
    Scenario("an unknown locale", variables={"LC_ALL": "xx_XX.KOI8", "LANG": "nonsense"}),
    Scenario("no home", unset=("HOME", "XDG_CACHE_HOME"), commands=("validate --no-env",)),
    Scenario("a home that is none", variables={"HOME": "/dev/null/x", "XDG_CACHE_HOME": "relative"}, commands=("validate --no-env",)),
    Scenario("a cache that is read-only", 'mkdir cache && chmod 500 cache && XDG_CACHE_HOME="$PWD/cache" exec "$@"', commands=("validate --no-env",)),
    Scenario("a cache that is a file", 'touch cache && XDG_CACHE_HOME="$PWD/cache" exec "$@"', commands=("validate --no-env",)),
    Scenario("no certificates", variables={"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/dev/null"}),
    Scenario("an empty environment", unset=("PATH", "LANG", "LC_ALL", "TERM")),
)


def hostile_machines(commands_each: int | None = None) -> list[str]:
    """What does not hold on any of them, by default of all commands; else of so many, others from scenario to scenario."""
    tries = [(scenario, command) for number, scenario in enumerate(SCENARIOS) for command in _in_turn(scenario.commands, number)[:commands_each]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [each for faults in pool.map(lambda pair: faults_of(*pair), tries) for each in faults]


def _in_turn(commands: tuple[str, ...], number: int) -> tuple[str, ...]:
    start = number % len(commands)
    return commands[start:] + commands[:start]


def faults_of(scenario: Scenario, command: str) -> list[str]:
    """What does not hold of one command on such a machine."""
    with tempfile.TemporaryDirectory() as scratch:
        repo = Path(scratch) / "repo"
        lay(_entries(), repo)
        before = state(repo)
        program = [sys.executable, "-m", "orbitcfg", *command.split()]
        environment = {
            "PATH": os.defpath,
            "HOME": scratch,
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PROJECT),
            "XDG_CACHE_HOME": os.devnull,
            **scenario.variables,
        }
        for name in scenario.unset:
            environment.pop(name, None)
        try:
            ran = subprocess.run(
                ["/bin/sh", "-c", scenario.shell, "sh", *program], cwd=repo, env=environment, capture_output=True, timeout=TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return [f"{scenario.name}: {command}: hangs"]
        finally:
            subprocess.run(["chmod", "-R", "u+rwX", str(repo)], check=True)
        found = list(_faults(scenario, ran.returncode, (ran.stdout + ran.stderr).decode("utf-8", "replace")))
        if scenario.commands is _WRITING:
            found += _torn(before, state(repo))
        return [f"{scenario.name}: {command}: {each}" for each in found]


def _entries() -> Entries:
    found: Entries = {path.relative_to(_EXAMPLE).as_posix(): path.read_bytes() for path in _EXAMPLE.rglob("*.yaml")}
    return {
        **found,
        "env.example": b"OLD=1\n",
        "out.yaml": b"old: 1\n",
        "out.json": b"{}\n",
        ".git/hooks/pre-commit": b"#!/bin/sh\n",
        ".git/config": b"[core]\n",
    }


def _faults(scenario: Scenario, status: int, text: str) -> Iterator[str]:
    if status not in scenario.statuses:
        yield f"exit {status}: {text[-300:]}"
    for sign in ("Traceback (most recent", "orbitcfg: a fault", "Exception ignored", "Fatal Python error"):
        if sign in text:
            yield f"{sign}: {text[-300:]}"


def _torn(before: Entries, after: Entries) -> Iterator[str]:
    """Which files are neither as they were nor whole, and what was left lying about."""
    for name, entry in after.items():
        old = before.get(name, b"")
        if isinstance(entry, bytes) and isinstance(old, bytes) and entry != old and (old.startswith(entry) or not entry.endswith(b"\n")):
            yield f"`{name}` is torn: {len(entry)} bytes of it"
        if name.startswith(".git/") and entry != before.get(name):
            yield f"`{name}` was written"
        if name.endswith(".orbitcfg"):
            yield f"`{name}` was left behind"


@dataclass(slots=True)
class _Meddler:
    """Changes files, over and over, until it is told to stop."""

    folder: Path
    entries: Entries
    rng: random.Random
    done: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        while not self.done.is_set():
            with suppress(OSError):
                self._meddle(self.folder / self.rng.choice(tuple(self.entries)))

    def _meddle(self, path: Path) -> None:
        entry = self.entries[path.relative_to(self.folder).as_posix()]
        assert isinstance(entry, bytes)
        # never through a link: whoever else writes through one is to be found out
        with suppress(OSError):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        match self.rng.randrange(5):
            case 0:
                path.mkdir()
            case 1:
                path.symlink_to(self.rng.choice(("../../outside/private.yaml", "config.yaml", "nowhere", "../.git/hooks/pre-commit")))
            case 2:
                _put(path, b"a: [\n")
            case 3:
                return
            case _:
                _put(path, entry)


def _put(path: Path, content: bytes) -> None:
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW, 0o644)) as file:
        file.write(content)


def races(seed: int, rounds: int = ROUNDS) -> list[str]:
    """What does not hold of commands whose files change under them."""
    rng = random.Random(seed)
    entries: Entries = {f"config/{path.name}": path.read_bytes() for path in sorted((_EXAMPLE / "config").glob("*.yaml"))}
    hooks: Entries = {".git/hooks/pre-commit": b"#!/bin/sh\n"}
    found: dict[str, None] = {}
    with tempfile.TemporaryDirectory() as scratch, fenced(canaries.VARIABLES, Path(scratch)):
        repo, outside = Path(scratch) / "repo", Path(scratch) / "outside"
        private: Entries = {"private.yaml": canaries.PRIVATE}
        for _ in range(rounds):
            lay({**entries, **hooks}, repo)
            lay(private, outside)
            meddler = _Meddler(repo, entries, rng)
            thread = threading.Thread(target=meddler)
            thread.start()
            try:
                command = rng.choice(
                    ("validate", "validate --fix", "validate --fix --unsafe-fixes", "resolve --symbolic", "diff config config", "env")
                )
                outcome = run(command.split(), repo)
            finally:
                meddler.done.set()
                thread.join()
            # a file that is gone in between is reason enough to end with the system's own words
            faults = [each for each in oracles.faults_of_run(outcome, "") if each.law != oracles.BARE_ERROR]
            found.update(dict.fromkeys(f"a race: {command}: {each.law}: {each.detail}" for each in faults))
            if state(outside) != private or state(repo / ".git") != {"hooks/pre-commit": b"#!/bin/sh\n"}:
                found[f"a race: {command}: wrote outside of the tree"] = None
    return list(found)
