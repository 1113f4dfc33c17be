"""Files to an import graph, as ORBIT follows imports: `import` in any mapping, fenced to the importing file's folder."""

import errno
import os
from collections.abc import Iterator, Mapping as MappingType
from dataclasses import dataclass, field
from typing import Hashable

from orbitcfg.events import Event, Fault, FileFault, ImportSkipped, Skip
from orbitcfg.files import Files
from orbitcfg.syntax import parse
from orbitcfg.text import Source, Span
from orbitcfg.tree import KeyPath, Mapping, Node, Scalar, Sequence

MAX_FILE_BYTES = 8 * 1024 * 1024
"""Larger files are refused: ORBIT's own configuration is 0.4 MiB in all."""

MAX_FOLDER_FILES = 5_000
"""So many files of the configuration folder are looked at in search of ones that nothing imports."""

IMPORT_KEY = "import"


@dataclass(frozen=True, slots=True)
class Import:
    """One path under an `import` key, and the document that it brings; None where it brings nothing."""

    name: str
    span: Span
    document: "Document | None"


@dataclass(frozen=True, slots=True)
class Document:
    """One file with all that it imports.

    `root` is None where the file gives no mapping. `imports` has an entry for each mapping with an import key,
    in the order in which ORBIT comes to them; the tuple is empty where ORBIT drops the key and imports nothing.
    """

    path: str
    source: Source
    root: Mapping | None
    imports: MappingType[KeyPath, tuple[Import, ...]]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A YAML file in the configuration folder that no import reaches.

    `mentioned` is a comment that holds its name: someone took the import out on purpose.
    """

    document: Document
    mentioned: Span | None


@dataclass(frozen=True)
class ImportGraph:
    """The root file and everything that was read because of it.

    `documents` are in load order, the root first, each once.
    """

    root: Document
    documents: tuple[Document, ...]
    orphans: tuple[Orphan, ...] = ()
    importers: MappingType[Source, tuple[Import, ...]] = field(default_factory=dict)

    def chain(self, source: Source) -> tuple[Import, ...]:
        """The imports that lead from the root to a file, outermost first; of several ways the first."""
        chain: list[Import] = []
        while (importers := self.importers.get(source)) and len(chain) < len(self.documents):
            chain.insert(0, importers[0])
            source = importers[0].span.source
        return tuple(chain)


def load(files: Files, path: str) -> tuple[ImportGraph, list[Event]]:
    """The graph of a root file, and what went wrong on the way. The root's own path must be readable or is a fault."""
    loader = _Loader(files)
    root = loader.document(path, os.path.dirname(path), ())
    importers: dict[Source, tuple[Import, ...]] = {}
    for document in loader.documents.values():
        for each in _brought(document):
            assert each.document is not None
            importers[each.document.source] = (*importers.get(each.document.source, ()), each)
    graph = ImportGraph(root, tuple(loader.documents.values()), tuple(loader.orphans(path)), importers)
    return graph, loader.events


def _brought(document: Document) -> Iterator[Import]:
    for imports in document.imports.values():
        yield from (each for each in imports if each.document is not None)


