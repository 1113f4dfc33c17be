"""What the server knows while an editor is connected: the open texts, the projects, and what was said of each."""

import os
from collections.abc import Mapping
from threading import Lock

from orbitcfg.commands.settings import load_settings
from orbitcfg.compile.discovery import looks_like_root
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.source import Source
from orbitcfg.document.yaml_reader import parse
from orbitcfg.edit.fixer import FixResult
from orbitcfg.editor.cursor import Cursor, cursor_at
from orbitcfg.editor.diagnostics import KnownDiagnostics, by_file, of_file
from orbitcfg.editor.documents import Documents
from orbitcfg.editor.named import named_hover
from orbitcfg.editor.positions import offset_at
from orbitcfg.editor.project import Project, Snapshot, project_of
from orbitcfg.editor.protocol import types
from orbitcfg.editor.quick import AT_A_KEY, AT_FIRST, quick_diagnostics, quick_findings
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk
from orbitcfg.limits import MAX_FILE_BYTES
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.settings.model import Settings

YAML = (".yaml", ".yml")
"""How the names of files end that a configuration may consist of."""


@dataclass(eq=False)
class ActiveProject:
    """A project in the editor."""

    project: Project
    root: str
    """The real path of its root file."""
    wanted: int = 1
    """How often it was changed."""
    compiled: int = 0
    """The change that its snapshot was made after."""
    checked: int = 0
    """The change after which it was judged."""
    snapshot: Snapshot | None = None
    """How it is now."""
    judged: Snapshot | None = None
    """How it was when it was judged."""
    found: tuple[Diagnostic, ...] = ()
    """What was wrong with it then."""
    known: KnownDiagnostics = field(default_factory=KnownDiagnostics)
    """The same for the editor."""
    changed: set[str] = field(default_factory=set)
    """The files that were changed since."""
    is_of_folder: bool = False
    """Whether a folder that is open brought it, not a text alone."""
    lock: Lock = field(default_factory=Lock)
    """Held while it is compiled."""

    planned: tuple[Snapshot, FixResult] | None = None
    """What the safe fixes make of the snapshot that was last asked for."""

    def fixes(self, snapshot: Snapshot) -> FixResult:
        """What all safe fixes make of a snapshot: an editor asks at every step of the cursor."""
        if self.planned is None or self.planned[0] is not snapshot:
            self.planned = snapshot, self.project.fixes(snapshot.files)
        return self.planned[1]

    @property
    def is_idle(self) -> bool:
        """Whether everything that changed was judged."""
        return self.checked == self.wanted


