"""The variables of a configuration: where each is used, what needs it, and whether it is set here. Never a value."""

from orbitcfg.compile.environment import PROCESS
from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Span
from orbitcfg.release import Orbit
from orbitcfg.report.verdict import Verdict


@dataclass(frozen=True, slots=True)
class VariableNeed:
    """Who needs a value: the adapters, and the choices `NAME@CHOICE`, none where it is ORBIT itself; and the keys that lead to it, its own the last."""

    adapters: tuple[str, ...]
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One use of a variable: by which key, and where."""

    key: str
    """The key path; the provider's block where ORBIT looks the variable up by itself."""
    span: Span
    default: str | None
    """The text behind `:-` as it may be shown; None where there is none."""
    part: str
    """What the key belongs to."""
    is_on: bool
    """Whether somebody needs what stands there."""
    by_orbit: bool = False
    """Whether ORBIT looks the variable up by itself, without a placeholder, since a key is missing."""
    need: VariableNeed | None = None
    """Who goes without if the variable is not set; None where nobody does."""
    is_off: bool = False
    """Whether a switch is the reason that nobody needs it."""

    @property
    def state(self) -> str:
        """Why nobody needs it, in words; empty where somebody does."""
        return "" if self.is_on else "switched off" if self.is_off else "not in use"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable and its uses. `source` is what sets it, `place` the line of the file that does; both None where nothing does."""

    name: str
    places: tuple[Place, ...]
    source: str | None = None
    place: Span | None = None

    @property
    def is_set(self) -> bool:
        """Whether it is set here."""
        return self.source is not None

    @property
    def is_missing(self) -> bool:
        """Whether somebody needs it and it is not set here."""
        return not self.is_set and bool(self.required_by)

    @property
    def defaults(self) -> tuple[str, ...]:
        """Its defaults, each once, as they may be shown."""
        return tuple(dict.fromkeys(place.default for place in self.places if place.default is not None))

    @property
    def required_by(self) -> tuple[str, ...]:
        """The parts that somebody needs and that go without if it is not set."""
        return tuple(dict.fromkeys(place.part for place in self.places if place.need is not None))

    @property
    def needs(self) -> tuple[VariableNeed, ...]:
        """Who goes without if it is not set, each once."""
        return tuple(dict.fromkeys(place.need for place in self.places if place.need is not None))

    @property
    def set_by(self) -> str:
        """What sets it, in a few words: the process's environment, or a line of a file; empty where nothing does."""
        if self.source is None:
            return ""
        return "the environment" if self.source == PROCESS else self.place.label if self.place is not None else self.source


@dataclass(frozen=True, slots=True)
class VariableInventory:
    """Every variable of a configuration, in the order of first use.

    `sources` are where variables were looked for, the winning one last. `declared` are the names in the repository's `env.example`, None where it has no such
    file. `unread` are files that cannot be read, whose variables are unknown. `verdict` is what becomes of ORBIT with the variables that are set here, `orbit` which one
    that is.
    """

    variables: tuple[Variable, ...]
    sources: tuple[str, ...]
    declared: frozenset[str] | None
    unread: tuple[str, ...] = ()
    verdict: Verdict | None = None
    orbit: Orbit | None = None

    @property
    def needed_first(self) -> tuple[Variable, ...]:
        """The variables, those first that somebody needs."""
        return tuple(sorted(self.variables, key=lambda variable: not variable.needs))

    @property
    def names(self) -> frozenset[str]:
        """The names that the configuration uses."""
        return frozenset(variable.name for variable in self.variables)

    @property
    def unused(self) -> tuple[str, ...]:
        """The declared names that nothing uses."""
        return () if self.declared is None else tuple(sorted(self.declared - self.names))

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know beside the list."""
        return tuple(f"`{name}` cannot be read, so variables in it are missing here" for name in self.unread)
