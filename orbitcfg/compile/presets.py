"""Replaces the provider blocks `ollama` and `llama_cpp` by the preset that they name."""

from collections.abc import Hashable

from orbitcfg.catalog.sections import preset_sections
from orbitcfg.document.events import Event, PresetApplied, PresetMissing
from orbitcfg.document.source import Span
from orbitcfg.document.tree import AnyEntry, Entry, FromPreset, Mapping, Node, Origin, Scalar, Sequence, at, child, with_step

PRESET_KEY = "use_preset"
"""The key of a provider block that names a preset; ORBIT looks for it in the blocks of providers that have presets alone."""


def apply_presets(tree: Mapping) -> tuple[Mapping, list[Event]]:
    """The tree with presets put in place of the blocks that name them."""
    events: list[Event] = []
    # ORBIT knows presets for these providers alone (loader §10.1)
    for provider, section in preset_sections().items():
        block = at(tree, ("inference", provider))
        name = child(block, PRESET_KEY)
        # an empty name is ignored (loader §10.3)
        if not isinstance(block, Mapping) or name is None or (isinstance(name, Scalar) and not name.value):
            continue
        preset = _preset(tree, section, name)
        path = ("inference", provider)
        if not isinstance(name, Scalar) or not isinstance(preset, Mapping):
            # an ordered map is a scalar here, and no name
            events.append(PresetMissing(path, section, name.value if isinstance(name, Scalar) and isinstance(name.value, Hashable) else None))
            continue
        made = _preset_block(block, preset, str(name.value), block.entries[PRESET_KEY].key_span)
        dropped = tuple(key for key in block.entries if key not in ("enabled", PRESET_KEY))
        events.append(PresetApplied(path, str(name.value), block, dropped))
        tree = _with_block(tree, provider, made)
    return tree, events


def _preset(tree: Mapping, section: str, name: Node) -> Node | None:
    """The preset of that name; the name's type counts."""
    presets = child(tree, section)
    # a `!!set` cannot be looked up; and 7 does not find `'7'` (loader §10.3)
    if not isinstance(name, Scalar) or not isinstance(presets, Mapping) or not isinstance(name.value, Hashable):
        return None
    return child(presets, name.value)


def _preset_block(block: Mapping, preset: Mapping, name: str, named_at: Span) -> Mapping:
    """The preset as provider block: `enabled` is the block's own or true, never the preset's."""
    step = FromPreset(name, named_at)
    # presets do not chain: a preset's own `use_preset` is dropped (loader §10.2)
    entries: dict[Hashable, AnyEntry] = {
        key: Entry(entry.key_span, _from_preset(entry.node, step)) for key, entry in preset.entries.items() if key != PRESET_KEY
    }
    entries["enabled"] = block.entries.get("enabled") or Entry(named_at, Scalar(True, Origin(named_at, (step,))))
    return Mapping(entries, Origin(block.span, (*block.steps, step)))


def _from_preset(node: Node, step: FromPreset) -> Node:
    """A preset's value, which remembers in all its parts who brought it."""
    match node:
        case Mapping(entries=entries, origin=origin):
            return Mapping({key: Entry(each.key_span, _from_preset(each.node, step)) for key, each in entries.items()}, origin.then(step))
        case Sequence(items=items, origin=origin):
            return Sequence(tuple(_from_preset(item, step) for item in items), origin.then(step))
    return with_step(node, step)


def _with_block(tree: Mapping, provider: str, block: Mapping) -> Mapping:
    inference = tree.entries["inference"]
    assert isinstance(inference.node, Mapping)
    entries = {**inference.node.entries, provider: Entry(inference.node.entries[provider].key_span, block)}
    section = Mapping(entries, inference.node.origin)
    return Mapping({**tree.entries, "inference": Entry(inference.key_span, section)}, tree.origin)
