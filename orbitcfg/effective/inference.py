"""Which language model answers: for the default, for each adapter, and for each model that a client may choose."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import IN_PROCESS, MODE_DIRECT
from orbitcfg.compile.environment import Environment
from orbitcfg.document.tree import KeyPath, Mapping, Unknown, at, child
from orbitcfg.effective import adapters as adapting
from orbitcfg.effective.adapters import Adapter, Choice
from orbitcfg.effective.block import SECTION, Ask
from orbitcfg.effective.factory import Factory, Load, Made, preload
from orbitcfg.effective.outcome import Outcome, Outcomes
from orbitcfg.effective.registry import default_provider, provider_state
from orbitcfg.effective.use import State, Use

INFERENCE = "inference"
REWRITING = "rewriting"

_STATE_REASONS: dict[State, str] = {
    "incomplete": "the provider's block is no mapping, and ORBIT stops while it registers the providers",
    "disabled": "the provider is switched off",
    "unknown": "`inference` has no such provider",
    "unregistered": "ORBIT has no provider of this name",
    "undecided": "the provider's name comes from a variable that is not set here",
}


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer of a language model: its name in a row, its place, and what it asks of which provider."""

    name: str | None
    path: KeyPath | None
    ask: Ask
    provider_path: KeyPath
    enabled: bool = True


