"""All that a rule may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from orbitcfg.catalog.rows import Catalog
from orbitcfg.effective import uses
from orbitcfg.effective.use import Use
from orbitcfg.environment import Environment
from orbitcfg.events import Event
from orbitcfg.graph import ImportGraph
from orbitcfg.text import Span
from orbitcfg.tree import KeyPath, Mapping, locate

AnyEvent = TypeVar("AnyEvent", bound=Event)


@dataclass(frozen=True)
class Config:
    """A configuration as ORBIT compiles it, with what happened on the way.

    `tree` is empty where the root file gives no mapping. `fragment` says that the root is a part of some configuration,
    looked at alone, so that nothing can be said of what it lacks. `declared_variables` are the names in the repository's
    `env.example`, None where it has none.
    """

    graph: ImportGraph
    tree: Mapping
    events: tuple[Event, ...]
    environment: Environment
    catalog: Catalog
    fragment: bool = False
    strict_env: bool = False
    declared_variables: frozenset[str] | None = None

    def locate(self, path: KeyPath, *, value: bool = False) -> Span:
        """The place that a key path means."""
        return locate(self.tree, path, value=value)

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """What ORBIT will use: the default first, then each adapter in order, each with its services."""
        return tuple(uses(self.tree, self.catalog, self.environment))

    def events_of(self, kind: type[AnyEvent]) -> Iterator[AnyEvent]:
        """The events of one kind, in the order in which they happened."""
        return (event for event in self.events if isinstance(event, kind))
