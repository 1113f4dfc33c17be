"""One tree through its runs: what did not hold, and what it took."""

import gc
import hashlib
import re
import resource
from collections.abc import Iterable
from contextlib import chdir
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

import orbitcfg
from orbitcfg.document.source import Source
from orbitcfg.document.yaml_reader import parse
from tests.fuzz import canaries, commands, oracles
from tests.fuzz.commands import Group
from tests.fuzz.entries import Entries, Entry, lay, state
from tests.fuzz.oracles import Fault
from tests.fuzz.program import TIME_LIMIT_S, Outcome, OvertimeError, fenced, origin, run, time_limit
from tests.fuzz.trees import Tree

_GIT: Entries = {".git/HEAD": b"ref: refs/heads/main\n", ".git/hooks/pre-commit": b"#!/bin/sh\n"}
_SECONDS = re.compile(r"\d+\.\d\d s$", re.MULTILINE)
SHAPES_EVERY = 5
"""The shapes of outputs are checked for every so-manieth tree: a schema takes longer than the run."""


@dataclass(frozen=True, slots=True)
class Found:
    """A fault, with the run that shows it."""

    fault: Fault
    group: Group


@dataclass(slots=True)
class Checked:
    """What became of a tree: how often each command ran in each format, its faults, the slowest run, and digests of what was printed."""

    runs: dict[tuple[str, str], int] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    loads: bool | None = None
    slowest: tuple[float, tuple[str, ...]] = (0.0, ())
    grown_kib: int = 0
    """By so much the most memory of this process so far was exceeded."""
    digests: dict[str, str] = field(default_factory=dict)
    """Of all that each run printed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which trees are laid out: `repo` where commands run, `before`, `copy` for those that write, and what lies outside of all."""

    folder: Path

    def lay(self, name: str, entries: dict[str, Entry]) -> Path:
        """Makes one of its folders a repository with these files."""
        lay({**_GIT, **entries}, self.folder / name)
        return self.folder / name

    def lay_outside(self) -> None:
        """Puts down what nobody may read or change."""
        lay({"private.yaml": canaries.PRIVATE}, self.folder / "outside")

    def is_untouched(self, name: str) -> bool:
        """Whether git's own files in a folder, and what lies outside, are as they were."""
        git = {f".git/{each}": entry for each, entry in state(self.folder / name / ".git").items()}
        return git == _GIT and state(self.folder / "outside") == {"private.yaml": canaries.PRIVATE}


def check(tree: Tree, place: Place, groups: Iterable[Group]) -> Checked:
    """Puts a tree through these runs."""
    session = _Session(tree, place)
    with fenced(canaries.VARIABLES, place.folder):
        place.lay_outside()
        repo = place.lay("repo", tree.entries)
        before = state(repo)
        session.run_all(groups)
        if state(repo) != before:
            session.add(Fault("a reading command wrote"), Group(commands.ANY, ()))
    return session.result


class _Session:
    """The runs of one tree, one after the other."""

    def __init__(self, tree: Tree, place: Place) -> None:
        self.tree = tree
        self.place = place
        self.result = Checked()

    def add(self, fault: Fault, group: Group) -> None:
        found = Found(fault, group)
        if found not in self.result.found:
            self.result.found.append(found)

    def run_all(self, groups: Iterable[Group]) -> None:
        for group in groups:
            if group.command == "diff":
                self.place.lay("before", self.tree.before)
            if group.command == commands.LIBRARY:
                self._check_places(group)
            elif group.writes:
                self._run_on_copy(group)
            else:
                self._run_in_formats(group)

    def _run(self, group: Group, format_name: str, folder: Path) -> Outcome:
        arguments = group.call(format_name)
        memory = _peak_kib()
        outcome = run(arguments, folder)
        if outcome.origin:
            gc.collect()  # what an exception holds may be most of the memory
        result = self.result
        result.grown_kib = max(result.grown_kib, _peak_kib() - memory)
        result.slowest = max(result.slowest, (outcome.seconds, arguments))
        result.runs[group.command, format_name] = result.runs.get((group.command, format_name), 0) + 1
        printed = repr((outcome.status, outcome.stdout, _SECONDS.sub("0.00 s", outcome.stderr))).replace(str(self.place.folder), "")
        result.digests[" ".join((folder.name, *arguments))] = hashlib.sha256(printed.encode("utf-8", "backslashreplace")).hexdigest()
        this = replace(group, formats=(format_name,))
        for fault in oracles.faults_of_run(outcome, format_name):
            self.add(fault, this)
        if self.tree.number % SHAPES_EVERY == 0 and outcome.status in (0, 1):
            for fault in oracles.faults_of_shape(outcome.stdout, group.result, format_name):
                self.add(fault, this)
        return outcome

    def _run_in_formats(self, group: Group) -> None:
        statuses = {each: self._run(group, each, self.place.folder / "repo").status for each in group.formats}
        if group.command == "resolve":
            self.result.loads = set(statuses.values()) == {0}
        if len(set(statuses.values())) > 1 and None not in statuses.values():
            self.add(Fault("formats disagree on the exit status", repr(statuses)), group)

    def _run_on_copy(self, group: Group) -> None:
        entries = commands.laid(self.tree)
        copy = self.place.lay("copy", entries)
        before = state(copy)
        self._run(group, "", copy)
        after = state(copy)
        if not self.place.is_untouched("copy"):
            self.add(Fault("wrote outside of the tree"), group)
            self.place.lay_outside()
        written = {name: entry for name, entry in after.items() if before.get(name) != entry}
        if group.command == "fix":
            self._check_fixed(group, before, written, copy)
        else:
            self._check_written(group, before, written)

    def _check_fixed(self, group: Group, before: Entries, written: Entries, copy: Path) -> None:
        for name, entry in written.items():
            old = before.get(name)
            if not isinstance(old, bytes) or not isinstance(entry, bytes):
                self.add(Fault("a fix made another kind of file", name), group)
            elif _is_yaml(old) and not _is_yaml(entry):
                self.add(Fault("a fix broke a file"), group)
        after = state(copy)
        self._run(group, "", copy)
        if state(copy) != after:
            self.add(Fault("a second fix changes more"), group)

    def _check_written(self, group: Group, before: Entries, written: Entries) -> None:
        for name, entry in written.items():
            old = before.get(name, b"")
            if name not in (commands.OUTPUT, "env.example") or not isinstance(entry, bytes) or not isinstance(old, bytes):
                self.add(Fault("wrote another file", repr(old)[:40]), group)
                continue
            new = entry.removeprefix(old).decode("utf-8", "replace")
            for fault in oracles.faults_of_text(new.replace("\r\n", "\n"), "file"):
                self.add(fault, group)

    def _check_places(self, group: Group) -> None:
        """Has the library itself find what the program finds, and looks where."""
        try:
            with chdir(self.place.folder / "repo"), time_limit(TIME_LIMIT_S):
                report = orbitcfg.validate("config", orbitcfg.load_settings("config"))
        except (orbitcfg.UsageError, OSError, OvertimeError):
            return
        except Exception as error:  # noqa: BLE001 - what the program reports as a fault is found there
            self.add(Fault("fault inside", origin(error), "library"), group)
            return
        for fault in oracles.faults_of_places(report):
            self.add(fault, group)


def _is_yaml(content: bytes) -> bool:
    """Whether a file can be read as one document."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    node, _ = parse(Source("x.yaml", text))
    return node is not None or not text.strip() or _is_empty(text)


def _is_empty(text: str) -> bool:
    try:
        return yaml.compose(text, yaml.CSafeLoader) is None
    except (yaml.YAMLError, ValueError):
        return False


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
