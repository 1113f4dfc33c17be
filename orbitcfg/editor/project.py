"""A configuration in the editor: the unsaved texts over the disk, compiled and judged."""

import os
from collections.abc import Callable, Mapping

from orbitcfg.catalog.rows import Catalog
from orbitcfg.commands.compiled import compile_options, reading_of
from orbitcfg.commands.validate.command import report_of
from orbitcfg.compile.discovery import ConfigTarget, looks_like_root, project_root
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.graph import Document
from orbitcfg.document.memo import Memo
from orbitcfg.document.source import Source, Span
from orbitcfg.edit.fixer import FixResult, plan_fixes
from orbitcfg.editor.readings import Readings
from orbitcfg.editor.shift import Shift, shift_between
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Files
from orbitcfg.project.compiler import CompileOptions, catalog_of, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.project.orbit import orbit_of
from orbitcfg.report.diagnostics import Diagnostic, Report
from orbitcfg.settings.model import Settings


class SupersededError(Exception):
    """What is being judged is no longer how it is."""


@dataclass(frozen=True)
class Snapshot:
    """A project as it was at one moment: the files with the texts of that moment, the compiled configuration, and the trees that stand in for broken files."""

    files: Files
    config: Config
    stale: Mapping[Source, Source]

    @property
    def documents(self) -> dict[str, Document]:
        """All documents by real path, those that nothing imports too."""
        return self.config.once(self._documents)

    def _documents(self, config: Config) -> dict[str, Document]:
        orphans = (each.document for each in config.graph.orphans)
        return {self.files.realpath(each.path): each for each in (*orphans, *config.graph.documents)}

    @property
    def is_of_root(self) -> bool:
        """Whether its root file is one that a fresh look would take for a configuration; by its last good tree while it is broken."""
        root = self.config.graph.root
        return looks_like_root(root.path, root.root)

    @property
    def imported(self) -> frozenset[str]:
        """The root and what it imports, by real path."""
        return self.config.once(self._imported)

    def _imported(self, config: Config) -> frozenset[str]:
        return frozenset(self.files.realpath(each.path) for each in config.graph.documents)

    @property
    def named(self) -> frozenset[str]:
        """The files that adapters name, by real path."""
        return self.config.once(self._named)

    def _named(self, config: Config) -> frozenset[str]:
        return frozenset(self.files.realpath(each.path) for each in config.named_files.values() if each is not None)

    def path(self, source: Source) -> str:
        """The real path of a source."""
        known = self.config.once(_paths)
        if source not in known:
            known[source] = self.files.realpath(source.name)
        return known[source]

    def written(self, span: Span) -> Span | None:
        """Where a span stands in the text of now; None for one in the part of a broken file that was changed since its last good tree."""
        now = self.stale.get(span.source)
        if now is None:
            return span
        shifts = self.config.once(_shifts)
        shift = shifts[span.source] = shifts.get(span.source) or shift_between(span.source.text, now.text)
        start, end = shift.moved(span.start), shift.moved(span.end)
        return None if start is None or end is None else Span(now, start, end)


@dataclass
class Project:
    """One root file, with what was read of its files so far."""

    target: ConfigTarget
    settings: Settings
    process: Mapping[str, str]
    readings: Readings = field(default_factory=Readings)
    catalog: Catalog | None = None
    memo: Memo = field(default_factory=lambda: Memo(keeps=True))
    """What was made of the values of files that have not changed since."""

    @property
    def options(self) -> CompileOptions:
        """How it is compiled: as `validate` does."""
        return compile_options(self.settings, reading_of(self.settings), self.process)

    def compile(self, files: Files) -> Snapshot:
        """The configuration of the files as they are now. Raises UsageError where the settings name what cannot be used."""
        options = self.options
        if self.catalog is None:
            self.catalog = catalog_of(files, options.schemas, orbit_of(files, self.target.root, options.orbit))
        # what it knows of one tree serves the next
        self.catalog = self.catalog.for_another_tree(self.memo)
        config = configuration(files, self.target, options, read=self.readings.read, catalog=self.catalog)
        read = {document.source for document in config.graph.documents} | {each.document.source for each in config.graph.orphans}
        return Snapshot(files, config, {old: new for old, new in self.readings.stale.items() if old in read})

    def check(self, snapshot: Snapshot, is_superseded: Callable[[], bool] = lambda: False) -> tuple[Diagnostic, ...]:
        """Everything that is wrong with a snapshot, as `validate` says it. Raises SupersededError once another snapshot has taken its place."""

        def checkpoint() -> None:
            if is_superseded():
                raise SupersededError

        policy = self.settings.policy
        found = policy.regraded(report_of(snapshot.files, self.target, snapshot.config, policy, checkpoint).diagnostics)
        self.memo.settle()
        return found

    def compile_apart(self, files: Files) -> Snapshot:
        """The configuration of files that are not those of now, as some edits would leave them: nothing of it is kept."""
        apart = Readings(dict(self.readings.last), dict(self.readings.good))
        return replace(self, readings=apart).compile(files)

    def report(self, files: Files) -> Report:
        """What `validate` says of files that are not those of now."""
        policy = self.settings.policy
        found = report_of(files, self.target, self.compile_apart(files).config, policy)
        return replace(found, diagnostics=policy.regraded(found.diagnostics))

    def fixes(self, files: Files) -> FixResult:
        """What all safe fixes make of the files, each held to its promise."""
        return plan_fixes(files, self.report, lambda seen: [self.compile_apart(seen).config], unsafe=False)

    def reads(self, files: Files, path: str) -> bool:
        """Whether a real path, no YAML file, is one that the configuration depends on: variables, settings, schemas."""
        folder = files.realpath(project_root(files, self.target.root))
        return os.path.dirname(path) in _upward(folder, 3) or path in map(files.realpath, self.settings.schemas)


def project_of(files: Files, path: str, settings: Settings, process: Mapping[str, str]) -> Project | None:
    """The project of a folder or a file; None where it has none, as a YAML file that no configuration imports and that does not look like one."""
    try:
        target = targets(files, path, ())[0]
    except (UsageError, OSError):
        return None
    return None if target.fragment else Project(replace(target, only=None), settings, process)


def _shifts(_config: Config) -> dict[Source, Shift]:
    """How broken files were changed since their last good trees."""
    return {}


def _paths(_config: Config) -> dict[Source, str]:
    """Real paths that were asked for."""
    return {}


def _upward(folder: str, levels: int) -> list[str]:
    found = [folder]
    while len(found) < levels:
        found.append(os.path.dirname(found[-1]))
    return found
