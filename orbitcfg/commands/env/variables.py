"""The variables of a configuration: where each is used, what needs it, and whether it is set here. Never a value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from orbitcfg.compile.environment import PROCESS
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, locate
from orbitcfg.effective.switches import in_use
from orbitcfg.masking.names import MASK, is_secret_name
from orbitcfg.masking.url import without_credentials
from orbitcfg.project.config import Config

FORMATS = ("full", "json", "markdown")
"""Each is a module of this package with a function `render`."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Place:
    """One use of a variable: by which key, and where.

    `default` is the text behind `:-` as it may be shown, None where there is none. `part` is what the key belongs to, `is_on` whether that is switched on.
    A use without placeholder is one by ORBIT itself, which looks the variable up where a key is missing.
    """

    key: str
    span: Span
    default: str | None
    part: str
    is_on: bool
    by_orbit: bool = False

    @property
    def needs(self) -> bool:
        """Whether something switched on goes without if the variable is not set."""
        return self.is_on and self.default is None


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
        """Whether something switched on needs it and it is not set here."""
        return not self.is_set and bool(self.required_by)

    @property
    def defaults(self) -> tuple[str, ...]:
        """Its defaults, each once, as they may be shown."""
        return tuple(dict.fromkeys(place.default for place in self.places if place.default is not None))

    @property
    def required_by(self) -> tuple[str, ...]:
        """The parts that are switched on and go without if it is not set."""
        return tuple(dict.fromkeys(place.part for place in self.places if place.needs))

    @property
    def set_by(self) -> str:
        """What sets it, in words: the process's environment, or a line of a file; empty where nothing does."""
        if self.source is None:
            return ""
        return "the environment" if self.source == PROCESS else self.place.label if self.place is not None else self.source


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every variable of a configuration, in the order of first use.

    `sources` are where variables were looked for, the winning one last. `unused` are the names in the repository's `env.example` that nothing uses, None where it has
    no such file; `undeclared` those that it lacks. `unread` are files that cannot be read, whose variables are unknown.
    """

    variables: tuple[Variable, ...]
    sources: tuple[str, ...]
    declared: frozenset[str] | None
    unread: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names that the configuration uses."""
        return frozenset(variable.name for variable in self.variables)

    @property
    def unused(self) -> tuple[str, ...]:
        """The declared names that nothing uses."""
        return () if self.declared is None else tuple(sorted(self.declared - self.names))


def inventory(config: Config, unread: tuple[str, ...] = ()) -> Inventory:
    """The variables of a configuration."""
    uses: dict[str, list[Place]] = {}
    for name, place in (*_placeholders(config), *_lookups(config)):
        uses.setdefault(name, []).append(place)
    variables = tuple(_variable(config, name, tuple(dict.fromkeys(places))) for name, places in uses.items())
    return Inventory(variables, config.environment.sources, config.declared_variables, unread)


def _variable(config: Config, name: str, places: tuple[Place, ...]) -> Variable:
    found = config.environment[name]
    return Variable(name, places) if found is None else Variable(name, places, found.source, found.place)


def _placeholders(config: Config) -> Iterator[tuple[str, Place]]:
    """The uses by a placeholder. What stands in an unset one is never looked at, so its name is as it is written."""
    for event in config.events_of(PlaceholderUsed):
        name = event.substitution.name
        if _NAME.fullmatch(name):
            default = None if event.default is None else _default(name, event.path, event.default)
            part = config.format_path(_part(event.path))
            yield name, Place(config.format_path(event.path), event.span, default, part, in_use(config.tree, event.path))


def _lookups(config: Config) -> Iterator[tuple[str, Place]]:
    """The API keys that ORBIT's providers look up by themselves, for rows that are in use."""
    for use in config.uses:
        if use.key_variable is None or use.key.places or use.block is None or not use.is_on or use.state == "disabled":
            continue
        part = config.format_path(use.block)
        yield use.key_variable, Place(part, locate(config.tree, use.block), None, part, is_on=True, by_orbit=True)


def _part(path: KeyPath) -> KeyPath:
    """What a key belongs to: an adapter, or the mapping that holds it, as far as two keys below the root."""
    return path[:2] if len(path) > 2 else path[:1]


def _default(name: str, path: KeyPath, default: str) -> str:
    """A default as it may be shown: of a secret it is one."""
    is_secret = is_secret_name(name) or is_secret_name(path[-1])
    return MASK if is_secret and default else without_credentials(default)


def render(found: Inventory, format_name: str, *, color: bool = False) -> str:
    """The variables in one of `FORMATS`, with a line break at the end."""
    rendered: str = import_module(f"orbitcfg.commands.env.{format_name}").render(found, color=color)
    return rendered
