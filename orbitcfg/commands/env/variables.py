"""Finds the variables of a configuration."""

import re
from collections.abc import Iterator

from orbitcfg.commands.env.result import Place, Variable, VariableInventory
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.tree import KeyPath, locate
from orbitcfg.masking.names import MASK, is_secret_name
from orbitcfg.masking.url import without_credentials
from orbitcfg.project.config import Config

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def inventory(config: Config, unread: tuple[str, ...] = ()) -> VariableInventory:
    """The variables of a configuration."""
    uses: dict[str, list[Place]] = {}
    for name, place in (*_placeholders(config), *_lookups(config)):
        uses.setdefault(name, []).append(place)
    variables = tuple(_variable(config, name, tuple(dict.fromkeys(places))) for name, places in uses.items())
    return VariableInventory(variables, config.environment.sources, config.declared_variables, unread)


def _variable(config: Config, name: str, places: tuple[Place, ...]) -> Variable:
    found = config.environment[name]
    return Variable(name, places) if found is None else Variable(name, places, found.source, found.place)


def _placeholders(config: Config) -> Iterator[tuple[str, Place]]:
    """The uses by a placeholder. What stands in an unset one is never looked at, so its name is as it is written."""
    for event in config.events_of(PlaceholderUsed):
        name = event.substitution.name
        # `${a b}` is a name to ORBIT (loader §7.1), and none that a shell can set
        if _NAME.fullmatch(name):
            default = None if event.default is None else _default(name, event.path, event.default)
            part = config.format_path(_part(event.path))
            yield name, Place(config.format_path(event.path), event.span, default, part, config.demand.of(event.path).is_demanded)


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
