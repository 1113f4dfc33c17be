"""The adapters as ORBIT routes to them, and what each requests of an inference provider."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.catalog.specs import AdapterSpec
from orbitcfg.dataclass import dataclass
from orbitcfg.document.masked import masked_scalar
from orbitcfg.document.memo import Memo
from orbitcfg.document.tree import KeyPath, Mapping, Scalar, Sequence, Unknown, at, child, plain, value_at
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.block import ModelRequest, Setting
from orbitcfg.effective.registry import default_provider, has_default_provider
from orbitcfg.effective.switches import SWITCH, Switches, is_set, truth
from orbitcfg.masking.url import shown_name

ADAPTER_ROW = "adapters.schema.json#/$defs/adapter"
"""What the catalogue says of an entry."""

REALTIME = frozenset({"openai_realtime", "openai_realtime_translation", "gemini_live"})
"""Types that pass a voice on to the vendor's own realtime service."""

WITHOUT_MODEL = REALTIME | {"fetch"}
"""Types of adapters that never ask a language model of `inference`."""

GENERATORS = frozenset({"image_generation", "video_generation", "document_generation", "audio_generation"})
"""Types whose language model only rewrites the request."""

REWRITE_MODEL_USED = frozenset({"document_generation", "audio_generation"})
"""Generators that honour `rewrite_model` when they are asked."""

WITHOUT_CHOICE = GENERATORS | WITHOUT_MODEL | {"web-search"}
"""Types that do not look at `allowed_models`."""

INTENT_FAMILIES = frozenset(
    {
        "intent_sql", "intent_duckdb", "intent_http_json", "intent_graphql", "intent_firecrawl", "intent_agent", "intent_mongodb",
        "intent_elasticsearch",
    }
)  # fmt: skip
SEARCHED: frozenset[str | None] = INTENT_FAMILIES | {None}
"""The families of those that a composite adapter searches through; a class that the catalogue does not know may well be of one."""

VECTOR_FAMILIES = frozenset({"qa_chroma", "qa_qdrant_pinecone", "file"})
"""Retrievers that cannot do without an embedding provider."""

CHILDREN = ("config", "child_adapters")
"""The keys of a composite adapter that name those it searches through."""

PARAMETERS = ("temperature", "max_tokens", "context_window", "effort")
"""What an adapter, or an entry of `allowed_models`, may override beside the model."""

Retrieval = Literal["always", "sometimes", "never"]
"""When requests make an adapter look for data, so that they fail where its object cannot be built."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One entry of `adapters`."""

    path: KeyPath
    node: Mapping
    switch: bool | None
    """Whether it is on, None where that is not known here."""
    family: str | None
    """That of its class, None for an unknown one."""
    kind: str
    """Its `type`, a retriever where it names none; empty for one that the ORBIT that is meant does not have."""

    name: str
    """Its name; empty where it has none, so that ORBIT drops it."""
    key: AdapterKey
    """What its rows are found by."""

    def choice(self, entry: str) -> AdapterKey:
        """What the rows of one entry of its lists of models are found by."""
        return AdapterKey(self.name, entry, self.key.shown)

    @property
    def shown(self) -> str:
        """Its name as it may be shown: `${NAME}` where a variable gave it."""
        return self.key.label

    @property
    def is_on(self) -> bool:
        """Whether ORBIT loads it, or may."""
        return self.switch is not False

    def setting(self, key: str) -> Setting | None:
        """A key, with where it is written; None where it is not there."""
        return _setting(self.node, self.path, key)

    def own(self, key: str) -> Setting | None:
        """A key that counts as set: one that is there and not empty."""
        setting = self.setting(key)
        # by Python's truth, as ORBIT reads these keys (resolution §5.1)
        return setting if setting is not None and setting.value else None

    def text(self, *keys: str) -> str | None:
        """The text at keys below the entry; None where there is none, or it is not known here."""
        return _text(self.node, keys)

    def has(self, *keys: str) -> bool:
        """Whether something stands at keys below the entry that is neither null nor empty text."""
        return is_set(at(self.node, keys))

    def capability(self, key: str) -> object:
        """A value under `capabilities`."""
        return value_at(self.node, ("capabilities", key))

    def enables(self, capability: str) -> bool:
        """Whether a switch under `capabilities` is on, or may be, by Python's truth."""
        node = at(self.node, ("capabilities", capability))
        return node is not None and truth(getattr(node, "value", True), "raw") is not False

    @property
    def retrieval(self) -> Retrieval:
        """When it looks for data."""
        # without `capabilities` nothing is ever retrieved; with empty ones it is, always (adapters §1)
        if not isinstance(child(self.node, "capabilities"), Mapping) or self.kind in GENERATORS | WITHOUT_MODEL:
            return "never"
        match self.capability("retrieval_behavior"):
            case "none":
                return "never"
            case "conditional":
                return "sometimes"
        return "always"

    @property
    def retrieves(self) -> bool:
        """Whether requests make it look for data."""
        return self.kind == "retriever" and self.retrieval != "never"

    @property
    def chats(self) -> bool:
        """Whether an inference provider answers its requests."""
        return self.kind not in WITHOUT_MODEL | GENERATORS

    @property
    def parameters(self) -> tuple[tuple[str, Setting], ...]:
        """The parameters that it overrides; null is not set, zero is."""
        return _parameters(self.setting)

    @property
    def is_intent(self) -> bool:
        """Whether it retrieves by asking a language model of its own."""
        # `adapter` may be absent (adapters §3), and the class alone be named
        return self.kind == "retriever" and (self.text("adapter") == "intent" or ".intent." in (self.text("implementation") or ""))

    @property
    def uses_mcp(self) -> bool:
        """Whether its model is offered the tools of MCP servers."""
        return self.kind == "mcp_agent" or self.enables("mcp_tools")

    @property
    def embeds_regardless(self) -> bool:
        """Whether it makes its embedding client whatever `embedding.enabled` says, as intent adapters and those do that search through them."""
        return self.is_intent or self.text("adapter") == "composite"


