"""One template of a library, as ORBIT's intent classes see it."""

from collections.abc import Iterator

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, child, plain

NUMBERS = frozenset({"integer", "int", "decimal", "float", "number"})
"""The types of parameters whose values ORBIT makes numbers of."""


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter that a template declares, by a mapping with a name."""

    name: str
    node: Mapping

    def value(self, key: str) -> object:
        """The value under one of its keys; None where there is none."""
        found = child(self.node, key)
        return None if found is None else plain(found)

    @property
    def kind(self) -> str:
        """Its type; a text where it names none."""
        kind = self.value("type")
        return kind.lower() if isinstance(kind, str) else "string"

    @property
    def is_required(self) -> bool:
        """Whether ORBIT leaves a template out without it: by the truth of what is written."""
        return bool(self.value("required"))

    @property
    def has_default(self) -> bool:
        """Whether it has a value where a question gives none."""
        return "default" in self.node.entries

    @property
    def span(self) -> Span:
        """Where its name stands."""
        return self.node.entries["name"].node.span


@dataclass(frozen=True, eq=False)
class Template:
    """An entry of a library's `templates`, whatever it is. `name` is its key where that is a mapping, else its place in the list."""

    node: Node
    name: object

    @cached_property
    def kept(self) -> dict[str, object]:
        """What was worked out of it, by key."""
        return {}

    @property
    def entries(self) -> Mapping | None:
        """The template's keys; None where the entry is no mapping."""
        return self.node if isinstance(self.node, Mapping) else None

    def get(self, key: str) -> Node | None:
        """What stands under a key."""
        return child(self.node, key)

    def has(self, key: str) -> bool:
        """Whether the key is there, whatever its value is."""
        return self.entries is not None and key in self.entries.entries

    def value(self, key: str) -> object:
        """The value under a key, as plain data; None where there is none."""
        found = self.get(key)
        return None if found is None else plain(found)

    def text(self, key: str) -> str | None:
        """The text under a key; None where there is none."""
        found = self.get(key)
        return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else None

    @cached_property
    def id(self) -> object:
        """Its id, as written; None where it has none."""
        return self.value("id")

    @property
    def label(self) -> str:
        """How messages name it."""
        if isinstance(self.id, str | int | float) and self.id != "":
            return f"template `{self.id}`"
        return f"template `{self.name}`" if isinstance(self.name, str) else f"the template at place {int(str(self.name)) + 1}"

    @property
    def span(self) -> Span:
        """Where it stands: its id, or else its first key."""
        match self.get("id"), self.node:
            case Scalar() as found, _ if found.span.text:
                return found.span
            case _, Mapping(entries=entries) if entries:
                return next(iter(entries.values())).key_span
        return self.node.span

    def key_span(self, key: str) -> Span:
        """Where a key of it stands; its own place where it lacks the key."""
        entry = None if self.entries is None else self.entries.entries.get(key)
        return self.span if entry is None else entry.key_span

    def value_span(self, key: str) -> Span:
        """Where a value of it stands, its key where the value is void."""
        found = self.get(key)
        return found.span if found is not None and found.span.text else self.key_span(key)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that it declares as ORBIT needs them, each a mapping with a text as its name."""
        return tuple(self._parameters())

    def _parameters(self) -> Iterator[Parameter]:
        listed = self.get("parameters")
        for item in listed.items if isinstance(listed, Sequence) else ():
            name = child(item, "name")
            if isinstance(item, Mapping) and isinstance(name, Scalar) and isinstance(name.value, str):
                yield Parameter(name.value, item)

    @cached_property
    def declared(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(each.name for each in self.parameters)

    def payload(self, keys: tuple[str, ...]) -> str | None:
        """The key that holds what is sent, of several the first that is there; None where none is."""
        return next((key for key in keys if self.has(key)), None)
