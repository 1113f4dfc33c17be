"""The adapters as ORBIT routes to them, and what each requests of an inference provider."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orbitcfg.document.tree import KeyPath, Mapping, Sequence, at, child, value_at
from orbitcfg.effective.block import ModelRequest, Setting, settings_at
from orbitcfg.effective.registry import default_provider, has_default_provider, is_on
from orbitcfg.effective.use import AdapterKey

WITHOUT_MODEL = frozenset({"fetch", "openai_realtime", "openai_realtime_translation", "gemini_live"})
"""Types of adapters that never ask a language model of `inference`."""

GENERATORS = frozenset({"image_generation", "video_generation", "document_generation", "audio_generation"})
"""Types whose language model only rewrites the request."""

REWRITE_MODEL_USED = frozenset({"document_generation", "audio_generation"})
"""Generators that honour `rewrite_model` when they are asked."""

WITHOUT_CHOICE = GENERATORS | WITHOUT_MODEL | {"web-search"}
"""Types that do not look at `allowed_models`."""

PARAMETERS = ("temperature", "max_tokens", "context_window", "effort")
"""What an adapter, or an entry of `allowed_models`, may override beside the model."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One entry of `adapters`: its place, its name, its keys as settings."""

    path: KeyPath
    name: str
    settings: dict[str, Setting]
    enabled: bool

    @property
    def key(self) -> AdapterKey:
        """What its rows are found by."""
        return AdapterKey(self.name)

    @property
    def kind(self) -> str:
        """Its `type`."""
        setting = self.settings.get("type")
        return str(setting.value) if setting else ""

    def own(self, key: str) -> Setting | None:
        """A key that counts as set: one that is there and not empty."""
        setting = self.settings.get(key)
        # by Python's truth, as ORBIT reads these keys (resolution §5.1)
        return setting if setting is not None and setting.value else None

    @property
    def parameters(self) -> tuple[tuple[str, Setting], ...]:
        """The parameters that it overrides; null is not set, zero is."""
        return _parameters(self.settings)

    @property
    def is_intent(self) -> bool:
        """Whether it retrieves by asking a language model of its own."""
        adapter = self.settings.get("adapter")
        implementation = self.settings.get("implementation")
        return self.kind == "retriever" and (
            # `adapter` may be absent (adapters §3), and the class alone be named
            bool(adapter and adapter.value == "intent") or ".intent." in str(implementation and implementation.value)
        )


@dataclass(frozen=True, slots=True)
class AllowedModel:
    """One entry of an adapter's `allowed_models`."""

    path: KeyPath
    settings: dict[str, Setting]

    def own(self, key: str) -> Setting | None:
        """A key that counts as set."""
        setting = self.settings.get(key)
        return setting if setting is not None and setting.value else None

    @property
    def label(self) -> str:
        """The name that a client gives to choose it; its model where it has none."""
        named = self.own("name") or self.own("model")
        return str(named.value) if named else ""


def adapters_of(tree: Mapping) -> list[Adapter]:
    """Every entry with a name, in order."""
    listed = at(tree, ("adapters",))
    if not isinstance(listed, Sequence):
        return []
    found = []
    for index, item in enumerate(listed.items):
        name = value_at(item, ("name",))
        # ORBIT drops an entry whose name is empty text (adapters §1)
        if isinstance(item, Mapping) and name not in (None, ""):
            settings = settings_at(tree, ("adapters", index))
            switch = settings.get("enabled")
            # Python's truth: the text `false` switches an adapter on (adapters §0)
            found.append(Adapter(("adapters", index), str(name), settings, switch is None or is_on(switch.value, "raw")))
    return found


def routed(adapters: Iterable[Adapter]) -> dict[str, Adapter]:
    """The adapter that answers to each name: the last enabled one, at the place of the first."""
    # a dictionary keeps the place of the first and the value of the last, and the last routes (adapters §2)
    return {adapter.name: adapter for adapter in adapters if adapter.enabled}


def allowed_models(tree: Mapping, adapter: Adapter) -> Iterator[AllowedModel]:
    """The entries of an adapter's `allowed_models`."""
    listed = child(at(tree, adapter.path), "allowed_models")
    if isinstance(listed, Sequence):
        for index, item in enumerate(listed.items):
            if isinstance(item, Mapping):
                path = (*adapter.path, "allowed_models", index)
                yield AllowedModel(path, settings_at(tree, path))


def _parameters(settings: dict[str, Setting]) -> tuple[tuple[str, Setting], ...]:
    return tuple((name, settings[name]) for name in PARAMETERS if name in settings and settings[name].value is not None)


def chosen_request(adapter: Adapter, choice: AllowedModel) -> ModelRequest | None:
    """What a choice requests: its own parameters before the adapter's. None where it lacks a provider or a model."""
    provider, model = choice.own("provider"), choice.own("model")
    if provider is None or model is None:
        return None
    # an adapter's parameters leak into each choice that has none of its own (resolution §5.4)
    return ModelRequest(str(provider.value), model, _merged(_parameters(choice.settings), adapter.parameters))


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
