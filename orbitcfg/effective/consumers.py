"""Who uses a language model: the default, each adapter, and each model that a client may choose."""

from collections.abc import Iterator
from typing import Literal

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath, Mapping, value_at
from orbitcfg.effective import adapters as adapting
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.adapters import Adapter, AllowedModel
from orbitcfg.effective.block import ModelRequest, Setting
from orbitcfg.effective.provenance import NOTHING, Tracer
from orbitcfg.effective.provider_cache import Preload
from orbitcfg.effective.registry import default_provider, provider_state
from orbitcfg.effective.service import INFERENCE, REWRITING
from orbitcfg.effective.switches import Switches
from orbitcfg.effective.use import Use


@dataclass(frozen=True, slots=True)
class Consumer:
    """One who uses a provider for a service."""

    key: AdapterKey | None
    """Whose row it becomes; None for the default."""
    path: KeyPath | None
    """The place of the adapter or of its entry; None for the default."""
    request: ModelRequest
    """Which provider and model it asks for."""
    provider_path: KeyPath
    """Where its provider is named."""
    enabled: bool = True
    """Whether its adapter is on."""
    service: str = INFERENCE
    """What it uses the provider for."""
    takes_default: bool = False
    """Whether it gets the object of the default."""
    unreached: Literal["off", "ignored"] | None = None
    """Why no request comes from it; None where requests do."""
    remark: str = ""
    """Why it is as it is: of one that is ignored the reason of its row, of any other only where the row has none."""
    adapter: Adapter | None = None
    """The adapter whose own demands its provider must meet; None where there are none."""


