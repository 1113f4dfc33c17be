"""What a configuration must say so that a provider answers, and the fixes that have it say so."""

from collections.abc import Iterator

from orbitcfg.catalog.sections import preset_sections
from orbitcfg.commands.use.block import new_block, usual_address
from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import PresetMissing
from orbitcfg.document.graph import Orphan
from orbitcfg.document.tree import FromPreset, Interpolated, KeyPath, Mapping, Node, Scalar, Unknown, at, child, value_at
from orbitcfg.edit.layout import value_text
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.registry import DEFAULT
from orbitcfg.effective.switches import SWITCH
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Edit, Fix, InsertedValue, Insertion
from orbitcfg.rules._fixes import how_to_import, import_fix, paths_set_by, replacement_edit


class CannotSwitch(Exception):
    """A change that cannot be made; the text says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Switching:
    """What is asked for: a provider with a model (None: whatever it has) for one adapter (None: as the default)."""

    provider: str
    model: str | None = None
    adapter: str | None = None

    @property
    def block(self) -> KeyPath:
        """The path of the provider's block."""
        return (SECTION, self.provider)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to stand at a key path."""

    path: KeyPath
    value: str | bool


def fixes_for(config: Config, asked: Switching) -> list[Fix]:
    """The fixes that bring a configuration to what is asked for; none where it says so already. Raises CannotSwitch where one cannot be written."""
    choice = [_fix(config, each) for each in _choice(config, asked)]
    if at(config.tree, asked.block) is None:
        return [_block_fix(config, asked), *choice]
    # what else the block must say shows once its preset is there
    presets = list(_preset_fixes(config, asked))
    return [*(presets or (_fix(config, each) for each in _in_block(config, asked))), *choice]


def adapter_called(config: Config, name: str) -> Adapter | None:
    """The adapter that a name means: the one that answers to it, else the first of that name."""
    return config.routed.get(name) or next((each for each in config.adapters if each.name == name), None)


def model_path(config: Config, provider: str) -> KeyPath | None:
    """Where the model of a provider's block stands, or would; None of a provider that has none."""
    found = next((each for each in config.providers if each.path == (SECTION, provider)), None)
    if found is None:
        return None
    spec = found.row.provider
    keys = spec.direct_model_keys if found.is_direct and spec.direct_model_keys else spec.model_keys
    written = next((key for key in keys if value_at(found.node, (key,)) not in (None, "")), None)
    return (*found.path, written or keys[0]) if keys else None


def _in_block(config: Config, asked: Switching) -> Iterator[_Wish]:
    """What a block that is there must say."""
    switch = (*asked.block, SWITCH)
    if not isinstance(at(config.tree, asked.block), Mapping):
        raise CannotSwitch(
            f"`{config.format_path(asked.block)}` is no mapping ({config.locate(asked.block).label}): take the key away, then the block is added"
        )
    if config.switches.at(switch) is not True:
        yield _Wish(switch, value=True)
    yield from _address(config, asked)
    path = model_path(config, asked.provider) if asked.adapter is None else None
    if path is not None and asked.model is not None and not _holds(config, path, asked.model):
        yield _Wish(path, asked.model)


def _address(config: Config, asked: Switching) -> Iterator[_Wish]:
    """The address of a block whose own is empty, which its client takes for another one than the block's host and port say."""
    found = next((each for each in config.providers if each.path == asked.block), None)
    spec = found.row.provider.url if found is not None else None
    if found is None or spec is None or spec.null is None or not found.is_api or not spec.keys:
        return
    written = child(found.node, spec.keys[0])
    usual = usual_address(config.catalog, found.row, found.node)
    if isinstance(written, Scalar) and written.value in (None, "") and not isinstance(written.value, Unknown) and usual is not None:
        yield _Wish((*asked.block, spec.keys[0]), usual)


def _choice(config: Config, asked: Switching) -> Iterator[_Wish]:
    """What whoever is to use the provider must say."""
    if asked.adapter is None:
        if not _holds(config, DEFAULT, asked.provider):
            yield _Wish(DEFAULT, asked.provider)
        return
    adapter = adapter_called(config, asked.adapter)
    assert adapter is not None, "its name was looked up"
    named, own = (*adapter.path, "inference_provider"), (*adapter.path, "model")
    if not _holds(config, named, asked.provider):
        yield _Wish(named, asked.provider)
    if asked.model is None or _holds(config, own, asked.model):
        return
    usual = model_path(config, asked.provider)
    # a block that is added holds the model itself
    has_it = at(config.tree, asked.block) is None or (usual is not None and _holds(config, usual, asked.model))
    if at(config.tree, own) is not None or not has_it:
        yield _Wish(own, asked.model)


def _holds(config: Config, path: KeyPath, value: str) -> bool:
    found = value_at(config.tree, path)
    return found == value and not isinstance(found, Unknown)


