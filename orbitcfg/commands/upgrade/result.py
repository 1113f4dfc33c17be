"""What a configuration loses, gains or must change when ORBIT goes from one release to another."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from orbitcfg.cached import cached_property
from orbitcfg.catalog.history import KeyRenaming, history
from orbitcfg.dataclass import dataclass
from orbitcfg.document.keypath import format_key_path
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, at, key_span
from orbitcfg.lint.runner import LintResult
from orbitcfg.plural import counted
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.verdict import AdapterState, Verdict
from orbitcfg.rules.shape.releases import is_told

KeyFate: TypeAlias = Literal["renamed", "stops", "begins"]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key that the two releases treat otherwise: it is renamed, or stops or begins to be read. `new_name` is what a renamed one is called afterwards."""

    fate: KeyFate
    key: str
    place: Span | None
    new_name: str | None = None


@dataclass(frozen=True, slots=True)
class AdapterFate:
    """An adapter that fares otherwise."""

    name: str
    was: AdapterState | None
    now: AdapterState | None


@dataclass(frozen=True, slots=True)
class Edition:
    """The configuration with one release: what all rules say of it, and the verdict."""

    config: Config
    result: LintResult
    verdict: Verdict | None


@dataclass(frozen=True, repr=False)
class Upgrade:
    """A configuration with two releases of ORBIT."""

    was: Edition
    now: Edition

    def __repr__(self) -> str:
        return f"<Upgrade: {self.was.config.orbit.label} → {self.now.config.orbit.label}>"

    @cached_property
    def keys(self) -> tuple[KeyChange, ...]:
        """The keys that the releases treat otherwise, the outermost of each alone, in the order of the files."""
        was, now = _read_paths(self.was.config), _read_paths(self.now.config)
        changed = {path: "begins" if path in now else "stops" for path in (*was, *now) if (path in was) is not (path in now)}
        outermost = [path for path in changed if not any(path[:depth] in changed for depth in range(1, len(path)))]
        return tuple(sorted((self._key(path, begins=changed[path] == "begins") for path in outermost), key=_order))

    def _key(self, path: KeyPath, *, begins: bool) -> KeyChange:
        tree = self.was.config.written
        key, place = format_key_path(tree, path), key_span(tree, path)
        if begins:
            return KeyChange("begins", key, place)
        new = next((name for each in history().renamings if (name := _other_name(each, path)) is not None and at(tree, name) is None), None)
        return KeyChange("stops", key, place) if new is None else KeyChange("renamed", key, place, ".".join(map(str, new)))

    @cached_property
    def coming(self) -> tuple[Diagnostic, ...]:
        """The errors and warnings that only the later release gives, new requirements among them; but for those that say no more than `keys`."""
        return tuple(self._beyond_keys(self.now.result, self.was.result))

    @cached_property
    def going(self) -> tuple[Diagnostic, ...]:
        """The errors and warnings that only the earlier release gives; but for those that say no more than `keys`."""
        return tuple(self._beyond_keys(self.was.result, self.now.result))

    def _beyond_keys(self, result: LintResult, other: LintResult) -> Iterator[Diagnostic]:
        told = {each.key for each in self.keys}
        return (each for each in _beyond(result, other) if each.code not in _OF_KEYS or each.key not in told)

    @cached_property
    def adapters(self) -> tuple[AdapterFate, ...]:
        """The adapters that fare otherwise."""
        was, now = ({each.name: each.state for each in side.verdict.adapters} if side.verdict else {} for side in (self.was, self.now))
        names = dict.fromkeys((*was, *now))
        return tuple(AdapterFate(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name))

    @property
    def is_empty(self) -> bool:
        """Whether the releases treat the configuration alike."""
        return not (self.keys or self.coming or self.going or self.adapters or self.changes_start)

    @property
    def changes_start(self) -> bool:
        """Whether ORBIT starts with one of them alone."""
        was, now = (side.verdict.starts if side.verdict else None for side in (self.was, self.now))
        return was is not now

    @property
    def summary_line(self) -> str:
        """What the upgrade comes to, in one line."""
        was, now = (side.config.orbit.label for side in (self.was, self.now))
        if self.is_empty:
            return f"ORBIT {was} → {now}: nothing changes for this configuration"
        fates = {fate: sum(each.fate == fate for each in self.keys) for fate in ("renamed", "stops", "begins")}
        parts = [
            *([f"{counted(fates['renamed'], 'key')} renamed"] if fates["renamed"] else []),
            *([f"{counted(fates['stops'], 'key')} no longer read"] if fates["stops"] else []),
            *([f"{counted(fates['begins'], 'key')} read from then on"] if fates["begins"] else []),
            *([f"{counted(len(self.coming), 'finding')} more"] if self.coming else []),
            *([f"{counted(len(self.going), 'finding')} fewer"] if self.going else []),
            *([f"{counted(len(self.adapters), 'adapter')} with another fate"] if self.adapters else []),
        ]
        return f"ORBIT {was} → {now}: {', '.join(parts) or 'it starts differently'}"


def _other_name(renaming: KeyRenaming, path: KeyPath) -> KeyPath | None:
    """The path of a key under its other name; None where this renaming is not of that key."""
    names = {renaming.was: renaming.now, renaming.now: renaming.was}
    return (*renaming.under, names[str(path[-1])]) if path[:-1] == renaming.under and path[-1] in names else None


def _order(change: KeyChange) -> tuple[str, int, str]:
    return (change.place.source.name, change.place.start, change.key) if change.place else ("", 0, change.key)


def _read_paths(config: Config) -> dict[KeyPath, None]:
    """The key paths that an ORBIT reads, as the files write them; keys in lists are told of each item."""
    return {
        config.written_path(path): None
        for path, _, row, _ in config.rows
        if not isinstance(path[-1], int) and (_is_live(row.effect) if row is not None else _is_known(config, path))
    }


def _is_known(config: Config, path: KeyPath) -> bool:
    """Whether the ORBIT that is meant reads a key that the catalogue lacks."""
    return not is_told(config, path) and (config.knowledge.reads_at(path) or config.knowledge.knows(str(path[-1])) is True)


_OF_KEYS = frozenset({"ORB301", "ORB311"})
"""The rules that say of a key that it is not read."""


def _is_live(effect: str | None) -> bool:
    return effect is None or effect == "elsewhere"


def _beyond(result: LintResult, other: LintResult) -> Iterator[Diagnostic]:
    """The errors and warnings of one side that the other lacks, symptoms left out."""
    known = {_identity(each) for each in other.diagnostics if not each.is_symptom}
    yield from (each for each in result.diagnostics if each.severity > Severity.INFO and not each.is_symptom and _identity(each) not in known)


def _identity(diagnostic: Diagnostic) -> tuple[str, str | None, str | None, Severity]:
    """What a finding is told apart by: not its words, which may name the release."""
    return diagnostic.code, diagnostic.file, diagnostic.key, diagnostic.severity