def _setting(holder: Mapping, path: KeyPath, key: str) -> Setting | None:
    entry = holder.entries.get(key)
    return None if entry is None else Setting(plain(entry.node), (*path, key))


def _text(holder: Mapping, keys: tuple[str, ...]) -> str | None:
    value = value_at(holder, keys)
    return value if isinstance(value, str) and value and not isinstance(value, Unknown) else None


@dataclass(frozen=True, slots=True)
class AllowedModel:
    """One entry of an adapter's `allowed_models`."""

    path: KeyPath
    node: Mapping

    def setting(self, key: str) -> Setting | None:
        """A key, with where it is written; None where it is not there."""
        return _setting(self.node, self.path, key)

    def own(self, key: str) -> Setting | None:
        """A key that counts as set."""
        setting = self.setting(key)
        return setting if setting is not None and setting.value else None

    def text(self, key: str) -> str | None:
        """The text of a key; None where there is none, or it is not known here."""
        return _text(self.node, (key,))

    @property
    def label(self) -> str:
        """The name that a client gives to choose it; its model where it has none."""
        named = self.own("name") or self.own("model")
        return str(named.value) if named else ""


def adapters_of(tree: Mapping, catalog: Catalog, switches: Switches) -> tuple[Adapter, ...]:
    """Every entry that is a mapping, in order."""
    listed = child(tree, ADAPTERS)
    if not isinstance(listed, Sequence):
        return ()
    known, types = buildable(catalog).implementations, known_types(catalog)
    found = []
    for index, item in enumerate(listed.items):
        if isinstance(item, Mapping):
            path: KeyPath = (ADAPTERS, index)
            implementation = value_at(item, ("implementation",))
            spec = known.get(implementation) if isinstance(implementation, str) else None
            family, key = spec.family if spec else None, _key_of(item)
            found.append(Adapter(path, item, switches.at((*path, SWITCH)), family, _kind_of(item, types), key.name, key))
    return tuple(found)


def _key_of(item: Mapping) -> AdapterKey:
    name = child(item, "name")
    if not isinstance(name, Scalar) or name.value is None:
        return AdapterKey("", shown="")
    return AdapterKey(str(name.value), shown=shown_name(str(masked_scalar(name, "name"))))


def _kind_of(item: Mapping, types: frozenset[str]) -> str:
    kind = value_at(item, ("type",))
    if not isinstance(kind, str) or not kind:
        return "retriever"
    return kind if kind in types or isinstance(kind, Unknown) else ""


