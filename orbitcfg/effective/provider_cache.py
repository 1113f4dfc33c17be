"""The one object that ORBIT keeps for each inference provider, and who gets whose.

ORBIT makes a service object of a provider's block and an adapter's overrides, and keeps one for each provider, whatever it was made of.
A consumer whose own combination is new gets the object that is kept at that moment; only loading an adapter empties the place first.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence

from orbitcfg.dataclass import dataclass, field
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.block import ModelRequest

# the first round leaves it out of the key (resolution §5.1), so the object is made without it
LATE = ("effort",)
"""Overrides that count only in the second round of preloading."""


@dataclass(frozen=True, slots=True)
class ProviderObject:
    """An object: whom it was made for (None: the default), and of what."""

    owner: AdapterKey | None
    request: ModelRequest


@dataclass(frozen=True, slots=True)
class Preload:
    """What loading one adapter makes: of its own request, and of what its retriever requests by itself (None: nothing)."""

    adapter: AdapterKey
    request: ModelRequest
    retriever: ModelRequest | None = None

    @property
    def early(self) -> ModelRequest:
        """What the first round makes."""
        request = self.request
        for name in LATE:
            request = request.without(name)
        return request

    @property
    def is_early(self) -> bool:
        """Whether the first round makes all that it requests."""
        return self.early == self.request

    @property
    def requests(self) -> Iterator[ModelRequest]:
        """Everything that loading it may leave in a provider's place."""
        yield self.early
        if not self.is_early:
            yield self.request
        if self.retriever is not None:
            yield self.retriever


@dataclass(slots=True)
class ProviderCache:
    """ORBIT's cache of objects, as loading and requests fill it."""

    can_make: Callable[[ModelRequest], bool]
    """Whether ORBIT can make an object of a request."""
    signature_of: Callable[[ModelRequest], Hashable]
    """What a server can distinguish the object of a request by."""
    by_provider: dict[str, ProviderObject] = field(default_factory=dict)
    by_request: dict[Hashable, ProviderObject] = field(default_factory=dict)
    preloaded: frozenset[Hashable] = frozenset()
    """Requests that get their own object whatever was loaded before."""
    competing_signatures: dict[str, set[Hashable]] = field(default_factory=dict)
    """What the objects that may stand in a provider's place send."""

    def get(self, owner: AdapterKey | None, request: ModelRequest) -> ProviderObject | None:
        """The object that a consumer gets, now and whenever it requests the same; None where ORBIT can make none."""
        known = self.by_request.get(request.identity)
        if known is not None:
            return known
        found = self.get_kept(owner, request)
        if found is not None:
            self.by_request[request.identity] = found
            self._compete(found.request)
        return found

    def get_kept(self, owner: AdapterKey | None, request: ModelRequest) -> ProviderObject | None:
        """The object that is kept for the provider, or a new one, for a consumer that does not remember it by its request."""
        # by the provider's name alone: model and parameters are no part of ORBIT's key (resolution §6)
        kept = self.by_provider.get(request.provider)
        if kept is None and self.can_make(request):
            kept = self.by_provider[request.provider] = ProviderObject(owner, request)
        return kept

    def is_contested(self, request: ModelRequest) -> bool:
        """Whether loading, or an earlier choice, may leave an object that sends something else."""
        competing = self.competing_signatures.get(request.provider)
        return bool(competing) and competing != {self.signature_of(request)}

    def preload(self, preloads: Sequence[Preload]) -> None:
        """Loads adapters in their order: all without late overrides, then what retrievers request, then all once more with them."""
        for each in preloads:
            # loading empties the provider's place before each adapter (resolution §6)
            self.by_provider.pop(each.request.provider, None)
            # a request that is known already makes nothing, and leaves the place empty for the next
            self.get(each.adapter, each.early)
        for each in preloads:
            if each.retriever is not None:
                self.get_kept(each.adapter, each.retriever)
        for each in preloads:
            self.get(each.adapter, each.request)
        for each in preloads:
            for request in each.requests:
                self._compete(request)
        self.preloaded = frozenset(each.request.identity for each in preloads if each.is_early and self.can_make(each.request))

    def _compete(self, request: ModelRequest) -> None:
        if self.can_make(request):
            self.competing_signatures.setdefault(request.provider, set()).add(self.signature_of(request))
