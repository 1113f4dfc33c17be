"""Replaces the provider blocks `ollama` and `llama_cpp` by the preset that they name."""

from collections.abc import Hashable
from functools import partial

from orbitcfg.catalog.sections import preset_sections
from orbitcfg.document.events import Event, PresetApplied, PresetMissing
from orbitcfg.document.memo import NOTHING_KEPT, Memo
from orbitcfg.document.source import Span
from orbitcfg.document.tree import AnyEntry, Entry, FromPreset, Mapping, Node, Origin, Scalar, Sequence, child, with_step

SECTION = "inference"
"""Where the blocks of providers stand."""

PRESET_KEY = "use_preset"
"""The key of a provider block that names a preset; ORBIT looks for it in the blocks of providers that have presets alone."""


def apply_presets(tree: Mapping, memo: Memo = NOTHING_KEPT) -> tuple[Mapping, list[Event]]:
    """The tree with presets put in place of the blocks that name them; the same again while `memo` holds what was made of the same sections."""
    events: list[Event] = []
    # ORBIT knows presets for these providers alone (loader §10.1)
    for provider, name in preset_sections().items():
        section, presets = child(tree, SECTION), child(tree, name)
        if not isinstance(section, Mapping):
            continue
        made, happened = memo.kept((_applied, provider), (section, presets), partial(_applied, section, presets, provider, name))
        events += happened
        if made is not section:
            tree = Mapping({**tree.entries, SECTION: Entry(tree.entries[SECTION].key_span, made)}, tree.origin)
    return tree, events


def _applied(section: Mapping, presets: Node | None, provider: str, named: str) -> tuple[Mapping, list[Event]]:
    """The section of providers with one's block replaced by the preset that it names."""
    block = child(section, provider)
    name = child(block, PRESET_KEY)
    # an empty name is ignored (loader §10.3)
    if not isinstance(block, Mapping) or name is None or (isinstance(name, Scalar) and not name.value):
        return section, []
    preset = _preset(presets, name)
    path = (SECTION, provider)
    if not isinstance(name, Scalar) or not isinstance(preset, Mapping):
        # an ordered map is a scalar here, and no name
        return section, [PresetMissing(path, named, name.value if isinstance(name, Scalar) and isinstance(name.value, Hashable) else None)]
    made = _preset_block(block, preset, str(name.value), block.entries[PRESET_KEY].key_span)
    dropped = tuple(key for key in block.entries if key not in ("enabled", PRESET_KEY))
    entries = {**section.entries, provider: Entry(section.entries[provider].key_span, made)}
    return Mapping(entries, section.origin), [PresetApplied(path, str(name.value), block, dropped)]


def _preset(presets: Node | None, name: Node) -> Node | None:
    """The preset of that name; the name's type counts."""
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
