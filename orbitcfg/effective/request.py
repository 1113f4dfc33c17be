"""The request of an ordinary call to a provider, or what keeps its client from sending one."""

from collections.abc import Iterator
from urllib.parse import quote

from orbitcfg.catalog.specs import ClientSpec, Stage
from orbitcfg.compile.environment import Environment
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.tree import Mapping, Unknown
from orbitcfg.effective.block import Block
from orbitcfg.effective.clients import header_fault
from orbitcfg.effective.families import ClientFamily
from orbitcfg.effective.http_url import Unreadable, visible
from orbitcfg.effective.keys import ApiKey, api_key_of
from orbitcfg.effective.urls import BaseAddress, address_of, family_of, filled

_STAGES: tuple[Stage, ...] = ("construct", "init", "call")


@dataclass(frozen=True, slots=True)
class OrdinaryRequest:
    """What a client sends for an ordinary call."""

    method: str
    url: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a client gives up before anything is sent: when, and why, in words."""

    stage: Stage
    reason: str
    is_about_address: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Caller:
    """A provider's client with its base address: what calls any path."""

    client: ClientSpec
    family: ClientFamily
    address: BaseAddress
    _targets: dict[str, OrdinaryRequest | Refusal] = field(default_factory=dict, init=False, repr=False, compare=False)

    def call(self, path: str) -> OrdinaryRequest | Refusal | None:
        """Where a call to a path goes, or why it goes nowhere; None where the address is not known here."""
        if self.address.given is None:
            return None
        found = self._targets.get(path)
        if found is None:
            found = self._targets[path] = target_of(self.client, self.family, self.address, path)
        return found


@dataclass(frozen=True, slots=True)
class ClientSetup:
    """The client of a provider as ORBIT sets it up: what all requests have alike, whatever model they ask for."""

    address: BaseAddress
    key: ApiKey
    service: str
    """What it is used for; a language model where nothing is said."""
    caller: Caller | None
    """What calls it; None where nothing does, or nothing that was measured."""
    refusals: tuple[Refusal, ...]
    """What keeps its client from sending any request."""


def setup_of(tree: Mapping, block: Block, environment: Environment, service: str = "") -> ClientSetup:
    """The client of the provider of a block, of which it reads no keys but `BlockKeys.for_setup`."""
    address, key = address_of(block, environment), api_key_of(tree, block, environment)
    caller = caller_of(block, address)
    return ClientSetup(address, key, service, caller, () if caller is None else tuple(_refusals(block, caller, key, environment, service)))


def _refusals(block: Block, caller: Caller, key: ApiKey, environment: Environment, service: str) -> Iterator[Refusal]:
    client, family = caller.client, caller.family
    yield from _of_provider(client, service)
    yield from _of_key(block, client, family, key)
    yield from _of_proxy(client, family, environment)


def caller_of(block: Block, address: BaseAddress) -> Caller | None:
    """What calls a block's provider; None where nothing does, or nothing that was measured."""
    client, family = block.row.provider.client, family_of(block)
    return None if client is None or family is None else Caller(client, family, address)


def request_of(block: Block, setup: ClientSetup, model: object) -> OrdinaryRequest | Refusal | None:
    """The request of an ordinary call, or the first thing that keeps it from being sent; None where nothing is sent, or it is not known here."""
    caller, key = setup.caller, setup.key
    if caller is None:
        return None
    made = _made(block, caller, model, setup.service)
    refusals = (*setup.refusals, made) if isinstance(made, Refusal) else setup.refusals
    first = min(refusals, key=lambda each: _STAGES.index(each.stage), default=None)
    if first is not None and first.stage == "call" and key.value and not key.value.startswith(caller.client.key_prefix):
        return replace(first, stage="init")
    return first or made


def _made(block: Block, caller: Caller, model: object, service: str) -> OrdinaryRequest | Refusal | None:
    """Where a call goes, or why it goes nowhere."""
    address, client = caller.address, caller.client
    if address.refused_in is not None:
        return Refusal(address.refused_in, "there is no address", is_about_address=True)
    if address.given is None:
        method, _, whole = (_filled(block, client.unaddressed or "", model) or "").partition(" ")
        # of an address that is not known here nothing is said
        return OrdinaryRequest(method, whole) if whole and not _is_unknown(block, address) else None
    path = path_of(block, client, model, service)
    return None if path is None else caller.call(path)


