"""How two configurations differ in what ORBIT will do with them."""

from orbitcfg.cached import cached_property
from orbitcfg.commands.diff.keys import ValueChange, changes
from orbitcfg.commands.diff.rows import RowChange, row_changes
from orbitcfg.commands.needs import KeyNeed, need_of
from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.reload import Activation, How, Rollout, rollout_of
from orbitcfg.project.config import Config
from orbitcfg.report.verdict import Verdict

_PRESETS = "_presets"


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what the user called it, its configuration, and its files that cannot be read, so that their keys count as missing."""

    label: str
    config: Config
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Difference:
    """Two sides, and what differs between them."""

    was: Side
    now: Side

    def __repr__(self) -> str:
        return f"<Difference: {self.was.label} → {self.now.label}>"

    @cached_property
    def rows(self) -> tuple[RowChange, ...]:
        """The adapters' uses that differ."""
        return tuple(row_changes(self.was.config, self.now.config))

    @cached_property
    def keys(self) -> tuple[ValueChange, ...]:
        """Every key that differs."""
        return tuple(changes(self.was.config, self.now.config))

    @cached_property
    def other_keys(self) -> tuple[ValueChange, ...]:
        """The keys that differ and that no row shows."""
        covered = _Covered.of(self.rows)
        return tuple(change for change in self.keys if not covered.covers(change))

    def need_of(self, change: ValueChange) -> KeyNeed:
        """Who needs a key that differs, and so is struck by its change: on the newer side, of what is gone on the older."""
        side, path = (self.was, change.was_path) if change.now_path is None else (self.now, change.now_path)
        return need_of(side.config, path or ())

    @cached_property
    def rollout(self) -> Rollout | None:
        """What makes the newer side take effect in an ORBIT that runs with the older; None where nothing that is used differs."""
        return rollout_of(found for change in self.keys if (found := self._activation(change)) is not None)

    def _activation(self, change: ValueChange) -> Activation | None:
        sides = ((self.now.config, change.now_path), (self.was.config, change.was_path or self._of_old(change.now_path)))
        is_new = change.was_path is None or change.now_path is None
        # a reload lets go of what the older side made, and makes what the newer says
        found = [each for config, path in sides if path and (each := config.reloads.of(path, is_new=is_new)) is not None]
        return max(found, key=lambda each: list(How).index(each.how), default=None)

    def _of_old(self, path: KeyPath | None) -> KeyPath | None:
        """Where a key that is new would stand on the older side, of an adapter that is there too; None of any other."""
        adapter = self.now.config.adapter_at(path) if path else None
        old = self.was.config.routed.get(adapter.name) if adapter is not None else None
        return None if old is None or path is None or len(path) < 3 else (*old.path, *path[2:])

    @cached_property
    def verdicts(self) -> tuple[Verdict | None, Verdict | None]:
        """What becomes of ORBIT with the older side and with the newer. All rules run for it."""
        # imported here: only who asks for it needs the rules
        from orbitcfg.commands.reporting import judged

        return judged(self.was.config)[1], judged(self.now.config)[1]

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of the sides beside the result."""
        unread = ((place, side.label) for side in (self.was, self.now) for place in side.unread)
        return tuple(f"{place} of `{label}` cannot be read, so what it holds counts as missing" for place, label in unread)

    @property
    def is_empty(self) -> bool:
        """Whether both sides come to the same."""
        return not self.rows and not self.keys

    def section_of(self, change: ValueChange) -> str:
        """The heading under which a key is shown: its adapter, its provider, or empty for any other."""
        path = change.now_path or change.was_path or ()
        if path[:1] == ("adapters",):
            return change.key.partition("]")[0] + "]" if len(path) > 1 else "adapters"
        block = next((path[:length] for length in range(1, len(path) + 1) if path[:length] in self._blocks), None)
        if block is not None:
            return ".".join(str(part) for part in block)
        return f"{path[0]}.{path[1]}" if len(path) > 1 and str(path[0]).endswith(_PRESETS) else ""

    @cached_property
    def _blocks(self) -> frozenset[KeyPath]:
        """The provider blocks of both sides, those that nothing uses too: whatever stands beside one that is used."""
        used = {use.block for side in (self.was, self.now) for use in side.config.uses if use.block is not None}
        sections = {block[:-1] for block in used if len(block) > 1}
        paths = {path for change in self.keys for path in (change.was_path, change.now_path) if path is not None}
        return frozenset(
            path[: len(section) + 1] for section in sections for path in paths if path[: len(section)] == section and len(path) > len(section)
        )


@dataclass(frozen=True, slots=True)
class _Covered:
    """What rows show: key paths of either side, and pairs of places, for a preset's value stands at two paths."""

    was: frozenset[KeyPath | None]
    now: frozenset[KeyPath | None]
    places: frozenset[tuple[Span | None, ...]]

    @classmethod
    def of(cls, rows: tuple[RowChange, ...]) -> "_Covered":
        """What these rows show; of a row that is new, gone, on or off also the adapter or its switch."""
        fields = [change for row in rows for change in row.fields]
        was = {change.was_path for change in fields} | {path for row in rows for path in row.paths(row.was)}
        now = {change.now_path for change in fields} | {path for row in rows for path in row.paths(row.now)}
        # None: a side without the key has nothing that a row could leave out
        return cls(frozenset({None, *was}), frozenset({None, *now}), frozenset(change.places for change in fields))

    def covers(self, change: ValueChange) -> bool:
        """Whether both sides of a key's change are shown."""
        return (change.was_path in self.was and change.now_path in self.now) or change.places in self.places
