"""The families of client libraries that ORBIT calls providers with: what each makes of a base address and of a key."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from orbitcfg.catalog.specs import Stage
from orbitcfg.effective.http_url import Unreadable, Url, read_by_aiohttp, read_by_httpx
from orbitcfg.record import NamedTuple

Library: TypeAlias = Literal["httpx", "httpx2", "aiohttp", "grpc", "own"]
"""What sends the requests in the end; `own`: what comes along with the vendor's own library."""

KeyText: TypeAlias = Literal["ascii", "bytes", "trimmed", "unsent", "untried"]
"""What a header with the key can hold: ASCII, anything but line ends, ASCII once blanks are off; `unsent`: no header has it; `untried`: it goes another way."""

_OLLAMA_PORT = 11434


class ClientFamily(NamedTuple):
    """What a client library makes of an address and a key."""

    library: Library
    """What sends the requests."""
    join: Callable[[str, str], Url]
    """The target of a call: of a completed base address and the path of an endpoint. Raises Unreadable where the library refuses the address."""
    complete: Callable[[str], str] = str
    """What is put to a base address, or taken off, before any path. Raises Unreadable."""
    read_in: Stage = "construct"
    """When the base address is read for the first time; `call`: with the first request."""
    number_read_in: Stage | None = None
    """The same of one that is a number or a switch, where that differs."""
    asks_at_start: bool = False
    """Whether ORBIT's `initialize()` sends a request, and gives up where none can be sent."""
    key: KeyText = "ascii"
    """What the key may hold."""
    key_encoded_in: Stage = "call"
    """When a key that is not encodable is found out."""
    heeds_proxies: bool = True
    """Whether it goes through the proxies of the environment."""
    proxy_read_in: Stage | None = "construct"
    """When it gives up over a proxy of the environment that it cannot use, whether that is on the way or not; None where it does not care."""
    refuses_user: bool = False
    """Whether it refuses a user in an address, as the header with the key is there already."""

    @property
    def sends_user(self) -> bool:
        """Whether a user and a password in an address go along, as `Basic` in place of any key: httpx and aiohttp do so, unless the client has taken them off before."""
        if self.library not in ("httpx", "httpx2", "aiohttp") or self.refuses_user:
            return False
        return bool(self.join(self.complete("http://user:password@host"), "/path").user)


def _openai(base: str, path: str) -> Url:
    """OpenAI's SDK: a slash at the end of the path, and the path of the endpoint behind whatever then is the end."""
    url = read_by_httpx(base)
    head, mark, query = url.raw_path.partition("?")
    return _with_target(url, f"{head if head.endswith('/') else f'{head}/'}{mark}{query}{path.lstrip('/')}")


def _httpx_base(base: str, path: str) -> Url:
    """Httpx's own base address, and Anthropic's SDK: a slash behind path and query."""
    url = read_by_httpx(base)
    target = url.raw_path
    return _with_target(url, f"{target if target.endswith('/') else f'{target}/'}{path.lstrip('/')}")


def _zai(base: str, path: str) -> Url:
    """Z.AI's SDK: as httpx's base address, and then the query is taken away."""
    return _httpx_base(base, path)._replace(query=None)


def _with_v1(base: str) -> str:
    """ORBIT's Shimmy provider: `/v1` behind every text that does not end so."""
    return base if base.endswith("/v1") else f"{base.rstrip('/')}/v1"


def _text(base: str, path: str) -> Url:
    """Texts joined as they are."""
    return read_by_aiohttp(base + path)


def _for_pictures(base: str) -> str:
    """ORBIT's provider for pictures by Ollama: slashes and `/api` off, `/v1` on."""
    return _with_v1(base.rstrip("/").removesuffix("/api"))


def _with_version(base: str) -> str:
    """ORBIT's reranker by Cohere: `/v1` behind an address without `/v2`."""
    return base if "/v2" in base else f"{base}/v1"


def _azure(base: str, path: str) -> Url:
    """Azure's SDK: slashes at the end off, and the query of the address goes first."""
    base, _, query = base.partition("#")[0].partition("?")
    path, _, own = path.partition("?")
    return read_by_aiohttp(f"{base.rstrip('/')}{path}?{f'{query}&' if query else ''}{own}")


def _huggingface(base: str, path: str) -> Url:
    """Hugging Face's library: the path of the endpoint once. What has no scheme at its very beginning is a model's name to it."""
    if not base.startswith(("http://", "https://")):
        raise Unreadable("without `http://` or `https://` it is the name of a model")
    parts = urlsplit(base)
    own = parts.path.rstrip("/")
    if not own.endswith(path):
        own += path.removeprefix("/v1") if own.endswith("/v1") else path
    return read_by_httpx(urlunsplit(parts._replace(path=own)))


