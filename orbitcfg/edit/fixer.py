"""Carries out the fixes of findings: the new texts in memory, each fix held to what it declares, then the files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.decode import reason
from orbitcfg.document.events import DuplicateKey, FileFault
from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, child
from orbitcfg.document.tree import Sequence as SequenceNode
from orbitcfg.edit.apply import Remedy, compatible_remedies, edited_texts, encode_text, remedies
from orbitcfg.edit.preview import masked_diff
from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import atomic_write
from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Files
from orbitcfg.limits import MAX_FILE_BYTES
from orbitcfg.plural import counted
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Report

MAX_ROUNDS = 20
"""Rounds of fixes, each of those that do not overlap; what one leaves or makes is for the next."""

Check: TypeAlias = Callable[[Files], Report]
"""Gives the findings about configurations in a tree of files."""

Compile: TypeAlias = Callable[[Files], Sequence[Config]]
"""Gives the configurations themselves."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's old and new content, and the findings that this fixes. `path` is the real one, `name` what the user calls it."""

    name: str
    path: str
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    findings: tuple[Diagnostic, ...] = ()

    @property
    def diff(self) -> str:
        """The change as a unified diff in which no secret stands."""
        return masked_diff(self.name, _text(self.old), _text(self.new))


@dataclass(frozen=True, slots=True)
class FixResult:
    """What fixes do to a configuration; nothing is written yet.

    `before` is what was wrong, `after` what will be. `unsafe` counts the fixes among the latter that nobody asked for.
    """

    changes: tuple[FileChange, ...]
    before: Report
    after: Report
    unsafe: int

    @property
    def fixed_count(self) -> int:
        """How many findings are fixed."""
        return len(set().union(*(change.findings for change in self.changes)))

    def summary_line(self, *, dry_run: bool) -> str:
        """What is fixed, in one line."""
        more = f"; {self.unsafe} more with --unsafe-fixes" if self.unsafe else ""
        if not self.changes:
            return f"nothing to fix{more}"
        files = ", ".join(f"`{change.name}`" for change in self.changes)
        return f"{'would fix' if dry_run else 'fixed'} {counted(self.fixed_count, 'finding')} in {files}{more}"

    @property
    def diff(self) -> str:
        """The changes as a unified diff in which no secret stands."""
        return "".join(each.diff for each in self.changes)


def plan_fixes(files: Files, check: Check, compile_configs: Compile, *, unsafe: bool) -> FixResult:
    """The fixes of all findings, carried out in memory until none is left; the unsafe ones where they are asked for."""
    plan = _FixPlan(files, compile_configs)
    before = after = check(files)
    for _ in range(MAX_ROUNDS):
        if not plan.apply_round(after, unsafe=unsafe):
            break
        after = check(plan.overlay)
    waiting = sum(not each.safe for each in remedies(after.diagnostics)) if not unsafe else 0
    return FixResult(tuple(plan.changes()), before, after, waiting)


def keeping_promise(files: Files, compile_configs: Compile, before: Sequence[Config], offered: Sequence[Remedy]) -> list[Remedy]:
    """The remedies that leave everything readable and, where they are safe, change no more than they declare. Those that go together are tried together."""
    plan, kept, waiting = _FixPlan(files, compile_configs), list[Remedy](), list(offered)
    while waiting:
        tried = compatible_remedies(waiting)
        kept += plan.all_within_promise(before, tried)
        waiting = [each for each in waiting if each not in tried]
    return [each for each in offered if each in kept]