def _fix(config: Config, wish: _Wish) -> Fix:
    """The fix that fulfils a wish."""
    node = at(config.tree, wish.path)
    if node is None:
        return _insertion(config, wish.path, wish.value)
    _refuse_origin(config, wish, node)
    span = config.locate(wish.path, value=True)
    if span.text[:1] in ("&", "*", "!"):
        raise CannotSwitch(
            f"`{config.format_path(wish.path)}` has an anchor or a tag ({span.label}), so that others may share it: write `{value_text(wish.value)}` there"
        )
    if not isinstance(node, Scalar) or "\n" in span.text or "\r" in span.text:
        raise CannotSwitch(f"`{config.format_path(wish.path)}` is written over several lines ({span.label}): write `{value_text(wish.value)}` there")
    is_quoted = span.text[:1] in ('"', "'")
    kept = replacement_edit(span, node.value, wish.value) if is_quoted and isinstance(node.value, str) and isinstance(wish.value, str) else None
    # a key without a value ends with its colon
    return Fix((kept or Edit(span, value_text(wish.value) if span.text else f" {value_text(wish.value)}"),), safe=True, touches=(wish.path,))


def _refuse_origin(config: Config, wish: _Wish, node: Node) -> None:
    """Raises CannotSwitch for a value that is not written where it stands: a variable or a preset gave it."""
    place, key, wanted = config.locate(wish.path, value=True).label, config.format_path(wish.path), value_text(wish.value)
    for step in node.steps:
        match step:
            case Interpolated(substitutions=substitutions):
                names = ", ".join(f"`{each.label}`" for each in substitutions)
                raise CannotSwitch(
                    f"`{key}` is filled by the variable {names} ({place}): set that so that it gives `{wanted}`, or write `{wanted}` there"
                )
            case FromPreset(preset=preset, named_at=named_at):
                fitting = _presets_with(config, wish)
                other = f"`use_preset: {fitting[0]}`, which has it," if fitting else "another preset"
                raise CannotSwitch(
                    f"`{key}` is what the preset `{preset}` says ({place}), which others may use too: write {other} at {named_at.label}, "
                    f"or `{wanted}` in the preset"
                )


def _presets_with(config: Config, wish: _Wish) -> list[str]:
    """The presets of a provider that say what is wished for."""
    presets = at(config.tree, (preset_sections().get(str(wish.path[1]), ""),))
    names = presets.entries if isinstance(presets, Mapping) else ()
    return [str(name) for name in names if value_at(presets, (name, wish.path[-1])) == wish.value]


def _insertion(config: Config, path: KeyPath, value: InsertedValue) -> Fix:
    """The fix that adds a key, and around it whatever is missing on the way to it."""
    key, above = str(path[-1]), path[:-1]
    holder = at(config.tree, above) if above else config.graph.root.root
    if above and holder is None:
        return _insertion(config, above, ((key, value),))
    if not isinstance(holder, Mapping):
        raise CannotSwitch(f"`{config.format_path(above)}` is no mapping ({config.locate(above).label}): write `{{}}` as its value first")
    step = next((each for each in holder.steps if isinstance(each, FromPreset)), None)
    if step is not None:
        raise CannotSwitch(f"`{config.format_path(above)}` is the preset `{step.preset}` ({holder.span.label}): write `{key}` there")
    return Fix((Insertion(holder.span, key, value),), safe=True, touches=(path,))


def _block_fix(config: Config, asked: Switching) -> Fix:
    """The fix that brings the provider's block: the import of the file that has it, or the block itself."""
    holding = _orphan_with(config, asked.block)
    return _import(config, asked, holding) if holding else _insertion(config, asked.block, new_block(config.catalog, asked.provider, asked.model))


def _preset_fixes(config: Config, asked: Switching) -> Iterator[Fix]:
    """The fix that brings the preset of a block, where it stands in a file that nothing imports."""
    for event in config.events_of(PresetMissing):
        holding = _orphan_with(config, (event.section, event.preset)) if event.block == asked.block else None
        if holding is not None:
            yield _import(config, asked, holding)


def _orphan_with(config: Config, path: KeyPath) -> Orphan | None:
    """The first file that nothing imports and that defines a name."""
    return next((orphan for orphan in config.graph.orphans if at(orphan.document.root, path) is not None), None)


def _import(config: Config, asked: Switching, orphan: Orphan) -> Fix:
    """The fix that has a file imported; only of one that holds nothing but the provider's block or its presets."""
    name = orphan.document.source.name
    fix = import_fix(config, orphan, safe=True)
    presets = preset_sections().get(asked.provider)
    more = [path for path in paths_set_by(config, name) if path[:2] != asked.block and path[0] != presets]
    if fix is None or more:
        others = ", ".join(f"`{each}`" for each in dict.fromkeys(".".join(map(str, path[:2])) for path in more[:3]))
        also = f", and it would bring {others}{' and more' if len(more) > 3 else ''} too" if more else ""
        raise CannotSwitch(f"`{SECTION}.{asked.provider}` needs `{name}`, which nothing imports{also}: {how_to_import(config, orphan)} first")
    return fix
