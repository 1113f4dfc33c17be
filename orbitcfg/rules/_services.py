"""What it comes to that ORBIT cannot make the provider of a service: that depends on who asks it, and what for."""

from collections import defaultdict

from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.realtime import REALTIME
from orbitcfg.effective.service import INFERENCE, MODERATION, REWRITING, SERVICES
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence


def loss_of(config: Config, use: Use) -> Consequence:
    """What its adapter loses where a use gets no answers: an adapter that chats still does, unless it is the language model that is silent; every message is moderated first."""
    if use.service in (INFERENCE, REALTIME):
        return Consequence.ADAPTER_FAILS
    row = config.catalog.at(config.tree, use.provider.path) if use.provider.path else None
    # generators pass over a rewriter that does not work (adapters §4)
    if use.service == REWRITING or row is None or row.refers_to is None:
        return Consequence.DEGRADED
    consequence = row.refers_to.reaction.consequence
    if use.service == MODERATION:
        return consequence
    # one that is made and stays silent is missed only when it is asked
    consequence = Consequence.PURPOSE_LOST if use.built and consequence is Consequence.ADAPTER_MISSING else consequence
    return without_service(consequence, config.routed.get(use.adapter.name) if use.adapter else None)


def without_service(consequence: Consequence, adapter: Adapter | None) -> Consequence:
    """What the failure of a service beside the language model comes to: an adapter that chats is answered all the same, and only a retriever is not made for it."""
    is_answered = consequence is Consequence.ADAPTER_FAILS and (adapter is None or adapter.chats)
    is_made = consequence is Consequence.ADAPTER_MISSING and adapter is not None and adapter.kind != "retriever"
    return Consequence.PURPOSE_LOST if is_answered or is_made else consequence


def loss_at(config: Config, path: KeyPath) -> Consequence | None:
    """The worst that adapters lose where the provider whose block a path leads into gives no answers; where none asks it, what one would. None for no block of a service's."""
    return config.once(_losses).get(path[:2]) or config.once(_usual_losses).get(path[:1])


def _usual_losses(config: Config) -> dict[KeyPath, Consequence]:
    found: dict[KeyPath, Consequence] = {}
    for service in SERVICES:
        row = config.catalog.at(config.tree, service.selector)
        if row is not None and row.refers_to is not None and service.name != MODERATION:
            found |= dict.fromkeys(row.refers_to.sections, without_service(row.refers_to.reaction.consequence, None))
    return found


def _losses(config: Config) -> dict[KeyPath, Consequence]:
    found: dict[KeyPath, list[Consequence]] = defaultdict(list)
    for use in config.uses:
        if use.is_on and use.block is not None:
            found[use.block].append(loss_of(config, use))
    return {block: min(losses, key=lambda each: each.rank) for block, losses in found.items()}