class Session:
    """One connection. Nothing of it touches the network, or runs anything of a repository.

    `strangers` are YAML files that belong to no configuration, `said` is what is wrong by the roots of projects and by files, `published` what the editor was sent, by URI.
    """

    def __init__(self, folders: list[str], process: Mapping[str, str]) -> None:
        self.files = Disk(folders[0] if folders else os.getcwd())
        self.documents = Documents(self.files)
        self.process = process
        self.folders = folders
        self.projects: dict[str, ActiveProject] = {}
        self.complaints: list[str] = []
        self.strangers: set[str] = set()
        self.said: dict[str, dict[str, list[types.Diagnostic]]] = {}
        self.published: dict[str, list[types.Diagnostic]] = {}

    def open_folders(self) -> None:
        """Finds the configurations of the folders that the editor has open."""
        brought: set[str] = set()
        for folder in self.folders:
            settings = self.settings(folder)
            for path in settings.roots or (folder,):
                added = self._add(project_of(self.documents.overlay, path, settings, self.process))
                if added is not None:
                    added.is_of_folder = True
                    brought.add(added.root)
        for each in tuple(self.projects.values()):
            each.is_of_folder = each.root in brought

    def settings(self, path: str, before: Settings = Settings()) -> Settings:
        """The settings of a path's project; those of before where something is wrong with them, which is kept as a complaint."""
        try:
            return load_settings(path, process=self.process)
        except (UsageError, OSError) as error:
            self.complaints += [] if str(error) in self.complaints else [str(error)]
            return before

    def concerned(self, path: str) -> list[ActiveProject]:
        """The projects that read the file at a real path, found now where none is known."""
        found = [each for each in tuple(self.projects.values()) if self._reads(each, path)]
        if not found and path.endswith(YAML) and path not in self.strangers:
            added = self._add(project_of(self.documents.overlay, path, self.settings(path), self.process))
            found = [added] if added is not None else []
            self.strangers |= {path} if added is None else set()
        return found

    def drop_needless(self) -> None:
        """Forgets the projects of folders that are no longer open, and those of texts that are closed, that another project reads by now, or that are no root any more."""
        for each in tuple(self.projects.values()):
            if not each.is_of_folder and not self._is_needed(each):
                del self.projects[each.root]
                self.said.pop(each.root, None)

    def _is_needed(self, active: ActiveProject) -> bool:
        if active.snapshot is not None and not active.snapshot.is_of_root:
            return False
        others = (each for each in self.projects.values() if each is not active and each.snapshot is not None)
        return not any(self._reads(each, active.root) for each in others) and any(self._reads(active, path) for path in tuple(self.documents.opened))

    def note(self, path: str) -> None:
        """Notes that the text of a file, by its real path, may have changed: one of no configuration may have become one."""
        if path in self.strangers and self._may_be_root(path):
            self.strangers.discard(path)
        for each in self.concerned(path):
            if not self._is_compiled(each, path):
                each.wanted += 1
            each.changed.add(path)

    def at(self, uri: str) -> ActiveProject | None:
        """The project of the file that the editor calls so."""
        path = self.documents.real_path(uri)
        return self.of(path) if path is not None else None

    def reread(self) -> None:
        """Notes that anything may have changed: settings are read again, and so are schemas, and configurations may have come and gone."""
        self.strangers.clear()
        self.open_folders()
        for each in tuple(self.projects.values()):
            each.project.settings = self.settings(each.project.target.root, each.project.settings)
            each.project.catalog = None
            each.wanted += 1

    def of(self, path: str) -> ActiveProject | None:
        """The project of the file at a real path."""
        return next(iter(self.concerned(path)), None)

    def current(self, active: ActiveProject) -> Snapshot:
        """The snapshot of the texts of now, compiled where it is not there. Raises UsageError as `Project.compile` does."""
        with active.lock:
            wanted = active.wanted
            if active.snapshot is None or active.compiled != wanted:
                active.snapshot, active.compiled = active.project.compile(self.documents.overlay), wanted
            return active.snapshot

    def cursor(self, uri: str, position: types.Position) -> tuple[ActiveProject, Cursor] | None:
        """The project and the cursor at a position of a text; None where it is of no configuration."""
        path = self.documents.real_path(uri)
        active = self.of(path) if path is not None else None
        if path is None or active is None:
            return None
        found = cursor_at(self.current(active), path, position, self.documents.uri)
        return None if found is None else (active, found)

    def named_hover(self, uri: str, position: types.Position, *, is_rendered: bool) -> types.Hover | None:
        """What a key means in a file that an adapter names."""
        path = self.documents.real_path(uri)
        active = self.of(path) if path is not None else None
        return None if path is None or active is None else named_hover(self.current(active), path, position, is_rendered=is_rendered)

    def typing_cursor(self, uri: str, position: types.Position) -> Cursor | None:
        """The cursor in the text of now over a configuration that may be older: what completes what is typed need not wait for it."""
        path = self.documents.real_path(uri)
        active = self.of(path) if path is not None else None
        document = self.documents.opened.get(path) if path is not None else None
        if active is None or document is None or path is None:
            return None
        snapshot = active.snapshot or self.current(active)
        found = cursor_at(snapshot, path, position, self.documents.uri)
        if found is None:
            return None
        text = Source(found.source.name, document.text.removeprefix("\ufeff"))
        return replace(found, text=text, offset=offset_at(text, position))

    def note_quick(self, active: ActiveProject, snapshot: Snapshot) -> None:
        """Notes what can be said of the changed files, at first of all, until the whole is judged."""
        found, uri_of = quick_findings(active.project, snapshot, AT_FIRST if active.judged is None else AT_A_KEY), self.documents.uri
        if active.judged is None:
            self.said[active.root] = by_file(snapshot, found, uri_of, active.known)
            return
        judged = active.judged.documents
        for path in sorted(active.changed & snapshot.documents.keys()):
            old = judged[path].source if path in judged else None
            before = of_file(active.judged, active.found, path, uri_of, active.known)
            self.said[active.root][path] = quick_diagnostics(snapshot, found, path, before, old, uri_of, active.known)

    def note_judged(self, active: ActiveProject, snapshot: Snapshot) -> None:
        """Notes what was found in a project."""
        self.said[active.root] = by_file(snapshot, active.found, self.documents.uri, active.known)
        active.known.keep(active.found)
        active.judged, active.planned = snapshot, None
        active.changed.clear()

    def publishable(self) -> dict[str, list[types.Diagnostic]]:
        """What is to be shown now of each file that something else is shown of, by its URI: those that have nothing any more are empty. It counts as shown."""
        found: dict[str, list[types.Diagnostic]] = {uri: [] for uri in self.published}
        for said in tuple(self.said.values()):
            for path, listed in said.items():
                shown = found.setdefault(self.documents.uri(path), [])
                # each thing once, where several projects say it
                shown += [each for each in listed if len(self.said) == 1 or each not in shown]
        now = {uri: listed for uri, listed in found.items() if listed != self.published.get(uri, [])}
        self.published |= now
        return now

    def _is_compiled(self, active: ActiveProject, path: str) -> bool:
        """Whether a project is compiled with just what a file holds now, as after it was opened or saved."""
        known = active.project.readings.last.get(self.files.name(path))
        if known is None or active.compiled != active.wanted:
            return False
        try:
            return self.documents.overlay.read(path, MAX_FILE_BYTES) == known[0]
        except OSError:
            return False

    def _reads(self, active: ActiveProject, path: str) -> bool:
        if path == active.root:
            return True
        if not path.endswith(YAML):
            return active.project.reads(self.files, path)
        # waited for, where it is compiled for the first time: to look for who reads the file takes as long
        snapshot = active.snapshot or self._first_snapshot(active)
        if snapshot is None:
            return False
        # what lies beside a root and is imported by nothing is a mistake in a project that was opened, and else may be a root as well
        return path in snapshot.named or path in (snapshot.documents if active.is_of_folder else snapshot.imported)

    def _may_be_root(self, path: str) -> bool:
        """Whether a text by itself looks like a configuration: to look for one that reads it takes longer than a keystroke may."""
        document = self.documents.opened.get(path)
        return document is not None and looks_like_root(path, parse(Source(path, document.text))[0])

    def _first_snapshot(self, active: ActiveProject) -> Snapshot | None:
        try:
            return self.current(active)
        except UsageError:
            # told by who judges it
            return None

    def _add(self, project: Project | None) -> ActiveProject | None:
        if project is None:
            return None
        root = self.files.realpath(project.target.root)
        return self.projects.setdefault(root, ActiveProject(project, root))