class _Loader:
    """Reads each file once; one for each load."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.events: list[Event] = []
        self.documents: dict[str, Document] = {}
        self.finished: dict[str, Document] = {}

    def document(self, path: str, folder: str, open_files: tuple[str, ...]) -> Document:
        """The document at a path; the names in it are relative to `folder`."""
        real = self.files.realpath(path)
        source, root = self._read(path, is_root=not open_files)
        unfinished = Document(path, source, root, {})
        self.documents[real] = unfinished
        events_before = len(self.events)
        imports: dict[KeyPath, tuple[Import, ...]] = {}
        if root is not None:
            for site, key_span, value in _import_keys(root):
                imports[site] = self._imports(key_span, value, folder, (*open_files, real))
        if open_files and any(isinstance(event, ImportSkipped) and event.fatal for event in self.events[events_before:]):
            root = self._lost(events_before)
        document = Document(path, source, root, imports)
        self.documents[real] = self.finished[real] = document
        return document

    def _lost(self, events_before: int) -> None:
        """An import key of a wrong type inside an imported file costs ORBIT that file, not the start."""
        for index in range(events_before, len(self.events)):
            event = self.events[index]
            if isinstance(event, ImportSkipped) and event.fatal:
                self.events[index] = ImportSkipped(event.skip, event.place, event.name, event.detail, event.near, fatal=False)

    def _read(self, path: str, *, is_root: bool) -> tuple[Source, Mapping | None]:
        try:
            content = self.files.read(path, MAX_FILE_BYTES + 1)
        except (OSError, ValueError) as error:
            source = Source(self.files.name(path), "")
            return source, self._fault(FileFault(Fault.UNREADABLE, source, reason(error)))
        source, fault = decoded(self.files.name(path), content)
        if fault:
            return source, self._fault(fault)
        root, events = parse(source)
        self.events += events
        match root:
            case Mapping():
                return source, root
            case Scalar(value=None):
                self._fault(FileFault(Fault.EMPTY, source))
            case Scalar(origin=origin) | Sequence(origin=origin):
                self._fault(FileFault(Fault.NOT_A_MAPPING, origin.span, "a list" if isinstance(root, Sequence) else "a single value"))
        return source, None

    def _fault(self, fault: FileFault) -> None:
        self.events.append(fault)

    def _imports(self, key_span: Span, value: Node, folder: str, open_files: tuple[str, ...]) -> tuple[Import, ...]:
        match value:
            case Scalar(value=str()):
                entries: tuple[Node, ...] = (value,)
            case Sequence(items=items):
                entries = items
            case _:
                self._skip(Skip.WRONG_TYPE, key_span, "import")
                return ()
        found = []
        for entry in entries:
            span = entry.origin.span
            if not isinstance(entry, Scalar) or not isinstance(entry.value, str) or "\0" in entry.value:
                self._skip(Skip.WRONG_TYPE, span, "import", fatal=True)
                continue
            found.append(Import(entry.value, span, self._imported(entry.value, span, folder, open_files)))
        return tuple(found)

    def _imported(self, name: str, span: Span, folder: str, open_files: tuple[str, ...]) -> Document | None:
        path = os.path.join(folder, name)
        real, fence = self.files.realpath(path), self.files.realpath(folder)
        if not _is_inside(real, fence):
            return self._skip(Skip.ESCAPES, span, name, self.files.name(fence))
        if real in open_files:
            cycle = [*open_files[open_files.index(real) :], real]
            return self._skip(Skip.CYCLE, span, name, " → ".join(self.files.name(each) for each in cycle))
        if real in self.finished:
            return self.finished[real]
        if not self.files.is_file(path):
            return self._absent(path, name, span, folder)
        document = self.document(path, os.path.dirname(real), open_files)
        return document

    def _absent(self, path: str, name: str, span: Span, folder: str) -> None:
        try:
            self.files.read(path, 1)
        except (FileNotFoundError, NotADirectoryError):
            skip = Skip.PLACEHOLDER if "${" in name else Skip.MISSING
            return self._skip(skip, span, name, near=self._near(name, folder))
        except OSError as error:
            return self._skip(Skip.UNREADABLE, span, name, reason(error))
        return self._skip(Skip.UNREADABLE, span, name, "it is not a regular file")

    def _near(self, name: str, folder: str) -> tuple[str, ...]:
        """The YAML files, relative to the importing folder, among which the meant one may be."""
        return tuple(os.path.relpath(path, folder or ".").replace(os.sep, "/") for path in self._yaml_files(folder))

    def _skip(self, skip: Skip, span: Span, name: str, detail: str = "", near: tuple[str, ...] = (), *, fatal: bool = False) -> None:
        self.events.append(ImportSkipped(skip, span, name, detail, near, fatal))

    def _yaml_files(self, folder: str) -> Iterator[str]:
        """YAML files in a folder and below it, hidden ones left out, bounded."""
        pending, seen = [folder or "."], 0
        while pending and seen < MAX_FOLDER_FILES:
            here = pending.pop(0)
            try:
                names = self.files.listdir(here)
            except OSError:
                continue
            for name in names[:MAX_FOLDER_FILES]:
                seen += 1
                path = os.path.normpath(os.path.join(here, name))
                if name.startswith("."):
                    continue
                if name.endswith((".yaml", ".yml")):
                    yield path
                elif "." not in name and self.files.is_dir(path) and self.files.realpath(path) == os.path.join(self.files.realpath(here), name):
                    pending.append(path)

    def orphans(self, root: str) -> Iterator[Orphan]:
        """The YAML files beside and below the root that no import reaches, read but not followed."""
        comments = [document.source for document in self.documents.values()]
        reached = {real for real in self.documents}
        for path in self._yaml_files(os.path.dirname(root)):
            if self.files.realpath(path) in reached:
                continue
            source, root_node = self._unreached(path)
            if root_node is not None:
                yield Orphan(Document(path, source, root_node, {}), _mention(os.path.basename(path), comments))

    def _unreached(self, path: str) -> tuple[Source, Mapping | None]:
        try:
            source, fault = decoded(self.files.name(path), self.files.read(path, MAX_FILE_BYTES + 1))
        except OSError:
            return Source(path, ""), None
        root = None if fault else parse(source)[0]
        return source, root if isinstance(root, Mapping) else None


def decoded(name: str, content: bytes) -> tuple[Source, FileFault | None]:
    """Bytes as ORBIT decodes them, strictly as UTF-8."""
    if len(content) > MAX_FILE_BYTES:
        source = Source(name, "")
        return source, FileFault(Fault.TOO_LARGE, source, f"{MAX_FILE_BYTES // 1024 // 1024} MiB")
    try:
        return Source(name, content.decode("utf-8").removeprefix("\ufeff")), None
    except UnicodeDecodeError as error:
        offset = len(content[: error.start].decode("utf-8").removeprefix("\ufeff"))
        source = Source(name, content.decode("utf-8", errors="replace").removeprefix("\ufeff"))
        return source, FileFault(Fault.ENCODING, Span(source, offset, offset + 1), f"byte 0x{content[error.start]:02x}")


def reason(error: OSError | ValueError) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, OSError) and error.errno is not None:
        return {errno.ENOENT: "it does not exist", errno.EACCES: "permission denied", errno.EISDIR: "it is a folder"}.get(
            error.errno, (error.strerror or str(error)).lower()
        )
    return str(error)


def _is_inside(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath([path, folder]) == folder
    except ValueError:
        return False


def _import_keys(node: Node) -> Iterator[tuple[KeyPath, Span, Node]]:
    """Each import key below a node as ORBIT comes to it: the mapping's path, the key's place, its value.

    Of a mapping that stands at an anchor and its aliases, the import is carried out at the first use only.
    """
    seen: set[int] = set()

    def keys(node: Node, path: KeyPath) -> Iterator[tuple[KeyPath, Span, Node]]:
        match node:
            case Mapping(entries=entries):
                entry = entries.get(IMPORT_KEY)
                if entry:
                    yield path, entry.key_span, entry.node if id(node) not in seen else Sequence((), entry.node.origin)
                seen.add(id(node))
                for key, below in entries.items():
                    if key != IMPORT_KEY and not isinstance(below.node, Scalar):
                        yield from keys(below.node, (*path, key))
            case Sequence(items=items):
                for index, item in enumerate(items):
                    if isinstance(item, Mapping):
                        yield from keys(item, (*path, index))

    return keys(node, ())


def _mention(name: str, sources: list[Source]) -> Span | None:
    """The first comment that holds a file's name."""
    for source in sources:
        start = source.text.find(name)
        while start >= 0:
            line_start = source.text.rfind("\n", 0, start) + 1
            if source.text[line_start:start].lstrip().startswith("#"):
                return Span(source, start, start + len(name))
            start = source.text.find(name, start + 1)
    return None


def keys_of(node: Node | None) -> tuple[Hashable, ...]:
    """The keys of a mapping; none of anything else."""
    return tuple(node.entries) if isinstance(node, Mapping) else ()
