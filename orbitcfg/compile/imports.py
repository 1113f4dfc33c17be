"""Files to an import graph, as ORBIT follows imports: `import` in any mapping, never out of the importing file's folder."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingType
from typing import TYPE_CHECKING, TypeAlias

from orbitcfg.document.decode import decode_source, reason
from orbitcfg.document.events import Event, FileFault, FileProblem, ImportMisspelt, ImportSkipped, Skip
from orbitcfg.document.graph import IMPORT_KEY, Document, Extent, Import, ImportGraph, Orphan
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import AnyEntry, KeyPath, Mapping, Node, Scalar, Sequence
from orbitcfg.document.yaml_reader import parse_measured
from orbitcfg.files.sandbox import is_inside
from orbitcfg.files.store import Files
from orbitcfg.limits import (
    MAX_CHAIN,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_FOLDER_NAMES,
    MAX_IMPORTS,
    MAX_NODES,
    PLAIN_CHARACTERS,
)
from orbitcfg.record import NamedTuple

if TYPE_CHECKING:
    from orbitcfg.document.packed import Unpacker

_SLIPS = frozenset({"imports", "include", "includes"})
_YAML_ENDINGS = (".yaml", ".yml")
_COMMENT_LINE = r"(?m)^[^\S\n]*#.*"
_NAME = r"[^\s/\"'#:,\[\]]+"
_NOTHING = Extent()


class FileReading(NamedTuple):
    """What a file gives: its source, the mapping at its root, None where there is none to be had, how much that is, and what was noticed."""

    source: Source
    root: Mapping | None
    extent: Extent
    events: tuple[Event, ...]


ReadContent: TypeAlias = Callable[[str, bytes, int], FileReading]
"""Reads what a file of some name holds, as far as it is no more than so many nodes."""


class _OverLimit(Exception):
    """The files are more than is taken on: nothing is read any further, and what was read is dropped."""

    def __init__(self, event: FileFault) -> None:
        self.event = event


def read_content(name: str, content: bytes, most: int) -> FileReading:
    """What the content of a file gives; over `most` nodes an extent over all limits."""
    source, fault = decode_source(name, content)
    if fault:
        return FileReading(source, None, _NOTHING, (fault,))
    root, events, nodes, characters, depth = parse_measured(source, most)
    match root:
        case Mapping():
            return FileReading(source, root, Extent(nodes, characters, depth), tuple(events))
        case Scalar(value=None):
            events.append(FileFault(FileProblem.EMPTY, source))
        case Scalar(origin=origin):
            events.append(FileFault(FileProblem.NOT_A_MAPPING, origin.span, "a single value"))
        case Sequence(origin=origin):
            events.append(FileFault(FileProblem.NOT_A_MAPPING, origin.span, "a list"))
    return FileReading(source, None, Extent(nodes), tuple(events))


def load(files: Files, path: str, read: ReadContent = read_content) -> tuple[ImportGraph, list[Event]]:
    """The graph of a root file, and what was noticed on the way. A root that cannot be read is a fault like any other, and so is one that imports too much.

    `read` may give what it has read before.
    """
    loader = _Loader(files, read)
    try:
        root = loader.document(path, files.realpath(path), os.path.dirname(path), ())
    except _OverLimit as over:
        root = Document(path, next(iter(loader.documents.values())).source, None, {}, _NOTHING)
        return ImportGraph(root, (root,)), [over.event]
    documents = tuple(loader.documents.values())
    importers: defaultdict[Source, list[Import]] = defaultdict(list)
    for document in documents:
        for each in (each for imports in document.imports.values() for each in imports):
            if each.document is not None:
                importers[each.document.source].append(each)
    return ImportGraph(root, documents, tuple(loader.orphans(path)), {source: tuple(found) for source, found in importers.items()}), loader.events


class _Loader:
    """Reads each file once; one for each load. `documents` are by real path, in load order."""

    def __init__(self, files: Files, read: ReadContent = read_content) -> None:
        self.files = files
        self.read_content = read
        self.events: list[Event] = []
        self.documents: dict[str, Document] = {}
        self.nodes_read = 0
        self.characters_read = 0
        self.imports_read = 0
        self.names: dict[str, tuple[str, ...]] = {}
        self.unpacker: Unpacker | None = None

    def document(self, path: str, real: str, folder: str, open_files: tuple[str, ...]) -> Document:
        """The document at a path, which really is `real`; the names in it are relative to `folder`, `open_files` are being read around it."""
        source, root, own = self.read(path)
        self.nodes_read += own.nodes
        self.characters_read += len(source.text)
        # at first without its imports, which read on: the place in the dictionary is the place in the load order
        document = self.documents[real] = Document(path, source, root, {}, own)
        may_import = root is not None and _may_import(source.text)
        if self.characters_read > PLAIN_CHARACTERS:
            self._pack(source)
        if root is None or not may_import:
            return document
        events_before = len(self.events)
        imports: dict[KeyPath, tuple[Import, ...]] = {}
        carried_out: dict[int, tuple[tuple[int, KeyPath], tuple[Import, ...]]] = {}
        for site, mapping, holder in self._import_sites(root):
            known, place = carried_out.get(id(mapping)), (id(holder), site[-1:])
            if known is None:  # the mapping at an anchor and at its aliases is one: ORBIT takes the key away at the first of them
                found = self._imports(mapping.entries[IMPORT_KEY], folder, (*open_files, real))
                carried_out[id(mapping)] = (place, found)
            else:
                found = known[1] if known[0] == place else ()
            imports[site] = found
        if open_files and self._is_lost(events_before):  # in the root itself the same ends ORBIT's start
            root = None
        document = self.documents[real] = Document(path, source, root, imports, _with_imports(own, imports))
        return document

    def _pack(self, source: Source) -> None:
        """Has a text packed."""
        if self.unpacker is None:
            from orbitcfg.document.packed import Unpacker  # few configurations are so large

            self.unpacker = Unpacker()
        source.pack(self.unpacker)

    def _is_lost(self, events_before: int) -> bool:
        """Whether an import key of a wrong type costs ORBIT this imported file; it does not cost the start then."""
        lost = False
        for index, event in enumerate(self.events[events_before:], events_before):
            if isinstance(event, ImportSkipped) and event.fatal:
                self.events[index] = event._replace(fatal=False)
                lost = True
        return lost

    def read(self, path: str) -> tuple[Source, Mapping | None, Extent]:
        """One file, what it holds, None where that is no mapping, and how much that is."""
        name = self.files.name(path)
        try:
            # one byte more than is allowed, which tells that the file is longer
            content = self.files.read(path, MAX_FILE_BYTES + 1)
        except (OSError, ValueError) as error:
            source = Source(name, "")
            self.events.append(FileFault(FileProblem.UNREADABLE, source, reason(error)))
            return source, None, _NOTHING
        reading = self.read_content(name, content, max(MAX_NODES - self.nodes_read, 0))
        self.events += reading.events
        return reading.source, reading.root, reading.extent

    def _import_sites(self, root: Mapping) -> Iterator[tuple[KeyPath, Mapping, Node]]:
        """Each mapping with an import key below a root, as ORBIT comes to it: its path, itself, and what holds it.

        ORBIT puts what it makes of a mapping into its holder. So of one that stands at an anchor and its aliases, the import is lost at each
        alias, but not where the anchor is on something around it.
        """
        pending: list[tuple[KeyPath, Node, Node]] = [((), root, root)]
        while pending:
            path, node, holder = pending.pop()
            match node:
                case Mapping(entries=entries):
                    # ORBIT eats the key whatever its value is (loader §5.1)
                    if IMPORT_KEY in entries:
                        yield path, node, holder
                    for key, each in entries.items():
                        self._note_slip(key, each)
                    below = ((key, each.node) for key, each in entries.items() if key != IMPORT_KEY)
                    pending += [((*path, key), each, node) for key, each in below if not isinstance(each, Scalar)][::-1]
                case Sequence(items=items):
                    # a list within a list keeps its `import` as data (loader §5.8)
                    pending += [((*path, index), item, node) for index, item in enumerate(items) if isinstance(item, Mapping)][::-1]

    def _note_slip(self, key: object, entry: AnyEntry) -> None:
        """Notes a key that looks like `import`."""
        if not isinstance(key, str) or key == IMPORT_KEY or (key not in _SLIPS and key.lower() != IMPORT_KEY and key.lower() not in _SLIPS):
            return
        names = entry.node.items if isinstance(entry.node, Sequence) else (entry.node,)
        if any(isinstance(name, Scalar) and str(name.value).endswith(_YAML_ENDINGS) for name in names):
            self.events.append(ImportMisspelt(key, entry.key_span))

    def _imports(self, entry: AnyEntry, folder: str, open_files: tuple[str, ...]) -> tuple[Import, ...]:
        match entry.node:
            case Scalar(value=str()) as name:
                names: tuple[Node, ...] = (name,)
            case Sequence(items=items):
                names = items
            case _:
                # null, a number, a mapping: ORBIT drops the key without a word (loader §5.2)
                self._skip(Skip.WRONG_TYPE, entry.key_span, IMPORT_KEY)
                return ()
        found = []
        boundary = self.files.realpath(folder)
        for each in names:
            span = each.span
            self.imports_read += 1
            if self.imports_read > MAX_IMPORTS:
                raise _OverLimit(FileFault(FileProblem.TOO_MANY_IMPORTS, span))
            if isinstance(each, Scalar) and isinstance(each.value, str) and _is_path(each.value):
                found.append(Import(each.value, span, self._imported(each.value, span, (folder, boundary), open_files)))
            else:
                # ORBIT makes a path of it outside of its guard: a TypeError, and the start ends (loader §5.2)
                self.events.append(ImportSkipped(Skip.WRONG_TYPE, span, "", fatal=True))
        return tuple(found)

    def _imported(self, name: str, span: Span, around: tuple[str, str], open_files: tuple[str, ...]) -> Document | None:
        """What an import brings; `around` is the folder that its name is relative to, as it is written and as it really is."""
        folder, boundary = around
        if _is_remote(name):
            self._skip(Skip.ESCAPES, span, name, self.files.name(boundary))
            return None
        path = os.path.join(folder, name)
        real = self.files.realpath(path)
        if not is_inside(real, boundary):  # ORBIT never goes out of the importing file's own folder: `../shared.yaml` is skipped
            self._skip(Skip.ESCAPES, span, name, self.files.name(boundary))
            return None
        # ORBIT follows a cycle to Python's recursion limit (loader §5.12); here it ends at the first repetition
        if real in open_files:
            cycle = [*open_files[open_files.index(real) :], real]
            self._skip(Skip.CYCLE, span, name, " → ".join(self.files.name(each) for each in cycle))
            return None
        # read once, but merged each time: ORBIT doubles its lists (loader §5.11)
        if real in self.documents:
            return self.documents[real]
        if not self.files.is_file(path):
            self._absent(path, name, span, folder)
            return None
        if len(self.documents) >= MAX_FILES:
            raise _OverLimit(FileFault(FileProblem.TOO_MANY_FILES, span))
        if len(open_files) > MAX_CHAIN:
            raise _OverLimit(FileFault(FileProblem.TOO_LONG_A_CHAIN, span))
        document = self.document(path, real, os.path.dirname(real), open_files)  # of an import links are resolved, of the root they are not
        if self.nodes_read > MAX_NODES or self.characters_read > MAX_CHARACTERS:
            raise _OverLimit(FileFault(FileProblem.TOO_MANY_NODES, span))
        return document

    def _absent(self, path: str, name: str, span: Span, folder: str) -> None:
        try:
            # `is_file` denies for several reasons: an attempt to read tells which
            self.files.read(path, 1)
        except (FileNotFoundError, NotADirectoryError):
            # ORBIT fills placeholders after the imports, so it looks for the name as it is written (loader §1.9)
            skip = Skip.PLACEHOLDER if "${" in name else Skip.MISSING
            self.events.append(ImportSkipped(skip, span, name, near=self._names_in(folder)))
        except OSError as error:
            self._skip(Skip.UNREADABLE, span, name, reason(error))

    def _skip(self, skip: Skip, span: Span, name: str, detail: str = "") -> None:
        self.events.append(ImportSkipped(skip, span, name, detail))

    def _names_in(self, folder: str) -> tuple[str, ...]:
        """The names of the YAML files in and below a folder, as an import there would write them."""
        if folder not in self.names:
            self.names[folder] = tuple(os.path.relpath(each, folder or ".").replace(os.sep, "/") for each in self._yaml_files(folder))
        return self.names[folder]

    def _yaml_files(self, folder: str) -> Iterator[str]:
        """YAML files in a folder and below it; hidden ones and links to folders are left out."""
        pending, seen = [folder or "."], 0
        while pending and seen < MAX_FOLDER_NAMES:
            here = pending.pop(0)
            try:
                # a folder of somebody else's repository may hold any number of names
                names = self.files.listdir(here)[:MAX_FOLDER_NAMES]
            except OSError:
                continue
            seen += len(names)
            for name in names:
                path = os.path.normpath(os.path.join(here, name))
                if name.endswith(_YAML_ENDINGS) and not name.startswith("."):
                    yield path
                elif "." not in name and self.files.is_dir(path) and not self.files.is_link(path):
                    # a name with a dot passes for a file without a look at the disk; a link may lead back up, in a circle
                    pending.append(path)

    def orphans(self, root: str) -> Iterator[Orphan]:
        """The YAML files beside and below the root that no import reaches, read but not followed, as far as they come to no more than one file may."""
        mentions: dict[str, Span] | None = None
        left = MAX_FILE_BYTES
        for path in self._yaml_files(os.path.dirname(root)):
            if self.files.realpath(path) not in self.documents and self.files.is_file(path):
                # a loader of its own: faults of a file that nothing imports are no faults of the configuration
                quiet = _Loader(self.files, self.read_content)
                source, node, extent = quiet.read(path)
                left -= len(source.text)
                if left < 0:
                    return
                fault = next((event for event in quiet.events if isinstance(event, FileFault) and event.problem is FileProblem.SYNTAX), None)
                if node is not None or fault is not None:
                    mentions = _mentions(each.source for each in self.documents.values()) if mentions is None else mentions
                    yield Orphan(Document(path, source, node, {}, extent), mentions.get(os.path.basename(path)), fault)


def _is_remote(name: str) -> bool:
    """Whether a name is one of another machine's share, which Windows would log in to as soon as it is looked for."""
    return os.name == "nt" and name[:2].replace("/", "\\") == "\\\\"


