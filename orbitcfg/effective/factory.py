"""The one object that ORBIT keeps for each inference provider, and who gets whose.

ORBIT makes a service object of a provider's block and an adapter's overrides, and keeps one for each provider, whatever it was made of.
A consumer whose own combination is new gets the object that is kept at that moment; only loading an adapter empties the place first.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from orbitcfg.effective.block import Ask

LATE = ("effort",)
"""Overrides that count only in the second round of preloading."""


@dataclass(frozen=True, slots=True)
class Made:
    """An object: what it was made for, and of what. `owner` is an adapter's name, empty text for the default."""

    owner: str
    ask: Ask


@dataclass(slots=True)
class Factory:
    """ORBIT's cache of objects and of the wrappers around them, as loading and asking fill it.

    `can_make` says whether ORBIT can make an object for an ask.
    """

    can_make: Callable[[Ask], bool]
    kept: dict[str, Made] = field(default_factory=dict)
    wrapped: dict[Hashable, Made] = field(default_factory=dict)

    def asked(self, owner: str, ask: Ask) -> Made | None:
        """The object that a consumer gets; None where ORBIT can make none."""
        found = self.wrapped.get(ask.identity)
        if found is not None:
            return found
        made = self.unwrapped(owner, ask)
        if made is not None:
            self.wrapped[ask.identity] = made
        return made

    def unwrapped(self, owner: str, ask: Ask) -> Made | None:
        """The object of the provider that is kept, or a new one, for a consumer that does not remember it by its ask."""
        made = self.kept.get(ask.provider)
        if made is None and self.can_make(ask):
            made = self.kept[ask.provider] = Made(owner, ask)
        return made

    def forget(self, provider: str) -> None:
        """Empties the place of a provider, as loading an adapter does."""
        self.kept.pop(provider, None)


@dataclass(frozen=True, slots=True)
class Load:
    """One adapter to load: what is made for it, and what its retriever asks by itself (None: nothing)."""

    name: str
    ask: Ask
    retriever: Ask | None = None

    @property
    def early(self) -> Ask:
        """What the first round makes."""
        ask = self.ask
        for name in LATE:
            ask = ask.without(name)
        return ask

    @property
    def is_early(self) -> bool:
        """Whether the first round makes all that it asks for."""
        return self.early == self.ask

    @property
    def asks(self) -> Iterator[Ask]:
        """Everything that loading it may leave in a provider's place."""
        yield self.early
        if not self.is_early:
            yield self.ask
        if self.retriever is not None:
            yield self.retriever


def preload(factory: Factory, loads: Iterable[Load]) -> None:
    """Loads adapters in their order: all without late overrides, then what retrievers ask, then all once more with them."""
    listed = list(loads)
    for load in listed:
        factory.forget(load.ask.provider)
        factory.asked(load.name, load.early)
    for load in listed:
        if load.retriever is not None:
            factory.unwrapped(load.name, load.retriever)
    for load in listed:
        factory.asked(load.name, load.ask)
