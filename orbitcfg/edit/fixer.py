"""Carries out the fixes of findings: works out the new texts in memory, holds each to its promise, and writes them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from orbitcfg.document.decode import MAX_FILE_BYTES
from orbitcfg.document.events import DuplicateKey, FileFault
from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, child
from orbitcfg.document.tree import Sequence as SequenceNode
from orbitcfg.edit.apply import Remedy, compatible, edited, encoded, remedies
from orbitcfg.edit.preview import diff
from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import atomic_write
from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Files
from orbitcfg.plural import counted
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Report

MAX_ROUNDS = 20
"""So often fixes are looked for again in what the fixes before them made; each round takes those that are not in each other's way."""

Look = Callable[[Files], Report]
Compiled = Callable[[Files], Sequence[Config]]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's old and new content, and the findings that this fixes. `path` is the real one, `name` what the user calls it."""

    name: str
    path: str
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class FixResult:
    """What fixes do to a configuration; nothing is written yet.

    `found` is what was wrong before, `left` what will be. `unsafe` counts the fixes among the latter that nobody asked for.
    """

    changes: tuple[FileChange, ...]
    found: Report
    left: Report
    unsafe: int

    @property
    def fixed(self) -> int:
        """How many findings are fixed."""
        return len(set().union(*(change.findings for change in self.changes)))

    def summary_line(self, *, dry_run: bool) -> str:
        """What is fixed, in one line."""
        more = f"; {self.unsafe} more with --unsafe-fixes" if self.unsafe else ""
        if not self.changes:
            return f"nothing to mend{more}"
        files = ", ".join(f"`{change.name}`" for change in self.changes)
        return f"{'would mend' if dry_run else 'mended'} {counted(self.fixed, 'finding')} in {files}{more}"

    @property
    def diff(self) -> str:
        """The changes as a unified diff in which no secret stands."""
        return "".join(diff(each.name, _text(each.old), _text(each.new)) for each in self.changes)


def plan_fixes(files: Files, look: Look, compiled: Compiled, *, unsafe: bool) -> FixResult:
    """The fixes of all that `look` finds, carried out in memory until none is left.

    `compiled` gives the configurations as they are in a tree of files. Unsafe fixes are carried out where they are asked for.
    """
    work = _Work(files, compiled)
    found = left = look(files)
    for _ in range(MAX_ROUNDS):
        if not work.advanced(left, unsafe=unsafe):
            break
        left = look(work.overlay)
    waiting = sum(not each.safe for each in remedies(left.diagnostics)) if not unsafe else 0
    return FixResult(tuple(work.changes()), found, left, waiting)


@dataclass(slots=True)
class _Work:
    """The new contents so far, by real path, and what each file's changes fix."""

    files: Files
    compiled: Compiled
    contents: dict[str, bytes] = field(default_factory=dict)
    originals: dict[str, bytes] = field(default_factory=dict)
    findings: dict[str, dict[Diagnostic, None]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def overlay(self) -> Overlay:
        return Overlay(self.files, dict(self.contents))

    def advanced(self, report: Report, *, unsafe: bool) -> bool:
        """Carries out the fixes of a report that keep their promise, the safe ones before the others; false where there are none."""
        offered = remedies(report.diagnostics)
        for safe in (True, False) if unsafe else (True,):
            wanted = compatible(each for each in offered if each.safe is safe)
            kept = self._kept(self.compiled(self.overlay), wanted) if wanted else []
            if kept:
                self._take(kept)
                return True
        return False

    def _kept(self, before: Sequence[Config], wanted: list[Remedy]) -> list[Remedy]:
        """The largest first part of them that keeps its promise, found by bisection."""
        if self._holds(before, wanted):
            return wanted
        half = len(wanted) // 2
        return (self._kept(before, wanted[:half]) or self._kept(before, wanted[half:])) if half else []

    def _holds(self, before: Sequence[Config], wanted: list[Remedy]) -> bool:
        """Whether everything can still be read, and safe fixes change no more than they say."""
        after = self.compiled(Overlay(self.files, self.contents | self._made(wanted)))
        if any(_damages(new) - _damages(old) for old, new in zip(before, after, strict=True)):
            return False
        if not all(each.safe for each in wanted):
            return True
        touched = {path for each in wanted for path in each.touches}
        changed = (path for old, new in zip(before, after, strict=True) for path in differences(old.tree, new.tree))
        return all(any(path[:length] in touched for length in range(1, len(path) + 1)) for path in changed)

    def _made(self, wanted: Iterable[Remedy]) -> dict[str, bytes]:
        """The new contents that compatible fixes make."""
        made = {}
        for source, text in edited(wanted).items():
            path = self.files.realpath(source.name)
            content = self.overlay.read(path, MAX_FILE_BYTES)
            if _text(content) != source.text:
                raise UsageError(f"`{source.name}` has changed since it was read")
            self.originals.setdefault(path, content)
            made[path] = encoded(text, content)
        return made

    def _take(self, kept: list[Remedy]) -> None:
        self.contents |= self._made(kept)
        for remedy in kept:
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
    places = ((each.fault.name, each.place) for each in config.events_of(FileFault))
    faults = {(name, place.name if isinstance(place, Source) else place.source.name) for name, place in places}
    return faults | {(str(each.key), each.second.source.name) for each in config.events_of(DuplicateKey)}


def differences(old: Node, new: Node, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The key paths at which two values differ; of lists that are not equally long the list's own."""
    match old, new:
        case Mapping(), Mapping():
            for key in dict.fromkeys((*old.entries, *new.entries)):
                ours, theirs = child(old, key), child(new, key)
                if ours is None or theirs is None:
                    yield from _leaves(ours or theirs, (*path, key))
                else:
                    yield from differences(ours, theirs, (*path, key))
        case SequenceNode(items=ours), SequenceNode(items=theirs) if len(ours) == len(theirs):
            for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
                yield from differences(one, other, (*path, index))
        case Scalar(), Scalar() if type(old.value) is type(new.value) and (old.value == new.value or str(old.value) == str(new.value)):
            return
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
    faults = []
    for change in result.changes:
        try:
            atomic_write(change.path, change.new, expected=change.old)
        except OSError as error:
            faults.append(f"`{change.name}` was not written: {(error.strerror or str(error)).lower()}")
    if faults:
        raise UsageError("; ".join(faults))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").removeprefix("\ufeff")
