"""Who needs one part of a configuration, and how it comes to be known: along edges, from whoever asks."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Literal, TypeAlias

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath

if TYPE_CHECKING:
    from orbitcfg.effective.adapter_key import AdapterKey

DemandState: TypeAlias = Literal["yes", "perhaps", "blocked", "no"]
"""The strongest first. perhaps: it depends on a variable that is not set here; blocked: somebody asks, and a switch on the way is off."""

DemandKind: TypeAlias = Literal["check", "build", "ask", "choice", "fallback"]
"""What for.

- check: ORBIT's loader insists on a value, used or not;
- build: an object is made of it at the start;
- ask: requests use it;
- choice: they do where a client chooses it;
- fallback: a key that is missing means it.
"""

STATES: tuple[DemandState, ...] = ("yes", "perhaps", "blocked", "no")
"""The strongest first."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Who needs what stands at a path."""

    state: DemandState
    kinds: frozenset[DemandKind] = frozenset()
    """What for."""
    by: "tuple[AdapterKey, ...]" = ()
    """The adapters, and the entries of their lists, that ask for it, in vain where it is blocked; none where it is the server itself that does."""
    through: tuple[KeyPath, ...] = ()
    """The keys that lead from the first of them, or from the server, to it."""

    @property
    def is_demanded(self) -> bool:
        """Whether somebody needs it, or may."""
        return self.state in ("yes", "perhaps")


NO_DEMAND = Demand("no")


@dataclass(frozen=True, slots=True)
class Edge:
    """Somebody at `source` (empty: the server) who asks for `target`; `named_at` is where that is written, or would be. `kind` None: as the source is asked for."""

    source: KeyPath
    target: KeyPath
    kind: DemandKind | None
    named_at: KeyPath
    gate: bool | None = True


@dataclass(frozen=True, slots=True)
class Asked:
    """All that is known of one part: as `Needed` has it."""

    state: DemandState = "no"
    kinds: frozenset[DemandKind] = frozenset()
    by: "tuple[AdapterKey, ...]" = ()
    kept_off: "tuple[AdapterKey, ...]" = ()
    through: tuple[KeyPath, ...] = ()

    @property
    def everybody(self) -> "tuple[AdapterKey, ...]":
        """Who asks, in vain too."""
        return tuple(dict.fromkeys((*self.by, *self.kept_off))) if self.kept_off else self.by

    @property
    def summary(self) -> Hashable:
        """All that is known, to be compared."""
        asking = tuple((key.name, key.entry, key.shown) for key in (*self.by, *self.kept_off))
        return self.state, self.kinds, asking, len(self.by), self.through


@dataclass(slots=True)
class Needed:
    """What is known of one part so far."""

    state: DemandState = "no"
    kinds: frozenset[DemandKind] = frozenset()
    by: "dict[AdapterKey, None]" = field(default_factory=dict)
    kept_off: "dict[AdapterKey, None]" = field(default_factory=dict)
    """Who asks in vain, for a switch on the way is off."""
    through: tuple[KeyPath, ...] = ()

    def add(self, other: "Needed", edge: Edge) -> bool:
        """Takes up who asks through an edge; tells whether that adds anything."""
        state = weaker(other.state, state_of(edge.gate))
        before = (self.state, len(self.kinds), len(self.by), len(self.kept_off))
        # the way of an adapter is told before that of the server itself, as its name is
        leads = not self.by and bool(other.by) and state in ("yes", "perhaps")
        is_stronger = STATES.index(state) < STATES.index(self.state)
        if is_stronger or leads:
            self.through = other.through if other.through[-1:] == (edge.named_at,) else (*other.through, edge.named_at)
        self.state = state if is_stronger else self.state
        if state == "no":
            return False
        self.kinds |= other.kinds if edge.kind is None else {edge.kind}
        if state == "blocked":
            self.kept_off |= other.by | other.kept_off
        else:
            self.by |= other.by
        return before != (self.state, len(self.kinds), len(self.by), len(self.kept_off))

    def settled(self) -> Asked:
        """What is known of it in the end: there are as many parts as adapters, and most have one who asks."""
        return Asked(self.state, self.kinds, tuple(self.by), tuple(self.kept_off), self.through)


def state_of(gate: bool | None) -> DemandState:
    """The state of what lies behind switches: None where they are not known here."""
    return "yes" if gate else "blocked" if gate is False else "perhaps"


def weaker(one: DemandState, other: DemandState) -> DemandState:
    """The weaker of two states."""
    return STATES[max(STATES.index(one), STATES.index(other))]
