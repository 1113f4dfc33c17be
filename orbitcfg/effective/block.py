"""A provider's block as its service object reads it: what an adapter overrides is written into it."""

import re
from collections.abc import Hashable, Mapping

from orbitcfg.cached import cached_property
from orbitcfg.catalog.rows import UNKNOWN, Catalog, Row
from orbitcfg.catalog.specs import MODE_API, ParameterSpec
from orbitcfg.compile import presets
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath, Node, Unknown, at, plain
from orbitcfg.document.tree import Mapping as MappingNode

SECTION = presets.SECTION
"""Where the blocks of providers stand."""

PLURAL = "inferences"
"""A section that ORBIT looks at before `inference`, whatever it is."""

_WHEN_EMPTY = frozenset({"missing", "empty"})
"""The cases in which a key that is left empty keeps a provider from being made."""

MODE_WRONG = "wrong"
"""The mode of a block whose mode ORBIT does not know: it sets up its client as for `api`, and no request is answered."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and the key path where it is written."""

    value: object
    path: KeyPath

    @property
    def is_unknown(self) -> bool:
        """Whether it depends on a variable that is not set here."""
        return isinstance(self.value, Unknown)


Settings = Mapping[str, Setting]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What a consumer asks of a provider: a model of its own (None: the block's) and parameters of its own, in order of name."""

    provider: str
    model: Setting | None = None
    parameters: tuple[tuple[str, Setting], ...] = ()

    @property
    def identity(self) -> Hashable:
        """What ORBIT distinguishes two of them by."""
        model = None if self.model is None else repr(self.model.value)
        return self.provider, model, tuple((name, repr(setting.value)) for name, setting in self.parameters)

    @property
    def paths(self) -> Hashable:
        """Where what it asks is written."""
        return self.model and self.model.path, tuple(setting.path for _, setting in self.parameters)

    def without(self, name: str) -> "ModelRequest":
        """The same without one parameter."""
        return ModelRequest(self.provider, self.model, tuple(each for each in self.parameters if each[0] != name))


@dataclass(frozen=True)
class BlockKeys:
    """The keys that a provider's block may hold, as the catalogue describes them: `row` is that of the block, `rows` are theirs."""

    row: Row
    rows: Mapping[str, Row]

    @cached_property
    def stand_ins(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Those that stand in for another, by that one, each with when."""
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        for name, spec in self._parameters:
            if spec.stands_in_for is not None:
                found[spec.stands_in_for] = (*found.get(spec.stands_in_for, ()), (name, spec.stands_in_when))
        return found

    @cached_property
    def sent(self) -> tuple[tuple[str, ParameterSpec, str], ...]:
        """Those that may go into an ordinary request, each with its usual name there."""
        return tuple(
            (name, spec, spec.sent_as)
            for name, spec in self._parameters
            if spec.sent_as is not None
            and spec.sent_as != "model"
            and spec.sent_in is None
            and spec.stands_in_for is None
            and not self.rows[name].effect
        )

    @cached_property
    def _parameters(self) -> tuple[tuple[str, ParameterSpec], ...]:
        return tuple((name, row.spec.parameter) for name, row in self.rows.items() if row.spec.parameter is not None)

    @cached_property
    def strict(self) -> tuple[tuple[str, Row], ...]:
        """Those of which a value may keep the provider from being made, or its requests from being answered."""
        return tuple((name, row) for name, row in self.rows.items() if row.spec.stops_build or "request-fails" in _effects(row))

    @cached_property
    def needed(self) -> frozenset[str]:
        """Those without whose values the provider cannot be made."""
        return frozenset(name for name, row in self.strict if not _WHEN_EMPTY.isdisjoint(row.spec.stops_build))

    @cached_property
    def for_setup(self) -> tuple[str, ...]:
        """Those that its client is set up with."""
        provider = self.row.provider
        defaults = (self.rows[key].schema.get("default") for key in provider.url.keys if key in self.rows)
        parts = (name for default in defaults if isinstance(default, str) for name in names_in(default))
        others = provider.api_key.key, provider.modes and provider.modes.key
        return tuple(dict.fromkeys((*provider.url.keys, *parts, *(name for name in others if name))))


def _effects(row: Row) -> tuple[str, ...]:
    """What follows of values of a key that do not fit."""
    return tuple(reaction.effect for reaction in (row.spec.null, row.spec.wrong) if reaction is not None)


def names_in(template: str) -> list[str]:
    """The keys of a block that stand between braces in a text."""
    return re.findall(r"\{(\w+)\}", template)


@dataclass(frozen=True, slots=True)
class Block:
    """A provider's settings, and the keys that it may hold.

    `path` is where the block stands. `readable` is false where the section before it is no mapping, so that nothing can be read.
    """

    path: KeyPath
    settings: Settings
    keys: BlockKeys
    readable: bool = True

    @property
    def row(self) -> Row:
        """The catalogue's row of the block."""
        return self.keys.row

    @property
    def rows(self) -> Mapping[str, Row]:
        """The catalogue's row of each key in it."""
        return self.keys.rows

    @property
    def mode(self) -> str | None:
        """The mode that it works in; None where the provider has but one."""
        modes = self.row.provider.modes
        if modes is None:
            return None
        setting = self.settings.get(modes.key)
        if setting is None:
            return modes.default
        if setting.value in modes.values:
            return str(setting.value)
        wrong = self.rows[modes.key].spec.wrong
        is_wrong = wrong is not None and wrong.effect == "request-fails"
        return MODE_WRONG if is_wrong and not setting.is_unknown else MODE_API

    @property
    def wire_mode(self) -> str | None:
        """The mode that decides which keys count: the client is set up for `api` in every mode but `direct`."""
        return MODE_API if self.mode == MODE_WRONG else self.mode

    def counts(self, key: str) -> bool:
        """Whether a key matters in the block's mode."""
        modes = self.rows[key].spec.modes
        return modes is None or self.wire_mode in modes

    def default(self, key: str) -> object:
        """The default of a key, None where it has none."""
        row = self.rows.get(key)
        return None if row is None else row.schema.get("default")

    def has_default(self, key: str) -> bool:
        """Whether the catalogue knows a default."""
        return key in self.rows and "default" in self.rows[key].schema


def settings_at(tree: MappingNode, path: KeyPath) -> dict[str, Setting]:
    """What the mapping at a path holds; nothing where there is none."""
    return settings_of(at(tree, path), path)


def settings_of(node: Node | None, path: KeyPath) -> dict[str, Setting]:
    """What a node holds that stands at a path; nothing where it is no mapping."""
    if not isinstance(node, MappingNode):
        return {}
    return {key: Setting(plain(entry.node), (*path, key)) for key, entry in node.entries.items() if isinstance(key, str)}


def plain_block(tree: MappingNode, catalog: Catalog, path: KeyPath) -> Block:
    """The block at a path, as it is written."""
    row = catalog.at(tree, path) or UNKNOWN
    node = at(tree, path)
    rows = catalog.keys(row, node)
    settings = settings_at(tree, path)
    for name in row.provider.url.keys:
        if name.startswith("/"):
            _borrow(tree, catalog, name, settings, rows)
    return Block(path, settings, BlockKeys(row, rows))


def _borrow(tree: MappingNode, catalog: Catalog, name: str, settings: dict[str, Setting], rows: dict[str, Row]) -> None:
    """Adds a key that a provider reads elsewhere, `/section.block.key`, under its whole name."""
    elsewhere = tuple(name[1:].split("."))
    row = catalog.at(tree, elsewhere)
    if row is not None:
        rows[name] = row
    found = settings_at(tree, elsewhere[:-1]).get(elsewhere[-1])
    if found is not None:
        settings[name] = found


def requested_block(tree: MappingNode, written: Block, request: ModelRequest) -> Block:
    """The block of an inference provider as the object made for this request reads it; `written` is the block as it is written.

    The first that is not empty counts: `inferences.X`, `inference.X` (into which overrides are written), `X` at the root.
    """
    own = _overridden(tree, written, request)
    others = [settings_at(tree, (PLURAL, request.provider)), settings_at(tree, (request.provider,))]
    # an empty block counts as absent, a stray plural section as the real one (resolution §3)
    chosen = dict(others[0] or own or others[1])
    # local ollama reads its connection from `inference.ollama` alone (resolution §3)
    for key in written.row.provider.own_section:
        chosen.pop(key, None)
        if key in own:
            chosen[key] = own[key]
    plural = at(tree, (PLURAL,))
    # a null there is an AttributeError in every provider (resolution A25)
    return replace(written, settings=chosen, readable=plural is None or isinstance(plural, MappingNode))


def _overridden(tree: MappingNode, block: Block, request: ModelRequest) -> dict[str, Setting]:
    """The block's settings with those of a request, which a provider may read under a name of its own."""
    provider = block.row.provider
    settings = {**block.settings, **_model(tree, block, request.model)}
    native = {"max_tokens": provider.output_key, "context_window": provider.context_key}
    for name, setting in request.parameters:
        settings[name] = setting
        # a provider may read its native key alone, so ORBIT writes the value there as well (resolution §5.3)
        own = native.get(name)
        if own:
            settings[own] = setting
    return settings


def _model(tree: MappingNode, block: Block, model: Setting | None) -> dict[str, Setting]:
    """What the model of a request sets: a whole preset, where the provider has presets and one is called so."""
    if model is None:
        return {}
    # only ollama: to llama_cpp the name of a preset is that of a model (resolution §5.4)
    section = block.row.provider.presets
    preset = settings_at(tree, (section, model.value)) if section and isinstance(model.value, Hashable) else {}
    if not preset:
        return {"model": model}
    # keys that the preset lacks keep the block's values, and `enabled` is always the block's (resolution §5.3)
    return {name: setting for name, setting in preset.items() if name not in ("enabled", "use_preset")}
