"""Rows of the effective configuration, made of what a provider's block comes to."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from orbitcfg.catalog.specs import IN_PROCESS, MODE_DIRECT
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.tree import KeyPath, Unknown
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.effective.consumers import Consumer
from orbitcfg.effective.http_url import visible
from orbitcfg.effective.outcome import Outcome
from orbitcfg.effective.provenance import KnownSources, Sourced, Tracer
from orbitcfg.effective.request import Refusal
from orbitcfg.effective.use import ServedBy, Use, UseState

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What rows of one tree hold alike, each kept once: thousands of adapters ask a few providers."""

    sources: KnownSources = field(default_factory=dict)
    _parts: dict[Hashable, object] = field(default_factory=dict)

    def once(self, key: Hashable, part: _Part) -> _Part:
        """The first of the parts that are alike, as their key says."""
        found: _Part = self._parts.setdefault(key, part)  # type: ignore[assignment]
        return found

    def parameters(self, found: Mapping[str, Sourced[object]]) -> Mapping[str, Sourced[object]]:
        """Parameters; those that are kept keep their sources, and these their ids."""
        return self.once(tuple((name, id(each)) for name, each in found.items()), found)


def row_of(
    tree: MappingNode, consumer: Consumer, outcome: Outcome, shared: SharedParts, *, order_dependent: bool = False, served_by: ServedBy | None = None
) -> Use:
    """The row of a consumer that an outcome serves, all being well; `shared` is what rows of the tree hold alike."""
    block, key, sent = outcome.block, outcome.key, outcome.sent
    tracer = Tracer(tree, consumer.path, block.path, shared.sources)
    url = tracer.trace(outcome.address.url, outcome.address.paths)
    request = outcome.request
    if isinstance(request, Refusal):
        request = replace(request, reason=_unquoted(request.reason, url, outcome))
    parameters = {name: tracer.trace(value, (sent.origins[name],) if name in sent.origins else ()) for name, value in sent.values.items()}
    return Use(
        consumer.key,
        consumer.service,
        "configured",
        provider=tracer.trace(consumer.request.provider, (consumer.provider_path,)),
        model=tracer.trace(None if isinstance(outcome.model, Unknown) else outcome.model, (outcome.model_path,) if outcome.model_path else ()),
        url=url,
        key=tracer.trace(key.value, key.paths),
        parameters=shared.parameters(parameters),
        key_variable=key.variable,
        stand_in_key=key.stand_in,
        order_dependent=order_dependent,
        served_by=served_by,
        enabled=consumer.enabled,
        protocol=IN_PROCESS if block.mode == MODE_DIRECT else block.row.provider.protocol,
        path=consumer.path,
        block=block.path,
        built_with=outcome.built_with,
        is_open=outcome.is_open,
        request=shared.once(request, request),
        caller=outcome.setup.caller,
    )


def with_fault(use: Use, outcome: Outcome) -> Use:
    """The row with the worst fault of the outcome that serves it."""
    fault = next(iter(outcome.faults), None)
    if fault is None:
        return use
    return replace(use, state=fault.state, reason=_unquoted(fault.reason, use.url, outcome), built=outcome.is_built, faults=outcome.faults)


def _unquoted(reason: str, url: Sourced[str | None], outcome: Outcome) -> str:
    """A reason that quotes nothing of an address, where a variable named like a secret gave it."""
    name, given = url.secret_variable, outcome.address.given
    is_quoting = name is not None and isinstance(given, str) and given and visible(given) in reason
    return f"`${{{name}}}` is no address that can be called" if is_quoting else reason


def unserved(tree: MappingNode, consumer: Consumer, state: UseState, reason: str, *, built: bool, block: KeyPath | None = None) -> Use:
    """The row of a consumer whose provider's name leads to no object."""
    provider = Tracer(tree, consumer.path, block).trace(None if state == "undecided" else consumer.request.provider, (consumer.provider_path,))
    return Use(
        consumer.key,
        consumer.service,
        state,
        provider,
        reason=reason,
        built=built,
        enabled=consumer.enabled,
        path=consumer.path,
        block=block,
    )
