"""The base address that a provider's client will use."""

from orbitcfg.catalog.specs import MODE_DIRECT, EmptyUrlSpec, Stage
from orbitcfg.compile.environment import Environment
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath, Unknown
from orbitcfg.effective.block import Block, Setting, names_in
from orbitcfg.effective.families import FAMILIES, ClientFamily
from orbitcfg.effective.http_url import Unreadable


@dataclass(frozen=True, slots=True)
class BaseAddress:
    """A base address, None where there is none or it is not known here.

    `fault` says why there is none, where something is written. `given` is what the client gets, of whatever type; None where it gets none.
    """

    url: str | None
    paths: tuple[KeyPath, ...] = ()
    fault: str = ""
    given: object = None
    key: str | None = None
    """The key that it stands under."""
    refused_in: Stage | None = None
    """When the provider gives up over it before any client reads it."""


def address_of(block: Block, environment: Environment) -> BaseAddress:
    """The address that requests go to. A provider that runs inside ORBIT has none."""
    spec = block.row.provider.url
    if spec.fixed is not None:
        moved = environment[spec.env] if spec.env else None
        url = moved.value if moved and moved.value else spec.fixed
        return BaseAddress(url, given=url)
    keys = [key for key in spec.keys if key in block.rows and block.counts(key)]
    if not keys:
        return BaseAddress(None)
    written = [(key, block.settings[key]) for key in keys if key in block.settings]
    chosen = next(((key, each) for key, each in written if each.value), None)
    if chosen is not None:
        return _completed(block, *chosen)
    if written and spec.null is not None:
        return _emptied(spec.null, *written[0], environment)
    return _default(block, keys, tuple(each.path for _, each in written))


def family_of(block: Block) -> ClientFamily | None:
    """The family of the client that calls a block's provider; None where none does, or where it is not known."""
    client = block.row.provider.client
    return FAMILIES[client.family] if client is not None and block.mode != MODE_DIRECT else None


def _completed(block: Block, key: str, chosen: Setting) -> BaseAddress:
    """The address as the client makes it of what is written."""
    if chosen.is_unknown:
        return BaseAddress(None, (chosen.path,), key=key)
    return replace(_made(block, key, chosen.value), paths=(chosen.path,))


def _made(block: Block, key: str, value: object) -> BaseAddress:
    family, text = family_of(block), str(value)
    client = block.row.provider.client
    if family is not None and client is not None and key not in client.as_is:
        try:
            text = family.complete(text)
        except Unreadable:
            return BaseAddress(text, given=value, key=key)
    return BaseAddress(text.rstrip("/") if block.row.provider.protocol == "openai" else text, given=value, key=key)


def _emptied(spec: EmptyUrlSpec, key: str, setting: Setting, environment: Environment) -> BaseAddress:
    """What an address that is written and empty leads to."""
    if setting.is_unknown:
        return BaseAddress(None, (setting.path,), key=key)
    if setting.value is not None and not spec.takes_empty:
        return BaseAddress(None, (setting.path,), "the address is empty", setting.value, key)
    variable = environment[spec.env] if spec.env is not None else None
    url = variable.value if variable and variable.value else spec.url
    if url is None:
        return BaseAddress(None, (setting.path,), spec.what, "None", key, spec.stage)
    return BaseAddress(url, (setting.path,), given=url, key=key)


def _default(block: Block, keys: list[str], paths: tuple[KeyPath, ...]) -> BaseAddress:
    """The default address, in which `{host}` and `{port}` are keys of the block."""
    key = next((key for key in keys if isinstance(block.default(key), str)), None)
    if key is None:
        spec = block.row.provider.url.null
        return BaseAddress(None, paths, refused_in=spec.stage if spec else None)
    text, used = filled(block, str(block.default(key)))
    return BaseAddress(None, (*paths, *used)) if text is None else replace(_made(block, key, text), paths=(*paths, *used))


def filled(block: Block, template: str) -> tuple[str | None, tuple[KeyPath, ...]]:
    """A text in whose braces stand keys of the block, and where they are written; None where one of them is not known here."""
    if "{" not in template:
        return template, ()
    settings = {name: block.settings.get(name) for name in names_in(template)}
    paths = tuple(setting.path for setting in settings.values() if setting)
    if any(setting and isinstance(setting.value, Unknown) for setting in settings.values()):
        return None, paths
    values = {name: setting.value if setting else block.default(name) for name, setting in settings.items()}
    return template.format(**values), paths