def _is_path(name: str) -> bool:
    """Whether the system can look for a name at all; ORBIT raises where it cannot."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


def _may_import(text: str) -> bool:
    """Whether a text can hold an import key or a slip for one; a backslash may spell either."""
    return "mport" in text or "nclude" in text or "\\" in text or "MPORT" in text


def _with_imports(own: Extent, imports: MappingType[KeyPath, tuple[Import, ...]]) -> Extent:
    """The extent of a file with all that it imports. It is worked out before anything is merged: a file that imports another twice doubles what that holds."""
    nodes, characters, depth, count = own
    for site, found in imports.items():
        for each in found:
            brought = _NOTHING if each.document is None else each.document.extent
            nodes, characters = nodes + brought.nodes, characters + brought.characters
            depth, count = max(depth, len(site) + brought.depth), count + 1 + brought.imports
            problem = (
                FileProblem.TOO_MANY_NODES
                if nodes > MAX_NODES or characters > MAX_CHARACTERS
                else FileProblem.TOO_MANY_IMPORTS
                if count > MAX_IMPORTS
                else FileProblem.TOO_DEEP_AN_IMPORT
                if depth > MAX_DEPTH
                else None
            )
            if problem is not None:
                raise _OverLimit(FileFault(problem, each.span))
    return Extent(nodes, characters, depth, count)


def _mentions(sources: Iterable[Source]) -> dict[str, Span]:
    """For each name of a YAML file that a comment on a line of its own holds, the first such place."""
    found: dict[str, Span] = {}
    for source in sources:
        for comment in re.finditer(_COMMENT_LINE, source.text):
            for word in re.compile(_NAME).finditer(source.text, comment.start(), comment.end()):
                if word[0].endswith(_YAML_ENDINGS):
                    found.setdefault(word[0], Span(source, word.start(), word.end()))
    return found
