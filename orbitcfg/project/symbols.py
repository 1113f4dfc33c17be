"""Names of a configuration: where each is defined, and where it is used."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from orbitcfg.catalog.sections import ADAPTERS, preset_sections
from orbitcfg.compile.presets import PRESET_KEY
from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import PlaceholderUsed, PresetApplied
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, at, child, key_span
from orbitcfg.effective.references import Reference
from orbitcfg.project.config import Config
from orbitcfg.project.places import place_at
from orbitcfg.project.variables import variable_uses


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that something else may use: the path of the key, or of the list's item's key, that defines it; None of a variable."""

    name: str
    path: KeyPath | None

    @property
    def is_variable(self) -> bool:
        """Whether it is the name of a variable."""
        return self.path is None

    @property
    def is_listed(self) -> bool:
        """Whether it names an item of a list, so that its definition is a value."""
        return self.path is not None and len(self.path) > 2 and isinstance(self.path[1], int)


@dataclass(frozen=True, slots=True)
class SymbolUse:
    """A place that uses a symbol: the key path of what stands there. `by_orbit`: nothing names a variable there, ORBIT looks it up for the block by itself."""

    path: KeyPath
    span: Span
    by_orbit: bool = False


def symbol_at(config: Config, source: Source, offset: int) -> Symbol | None:
    """The name that is defined or used at an offset; None where none is."""
    placeholder = _placeholder_at(config, source, offset)
    if placeholder is not None:
        return Symbol(placeholder.substitution.name, None)
    place = place_at(config, source, offset)
    if place is None:
        return None
    used = config.once(_uses_by_path).get(place.path) if not place.is_key else None
    if used is not None:
        return used[0]
    defined = config.once(_definitions)
    node = at(config.tree, place.path)
    # of a list's item the name is meant, key or value; of a mapping's its key
    if place.path in defined and (place.is_key or isinstance(node, Scalar)):
        return Symbol(defined[place.path], place.path)
    return None


def prepare_symbols(config: Config) -> None:
    """Works out now what is asked of names and places later."""
    for work in (_placeholders, _uses_by_path, _definitions, variable_uses):
        config.once(work)


def definition_of(config: Config, symbol: Symbol) -> Span | None:
    """Where a name is defined; None where that stands in no file."""
    if symbol.path is None:
        return variable_line(config, symbol.name)
    node = at(config.tree, symbol.path)
    if symbol.is_listed:
        return node.span if node is not None else None
    return key_span(config.tree, symbol.path)


def usages_of(config: Config, symbol: Symbol) -> tuple[SymbolUse, ...]:
    """Every place that uses a name, in the order of the configuration."""
    if symbol.path is None:
        events = (each for each in config.events_of(PlaceholderUsed) if each.substitution.name == symbol.name)
        looked_up = (each for each in variable_uses(config) if each.by_orbit and each.name == symbol.name)
        return (*(SymbolUse(each.path, each.span) for each in events), *(SymbolUse(each.path, each.span, by_orbit=True) for each in looked_up))
    return tuple(SymbolUse(path, span) for path, (used, span) in config.once(_uses_by_path).items() if used == symbol)


def users_of(config: Config, symbol: Symbol) -> tuple[str, ...]:
    """The adapters that use a name, and the keys outside of adapters that do, as they may be shown."""
    usages = usages_of(config, symbol)
    adapters = ((config.adapter_at(each.path), each.path) for each in usages)
    return tuple(dict.fromkeys(adapter.shown if adapter is not None else config.format_path(path) for adapter, path in adapters))


def variable_line(config: Config, name: str) -> Span | None:
    """The line of an env file that sets a variable; None where none does."""
    found = config.environment[name]
    return None if found is None else found.place


def symbols(config: Config) -> Iterator[Symbol]:
    """Every name that is defined."""
    return (Symbol(name, path) for path, name in config.once(_definitions).items())


def target_of(config: Config, reference: Reference) -> Symbol | None:
    """What a reference leads to; None where it leads nowhere."""
    path = config.targets.of(reference).path
    if path is None:
        return None
    return Symbol(reference.name, (*path, *reference.spec.key) if reference.spec.key is not None else path)


def _uses_by_path(config: Config) -> dict[KeyPath, tuple[Symbol, Span]]:
    """What each value names that names something, and where it stands."""
    named = [(each.path, symbol, at(config.tree, each.path)) for each in config.references if (symbol := target_of(config, each)) is not None]
    for event in config.events_of(PresetApplied):
        # the preset has taken the place of the block, and of the key with it
        symbol = Symbol(event.preset, (preset_sections()[str(event.block[1])], event.preset))
        named.append(((*event.block, PRESET_KEY), symbol, child(event.replaced, PRESET_KEY)))
    named += _presets_named_as_models(config)
    return {path: (symbol, node.span) for path, symbol, node in named if node is not None}


def _presets_named_as_models(config: Config) -> Iterator[tuple[KeyPath, Symbol, Node | None]]:
    """Adapters may name a preset of their provider as their model."""
    for adapter in config.adapters:
        section = preset_sections().get(adapter.text("inference_provider") or "")
        model = adapter.text("model")
        if section is not None and model is not None and at(config.tree, (section, model)) is not None:
            yield (*adapter.path, "model"), Symbol(model, (section, model)), child(adapter.node, "model")


def _definitions(config: Config) -> dict[KeyPath, str]:
    """The paths of what may be named: entries of the sections that references lead to, presets, and names of adapters."""
    found = {symbol.path: symbol.name for symbol, _ in config.once(_uses_by_path).values() if symbol.path is not None}
    for section in dict.fromkeys((*config.catalog.sections, *preset_sections().values())):
        node = at(config.tree, (section,))
        if isinstance(node, Mapping) and _holds_blocks(config, section):
            found |= {(section, key): key for key in node.entries if isinstance(key, str)}
    found |= {(*adapter.path, "name"): adapter.name for adapter in config.adapters if adapter.name}
    return found


def _holds_blocks(config: Config, section: str) -> bool:
    spec = config.catalog.sections.get(section)
    return section in preset_sections().values() or (section != ADAPTERS and spec is not None and spec.holds is not None)


def _placeholder_at(config: Config, source: Source, offset: int) -> PlaceholderUsed | None:
    starts, events = config.once(_placeholders).get(source, ([], []))
    index = bisect_right(starts, offset) - 1
    return events[index] if index >= 0 and offset <= events[index].span.end else None


def _placeholders(config: Config) -> dict[Source, tuple[list[int], list[PlaceholderUsed]]]:
    by_source: dict[Source, list[PlaceholderUsed]] = {}
    for event in config.events_of(PlaceholderUsed):
        by_source.setdefault(event.span.source, []).append(event)
    for events in by_source.values():
        events.sort(key=lambda each: each.span.start)
    return {source: ([each.span.start for each in events], events) for source, events in by_source.items()}


NAME = re.compile(r"[A-Za-z_][\w.-]*")
"""What orbitcfg takes for a name when it renames something."""

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""The name of a variable that a shell can set."""