@dataclass(slots=True)
class _FixPlan:
    """The new contents so far, by real path, and what each file's changes fix."""

    files: Files
    compile_configs: Compile
    contents: dict[str, bytes] = field(default_factory=dict)
    originals: dict[str, bytes] = field(default_factory=dict)
    findings: dict[str, dict[Diagnostic, None]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def overlay(self) -> Overlay:
        return Overlay(self.files, dict(self.contents))

    def apply_round(self, report: Report, *, unsafe: bool) -> bool:
        """Carries out the fixes of a report that keep their promise, the safe ones before the others; false where there are none."""
        offered = remedies(report.diagnostics)
        # the others wait until no safe one is left
        for safe in (True, False) if unsafe else (True,):
            offered_now = compatible_remedies(each for each in offered if each.safe is safe)
            chosen = self._within_promise(self.compile_configs(self.overlay), offered_now) if offered_now else []
            if chosen:
                self._apply(chosen)
                return True
        return False

    def _within_promise(self, before: Sequence[Config], remedies: list[Remedy]) -> list[Remedy]:
        """Remedies that keep their promise: all of them, else found by bisection, so that one bad fix does not cost the others."""
        if self.keeps_promise(before, remedies):
            return remedies
        half = len(remedies) // 2
        return (self._within_promise(before, remedies[:half]) or self._within_promise(before, remedies[half:])) if half else []

    def all_within_promise(self, before: Sequence[Config], remedies: list[Remedy]) -> list[Remedy]:
        """Every remedy that keeps its promise: all of them, else found by bisection down to the single ones that do not."""
        if not remedies or self.keeps_promise(before, remedies):
            return remedies
        half = len(remedies) // 2
        return [*self.all_within_promise(before, remedies[:half]), *self.all_within_promise(before, remedies[half:])] if half else []

    def keeps_promise(self, before: Sequence[Config], remedies: list[Remedy]) -> bool:
        """Whether everything can still be read, and safe fixes change no more than they declare."""
        after = self.compile_configs(Overlay(self.files, self.contents | self._fixed_contents(remedies)))
        # only new damage counts: the file may have been broken before
        if any(_damages(new) - _damages(old) for old, new in zip(before, after, strict=True)):
            return False
        if not all(each.safe for each in remedies):
            return True
        touched = {path for each in remedies for path in each.touches}
        changed = (path for old, new in zip(before, after, strict=True) for path in changed_paths(old.tree, new.tree))
        return all(any(path[:length] in touched for length in range(1, len(path) + 1)) for path in changed)

    def _fixed_contents(self, remedies: Iterable[Remedy]) -> dict[str, bytes]:
        """The new contents that compatible fixes give."""
        contents = {}
        for source, text in edited_texts(remedies).items():
            path = self.files.realpath(source.name)
            content = self.overlay.read(path, MAX_FILE_BYTES)
            # the places in the report are right for the text that it was made of alone
            if _text(content) != source.text:
                raise UsageError(f"`{source.name}` has changed since it was read: run it again")
            self.originals.setdefault(path, content)
            contents[path] = encode_text(text, content)
        return contents

    def _apply(self, remedies: list[Remedy]) -> None:
        self.contents |= self._fixed_contents(remedies)
        for remedy in remedies:
            for edit in remedy.edits:
                path = self.files.realpath(edit.span.source.name)
                self.names[path] = edit.span.source.name
                self.findings.setdefault(path, {}).update(dict.fromkeys(remedy.findings))

    def changes(self) -> Iterator[FileChange]:
        """The files whose content is another now."""
        for path, content in self.contents.items():
            if content != self.originals[path]:
                yield FileChange(self.names[path], path, self.originals[path], content, tuple(self.findings[path]))


def _damages(config: Config) -> set[tuple[str, str]]:
    """What cannot be read, or is lost within a file."""
    places = ((each.problem.name, each.place) for each in config.events_of(FileFault))
    faults = {(name, place.name if isinstance(place, Source) else place.source.name) for name, place in places}
    return faults | {(str(each.key), each.second.source.name) for each in config.events_of(DuplicateKey)}


def changed_paths(old: Node, new: Node, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The key paths at which two values differ; of lists that are not equally long the list's own."""
    match old, new:
        case Mapping(), Mapping():
            for key in dict.fromkeys((*old.entries, *new.entries)):
                ours, theirs = child(old, key), child(new, key)
                if ours is None or theirs is None:
                    yield from _leaves(ours or theirs, (*path, key))
                else:
                    yield from changed_paths(ours, theirs, (*path, key))
        case SequenceNode(items=ours), SequenceNode(items=theirs) if len(ours) == len(theirs):
            for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
                yield from changed_paths(one, other, (*path, index))
        case Scalar(), Scalar() if type(old.value) is type(new.value) and (old.value == new.value or str(old.value) == str(new.value)):
            return  # by their text too: NaN equals nothing
        case _:
            yield path


def _leaves(node: Node | None, path: KeyPath) -> Iterator[KeyPath]:
    """The key paths of what is there or not there as a whole, down to lists and single values."""
    if isinstance(node, Mapping) and node.entries:
        for key, entry in node.entries.items():
            yield from _leaves(entry.node, (*path, key))
    else:
        yield path


def write_fixes(result: FixResult) -> None:
    """Writes the changes down. Raises UsageError where a file could not be written; the others are, then."""
    write_changes(result.changes)


def write_changes(changes: Iterable[FileChange]) -> None:
    """Writes each file anew that holds what it held when it was read. Raises UsageError where one could not be written; the others are, then."""
    faults = []
    for change in changes:
        try:
            atomic_write(change.path, change.new, expected=change.old)
        except OSError as error:
            faults.append(f"`{change.name}` was not written: {reason(error)}")
    if faults:
        raise UsageError("; ".join(faults))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").removeprefix("\ufeff")
