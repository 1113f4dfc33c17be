"""Which model a provider asks for, and which parameters an ordinary request holds."""

from orbitcfg.catalog.specs import MODE_DIRECT, ParameterSpec
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.block import Block, Setting


@dataclass(frozen=True, slots=True)
class Sent:
    """Parameters by their dotted name on the wire, and the key paths of those that are written."""

    values: dict[str, object] = field(default_factory=dict)
    origins: dict[str, KeyPath] = field(default_factory=dict)

    def add(self, name: str, value: object, path: KeyPath | None) -> None:
        """Puts in a parameter."""
        self.values[name] = value
        if path is not None:
            self.origins[name] = path


def model_of(block: Block, preferred: str | None = None) -> tuple[object, KeyPath | None]:
    """The model that is asked for, None where there is none, and where it is written; under the `preferred` key where the block has it."""
    keys = (preferred,) if preferred in block.rows and preferred is not None else _model_keys(block)
    written = [block.settings[key] for key in keys if key in block.settings]
    chosen = next((each for each in written if each.value), written[0] if written else None)
    uses_default = chosen is None or (not chosen.value and any(block.rows[key].spec.has_default_when_empty for key in keys if key in block.rows))
    if not uses_default and chosen is not None:
        return chosen.value, chosen.path
    return next((block.default(key) for key in keys if block.has_default(key)), None), None


def _model_keys(block: Block) -> tuple[str, ...]:
    provider = block.row.provider
    return provider.direct_model_keys if provider.direct_model_keys and block.wire_mode == MODE_DIRECT else provider.model_keys


def sent_parameters(block: Block, model: object) -> Sent:
    """The parameters that go with each ordinary request for a model."""
    result = Sent()
    for key, spec, name in block.keys.sent:
        if block.counts(key) and _takes(spec, model):
            value, path, is_known = _value(block, key)
            if _is_worth_sending(value, spec.sent_when, is_known=is_known):
                result.add(_wire_name(block, spec, name, model), value, path)
    return result


def _takes(spec: ParameterSpec, model: object) -> bool:
    """Whether a parameter goes to a model: ORBIT goes by how its name begins (resolution A27)."""
    return (spec.only_models is None or _is_called(model, spec.only_models)) and not _is_called(model, spec.not_models)


def _is_called(model: object, prefixes: tuple[str, ...]) -> bool:
    return isinstance(model, str) and model.startswith(prefixes)


def _value(block: Block, key: str) -> tuple[object, KeyPath | None, bool]:
    """The value of a key, or of the one that stands in for it, where it is written, and whether it is known at all."""
    places = _stand_ins(block, key)
    for name, when in places:
        setting = block.settings.get(name)
        if setting is not None and (setting.value or when == "absent"):
            return setting.value, setting.path, True
    default = next((name for name, _ in places if block.has_default(name)), None)
    return (None, None, False) if default is None else (block.default(default), None, True)


def _stand_ins(block: Block, key: str) -> list[tuple[str, str]]:
    """The keys to look at, and whether each must be set or only be there."""
    others = [each for each in block.keys.stand_ins.get(key, ()) if block.counts(each[0])]
    return [(key, others[0][1] if others else "absent"), *others]


def _is_worth_sending(value: object, when: str, *, is_known: bool) -> bool:
    match when:
        case "set":
            return bool(value)
        case "not-null":
            return value is not None
    return is_known


def _wire_name(block: Block, spec: ParameterSpec, usual: str, model: object) -> str:
    for key in spec.name_keys:
        named = block.settings.get(key, Setting(None, ())).value
        if named:
            return str(named)
    renamed = spec.renamed_for
    return renamed.sent_as if renamed and _is_called(model, renamed.models) else usual
