"""Rows of the effective configuration, made of what a provider's block comes to."""

from orbitcfg.catalog.specs import IN_PROCESS, MODE_DIRECT
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import KeyPath, Mapping, Unknown
from orbitcfg.effective.consumers import Consumer
from orbitcfg.effective.http_url import visible
from orbitcfg.effective.outcome import Outcome
from orbitcfg.effective.provenance import KnownSources, Sourced, Tracer
from orbitcfg.effective.request import Refusal, caller_of
from orbitcfg.effective.use import Use, UseState


def row_of(tree: Mapping, consumer: Consumer, outcome: Outcome, known: KnownSources) -> Use:
    """The row of a consumer that an outcome serves, all being well; `known` is what other rows of the tree hold."""
    block, key, sent = outcome.block, outcome.key, outcome.sent
    tracer = Tracer(tree, consumer.path, block.path, known)
    url = tracer.trace(outcome.address.url, outcome.address.paths)
    request = outcome.request
    return Use(
        consumer.key,
        consumer.service,
        "configured",
        provider=tracer.trace(consumer.request.provider, (consumer.provider_path,)),
        model=tracer.trace(None if isinstance(outcome.model, Unknown) else outcome.model, (outcome.model_path,) if outcome.model_path else ()),
        url=url,
        key=tracer.trace(key.value, key.paths),
        parameters={name: tracer.trace(value, (sent.origins[name],) if name in sent.origins else ()) for name, value in sent.values.items()},
        key_variable=key.variable,
        stand_in_key=key.stand_in,
        enabled=consumer.enabled,
        protocol=IN_PROCESS if block.mode == MODE_DIRECT else block.row.provider.protocol,
        path=consumer.path,
        block=block.path,
        built_with=outcome.built_with,
        is_open=outcome.is_open,
        request=replace(request, reason=_unquoted(request.reason, url, outcome)) if isinstance(request, Refusal) else request,
        caller=caller_of(block, outcome.address),
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


def unserved(tree: Mapping, consumer: Consumer, state: UseState, reason: str, *, built: bool, block: KeyPath | None = None) -> Use:
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
