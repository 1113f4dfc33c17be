"""A value as it is compared and shown: every placeholder as it was written, no secret."""

from collections.abc import Hashable

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.masked import KnownSecrets, as_json, masked_node
from orbitcfg.document.source import Span
from orbitcfg.document.tree import FromPreset, Interpolated, Mapping, Node, Scalar, Sequence
from orbitcfg.effective.provenance import preset_of


@dataclass(frozen=True, slots=True)
class Value:
    """One side of a change: the value as it may be shown, and its places, the deciding one first.

    `identity` is what two sides are compared by; it may hold a secret. `preset` is the preset that brought it, None where none did.
    """

    shown: object
    identity: Hashable = field(repr=False)
    places: tuple[Span, ...] = ()
    preset: str | None = None

    @property
    def place(self) -> Span | None:
        """Where the deciding value stands; None where no file says it."""
        return self.places[0] if self.places else None


def value_of(node: Node, key: Hashable, secrets: KnownSecrets) -> Value:
    """What a node under a key is; `secrets` gives those of the whole tree."""
    return Value(as_json(masked_node(node, key, as_written=True, secrets=secrets)), identity(node), places(node), preset_of(node))


def template_of(node: Node) -> str | None:
    """The text with placeholders that a value was made of; None for any other."""
    return next((step.template for step in node.steps if isinstance(step, Interpolated)), None)


def identity(node: Node) -> Hashable:
    """What two values are compared by: type and value, keys in any order, placeholders as they were written."""
    match node:
        case Scalar(value=value):
            template = template_of(node)
            # by `repr`, in which NaN equals itself
            return (type(value).__name__, repr(value)) if template is None else ("placeholder", template)
        case Sequence(items=items):
            return ("list", *(identity(item) for item in items))
        case Mapping(entries=entries):
            return "mapping", frozenset((type(key).__name__, key, identity(entry.node)) for key, entry in entries.items())


def places(node: Node) -> tuple[Span, ...]:
    """Where a value stands, and where the preset that brought it is asked for."""
    named = [step.named_at for step in node.steps if isinstance(step, FromPreset)]
    return (node.span, *named)
