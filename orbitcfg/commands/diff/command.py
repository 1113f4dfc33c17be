"""The command `diff`: two configurations, each a folder, a file or a git revision, and what differs between them."""

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from orbitcfg.catalog.rows import Catalog
from orbitcfg.commands.diff.result import Difference, Side
from orbitcfg.commands.readings import SharedReadings
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import NEW_ONE, ConfigTarget
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.events import FileFault, FileProblem, ImportSkipped
from orbitcfg.document.source import Source, Span
from orbitcfg.errors import UsageError
from orbitcfg.files.git import GitTree, Repository, repository
from orbitcfg.files.sandbox import is_inside
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import CompileOptions, Path, catalog_of, configuration, targets
from orbitcfg.release import Orbit
from orbitcfg.settings.model import Settings

WORKING_TREE = "working tree"
"""What the newer side is called where the user names none."""


def diff(
    base: Path,
    head: Path | None = None,
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Disk | None = None,
    process: Mapping[str, str] | None = None,
) -> Difference:
    """What differs between two configurations as ORBIT compiles them, placeholders as they are written.

    A side is a folder, a file, or else a git revision; without `head` it is the working tree. `path` is the configuration's folder or root file
    in the working tree and in revisions. No variable is looked up. Raises UsageError for a side that cannot be read.
    """
    files = files or Disk()
    names = (os.fspath(base), None if head is None else os.fspath(head))
    with ExitStack() as stack:
        sides = _Sides(files, None if path is None else os.fspath(path), settings, os.environ if process is None else process, stack)
        return sides.compared(*names)


@dataclass(slots=True)
class _Sides:
    """Finds and reads both sides. The repository is opened when a side is a revision."""

    files: Disk
    path: str | None
    settings: Settings
    process: Mapping[str, str]
    stack: ExitStack
    opened: list[Repository] = field(default_factory=list)
    catalogs: dict[Orbit, Catalog] = field(default_factory=dict)
    readings: SharedReadings = field(default_factory=SharedReadings)

    def compared(self, base: str, head: str | None) -> Difference:
        """The difference of two sides."""
        head_is_here = head is None or self._is_here(head)
        if self.path is not None and head is not None and head_is_here and self._is_here(base):
            raise UsageError(f"leave out `{self.path}`: it says where to look in a git revision, and neither `{base}` nor `{head}` is one")
        here = self._target(self.path if head is None else head) if head_is_here else None
        there = self._target(base) if self._is_here(base) else None
        near = (here or there or ConfigTarget("")).root or None
        sides = ((base, there), (WORKING_TREE if head is None else head, here))
        was, now = (self._side(name, target, near) for name, target in sides)
        return Difference(was, now)

    def _catalog(self, orbit: Orbit) -> Catalog:
        """What an ORBIT reads, with the schemas of the working tree; one for both sides, where they are for the same."""
        if orbit not in self.catalogs:
            self.catalogs[orbit] = catalog_of(self.files, self.settings.schemas, orbit)
        return self.catalogs[orbit]

    def _is_here(self, name: str) -> bool:
        """Whether a side is a folder or a file. `HEAD` and its like never are: a bare repository has files of these names."""
        is_gits = name.isidentifier() and name.endswith("HEAD")
        return bool(name) and not is_gits and "\0" not in name and (self.files.is_dir(name) or self.files.is_file(name))

    def _target(self, path: str | None) -> ConfigTarget:
        return targets(self.files, path, self.settings.roots)[0]

    def _side(self, name: str, target: ConfigTarget | None, near: str | None) -> Side:
        if target is not None:
            return self._read(name, self.files, target)
        tree = self._repository(name).tree(name, self.files.working_dir)
        return self._read(name, tree, self._target_in(tree, name, near))

    def _repository(self, revision: str) -> Repository:
        if not self.opened:
            try:
                self.opened.append(self.stack.enter_context(repository(self.files.working_dir, self.process)))
            except UsageError as error:
                raise UsageError(f"`{revision}` is neither a folder nor a file, and {error}") from None
        return self.opened[0]

    def _target_in(self, tree: GitTree, revision: str, near: str | None) -> ConfigTarget:
        """The configuration in a revision: at the path that was given, else where the other side has its own, else found upward."""
        near_path = self._within(near) if near is not None else None
        path = self._within(self.path) if self.path is not None else near_path if near_path and tree.is_file(near_path) else None
        try:
            return targets(tree, path)[0]
        except UsageError as error:
            raise UsageError(f"{str(error).removesuffix(NEW_ONE)} (in `{revision}`)") from None

    def _within(self, path: str) -> str:
        """The path as it is called from the root of the working tree, with the links before that root resolved."""
        called = os.path.normpath(os.path.join(os.path.realpath(self.files.working_dir), path))
        return called if is_inside(called, self.opened[0].root) else os.path.realpath(called)

    def _read(self, label: str, files: Files, target: ConfigTarget) -> Side:
        # the whole configuration is compared, also where the path is that of an imported file
        options = CompileOptions(InterpolationMode.UNKNOWN, orbit=self.settings.orbit)
        config = configuration(files, replace(target, only=None, fragment=False), options, read=self.readings.read)
        # an empty file lacks no keys
        faults = [event for event in config.events_of(FileFault) if event.problem is not FileProblem.EMPTY]
        if config.graph.root.root is None:
            raise UsageError(f"`{label}` cannot be read: {_why(faults, config.graph.root.source.name)}")
        fatal = next((event for event in config.events_of(ImportSkipped) if event.fatal), None)
        if fatal is not None:
            raise UsageError(f"`{label}` cannot be read: ORBIT does not load it, because of what is at {fatal.place.label}")
        return Side(label, replace(config, catalog=self._catalog(config.orbit)), tuple(_label(fault.place) for fault in faults))


def _why(faults: Sequence[FileFault], root: str) -> str:
    """Why a root file gives no configuration."""
    match faults:
        case [FileFault(problem=FileProblem.UNREADABLE, place=place, detail=detail), *_]:
            return f"{_label(place)}: {detail}"
        case [fault, *_]:
            return f"{_label(fault.place)} holds no configuration; `orbitcfg validate` says why"
    return f"{root} holds no configuration"


def _label(place: Span | Source) -> str:
    return place.label if isinstance(place, Span) else place.name
