"""What an object of a provider sends, worked out from its block."""

from collections.abc import Callable, Hashable
from functools import partial
from sys import intern

from orbitcfg.cached import cached_property
from orbitcfg.catalog.rows import Catalog
from orbitcfg.compile.environment import Environment
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath, Mapping, Unknown
from orbitcfg.effective.block import SECTION, Block, ModelRequest, Setting, Settings, plain_block, requested_block
from orbitcfg.effective.faults import faults_of
from orbitcfg.effective.keys import ApiKey
from orbitcfg.effective.parameters import Sent, model_of, sent_parameters
from orbitcfg.effective.request import ClientSetup, OrdinaryRequest, Refusal, request_of, setup_of
from orbitcfg.effective.urls import BaseAddress
from orbitcfg.effective.use import KEYLESS, Fault


@dataclass(frozen=True)
class Outcome:
    """A provider's block as its requests show it."""

    block: Block
    setup: ClientSetup
    model: object
    model_path: KeyPath | None
    sent: Sent

    @property
    def address(self) -> BaseAddress:
        """The base address of its requests."""
        return self.setup.address

    @property
    def key(self) -> ApiKey:
        """The API key that they carry."""
        return self.setup.key

    @cached_property
    def request(self) -> OrdinaryRequest | Refusal | None:
        """The request of an ordinary call, or why none is sent; None where nothing is called, or it is not known here."""
        return request_of(self.block, self.setup, self.model)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with it, the worst first."""
        return tuple(faults_of(self.block, self.address, self.key, self.model, self.request))

    @property
    def is_built(self) -> bool:
        """Whether ORBIT can make the object."""
        return not any(fault.stops_build for fault in self.faults)

    @cached_property
    def is_buildable(self) -> bool:
        """Whether ORBIT could make the object once it has the API key, which all objects of the provider share."""
        return not any(fault.stops_build and fault.state != KEYLESS for fault in self.faults)

    @property
    def is_open(self) -> bool:
        """Whether its address, a key that it needs, or its model is not known here."""
        key = self.block.row.provider.api_key
        needed = [*self.address.paths, self.model_path, (*self.block.path, key.key) if key.required else None]
        return any(setting.path in needed for setting in self._unknown.values())

    @property
    def built_with(self) -> tuple[KeyPath, ...]:
        """The keys without whose values, of those that are not known here, the object cannot be made."""
        key = self.block.row.provider.api_key
        needed = {*self.block.keys.needed, key.key if key.required and key.stops_build else None}
        return tuple(setting.path for name, setting in self._unknown.items() if name in needed)

    @cached_property
    def _unknown(self) -> Settings:
        return {name: setting for name, setting in self.block.settings.items() if isinstance(setting.value, Unknown)}

    @cached_property
    def signature(self) -> Hashable:
        """What a server can tell two outcomes apart by."""
        # `repr`: a list cannot be hashed, and to Python 1 equals true
        # many requests say the same
        return self.address.url, intern(repr(self.model)), intern(repr(self.sent.values))


def outcome_of(tree: Mapping, block: Block, environment: Environment, model_key: str | None = None, service: str = "") -> Outcome:
    """The outcome of a block; `model_key` is the key of its model, where it is not the block's usual one."""
    return _outcome(block, setup_of(tree, block, environment, service), model_key)


def _outcome(block: Block, setup: ClientSetup, model_key: str | None = None) -> Outcome:
    model, model_path = model_of(block, model_key)
    return Outcome(block, setup, model, model_path, sent_parameters(block, model))


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of requests to providers, each worked out once; the catalogue's memo has those of the configuration before that nothing has changed of."""

    tree: Mapping
    """The compiled tree, or all of it that does not stand in adapters."""
    catalog: Catalog
    environment: Environment
    known: dict[Hashable, Outcome] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    setups: dict[Hashable, ClientSetup] = field(default_factory=dict)

    def of(self, request: ModelRequest) -> Outcome:
        """The outcome of a request to a provider of `inference`."""
        # with the paths: two requests for the same may be written in different places
        key = (request.identity, request.paths)
        found = self.known.get(key)
        if found is None:
            settings = request.model, *(setting for _, setting in request.parameters)
            found = self.known[key] = self.kept((key, *map(_kind, settings)), partial(self._made, request))
        return found

    def kept(self, what: Hashable, make: Callable[[], Outcome]) -> Outcome:
        """What `make` gives, which depends on `what` and on nothing else but what is here."""
        return self.catalog.memo.kept((Outcomes, what), (self.tree, self.environment, self.catalog.store), make)

    def _made(self, request: ModelRequest) -> Outcome:
        return self.of_block(requested_block(self.tree, self._written(request.provider), request))

    def of_block(self, block: Block, model_key: str | None = None, service: str = "") -> Outcome:
        """The outcome of a block as an object reads it; `model_key` is the key of its model, where it is not the block's usual one."""
        return _outcome(block, self._setup(block, service), model_key)

    def _setup(self, block: Block, service: str) -> ClientSetup:
        # all that it is made of has a place in the tree
        places = tuple(setting.path if (setting := block.settings.get(name)) else None for name in block.keys.for_setup)
        found = self.setups.get((block.path, service, places))
        if found is None:
            found = self.setups[block.path, service, places] = setup_of(self.tree, block, self.environment, service)
        return found

    def _written(self, provider: str) -> Block:
        found = self.blocks.get(provider)
        if found is None:
            found = self.blocks[provider] = plain_block(self.tree, self.catalog, (SECTION, provider))
        return found


def _kind(setting: Setting | None) -> object:
    """What a value is: in another tree an equal text may be one that is not known."""
    return setting and type(setting.value)