def buildable(catalog: Catalog) -> AdapterSpec:
    """What adapters ORBIT can build."""
    return catalog.row(catalog.store.at(ADAPTER_ROW)).adapters


def known_types(catalog: Catalog) -> frozenset[str]:
    """The types of adapters that ORBIT has."""
    return frozenset(catalog.row(catalog.store.at(f"{ADAPTER_ROW}/properties/type")).schema["enum"])


def served_names(catalog: Catalog, key: str) -> tuple[str, ...]:
    """The names that ORBIT has a class for, of those that an adapter's key may hold."""
    reference = catalog.row(catalog.store.at(f"{ADAPTER_ROW}/properties/{key}")).refers_to
    return (reference and reference.values) or ()


def routed(adapters: Iterable[Adapter]) -> dict[str, Adapter]:
    """The adapter that answers to each name: the last enabled one, at the place of the first. ORBIT drops an entry whose name is empty."""
    # a dictionary keeps the place of the first and the value of the last, and the last routes (adapters §2)
    return {adapter.name: adapter for adapter in adapters if adapter.is_on and adapter.name}


def allowed_models(adapter: Adapter) -> Iterator[AllowedModel]:
    """The entries of an adapter's `allowed_models`."""
    listed = child(adapter.node, "allowed_models")
    if isinstance(listed, Sequence):
        for index, item in enumerate(listed.items):
            if isinstance(item, Mapping):
                yield AllowedModel((*adapter.path, "allowed_models", index), item)


def _parameters(setting_of: Callable[[str], Setting | None]) -> tuple[tuple[str, Setting], ...]:
    found = ((name, setting_of(name)) for name in PARAMETERS)
    return tuple((name, setting) for name, setting in found if setting is not None and setting.value is not None)


def chosen_request(adapter: Adapter, choice: AllowedModel) -> ModelRequest | None:
    """What a choice requests: its own parameters before the adapter's. None where it lacks a provider or a model."""
    provider, model = choice.own("provider"), choice.own("model")
    if provider is None or model is None:
        return None
    # an adapter's parameters leak into each choice that has none of its own (resolution §5.4)
    return ModelRequest(str(provider.value), model, _merged(_parameters(choice.setting), adapter.parameters))


def _merged(first: tuple[tuple[str, Setting], ...], rest: tuple[tuple[str, Setting], ...]) -> tuple[tuple[str, Setting], ...]:
    merged = {**dict(rest), **dict(first)}
    return tuple((name, merged[name]) for name in PARAMETERS if name in merged)


def own_request(adapter: Adapter) -> ModelRequest | None:
    """What the adapter requests of its own provider; None where it has none."""
    provider = adapter.own("inference_provider")
    return ModelRequest(str(provider.value), adapter.own("model"), adapter.parameters) if provider else None


def preload_request(tree: Mapping, adapter: Adapter) -> ModelRequest | None:
    """What ORBIT makes for the adapter when it loads it, which may be on another provider than its requests go to; None where there is no provider."""
    if adapter.kind in WITHOUT_MODEL:
        return None
    own = own_request(adapter)
    if own is not None:
        return own
    rewriter = adapter.own("rewrite_provider")
    # to load an adapter ORBIT takes the rewriter's provider before the default (adapters §4)
    if rewriter is not None:
        return ModelRequest(str(rewriter.value), adapter.own("rewrite_model") or adapter.own("model"), adapter.parameters)
    # without the key loading asks for a provider that is named `default` (resolution §4)
    if not has_default_provider(tree):
        return None
    default = default_provider(tree).value
    return ModelRequest(str(default), adapter.own("model"), adapter.parameters) if default else None


def beside_adapters(tree: Mapping, memo: Memo) -> Mapping:
    """All of a tree but the list of its adapters, which say nothing of what a request to a provider comes to: the same while that is the same."""
    if not memo.keeps or not isinstance(child(tree, ADAPTERS), Sequence):
        return tree
    entries = {key: entry for key, entry in tree.entries.items() if key != ADAPTERS}
    return memo.kept(
        (beside_adapters, tuple(entries)), tuple(each.node for each in entries.values()), lambda: Mapping(entries, tree.where, tree.place)
    )
