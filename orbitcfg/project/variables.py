"""Which variables a configuration needs: where each is used, and who goes without where it is not set."""

from collections.abc import Iterator

from orbitcfg.catalog.specs import ApiKeySpec
from orbitcfg.compile.interpolate import SECRETS_SECTION, is_unknown, secrets_backend
from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Interpolated, KeyPath, at
from orbitcfg.effective.needed import Demand
from orbitcfg.effective.starting import ends_start_when_empty
from orbitcfg.project.config import Config


@dataclass(frozen=True, slots=True)
class VariableUse:
    """One use of a variable: by a placeholder, or by ORBIT, which looks API keys up by itself."""

    name: str
    path: KeyPath
    """The key that holds the placeholder; the provider's block where ORBIT looks the variable up."""
    span: Span
    default: str | None
    """The text behind `:-`; None where there is none."""
    demand: Demand
    """Who needs what stands at the path."""
    is_needed: bool
    """Whether they go without something where the variable is not set."""
    by_orbit: bool = False


def variable_uses(config: Config) -> tuple[VariableUse, ...]:
    """Every use of a variable that has a name as shells take it: the placeholders in their order, then what ORBIT looks up."""
    return config.once(_variable_uses)


def needed_and_unset(config: Config) -> dict[str, list[VariableUse]]:
    """The variables that are not set here and that somebody needs, each with the uses that need it."""
    found: dict[str, list[VariableUse]] = {}
    for use in variable_uses(config):
        if use.is_needed and config.environment[use.name] is None:
            found.setdefault(use.name, []).append(use)
    return found


def unset_variables(config: Config) -> tuple[str, ...]:
    """The variables that are not set here and that a placeholder without default names, in order."""
    return tuple(dict.fromkeys(event.substitution.name for event in _placeholders(config) if event.substitution.source is None))


def unset_and_ending_start(config: Config) -> tuple[str, ...]:
    """The variables that are not set here, so that what holds them is not known, and without which ORBIT does not start; names that no shell can set too."""
    return config.once(_unset_and_ending_start)


def _unset_and_ending_start(config: Config) -> tuple[str, ...]:
    paths = dict.fromkeys(event.path for event in config.events_of(PlaceholderUsed))
    ending = {path for path in paths if is_unknown(config.tree, path) and ends_start_when_empty(config.demand, config.uses, path)}
    return tuple(dict.fromkeys(event.substitution.label for event in config.events_of(PlaceholderUsed) if event.path in ending))


def _variable_uses(config: Config) -> tuple[VariableUse, ...]:
    return (*_by_placeholders(config), *_by_orbit(config))


def _placeholders(config: Config) -> Iterator[PlaceholderUsed]:
    # `${a b}` is a name to ORBIT (loader §7.1), and none that a shell can set
    return (event for event in config.events_of(PlaceholderUsed) if event.substitution.name.isascii() and event.substitution.name.isidentifier())


def _by_placeholders(config: Config) -> Iterator[VariableUse]:
    asks_backend = secrets_backend(config.tree) is not None
    # one text may hold any number of placeholders
    demands = {path: config.demand.of(path) for path in dict.fromkeys(event.path for event in _placeholders(config))}
    for event in _placeholders(config):
        demand = demands[event.path]
        # a backend may hold any variable but those of its own settings (loader §8.3)
        is_needed = demand.is_demanded and event.default is None and (not asks_backend or event.path[0] == SECRETS_SECTION)
        is_needed = is_needed and _is_read(config, event.path, demand) and not (_is_whole(config, event) and _may_be_empty(config, event.path))
        yield VariableUse(event.substitution.name, event.path, event.span, event.default, demand, is_needed)


def _by_orbit(config: Config) -> Iterator[VariableUse]:
    """The API keys that ORBIT's providers look up by themselves, for uses that are on, each block once."""
    asks_backend = secrets_backend(config.tree) is not None
    written = {(event.substitution.name, event.path) for event in _placeholders(config)}
    for name, block, key in dict.fromkeys(_lookups(config)):
        if (name, (*block, key)) not in written:
            row = config.catalog.at(config.tree, block)
            demand = config.demand.of((*block, key))
            is_needed = demand.is_demanded and not asks_backend and row is not None and row.provider.api_key.required
            yield VariableUse(name, block, config.locate(block), None, demand, is_needed, by_orbit=True)


def _lookups(config: Config) -> Iterator[tuple[str, KeyPath, str]]:
    """The variables that give API keys, or would, each with the block and its key."""
    for use in config.uses:
        row = config.catalog.at(config.tree, use.block) if use.block is not None else None
        key = row.provider.api_key if row is not None else ApiKeySpec()
        if use.block is not None and use.key_variable in key.env and use.is_on and use.state != "disabled":
            yield use.key_variable, use.block, key.key or "api_key"


def _is_read(config: Config, path: KeyPath, demand: Demand) -> bool:
    """Whether ORBIT does anything with what stands at a path."""
    row = config.catalog.at(config.tree, path)
    return "check" in demand.kinds or (row is not None and row.effect is None)


def _is_whole(config: Config, event: PlaceholderUsed) -> bool:
    """Whether the placeholder is all that is written, so that nothing is left of the value without the variable."""
    node = at(config.tree, event.path)
    written = "${" + event.substitution.name + "}"
    return node is not None and any(isinstance(step, Interpolated) and step.template.strip() == written for step in node.steps)


def _may_be_empty(config: Config, path: KeyPath) -> bool:
    """Whether an empty value works as well: as the API key of a provider that needs none, or that has it from a variable of its own."""
    row, block = config.catalog.at(config.tree, path), config.catalog.at(config.tree, path[:-1])
    if row is None or block is None or block.provider.protocol is None or path[-1] != block.provider.api_key.key:
        return False
    key = block.provider.api_key
    return "empty" not in row.spec.stops_build and (not key.required or any(config.environment[name] is not None for name in key.env))
