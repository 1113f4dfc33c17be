"""What ORBIT will use otherwise than before: the effective rows of two configurations, read without any environment."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Literal, TypeAlias

from orbitcfg.commands.diff.keys import ValueChange
from orbitcfg.commands.diff.value import Value, identity, places, template_of
from orbitcfg.dataclass import dataclass
from orbitcfg.document.masked import as_json, masked_node
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Scalar, Unknown, locate
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.provenance import Sourced, preset_of
from orbitcfg.effective.use import Use
from orbitcfg.masking import values
from orbitcfg.masking.names import MASK
from orbitcfg.project.config import Config

Kind: TypeAlias = Literal["new", "gone", "on", "off", "changed"]

KEY_IN_FILE = "a key that is written in the file"
"""Stands for a key that a file holds itself."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One adapter's use of one service, on both sides."""

    adapter: AdapterKey | None
    """None for the default."""
    service: str
    """The service that it uses."""
    kind: Kind
    """new or gone where only one side has the row, on or off where both have it and one does not use it."""
    was: Use | None
    """The use on the older side; None where it has none."""
    now: Use | None
    """The use on the newer side; None where it has none."""
    fields: tuple[ValueChange, ...]
    """Those that differ."""
    place: Span | None = None
    """What decides it on the newer side, for what is gone on the older."""
    was_place: Span | None = None
    """What decided before; None where one place says it all."""

    def paths(self, use: Use | None) -> tuple[KeyPath, ...]:
        """The paths whose appearance, disappearance or switching the change itself tells of."""
        if use is None or use.path is None or self.kind == "changed":
            return ()
        return (use.path, (*use.path, "enabled"))

    def field(self, name: str) -> ValueChange | None:
        """The change of one field; None where it is the same."""
        return next((change for change in self.fields if change.key == name), None)


def row_changes(was: Config, now: Config) -> Iterator[RowChange]:
    """The rows that differ, in the order of the newer side, what is gone behind. Rows that neither side uses are left out."""
    old, new = _in_use(was), _in_use(now)
    # from the last to the first: of several rows of one adapter and service the first counts
    old_rows, new_rows = ({(use.adapter, use.service): use for use in reversed(config.uses)} for config in (was, now))
    for key, use in new.items():
        before = old.get(key)
        fields = tuple(_fields(_facts(was, before), _facts(now, use)))
        if before is None:
            place = locate(now.tree, _switch(use)) if key in old_rows else _start(now, use)
            yield RowChange(*key, "on" if key in old_rows else "new", old_rows.get(key), use, fields, place)
        elif fields:
            yield RowChange(*key, "changed", before, use, fields, *_deciding(fields))
    for key, use in old.items():
        if key in new:
            continue
        fields = tuple(_fields(_facts(was, use), {}))
        after = new_rows.get(key)
        place = _start(was, use) if after is None else locate(now.tree, _switch(after))
        yield RowChange(*key, "gone" if after is None else "off", use, after, fields, place)


def _deciding(fields: tuple[ValueChange, ...]) -> tuple[Span | None, Span | None]:
    """The places, on the newer side and on the older, of what matters most in a row."""
    first = min(fields, key=lambda change: {"model": 0, "provider": 1}.get(change.key, 2))
    return first.places[1], first.places[0]


def _start(config: Config, use: Use) -> Span | None:
    """Where a row begins: its adapter, of a default its provider."""
    path = use.path or use.provider.path
    return None if path is None else locate(config.tree, path)


def _switch(use: Use) -> KeyPath:
    """The switch that a row depends on."""
    holder = use.path if use.path is not None else (use.provider.path or ())[:-1]
    return (*holder, "enabled")


def _in_use(config: Config) -> dict[tuple[AdapterKey | None, str], Use]:
    """The rows that are on, by adapter and service."""
    found: dict[tuple[AdapterKey | None, str], Use] = {}
    for use in config.uses:
        if use.is_on:
            found.setdefault((use.adapter, use.service), use)
    return found


@dataclass(frozen=True, slots=True)
class _Fact:
    value: Value
    path: KeyPath | None = None


