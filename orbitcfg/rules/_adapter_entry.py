"""An entry of `adapters`, with what rules need to know of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from orbitcfg.catalog.specs import AdapterSpec
from orbitcfg.document.tree import KeyPath, Mapping, Scalar, Sequence, Unknown, at, child, value_at
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_MODEL
from orbitcfg.effective.switches import is_truthy
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity

_ADAPTER = "adapters.schema.json#/$defs/adapter"
INTENT_FAMILIES = frozenset(
    {
        "intent_sql", "intent_duckdb", "intent_http_json", "intent_graphql", "intent_firecrawl", "intent_agent", "intent_mongodb",
        "intent_elasticsearch",
    }
)  # fmt: skip
VECTOR_FAMILIES = frozenset({"qa_chroma", "qa_qdrant_pinecone", "file"})
"""Retrievers that cannot do without an embedding provider."""


@dataclass(frozen=True, slots=True)
class AdapterEntry:
    """One entry: its path, its node, and the family of its implementation (None: one that the catalogue does not know)."""

    path: KeyPath
    node: Mapping
    family: str | None

    @property
    def name(self) -> str:
        """Its name; empty where it has none."""
        name = value_at(self.node, ("name",))
        return name if isinstance(name, str) else ""

    @property
    def kind(self) -> str:
        """Its type; a retriever where it names none."""
        kind = value_at(self.node, ("type",))
        return kind if isinstance(kind, str) and kind else "retriever"

    @property
    def is_on(self) -> bool:
        """Whether ORBIT loads it: Python's truth of `enabled`, so that any text counts."""
        return is_truthy(child(self.node, "enabled"), default=True)

    @property
    def retrieves(self) -> bool:
        """Whether requests make it look for data, so that they fail where it cannot be built."""
        # without `capabilities` nothing is ever retrieved (adapters §1)
        return self.kind == "retriever" and isinstance(child(self.node, "capabilities"), Mapping) and self.capability("retrieval_behavior") != "none"

    @property
    def chats(self) -> bool:
        """Whether an inference provider answers its requests."""
        return self.kind not in WITHOUT_MODEL | GENERATORS

    def text(self, *keys: str) -> str | None:
        """The text at keys below the entry; None where there is none, or it is not known here."""
        value = value_at(self.node, keys)
        return value if isinstance(value, str) and value and not isinstance(value, Unknown) else None

    def has(self, *keys: str) -> bool:
        """Whether something stands at keys below the entry that is neither null nor empty text."""
        node = at(self.node, keys)
        return node is not None and not (isinstance(node, Scalar) and node.value in (None, ""))

    def capability(self, key: str) -> object:
        """A value under `capabilities`."""
        return value_at(self.node, ("capabilities", key))

    def enables(self, capability: str) -> bool:
        """Whether a switch under `capabilities` is on, by Python's truth."""
        return is_truthy(at(self.node, ("capabilities", capability)), default=False)

    def severity(self, severity: Severity = Severity.ERROR) -> Severity:
        """A severity, one step lower where the entry is switched off."""
        return severity if self.is_on else Severity(max(severity - 1, Severity.INFO))


def adapter_entries(config: Config) -> Iterator[AdapterEntry]:
    """The entries that are mappings, in order."""
    listed = child(config.tree, "adapters")
    if not isinstance(listed, Sequence):
        return
    known = buildable(config).implementations
    for index, item in enumerate(listed.items):
        if isinstance(item, Mapping):
            path = value_at(item, ("implementation",))
            implementation = known.get(path) if isinstance(path, str) else None
            yield AdapterEntry(("adapters", index), item, implementation.family if implementation else None)


def known_types(config: Config) -> frozenset[str]:
    """The types of adapters that ORBIT has."""
    return frozenset(config.catalog.row(config.catalog.store.at(f"{_ADAPTER}/properties/type")).schema["enum"])


def buildable(config: Config) -> AdapterSpec:
    """What adapters ORBIT can build."""
    return config.catalog.row(config.catalog.store.at(_ADAPTER)).adapters


def served_names(config: Config, key: str) -> tuple[str, ...]:
    """The names that ORBIT has a class for, of those that an adapter's key may hold."""
    reference = config.catalog.row(config.catalog.store.at(f"{_ADAPTER}/properties/{key}")).refers_to
    return (reference and reference.values) or ()
