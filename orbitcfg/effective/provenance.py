"""Who set a value of the effective configuration, and where that is written."""

from collections.abc import Iterator
from typing import Any, Generic, TypeAlias, TypeVar

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.source import Span
from orbitcfg.document.tree import FromPreset, Interpolated, KeyPath, Mapping, Node, Scalar, at, value_at
from orbitcfg.masking.names import is_secret_name

BUILT_IN = "built in"
"""Who set what no file does."""

Value_co = TypeVar("Value_co", covariant=True)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Written:
    """A key path that a value comes from, and what stands there; None where nothing does."""

    path: KeyPath
    node: Node | None = field(repr=False)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its place, then those of the variables that it was made of and of the preset that brought it; none where nothing stands there."""
        return () if self.node is None else tuple(_spans(self.node))

    @property
    def secret_variable(self) -> str | None:
        """The variable that gave the value and is named like a secret; None where none did."""
        return next((name for name in _variables(self.node) if is_secret_name(name)), None)


@dataclass(frozen=True, slots=True)
class Sourced(Generic[Value_co]):
    """A value with its provenance.

    `set_by` is the adapter, an `entry` of its models, `general`, a preset, the provider's `block`, another section, or `built in`.
    `places` are what it comes from, the deciding one first.
    """

    value: Value_co
    set_by: str = BUILT_IN
    places: tuple[Written, ...] = ()

    @property
    def path(self) -> KeyPath | None:
        """The deciding key path; None where no key has a say."""
        return self.places[0].path if self.places else None

    @property
    def decided_at(self) -> Written | None:
        """The first of the places where something stands."""
        return next((place for place in self.places if place.node is not None), None)

    @property
    def secret_variable(self) -> str | None:
        """The variable, named like a secret, that gave the value; None where none did, so that it may be shown."""
        return next((name for place in self.places if (name := place.secret_variable) is not None), None)


KnownSources: TypeAlias = dict[tuple[KeyPath | None, tuple[KeyPath, ...], object], Sourced[Any]]
"""Values with their provenance, by the provider's block, the key paths, and the value."""

NOTHING: Sourced[None] = Sourced(None)
"""A value that is not there."""


@dataclass(frozen=True, slots=True)
class Tracer:
    """Finds the provenance of what one row holds: the row of the adapter or entry at `owner` (None: a default), of the provider's block at `block`."""

    tree: Mapping
    owner: KeyPath | None = None
    block: KeyPath | None = None
    known: "KnownSources" = field(default_factory=dict)
    """What was found for other rows of the tree: most share what their provider's block says."""

    def trace(self, value: Value, paths: tuple[KeyPath, ...]) -> Sourced[Value]:
        """The value with its provenance; `paths` are the key paths that it comes from, the deciding one first."""
        if any(path[0] == "adapters" for path in paths):
            return self._traced(value, paths)
        # of what is no text the value that is kept keeps the id; to Python 1 equals true
        key = (self.block, paths, value if type(value) is str else id(value))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._traced(value, paths)
        return found

    def _traced(self, value: Value, paths: tuple[KeyPath, ...]) -> Sourced[Value]:
        places = tuple(Written(path, at(self.tree, path)) for path in paths)
        return Sourced(value, self._set_by(places), places)

    def _set_by(self, places: tuple[Written, ...]) -> str:
        node = next((place.node for place in places if place.node is not None), None)
        if node is None:
            return BUILT_IN
        preset = preset_of(node)
        return f"preset {preset}" if preset is not None else self._holder(places[0].path)

    def _holder(self, path: KeyPath) -> str:
        """What a key path leads into, as seen from the row."""
        match path:
            case ("adapters", int(), *rest) if self.owner is not None and self.owner[:2] == path[:2]:
                return "entry" if len(rest) > 1 and str(rest[0]).startswith("allowed_") else "adapter"
            case ("adapters", int() as index, *_):
                return f"adapter {value_at(self.tree, ('adapters', index, 'name'))}"
            case (str() as section, preset, *_) if section.endswith("_presets"):
                return f"preset {preset}"
            case _ if self.block is not None and path[: len(self.block)] == self.block:
                return "block"
        return str(path[0])


def preset_of(node: Node) -> str | None:
    """The preset that brought a value; None where none did."""
    return next((step.preset for step in node.steps if isinstance(step, FromPreset)), None)


def _spans(node: Node) -> Iterator[Span]:
    yield node.span
    for step in node.steps:
        match step:
            case Interpolated(substitutions=substitutions):
                yield from (substitution.place for substitution in substitutions if substitution.place is not None)
            case FromPreset(named_at=named_at):
                yield named_at


def _variables(node: Node | None) -> Iterator[str]:
    """The variables that gave a scalar."""
    for step in node.steps if isinstance(node, Scalar) else ():
        if isinstance(step, Interpolated):
            yield from (substitution.name for substitution in step.substitutions if substitution.is_set)