def _cohere(base: str, path: str) -> Url:
    """Cohere's SDK, which wants the root: a `/v2` in the address chooses the version, `/v1` is its own otherwise."""
    root, mark, _ = base.rpartition("/v2")
    version = "/v2" if mark else "/v1"
    return read_by_httpx(f"{(root if mark else base).rstrip('/')}{version}{path}")


def _ollama_host(text: str) -> str:
    """A base address as Ollama's SDK reads it. Raises Unreadable where it refuses it."""
    scheme, _, rest = text.partition("://")
    if not rest:
        scheme, rest = "", text
    try:
        split = urlsplit(f"{scheme or 'http'}://{rest}")
        port, host = split.port, split.hostname or "127.0.0.1"
    except ValueError:
        raise Unreadable("its port or its brackets are wrong") from None
    # its port is added where there is no scheme; of http and https the usual one is meant
    port = port or (None if scheme in ("http", "https") else _OLLAMA_PORT)
    host = f"[{host}]" if ":" in host else host
    path = split.path.strip("/")
    return f"{scheme or 'http'}://{host}" + (f":{port}" if port else "") + (f"/{path}" if path else "")


def _grpc(base: str, path: str) -> Url:
    """gRPC: host and port alone, and TLS always, but for `localhost`."""
    place = base.partition("://")[2] or base
    place = place.partition("/")[0]
    scheme = "http" if place.rpartition(":")[0] == "localhost" or place == "localhost" else "https"
    return read_by_httpx(f"{scheme}://{place}{path}")


def _plain(base: str, path: str) -> Url:
    return read_by_httpx(base.rstrip("/") + path)


def _with_target(url: Url, target: str) -> Url:
    path, mark, query = target.partition("?")
    return url._replace(path=path, query=query if mark else None)


FAMILIES: Mapping[str, ClientFamily] = MappingProxyType(
    {
        "openai": ClientFamily("httpx", _openai),
        "openai-own": ClientFamily("httpx2", _openai),
        "shimmy": ClientFamily("httpx", _openai, _with_v1),
        "anthropic": ClientFamily("httpx2", _httpx_base, key="bytes"),
        "zai": ClientFamily("httpx", _zai, asks_at_start=True, key_encoded_in="init"),
        "ollama": ClientFamily("aiohttp", _text, read_in="call", asks_at_start=True, key="unsent", heeds_proxies=False, proxy_read_in=None),
        "ollama-image": ClientFamily(
            "aiohttp", _text, _for_pictures, read_in="call", asks_at_start=True, key="unsent", heeds_proxies=False, proxy_read_in=None
        ),
        "ollama-sdk": ClientFamily(
            "httpx", _httpx_base, _ollama_host, read_in="init", asks_at_start=True, key_encoded_in="init", proxy_read_in="init"
        ),
        "text": ClientFamily("aiohttp", _text, read_in="call", key="bytes", refuses_user=True, heeds_proxies=False, proxy_read_in=None),
        "elevenlabs": ClientFamily("aiohttp", _text, read_in="call", key="bytes", heeds_proxies=False, proxy_read_in=None),
        "cohere-rerank": ClientFamily(
            "aiohttp", _text, _with_version, read_in="call", number_read_in="construct", key="bytes", refuses_user=True, heeds_proxies=False
        ),
        "azure": ClientFamily("aiohttp", _azure, read_in="call", asks_at_start=True, key="bytes", refuses_user=True, proxy_read_in=None),
        "huggingface": ClientFamily("httpx2", _huggingface, read_in="call", proxy_read_in="call"),
        "cohere": ClientFamily("httpx", _cohere, read_in="call", number_read_in="construct"),
        "httpx": ClientFamily("httpx", _httpx_base, read_in="init", key_encoded_in="init", proxy_read_in="init"),
        "xai-grpc": ClientFamily("grpc", _grpc, read_in="init", key="untried", heeds_proxies=False, proxy_read_in=None),
        "gemini": ClientFamily("httpx2", _plain, key="trimmed", proxy_read_in="call"),
        "mistral": ClientFamily("httpx2", _plain),
        "openrouter": ClientFamily("httpx", _plain, proxy_read_in="init"),
        "vendor": ClientFamily("own", _plain, key="untried", proxy_read_in=None),
    }
)
"""Each family by its name in the catalogue, as it was measured with the libraries that ORBIT's own requirements bring."""
