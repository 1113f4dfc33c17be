"""The files of a configuration and how they import each other: data only."""

from collections.abc import Hashable
from collections.abc import Mapping as MappingType

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.events import FileFault
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Mapping, Node
from orbitcfg.record import NamedTuple

IMPORT_KEY = "import"


class Extent(NamedTuple):
    """How much a tree is: its values and their characters, the levels below its root, and the imports that are carried out for it, each as often as it is repeated."""

    nodes: int = 0
    characters: int = 0
    depth: int = 0
    imports: int = 0


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
    `extent` is that of the file with all that it imports.
    """

    path: str
    source: Source
    root: Mapping | None
    imports: MappingType[KeyPath, tuple[Import, ...]]
    extent: "Extent"


@dataclass(frozen=True, slots=True)
class Orphan:
    """A YAML file in the configuration folder that no import reaches.

    `mentioned` is a comment that holds its name: someone took the import out on purpose. `fault` is why it could not be read, where it was not; it has no
    root then.
    """

    document: Document
    mentioned: Span | None
    fault: FileFault | None = None


@dataclass(frozen=True)
class ImportGraph:
    """The root file and everything that was read because of it.

    `documents` are in load order, the root first, each once. `importers` has the imports that bring a file.
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


def keys_of(node: Node | None) -> tuple[Hashable, ...]:
    """The keys of a mapping; none of anything else."""
    return tuple(node.entries) if isinstance(node, Mapping) else ()