def _fields(was: Mapping[str, _Fact], now: Mapping[str, _Fact]) -> Iterator[ValueChange]:
    for name in (*now, *(name for name in was if name not in now)):
        before, after = was.get(name), now.get(name)
        if before is None or after is None or before.value.identity != after.value.identity:
            yield _change(name, before, after)


def _change(name: str, was: _Fact | None, now: _Fact | None) -> ValueChange:
    return ValueChange(
        name,
        None if was is None else was.value,
        None if now is None else now.value,
        None if was is None else was.path,
        None if now is None else now.path,
    )


def _facts(config: Config, use: Use | None) -> dict[str, _Fact]:
    """The fields of a row that have a value."""
    if use is None:
        return {}
    facts = {
        "provider": _fact("provider", use.provider),
        "model": _fact("model", use.model),
        "url": _fact("url", use.url),
        "key": _key(use),
        "state": _state(config, use),
        **{f"parameters.{name}": _fact(name, parameter) for name, parameter in use.parameters.items()},
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def model_of(use: Use) -> Value | None:
    """The model of a row, as it may be shown; None where it has none."""
    fact = _fact("model", use.model)
    return None if fact is None else fact.value


def _fact(name: str, field: Sourced[object]) -> _Fact | None:
    """A field: as it is used, with the placeholders that it was made of; None where it has no value."""
    decided, value = field.decided_at, field.value
    node = None if decided is None else decided.node
    if decided is None or node is None:
        return None if value is None else _Fact(Value(_masked(name, value), plain_identity(value)), None)
    key = decided.path[-1]
    template = template_of(node)
    if template is None or not isinstance(node, Scalar):
        return None if value is None else _Fact(Value(_masked(key, value), plain_identity(value), places(node), preset_of(node)), decided.path)
    text = _made_of(template, node.value, value)
    if text is None:
        return None
    return _Fact(Value(values.masked_text(key, text), ("placeholder", text), places(node), preset_of(node)), decided.path)


def _made_of(template: str, value: object, effective: object) -> str | None:
    """What is used, with the placeholders in place of what they gave; the template where it is not known here what they will give."""
    if effective is None or isinstance(value, Unknown):
        return template
    given = str(value).rstrip("/")
    return str(effective).replace(given, template.rstrip("/"), 1) if given else str(effective) or None


def _key(use: Use) -> _Fact | None:
    """Where the API key comes from; never the key."""
    decided = use.key.decided_at
    node = None if decided is None else decided.node
    if decided is not None and node is not None and (use.key_set or template_of(node) is not None):
        shown = masked_node(node, decided.path[-1], as_written=True)
        text = KEY_IN_FILE if template_of(node) is None or shown == MASK else shown
        return _Fact(Value(text, identity(node), places(node), preset_of(node)), decided.path)
    if use.key_variable:
        return _Fact(Value(f"${{{use.key_variable}}}", ("variable", use.key_variable)), None)
    return _Fact(Value(use.stand_in_key, ("literal", use.stand_in_key)), None) if use.stand_in_key else None


def _state(config: Config, use: Use) -> _Fact:
    """Whether it will work, and the place that decides it as far as one place does."""
    path: KeyPath = use.block or use.path or use.provider.path or ()
    if use.state in ("configured", "disabled") and use.block is not None:
        path = (*use.block, "enabled")
    place = locate(config.tree, path) if path else None
    shown = f"{use.state} (load order decides)" if use.order_dependent else use.state
    return _Fact(Value(shown, shown, () if place is None else (place,)), path or None)


def _masked(key: Hashable, value: object) -> object:
    return values.masked_value(key, as_json(value))


def plain_identity(value: object) -> Hashable:
    """What a value that no file says is compared by: as `identity` compares the same value in a file."""
    match value:
        case list():
            return ("list", *(plain_identity(each) for each in value))
        case dict():
            return "mapping", frozenset((type(key).__name__, key, plain_identity(each)) for key, each in value.items())
    return type(value).__name__, repr(value)