@dataclass(frozen=True)
class Consumers:
    """The consumers of a configuration's language models, as ORBIT routes requests; a `Use` stands for one that names no provider."""

    switches: Switches
    adapters: tuple[Adapter, ...]
    """Every adapter with a name, in order."""

    @property
    def tree(self) -> Mapping:
        """The compiled tree."""
        return self.switches.tree

    @cached_property
    def routed(self) -> dict[str, Adapter]:
        """The adapter that answers to each name."""
        return adapting.routed(self.adapters)

    @cached_property
    def default_setting(self) -> Setting:
        """What names the default provider."""
        return default_provider(self.tree)

    @cached_property
    def default_request(self) -> ModelRequest:
        """What the default requests."""
        return ModelRequest(str(self.default_setting.value))

    def preloads(self) -> Iterator[Preload]:
        """What ORBIT makes when it loads the adapters, in its order."""
        for adapter in self.routed.values():
            request = adapting.preload_request(self.tree, adapter)
            if request is not None:
                yield Preload(adapter.key, request, ModelRequest(request.provider, request.model) if adapter.is_intent else None)

    def default(self) -> Consumer | Use:
        """The default."""
        return self._on_default(None, None)

    def of_adapter(self, adapter: Adapter) -> Consumer | Use | None:
        """An adapter; None for a type that has no language model. A generator's only rewrites the request."""
        if adapter.kind in adapting.WITHOUT_MODEL:
            return None
        if adapter.kind in adapting.GENERATORS:
            return self._rewriting(adapter)
        own = self._own(adapter)
        if not self._is_routed(adapter):
            return self._unrouted(adapter, own)
        return self._on_default(adapter.key, adapter.path) if own is None else replace(own, adapter=adapter)

    def of_choices(self, adapter: Adapter) -> Iterator[Consumer | Use]:
        """The models that clients of an adapter may choose."""
        # of two entries of one name the first wins (resolution §5.4)
        labels: set[str] = set()
        for choice in adapting.allowed_models(adapter):
            yield self._choice(adapter, choice, is_shadowed=choice.label in labels)
            labels.add(choice.label)

    def _is_routed(self, adapter: Adapter) -> bool:
        return self.routed.get(adapter.name) is adapter

    def _own(self, adapter: Adapter) -> Consumer | None:
        """The adapter with its own provider; None where it has none."""
        request = adapting.own_request(adapter)
        if request is None:
            return None
        return Consumer(adapter.key, adapter.path, request, (*adapter.path, "inference_provider"), adapter.is_on)

    def _on_default(self, key: AdapterKey | None, path: KeyPath | None) -> Consumer | Use:
        named_at = self.default_setting.path
        # an empty name ends the start, a missing one does not (resolution §4)
        if self.default_setting.value:
            adapter = self.routed.get(key.name) if key is not None else None
            return Consumer(key, path, self.default_request, named_at, takes_default=True, adapter=adapter)
        reason = "`general.inference_provider` is empty, and ORBIT does not start"
        provider = Tracer(self.tree, path).trace(None, (named_at,))
        return Use(key, INFERENCE, "unknown", provider, reason=reason, built=False, path=path)

    def _unrouted(self, adapter: Adapter, own: Consumer | None) -> Consumer:
        """An adapter that no request reaches: what it would use if it were alone."""
        consumer = own or Consumer(adapter.key, adapter.path, self.default_request, self.default_setting.path, adapter.is_on)
        if adapter.is_on:
            return replace(consumer, unreached="ignored", remark="a later adapter of the same name takes its place")
        return replace(consumer, unreached="off", remark="the adapter is switched off")

    def _rewriting(self, adapter: Adapter) -> Consumer | Use:
        """A generator's rewriting: the first candidate that ORBIT has a provider for."""
        candidates = list(self._rewriters(adapter))
        if not candidates and self._is_routed(adapter):
            return replace(self._on_default(adapter.key, adapter.path), service=REWRITING)
        if not candidates:
            return replace(self._unrouted(adapter, None), service=REWRITING)
        if not self._is_routed(adapter):
            return replace(candidates[0], service=REWRITING, unreached="ignored" if adapter.is_on else "off")
        # generators pass over a provider that they cannot use, without a word, and the default comes last (adapters §4)
        chosen = next(filter(self._may_be_used, candidates), None) or self._on_default(adapter.key, adapter.path)
        if chosen is candidates[0]:
            return replace(chosen, service=REWRITING)
        remark = f"`{candidates[0].request.provider}` cannot be used, so ORBIT takes {'the next' if chosen in candidates else 'the default'}"
        if isinstance(chosen, Use):
            return replace(chosen, service=REWRITING)
        return replace(chosen, service=REWRITING, adapter=None, remark=remark)

    def _may_be_used(self, consumer: Consumer) -> bool:
        written = value_at(self.tree, consumer.provider_path)
        return provider_state(self.switches, written) in ("configured", "undecided")

    def _rewriters(self, adapter: Adapter) -> Iterator[Consumer]:
        """The adapter's candidates in ORBIT's order; its caller's provider, which is not known here, would come second."""
        rewriter = adapter.own("rewrite_provider")
        if rewriter is not None:
            # image and video generation never pass it on (adapters §4)
            model = adapter.own("rewrite_model") if adapter.kind in adapting.REWRITE_MODEL_USED else None
            request = ModelRequest(str(rewriter.value), model or adapter.own("model"), adapter.parameters)
            yield Consumer(adapter.key, adapter.path, request, rewriter.path, adapter.is_on)
        own = self._own(adapter)
        if own is not None:
            yield own

    def _choice(self, adapter: Adapter, choice: AllowedModel, *, is_shadowed: bool) -> Consumer | Use:
        key = adapter.choice(choice.label)
        # without a name it can never be chosen, without the others it raises when it is (resolution §5.4)
        lacking = next((each for each in ("name", "provider", "model") if choice.own(each) is None), None)
        request, provider = adapting.chosen_request(adapter, choice), choice.setting("provider")
        if request is None or provider is None or lacking is not None:
            reason = f"the entry has no `{lacking}`"
            return Use(key, INFERENCE, "incomplete", NOTHING, reason=reason, path=choice.path, enabled=adapter.is_on)
        if not self._is_routed(adapter):
            unreached: Literal["off", "ignored"] = "ignored" if adapter.is_on else "off"
            return Consumer(key, choice.path, request, provider.path, adapter.is_on, unreached=unreached)
        remark = _why_passed_over(adapter, is_shadowed=is_shadowed)
        if remark:
            return Consumer(key, choice.path, request, provider.path, adapter.is_on, unreached="ignored", remark=remark)
        return Consumer(key, choice.path, request, provider.path, adapter.is_on, adapter=adapter)


def _why_passed_over(adapter: Adapter, *, is_shadowed: bool) -> str:
    """Why ORBIT does not look at an entry of a list of models; empty where it does."""
    if adapter.kind in adapting.WITHOUT_CHOICE:
        return "an adapter of this type does not look at `allowed_models`"
    return "an earlier entry has the same name" if is_shadowed else ""