class Inference:
    """The language models of a configuration, served as ORBIT's one object for each provider serves them."""

    def __init__(self, tree: Mapping, catalog: Catalog, environment: Environment) -> None:
        """Loads all adapters in their order."""
        self.tree = tree
        self.catalog = catalog
        self.outcomes = Outcomes(tree, catalog, environment)
        self.adapters = adapting.adapters_of(tree)
        self.routed = adapting.routed(self.adapters)
        self.loads = tuple(self._loads())
        self.factory = Factory(self._can_make)
        preload(self.factory, self.loads)
        self.rivals: dict[str, set[Hashable]] = {}
        for load in self.loads:
            for ask in load.asks:
                self._remember(ask)
        self.settled = frozenset(load.ask.identity for load in self.loads if load.is_early)
        self.default_setting = default_provider(tree)
        self.default_ask = Ask(str(self.default_setting.value))
        self.default_made = self.factory.unwrapped("", self.default_ask) if self.default_setting.value else None

    def _loads(self) -> Iterator[Load]:
        for adapter in self.routed.values():
            ask = adapting.preload_ask(self.tree, adapter)
            if ask is not None:
                yield Load(adapter.name, ask, Ask(ask.provider, ask.model) if adapter.is_intent else None)

    def _can_make(self, ask: Ask) -> bool:
        return provider_state(self.tree, self.catalog, ask.provider) == "ok" and self.outcomes.of(ask).is_buildable

    def default(self) -> Use:
        """The row of the default."""
        return self._on_default(None, None)

    def of_adapter(self, adapter: Adapter) -> Use:
        """The row of an adapter that asks a language model."""
        ask = adapting.own_ask(adapter)
        if self.routed.get(adapter.name) is not adapter:
            return self._unrouted(adapter, ask)
        if ask is None:
            return self._on_default(adapter.name, adapter.path)
        use = self._served(Consumer(adapter.name, adapter.path, ask, adapter.settings["inference_provider"].path))
        return self._demanding(adapter, use)

    def _unrouted(self, adapter: Adapter, ask: Ask | None) -> Use:
        """An adapter that no request reaches: what it would use if it were alone."""
        path = adapter.settings["inference_provider"].path if ask else self.default_setting.path
        asker = Consumer(adapter.name, adapter.path, ask or self.default_ask, path, adapter.enabled)
        use = self._use(asker, None, is_dependent=False)
        if adapter.enabled:
            return replace(use, state="ignored", reason="a later adapter of the same name takes its place")
        return replace(use, state="off", reason=use.reason or "the adapter is switched off")

    def _on_default(self, name: str | None, path: KeyPath | None) -> Use:
        if not self.default_setting.value:
            reason = "`general.inference_provider` is empty, and ORBIT does not start"
            return Use(
                name,
                INFERENCE,
                None,
                None,
                None,
                "unknown",
                reason=reason,
                built=False,
                path=path,
                origins={"provider": (self.default_setting.path,)},
            )
        asker = Consumer(name, path, self.default_ask, self.default_setting.path)
        use = self._use(asker, self.default_made, is_dependent=self._has_rivals(self.default_ask))
        adapter = self.routed.get(name) if name is not None else None
        return use if adapter is None else self._demanding(adapter, use)

    def of_rewriting(self, adapter: Adapter) -> Use:
        """The row of a generator's rewriting: the first candidate that ORBIT has a provider for."""
        candidates = list(self._rewriters(adapter))
        usable = (each for each in candidates if provider_state(self.tree, self.catalog, each.ask.provider) == "ok")
        asker = next(usable, candidates[0] if candidates else None)
        if asker is None:
            return replace(self._on_default(adapter.name, adapter.path), service=REWRITING)
        if self.routed.get(adapter.name) is not adapter:
            return replace(self._use(asker, None, is_dependent=False), service=REWRITING, state="ignored" if adapter.enabled else "off")
        use = replace(self._served(asker), service=REWRITING)
        skipped = candidates[: candidates.index(asker)]
        return replace(use, reason=f"`{skipped[0].ask.provider}` cannot be used, so ORBIT takes the next") if skipped and not use.reason else use

    def _rewriters(self, adapter: Adapter) -> Iterator[Consumer]:
        """The adapter's candidates in ORBIT's order; its caller's provider, which nobody knows here, would come second."""
        rewriter = adapter.own("rewrite_provider")
        if rewriter is not None:
            model = adapter.own("rewrite_model") if adapter.kind in adapting.REWRITE_MODEL_USED else None
            ask = Ask(str(rewriter.value), model or adapter.own("model"), adapter.parameters)
            yield Consumer(adapter.name, adapter.path, ask, rewriter.path, adapter.enabled)
        own = adapting.own_ask(adapter)
        if own is not None:
            yield Consumer(adapter.name, adapter.path, own, adapter.settings["inference_provider"].path, adapter.enabled)

    def of_choices(self, adapter: Adapter) -> Iterator[Use]:
        """The rows of the models that clients of an adapter may choose."""
        labels: set[str] = set()
        for choice in adapting.choices_of(self.tree, adapter):
            yield self._of_choice(adapter, choice, is_shadowed=choice.label in labels)
            labels.add(choice.label)

    def _of_choice(self, adapter: Adapter, choice: Choice, *, is_shadowed: bool) -> Use:
        name = f"{adapter.name}@{choice.label}"
        ask = adapting.chosen_ask(adapter, choice)
        if ask is None or choice.own("name") is None:
            lacking = next(key for key in ("name", "provider", "model") if choice.own(key) is None)
            return Use(
                name, INFERENCE, None, None, None, "incomplete", reason=f"the entry has no `{lacking}`", path=choice.path, enabled=adapter.enabled
            )
        asker = Consumer(name, choice.path, ask, choice.settings["provider"].path, adapter.enabled)
        if not adapter.enabled or self.routed.get(adapter.name) is not adapter:
            return replace(self._use(asker, None, is_dependent=False), state="off" if not adapter.enabled else "ignored")
        if adapter.kind in adapting.WITHOUT_CHOICE:
            return replace(
                self._use(asker, None, is_dependent=False), state="ignored", reason="an adapter of this type does not look at `allowed_models`"
            )
        if is_shadowed:
            return replace(self._use(asker, None, is_dependent=False), state="ignored", reason="an earlier entry has the same name")
        return self._demanding(adapter, self._served(asker))

    def _served(self, asker: Consumer) -> Use:
        ask = asker.ask
        is_settled = ask.identity in self.settled and self.outcomes.of(ask).is_buildable
        is_dependent = not is_settled and self._has_rivals(ask)
        made = self.factory.asked(asker.name or "", ask)
        if made is not None:
            self._remember(made.ask)
        return self._use(asker, made, is_dependent=is_dependent)

    def _has_rivals(self, ask: Ask) -> bool:
        """Whether loading, or an earlier choice, may leave an object that sends something else."""
        rivalling = self.rivals.get(ask.provider)
        return bool(rivalling) and rivalling != {self.outcomes.of(ask).signature}

    def _remember(self, ask: Ask) -> None:
        """Notes what the object of an ask sends, for it may serve others of its provider."""
        if self._can_make(ask):
            self.rivals.setdefault(ask.provider, set()).add(self.outcomes.of(ask).signature)

    def _use(self, asker: Consumer, made: Made | None, *, is_dependent: bool) -> Use:
        """The row of a consumer, served by the object that was made for it or by another."""
        ask = asker.ask
        state = provider_state(self.tree, self.catalog, _unknown_or_text(asker, self.tree))
        own = self.outcomes.of(ask)
        served = self.outcomes.of(made.ask) if made is not None else own
        is_other = made is not None and served.signature != own.signature
        outcome = served if is_other else own
        if state in ("unknown", "unregistered", "undecided", "incomplete"):
            return self._unserved(asker, state)
        use = row_of(outcome, asker)
        if state == "disabled":
            return replace(use, state=state, reason=_STATE_REASONS[state])
        use = judged(use, outcome)
        if made is None or not is_other:
            return replace(use, order_dependent=is_dependent)
        return replace(use, order_dependent=True, served_by=made.owner)

    def _unserved(self, asker: Consumer, state: State) -> Use:
        provider = None if state == "undecided" else asker.ask.provider
        block = (SECTION, asker.ask.provider) if state == "unregistered" else None
        return Use(
            asker.name,
            INFERENCE,
            provider,
            None,
            None,
            state,
            reason=_STATE_REASONS[state],
            built=state in ("unregistered", "undecided"),
            enabled=asker.enabled,
            path=asker.path,
            block=block,
            origins={"provider": (asker.provider_path,)},
        )

    def _demanding(self, adapter: Adapter, use: Use) -> Use:
        """The row with what the adapter wants of its provider: tools, web search."""
        if use.state != "ok" or use.provider is None:
            return use
        block = self.outcomes.of(Ask(use.provider)).block
        if adapter.kind == "mcp_agent" and block.row.provider.tools.at(block.wire_mode) is False:
            return replace(use, state="failing", reason="the provider cannot call tools, which an `mcp_agent` adapter needs")
        wants_search = child(child(at(self.tree, adapter.path), "capabilities"), "web_search")
        if (
            wants_search is not None
            and getattr(wants_search, "value", None) is True
            and block.row.provider.web_search.at(block.wire_mode) == "breaks_request"
        ):
            return replace(use, state="failing", reason="the provider cannot search the web, and `web_search` makes each request fail")
        return use


