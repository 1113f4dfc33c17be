"""Who needs what stands at a key path, as people and programs read it."""

from typing import get_args

from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath, Mapping, Sequence, at
from orbitcfg.effective.needed import DemandKind, DemandState
from orbitcfg.project.config import Config

SHOWN = 5
"""Adapters that a line names."""


@dataclass(frozen=True, slots=True)
class KeyNeed:
    """Who needs what stands at a key path, and what for, as the demand of a configuration says."""

    state: DemandState
    kinds: tuple[DemandKind, ...] = ()
    adapters: tuple[str, ...] = ()
    """The adapters, and the choices `NAME@CHOICE`, in vain where it is blocked; none where it is ORBIT itself."""
    through: tuple[str, ...] = ()
    """The keys that lead from the first of them to it."""
    off_at: str | None = None
    """The switch that turns it off; None where none does."""
    is_switch: bool = False
    """Whether it is that switch itself."""

    @property
    def struck(self) -> tuple[str, ...]:
        """The adapters that a change of it strikes: whoever needs it, and where it is what keeps them from something, whoever asks for that."""
        return self.adapters if self.is_needed or self.is_switch else ()

    @property
    def is_needed(self) -> bool:
        """Whether anybody needs it, or may."""
        return self.state in ("yes", "perhaps")

    @property
    def is_of_all(self) -> bool:
        """Whether it is ORBIT itself that needs it, for whatever it answers."""
        return self.is_needed and not self.adapters and bool({"ask", "check"} & set(self.kinds))


def need_of(config: Config, path: KeyPath) -> KeyNeed:
    """The need of what stands, or might stand, at a path."""
    below = _parts(config, path)
    if not below:
        return _need_of_part(config, path)
    needs = [_need_of_part(config, each) for each in below]
    strongest = min(needs, key=lambda need: get_args(DemandState).index(need.state))
    return replace(
        strongest, adapters=tuple(dict.fromkeys(name for need in needs if need.state == strongest.state or need.is_needed for name in need.adapters))
    )


def _parts(config: Config, path: KeyPath) -> list[KeyPath]:
    """What a section holds that is needed for itself: adapters, or blocks; nothing of any other path."""
    section = config.catalog.sections.get(str(path[0])) if len(path) == 1 else None
    if path != (ADAPTERS,) and (section is None or section.holds is None):
        return []
    match at(config.tree, path):
        case Mapping(entries=entries):
            return [(*path, key) for key in entries]
        case Sequence(items=items):
            return [(*path, index) for index in range(len(items))]
    return []


def _need_of_part(config: Config, path: KeyPath) -> KeyNeed:
    demand = config.demand.of(path)
    off = None if demand.is_demanded else config.demand.switch_off(path)
    kinds = tuple(kind for kind in get_args(DemandKind) if kind in demand.kinds) if demand.state != "no" else ()
    by = tuple(map(str, demand.by)) if demand.state != "no" else ()
    through = tuple(dict.fromkeys(map(config.format_path, demand.through)))
    return KeyNeed(demand.state, kinds, by, through, config.format_path(off) if off else None, is_switch=off == path)


def describe_need(need: KeyNeed, key: str) -> str:
    """Who needs a key, and through which chain."""
    if not need.is_needed:
        return describe_nobody(need)
    chain = " -> ".join(dict.fromkeys((*need.through, key)))
    perhaps = ", if what is not known here says so" if need.state == "perhaps" else ""
    return f"{named_adapters(need.adapters) or _THE_SERVER}: {chain}{perhaps}"


def describe_nobody(need: KeyNeed) -> str:
    """Why nobody needs a key."""
    if need.is_switch and need.state == "blocked":
        return f"{named_adapters(need.adapters) or _THE_SERVER}: it is off, and so is what they ask for"
    asked = f"{named_adapters(need.adapters) or _THE_SERVER} {'asks' if len(need.adapters) < 2 else 'ask'} for it" if need.state == "blocked" else ""
    if need.off_at:
        off = f"it is switched off at {need.off_at}"
        return f"nobody: {asked}, and {off}" if asked else f"nobody: {off}"
    if asked:
        return f"nobody: {asked} through {' -> '.join(need.through)}, and a switch on the way is off"
    return "nobody: nothing uses it"


def named_adapters(names: tuple[str, ...]) -> str:
    """The first few of some adapters, called so; empty where there are none."""
    return ("adapter " if len(names) == 1 else "adapters ") + list_adapters(names) if names else ""


def list_adapters(names: tuple[str, ...]) -> str:
    """The first few of some adapters."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:SHOWN]) + more


_THE_SERVER = "ORBIT itself"
