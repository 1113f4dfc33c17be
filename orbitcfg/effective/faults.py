"""What in a provider's block keeps it from being made, or its requests from being answered."""

from collections.abc import Iterator

from orbitcfg.catalog.conditions import fits
from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import MODE_DIRECT, NOT_KNOWN
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.block import MODE_WRONG, SECTION, Block, Setting
from orbitcfg.effective.clients import header_fault
from orbitcfg.effective.keys import ApiKey
from orbitcfg.effective.request import OrdinaryRequest, Refusal
from orbitcfg.effective.urls import BaseAddress, family_of
from orbitcfg.effective.use import KEYLESS, NOT_MADE, Fault


def faults_of(block: Block, address: BaseAddress, key: ApiKey, model: object, request: OrdinaryRequest | Refusal | None) -> Iterator[Fault]:
    """The faults of a block, those that stop it from being made first."""
    found = [*_of_block(block, key), *_of_keys(block), *_of_address(block, address, request)]
    # the sort is stable: among equals the catalogue's order stays
    yield from sorted(found, key=lambda fault: not fault.stops_build)
    if model is None and "model" in block.rows:
        yield Fault("no model is named, and it depends on the server what then answers", (*block.path, "model"), state="configured")


def _of_block(block: Block, key: ApiKey) -> Iterator[Fault]:
    provider = block.row.provider
    # `inferences` goes before `inference`, also where nothing can be read in it (resolution §3)
    if not block.readable:
        yield Fault("ORBIT reads `inferences` first, which is no mapping", ("inferences",), stops_build=True, state="incomplete")
    if provider.status == "broken_always":
        yield Fault(provider.status_why, block.path, is_told_elsewhere=True)
    if provider.protocol == NOT_KNOWN:
        yield Fault(provider.status_why, block.path, state="unjudged", is_told_elsewhere=True)
    if provider.modes is not None and block.mode == MODE_WRONG:
        modes = provider.modes
        yield Fault(f"`{modes.key}` is none of {', '.join(f'`{each}`' for each in modes.values)}", (*block.path, modes.key))
    if key.is_missing:
        spec = provider.api_key
        path = (*block.path, spec.key) if spec.key else block.path
        state = KEYLESS if key.variable else "incomplete"
        yield Fault("there is no API key", path, stops_build=spec.stops_build, state=state, is_about_key=True)
    family = family_of(block)
    wrong = header_fault(key.value, family) if key.value and family is not None else ""
    if wrong:
        own = (*block.path, provider.api_key.key) if provider.api_key.key else block.path
        source = f"`{key.variable}`" if key.variable else "the API key"
        remedy = "type the key again, or copy it alone"
        yield Fault(f"{source} {wrong}", key.paths[0] if key.paths else own, remedy=remedy, variable=key.variable or "")


def _of_address(block: Block, address: BaseAddress, request: OrdinaryRequest | Refusal | None) -> Iterator[Fault]:
    """What is wrong with the address. A language model whose client cannot be made is not there at all."""
    refusal = request if isinstance(request, Refusal) and request.is_about_address else None
    # that there is none is the fault of the key that is missing
    if address.fault or (refusal and address.refused_in is None):
        stops = refusal is not None and refusal.stage == "construct" and block.path[0] == SECTION
        path = address.paths[0] if address.paths else None
        yield Fault(address.fault or (refusal.reason if refusal else ""), path, stops_build=stops, is_told_elsewhere=address.url is not None)


def _of_keys(block: Block) -> Iterator[Fault]:
    """What is wrong with the keys of a block, as far as ORBIT cannot bear it."""
    modes = block.row.provider.modes
    for name, row in block.keys.strict:
        case = _case(block, row, block.settings.get(name)) if block.counts(name) else ""
        reaction = {"null": row.spec.null, "wrong": row.spec.wrong}.get(case)
        if case in row.spec.stops_build:
            yield Fault(f"{_UNBUILT[case].format(f'`{name}`')}{NOT_MADE}", _place(block, name), stops_build=True, state="incomplete")
        elif reaction and reaction.effect == "request-fails" and not row.effect and (modes is None or name != modes.key):
            yield Fault(f"`{name}`: {reaction.what}", _place(block, name))


def _place(block: Block, name: str) -> KeyPath:
    """Where a key is written, which may be in an adapter; where it would be in the block."""
    setting = block.settings.get(name)
    return (*block.path, name) if setting is None else setting.path


_UNBUILT = {
    "null": "{} is null",
    "missing": "there is no {}",
    "missing-in-direct": "there is no {} to load",
    "wrong": "{} has a value that does not fit",
    "empty": "{} is empty",
    "mistyped": "{} has a value of another type",
    "left": "{} names no preset that exists",
}
"""What is wrong in each of the cases that keep a provider from being made."""


def _case(block: Block, row: Row, setting: Setting | None) -> str:
    """Which of the cases in `stops_build`, or which outcome of the catalogue, a value is; empty where it is fine."""
    stops = row.spec.stops_build
    if "missing-in-direct" in stops and block.wire_mode == MODE_DIRECT:
        names = block.row.provider.direct_model_keys
        return "" if any(name in block.settings and block.settings[name].value for name in names) else "missing-in-direct"
    if setting is None or (setting.value in (None, "") and "missing" in stops):
        return "missing" if "missing" in stops and "default" not in row.schema else ""
    return "" if setting.is_unknown else _case_of_value(row, setting.value)


def _case_of_value(row: Row, value: object) -> str:
    if "left" in row.spec.stops_build:
        return "left" if value else ""
    if value is None:
        return "null" if row.spec.null else ""
    if not value and "empty" in row.spec.stops_build:
        return "empty"
    if not isinstance(value, str) and "mistyped" in row.spec.stops_build:
        return "mistyped"
    return "" if fits(row.schema, value) else "wrong"