def _unknown_or_text(asker: Consumer, tree: Mapping) -> object:
    """The provider's name, as nobody knows it where it comes from an unset variable."""
    node = at(tree, asker.provider_path)
    value = getattr(node, "value", None)
    return value if isinstance(value, Unknown) else asker.ask.provider


def row_of(outcome: Outcome, asker: Consumer, service: str = INFERENCE) -> Use:
    """The row of an outcome, all being well."""
    origins = {"provider": (asker.provider_path,), **outcome.sent.origins}
    if outcome.model_path:
        origins["model"] = (outcome.model_path,)
    if outcome.address.paths:
        origins["url"] = outcome.address.paths
    if outcome.key.paths:
        origins["key"] = outcome.key.paths
    model = outcome.model
    return Use(
        asker.name,
        service,
        asker.ask.provider,
        None if model is None or isinstance(model, Unknown) else str(model),
        outcome.address.url,
        "ok",
        parameters=outcome.sent.parameters,
        key_variable=outcome.key.variable,
        key=outcome.key.value,
        stand_in_key=outcome.key.stand_in,
        enabled=asker.enabled,
        protocol=_protocol(outcome),
        sent_model=None if isinstance(model, Unknown) else model,
        path=asker.path,
        block=outcome.block.path,
        origins=origins,
    )


def _protocol(outcome: Outcome) -> str | None:
    return IN_PROCESS if outcome.block.mode == MODE_DIRECT else outcome.block.row.provider.protocol


def judged(use: Use, outcome: Outcome) -> Use:
    """The row with the worst fault of the outcome that serves it."""
    fault = next(iter(outcome.faults), None)
    return use if fault is None else replace(use, state=fault.state, reason=fault.reason, built=outcome.is_built)
