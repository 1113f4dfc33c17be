"""Whether ORBIT can do without a key, so that a remedy may say that it goes."""

from orbitcfg.catalog.specs import Reaction
from orbitcfg.document.tree import KeyPath
from orbitcfg.project.config import Config


def reaction_to_lack(config: Config, path: KeyPath) -> Reaction | None:
    """What follows where the key at a path is missing; None where ORBIT can do without it."""
    row = config.catalog.at(config.tree, path)
    holder = config.catalog.at(config.tree, path[:-1])
    missing = row.spec.missing if row is not None else None
    if missing is not None:
        return missing if missing.effect not in ("default-used", "silent") else None
    return Reaction("adapter-unavailable") if holder is not None and path[-1] in holder.schema.get("required", ()) else None


def may_go(config: Config, path: KeyPath) -> bool:
    """Whether nothing is amiss without what stands at a path: neither ORBIT nor its loader needs it, and nothing names it."""
    demand = config.demand.of(path)
    if "check" in demand.kinds or reaction_to_lack(config, path) is not None:
        return False
    holder = config.catalog.at(config.tree, path[:-1])
    if holder is not None and path[-1] in holder.schema.get("required", ()):
        return False
    if holder is not None and demand.is_demanded and path[-1] == holder.provider.api_key.key:
        return not holder.provider.api_key.required
    return not (_is_block(config, path) and demand.is_demanded)


def or_remove_line(config: Config, path: KeyPath) -> str:
    """The end of a remedy for a value that may as well go; empty where it may not."""
    return ", or remove the line" if may_go(config, path) else ""


def _is_block(config: Config, path: KeyPath) -> bool:
    """Whether a path leads to a block that others name: a provider, a store."""
    section = config.catalog.sections.get(str(path[0]))
    return len(path) == 2 and section is not None and section.holds is not None
