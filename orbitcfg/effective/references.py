"""Who names whom: every value that the catalogue calls a reference."""

from collections.abc import Iterable, Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import ReferenceSpec
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath, Node, Scalar, Sequence, Unknown, value_at
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.switches import Switches

EMBEDDINGS: KeyPath = ("embeddings",)
"""The section of those who embed."""

VISIONS: KeyPath = ("visions",)
"""The section of those who look at pictures."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that names something defined elsewhere, and what the catalogue says of such a name."""

    path: KeyPath
    name: str
    spec: ReferenceSpec

    @property
    def is_known(self) -> bool:
        """Whether the name is known here; that of an unset variable is not."""
        return not isinstance(self.name, Unknown)

    @property
    def sections(self) -> tuple[KeyPath, ...]:
        """The paths of the mappings or lists that define the names, the first one first."""
        return self.spec.sections


def references(rows: Iterable[tuple[KeyPath, Node, Row, Row]], adapters: Iterable[Adapter], switches: Switches) -> Iterator[Reference]:
    """The references that ORBIT may follow among the rows of a tree, in document order, those whose name is not known here among them."""
    by_path = {adapter.path: adapter for adapter in adapters}
    unasked = VISIONS if _images_go_to_ocr(switches) else None
    for path, node, row, _ in rows:
        spec = row.refers_to
        if spec is None or unasked in spec.sections:
            continue
        spec = heeded_by(by_path.get(path[:2]), spec)
        match node:
            case Sequence(items=items):
                yield from (found for index, item in enumerate(items) for found in _named((*path, index), item, spec))
            case _:
                yield from _named(path, node, spec)


def _images_go_to_ocr(switches: Switches) -> bool:
    """Whether images go to the OCR provider, so that no vision provider is asked (sections V1)."""
    enabled = switches.is_on(("files", "processing", "ai_document_enabled"))
    return enabled and value_at(switches.tree, ("files", "processing", "processor_priority")) == "ai_document"


def heeded_by(adapter: Adapter | None, spec: ReferenceSpec) -> ReferenceSpec:
    """What the catalogue says of a name, with the switches that this adapter heeds."""
    return spec._replace(gates=()) if adapter is not None and spec.sections == (EMBEDDINGS,) and adapter.embeds_regardless else spec


def _named(path: KeyPath, node: Node, spec: ReferenceSpec) -> Iterator[Reference]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and (node.value or isinstance(node.value, Unknown)):
        yield Reference(path, node.value, spec)