def path_of(block: Block, client: ClientSpec, model: object, service: str = "") -> str | None:
    """The path of an ordinary call below the base address; None where a part of it is not known here."""
    return _filled(block, client.paths.get(service) or client.paths.get("") or next(iter(client.paths.values())), model)


def _filled(block: Block, template: str, model: object) -> str | None:
    """A template with the model and keys of the block; None where one of them is not known here."""
    if "{model}" in template:
        if isinstance(model, Unknown):
            return None
        template = template.replace("{model}", quote(str(model), safe="/:@"))
    return filled(block, template)[0]


def _is_unknown(block: Block, address: BaseAddress) -> bool:
    return any(setting.is_unknown for setting in block.settings.values() if setting.path in address.paths)


def target_of(client: ClientSpec, family: ClientFamily, address: BaseAddress, path: str) -> OrdinaryRequest | Refusal:
    """Where a call to a path goes from a base address, or why it goes nowhere."""
    given, sent_in = address.given, _sent_in(client, family)
    read_in = client.read_in or family.read_in
    read_in = sent_in if read_in == "call" else read_in
    if not isinstance(given, str):
        is_number = isinstance(given, int | float)
        return Refusal((is_number and family.number_read_in) or read_in, f"`{given}` is no text", is_about_address=True)
    try:
        url = family.join(given if address.key in client.as_is else family.complete(given), path)
    except Unreadable as error:
        return Refusal(read_in, _no_address(given, str(error)), is_about_address=True)
    fault = url.fault or ("it holds a user, and the key goes along by the same header" if url.user and family.refuses_user else "")
    return Refusal(sent_in, _no_address(given, fault), is_about_address=True) if fault else OrdinaryRequest("POST", url.text)


def _sent_in(client: ClientSpec, family: ClientFamily) -> Stage:
    """When the first request goes out that ORBIT gives up over."""
    asks = family.asks_at_start if client.asks_at_start is None else client.asks_at_start
    return "init" if asks else "call"


def _no_address(given: str, fault: str) -> str:
    return f"`{visible(given)}` is no address that can be called: {fault}" if given else "the address is empty"


def _of_provider(client: ClientSpec, service: str) -> Iterator[Refusal]:
    broken = client.broken
    if broken is not None and (not broken.services or service in broken.services):
        yield Refusal(broken.stage, broken.what)


def _of_key(block: Block, client: ClientSpec, family: ClientFamily, key: ApiKey) -> Iterator[Refusal]:
    """What the client makes of the key, as far as it gives up over it."""
    setting = block.settings.get(block.row.provider.api_key.key or "")
    if not key.value:
        form = "missing" if setting is None else "null" if setting.value is None else "empty"
        # of a key that is not known here nothing is said
        if form in client.no_key and not (setting and setting.is_unknown):
            yield Refusal(client.no_key[form], "there is no API key")
        return
    is_written = setting is not None and setting.path in key.paths
    if client.other_key and is_written and setting is not None and not isinstance(setting.value, str):
        yield Refusal(client.other_key, "the API key is no text")
    if len(key.value) < client.shortest_key:
        yield Refusal("init", f"the API key has less than {client.shortest_key} characters")
    fault = header_fault(key.value, family)
    if fault:
        is_encodable = key.value.isascii() or family.key == "bytes"
        yield Refusal(min(_sent_in(client, family), "call" if is_encodable else family.key_encoded_in, key=_STAGES.index), f"the API key {fault}")


def _of_proxy(client: ClientSpec, family: ClientFamily, environment: Environment) -> Iterator[Refusal]:
    """A proxy for which the client lacks a package, or which it does not know at all."""
    bypass = _proxy_variable(environment, "no_proxy")
    if family.proxy_read_in is None or (bypass is not None and "*" in bypass[1].split(",")):
        return
    for kind in ("http_proxy", "https_proxy", "all_proxy"):
        name, value = _proxy_variable(environment, kind) or ("", "")
        scheme = value.partition("://")[0].lower() if "://" in value else "http"
        if scheme not in ("http", "https"):
            what = "is a SOCKS proxy, for which a package is missing" if scheme.startswith("socks") else "names no proxy that the client knows"
            yield Refusal(client.read_in or family.proxy_read_in, f"`{name}` {what}")


def _proxy_variable(environment: Environment, name: str) -> tuple[str, str] | None:
    """The variable of a proxy and its value; small letters win. None where it is not set."""
    found = ((spelt, environment[spelt]) for spelt in (name, name.upper()))
    return next(((spelt, variable.value) for spelt, variable in found if variable is not None and variable.value), None)
