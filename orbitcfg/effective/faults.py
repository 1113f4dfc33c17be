"""What in a provider's block keeps it from being made, or its requests from being answered."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.block import MODE_DIRECT, MODE_WRONG, Block, Setting
from orbitcfg.effective.keys import ApiKey
from orbitcfg.effective.urls import Address
from orbitcfg.effective.use import UseState

KEYLESS: UseState = "keyless"
"""The state of a use whose API key is missing, where a variable could bring it."""

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a provider does not work, in words, and the key that it is about.

    `stops_build`: ORBIT cannot make it at all. `state` is the state of a use that has the fault.
    """

    reason: str
    path: KeyPath | None = None
    stops_build: bool = False
    state: UseState = "failing"

    @property
    def cause(self) -> str:
        """The reason alone, for a sentence that says by itself that ORBIT cannot make the provider."""
        return self.reason.removesuffix(_NOT_MADE)


def faults_of(block: Block, address: Address, key: ApiKey, model: object) -> Iterator[Fault]:
    """The faults of a block, those that stop it from being made first."""
    found = [*_of_block(block, key), *_of_keys(block)]
    yield from sorted(found, key=lambda fault: not fault.stops_build)
    if address.fault:
        yield Fault(address.fault, address.paths[0] if address.paths else None)
    if model is None and "model" in block.rows:
        yield Fault("no model is named, and it hangs on the server what then answers", (*block.path, "model"), state="ok")


def _of_block(block: Block, key: ApiKey) -> Iterator[Fault]:
    words = block.row.words
    if not block.readable:
        yield Fault("ORBIT reads `inferences` first, which is no mapping", ("inferences",), stops_build=True, state="incomplete")
    if words.get("status") == "broken_always":
        yield Fault(str(words.get("status_why", "")), block.path)
    if block.mode == MODE_WRONG:
        modes = words["modes"]
        yield Fault(f"`{modes['key']}` is none of {', '.join(f'`{each}`' for each in modes['values'])}", (*block.path, modes["key"]))
    if key.is_missing:
        rule = words.get("api_key", {})
        state: UseState = KEYLESS if key.variable else "incomplete"
        yield Fault("there is no API key", _key_path(block), stops_build=bool(rule.get("stops_build")), state=state)


def _key_path(block: Block) -> KeyPath:
    key = block.row.words.get("api_key", {}).get("key")
    return (*block.path, key) if key else block.path


def _of_keys(block: Block) -> Iterator[Fault]:
    """What is wrong with the keys of a block, as far as ORBIT cannot bear it."""
    for name, row in block.rows.items():
        case = _case(block, row, block.settings.get(name)) if block.counts(name) else ""
        outcome = row.words.get(case, {}) if case else {}
        if case in row.words.get("stops_build", ()):
            yield Fault(f"{_UNBUILT[case].format(f'`{name}`')}{_NOT_MADE}", (*block.path, name), stops_build=True, state="incomplete")
        elif case in ("null", "wrong") and outcome.get("effect") == "request-fails" and not row.effect and name != _mode_key(block):
            yield Fault(f"`{name}`: {outcome['what']}", (*block.path, name))


_NOT_MADE = ", so ORBIT cannot make the provider"
_UNBUILT = {
    "null": "{} is null",
    "missing": "there is no {}",
    "missing-in-direct": "there is no {} to load",
    "wrong": "{} has a value that does not fit",
    "empty": "{} is empty",
    "left": "{} names no preset that exists",
}
"""What is wrong in each of the cases that keep a provider from being made."""


def _mode_key(block: Block) -> str | None:
    modes: dict[str, str] = block.row.words.get("modes", {})
    return modes.get("key")


def _case(block: Block, row: Row, setting: Setting | None) -> str:
    """Which of the cases in `stops_build`, or which outcome of the catalogue, a value is; empty where it is fine."""
    stops = row.words.get("stops_build", ())
    if "missing-in-direct" in stops and block.wire_mode == MODE_DIRECT:
        names = block.row.words.get("direct_model", ())
        return "" if any(name in block.settings and block.settings[name].value for name in names) else "missing-in-direct"
    if setting is None or (setting.value in (None, "") and "missing" in stops):
        return "missing" if "missing" in stops and "default" not in row.schema else ""
    return "" if setting.is_unknown else _case_of_value(row, setting.value, stops)


def _case_of_value(row: Row, value: object, stops: Collection[str]) -> str:
    if "left" in stops:
        return "left" if value else ""
    if value is None:
        return "null" if "null" in row.words else ""
    if value == "" and "empty" in stops:
        return "empty"
    return "" if _fits(row, value) else "wrong"


def _fits(row: Row, value: object) -> bool:
    if row.types and not any(_is(value, name) for name in row.types):
        return False
    if "enum" in row.schema and value not in row.schema["enum"]:
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return bool(row.schema.get("minimum", value) <= value <= row.schema.get("maximum", value))
    return True


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool) and name != "boolean":
        return False
    return isinstance(value, _TYPES[name])
