"""The base address that a provider's client will use."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from orbitcfg.catalog.specs import EmptyUrlSpec, ProviderSpec
from orbitcfg.compile.environment import Environment
from orbitcfg.document.tree import KeyPath, Unknown
from orbitcfg.effective.address import fault_of
from orbitcfg.effective.block import Block, Setting

_OLLAMA_PORT = 11434
"""Added by Ollama's own client to an address without scheme."""


@dataclass(frozen=True, slots=True)
class BaseAddress:
    """A base address, None where there is none or it is not known here.

    `fault` says why no request can get anywhere with it, empty where one can. `variable` is the variable that gave it.
    """

    url: str | None
    paths: tuple[KeyPath, ...] = ()
    fault: str = ""


def address_of(block: Block, environment: Environment) -> BaseAddress:
    """The address that requests go to. A provider that runs inside ORBIT has none."""
    spec = block.row.provider.url
    if spec.fixed is not None:
        return BaseAddress(spec.fixed)
    keys = [key for key in spec.keys if key in block.rows and block.counts(key)]
    if not keys:
        return BaseAddress(None)
    written = [block.settings[key] for key in keys if key in block.settings]
    chosen = next((each for each in written if each.value), None)
    if chosen is not None:
        return _completed(block.row.provider, chosen)
    if written and spec.null is not None:
        return _emptied(spec.null, written[0], environment)
    return _default(block, keys, tuple(each.path for each in written))


def _completed(provider: ProviderSpec, chosen: Setting) -> BaseAddress:
    """The address as the client makes it of what is written."""
    if chosen.is_unknown:
        return BaseAddress(None, (chosen.path,))
    url = str(chosen.value)
    if provider.url.append_v1:
        url = url if url.endswith("/v1") else f"{url.rstrip('/')}/v1"
    if provider.url.is_completed:
        url = _ollama_host(url)
    return BaseAddress(url.rstrip("/") if provider.protocol == "openai" else url, (chosen.path,), fault_of(url))


def _emptied(spec: EmptyUrlSpec, setting: Setting, environment: Environment) -> BaseAddress:
    """What an address that is written and empty leads to."""
    if setting.is_unknown:
        return BaseAddress(None, (setting.path,))
    if setting.value is not None and spec.env != "OLLAMA_HOST":
        return BaseAddress(None, (setting.path,), "the address is empty")
    variable = environment[spec.env] if spec.env is not None else None
    url = variable.value if variable and variable.value else spec.url
    return BaseAddress(url, (setting.path,), "" if url else spec.what)


def _default(block: Block, keys: list[str], paths: tuple[KeyPath, ...]) -> BaseAddress:
    """The default address, in which `{host}` and `{port}` are keys of the block."""
    template = next((block.default(key) for key in keys if block.has_default(key)), None)
    if not isinstance(template, str):
        return BaseAddress(None, paths)
    names = re.findall(r"\{(\w+)\}", template)
    settings = {name: block.settings.get(name) for name in names}
    if any(setting and isinstance(setting.value, Unknown) for setting in settings.values()):
        return BaseAddress(None, paths)
    values = {name: setting.value if setting else block.default(name) for name, setting in settings.items()}
    paths += tuple(setting.path for setting in settings.values() if setting)
    url = template.format(**values)
    return BaseAddress(f"{url}/v1" if block.row.provider.url.append_v1 and not url.endswith("/v1") else url, paths)


def _ollama_host(text: str) -> str:
    """An address as Ollama's own client reads it: scheme and port are added where there is no scheme."""
    scheme, _, rest = text.partition("://")
    if rest:
        return f"{scheme}://{rest}".rstrip("/")
    try:
        split = urlsplit(f"http://{text}")
    except ValueError:
        return f"http://{text}"
    return f"http://{split.hostname or '127.0.0.1'}:{_port(split.netloc) or _OLLAMA_PORT}{split.path.rstrip('/')}"


def _port(netloc: str) -> str:
    _, colon, port = netloc.rpartition(":")
    return port if colon and port.isdecimal() else ""
