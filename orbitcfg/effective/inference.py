"""Which language model answers: for the default, for each adapter, and for each model that a client may choose."""

from collections.abc import Iterable, Mapping
from itertools import chain

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.tree import KeyPath, Unknown, value_at
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.block import SECTION, ModelRequest
from orbitcfg.effective.consumers import Consumer, Consumers
from orbitcfg.effective.outcome import Outcomes
from orbitcfg.effective.provider_cache import ProviderCache, ProviderObject
from orbitcfg.effective.registry import provider_state
from orbitcfg.effective.rows import SharedParts, row_of, unserved, with_fault
from orbitcfg.effective.switches import Switches
from orbitcfg.effective.use import ServedBy, Use, UseState

_STATE_REASONS: dict[UseState, str] = {
    "incomplete": "the provider's block is no mapping, and ORBIT stops while it registers the providers",
    "disabled": "the provider is switched off",
    "unknown": "`inference` has no such provider",
    "unregistered": "ORBIT has no provider of this name",
    "undecided": "the provider's name comes from a variable that is not set here",
}


@dataclass(frozen=True, slots=True)
class LanguageModels:
    """The rows of a configuration's language models; those of adapters and of what their clients may choose by the adapter's place."""

    default: Use
    of_adapters: Mapping[KeyPath, Use]
    of_choices: Mapping[KeyPath, tuple[Use, ...]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """The object that answers a consumer, and whether another may in its place."""

    object: ProviderObject | None = None
    is_contested: bool = False


def language_models(consumers: Consumers, outcomes: Outcomes) -> LanguageModels:
    """The rows of the consumers, served as ORBIT's one object for each provider serves them.

    Which object ORBIT keeps depends on who asks first: all adapters ask, in their order, before any model that a client may choose.
    """
    models = _Models(consumers.switches, outcomes)
    default = consumers.default()
    of_adapters = {adapter.path: consumer for adapter in consumers.adapters if (consumer := consumers.of_adapter(adapter)) is not None}
    of_choices = {adapter.path: tuple(consumers.of_choices(adapter)) for adapter in consumers.adapters}
    answers = models.answers(consumers, (default, *of_adapters.values(), *chain.from_iterable(of_choices.values())))

    def row(consumer: Consumer | Use) -> Use:
        return consumer if isinstance(consumer, Use) else models.row(consumer, answers.get(consumer.path, _Answer()))

    return LanguageModels(
        row(default),
        {path: row(consumer) for path, consumer in of_adapters.items()},
        {path: tuple(row(consumer) for consumer in listed) for path, listed in of_choices.items()},
    )


@dataclass(frozen=True, slots=True)
class _Models:
    switches: Switches
    outcomes: Outcomes
    shared: SharedParts = field(default_factory=SharedParts)

    @property
    def tree(self) -> MappingNode:
        return self.switches.tree

    def answers(self, consumers: Consumers, asking: Iterable[Consumer | Use]) -> dict[KeyPath | None, _Answer]:
        """What answers each consumer that requests come from, by its place, as they ask one after the other."""
        cache = ProviderCache(self._can_make, lambda request: self.outcomes.of(request).signature)
        # loading comes before every request, and the default's object after loading (resolution §4)
        cache.preload(tuple(consumers.preloads()))
        # the default takes whatever object loading left for its provider (resolution §6)
        default = cache.get_kept(None, consumers.default_request) if consumers.default_setting.value else None
        answers = {}
        for consumer in asking:
            if isinstance(consumer, Use) or consumer.unreached is not None:
                continue
            is_contested = cache.is_contested(consumer.request)
            if consumer.takes_default:
                answers[consumer.path] = _Answer(default, is_contested)
                continue
            # what was made at loading keeps its own object, whatever is made later (resolution §6)
            is_contested = is_contested and consumer.request.identity not in cache.preloaded
            answers[consumer.path] = _Answer(cache.get(consumer.key, consumer.request), is_contested)
        return answers

    def _can_make(self, request: ModelRequest) -> bool:
        return provider_state(self.switches, request.provider) == "configured" and self.outcomes.of(request).is_buildable

    def row(self, consumer: Consumer, answer: _Answer) -> Use:
        """The row of a consumer."""
        use = self._served(consumer, answer)
        match consumer.unreached:
            case "off":
                return replace(use, state="off", reason=use.reason or consumer.remark)
            case "ignored":
                return replace(use, state="ignored", reason=consumer.remark or use.reason)
        if consumer.remark and not use.reason:
            use = replace(use, reason=consumer.remark)
        return use if consumer.adapter is None else self._demanding(consumer.adapter, use)

    def _served(self, consumer: Consumer, answer: _Answer) -> Use:
        """The row of a consumer, served by the object that was made for it or by another."""
        request, other = consumer.request, answer.object
        state = provider_state(self.switches, self._provider(consumer))
        if state in ("unknown", "unregistered", "undecided", "incomplete"):
            block = (SECTION, request.provider) if state == "unregistered" else None
            return unserved(self.tree, consumer, state, _STATE_REASONS[state], built=state in ("unregistered", "undecided"), block=block)
        own = self.outcomes.of(request)
        # no server can tell two apart that send the same, so no other owner is named
        outcome = own if other is None or self.outcomes.of(other.request).signature == own.signature else self.outcomes.of(other.request)
        if state == "disabled":
            return replace(row_of(self.tree, consumer, outcome, self.shared), state=state, reason=_STATE_REASONS[state])
        served_by = None if other is None or outcome is own else ServedBy(other.owner)
        is_contested = answer.is_contested or served_by is not None
        return with_fault(row_of(self.tree, consumer, outcome, self.shared, order_dependent=is_contested, served_by=served_by), outcome)

    def _provider(self, consumer: Consumer) -> object:
        """The provider's name; unknown where it comes from an unset variable."""
        written = value_at(self.tree, consumer.provider_path)
        return written if isinstance(written, Unknown) else consumer.request.provider

    def _demanding(self, adapter: Adapter, use: Use) -> Use:
        """The row with what the adapter wants of its provider: tools, web search."""
        if use.state != "configured" or use.provider.value is None:
            return use
        block = self.outcomes.of(ModelRequest(use.provider.value)).block
        # `is False`: None means that the catalogue does not say
        if adapter.kind == "mcp_agent" and block.row.provider.tools.at(block.wire_mode) is False:
            return replace(use, state="failing", reason="the provider cannot call tools, which an `mcp_agent` adapter needs")
        wants_search = value_at(self.tree, (*adapter.path, "capabilities", "web_search")) is True
        if wants_search and block.row.provider.web_search.at(block.wire_mode) == "breaks_request":
            return replace(use, state="failing", reason="the provider cannot search the web, and `web_search` makes each request fail")
        return use
