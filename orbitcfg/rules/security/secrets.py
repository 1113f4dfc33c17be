"""Secrets that are written out, or sent where others can read them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from orbitcfg.catalog.specs import LOCAL
from orbitcfg.document.tree import KeyPath, Mapping, Scalar, Sequence, Unknown, at, child, value_at
from orbitcfg.effective.address import is_this_machine
from orbitcfg.effective.http_url import visible
from orbitcfg.masking.names import is_secret_name
from orbitcfg.masking.url import holds_password, without_credentials
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._placeholders import foreign_placeholder, variable_of
from orbitcfg.rules._rule import rule
from orbitcfg.rules.security._values import written_texts

_HARMLESS = re.compile(
    r"|\*+|none|null|empty|not[-_ ]?needed|dummy|test|changeme|admin|ollama|lm-?studio|<.*>|.*(?:your|example|placeholder|change).*|\$[A-Z_]+",
    re.IGNORECASE,
)
_SHORT = 12
_SCHEME = re.compile(r"(?:Bearer|Basic|Token) +")
_OF_VENDOR = (
    r"sk-[\w-]{16,}|sk_[\w-]{16,}|AKIA[A-Z0-9]{16}|ghp_\w{20,}|xox[abp]-[\w-]{10,}|AIza[\w-]{30,}|hf_\w{20,}|gsk_\w{20,}|eyJ[\w-]+\.[\w-]+\..+"
)
_BEGINNINGS = ("sk", "AKIA", "ghp_", "xox", "AIza", "hf_", "gsk_", "eyJ")
"""What one of these begins with: looked at first, since nearly no text does."""


@rule("ORB602", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def secret_written_out(config: Config) -> Iterator[Finding]:
    """A secret stands in a file of the configuration.

    Whoever may read the repository has it. Put it into the environment, and name the variable here. A word that a local server takes for any key, such as `lm-studio`, is
    no secret.

    ```yaml bad
    general: {inference_provider: groq}
    inference: {groq: {enabled: true, api_key: gsk_0123456789abcdefghijklmnop, model: m}}
    ```

    ```yaml good
    general: {inference_provider: groq}
    inference: {groq: {enabled: true, api_key: "${GROQ_API_KEY}", model: m}}
    ```
    """
    for path, text, row in written_texts(config, lambda key, text: "://" in text or is_secret_name(key), "secret"):
        is_named = is_secret_name(path[-1]) or (row is not None and row.spec.is_secret)
        if is_named and _is_secret(config, path, text):
            remedy = f"write `{_scheme(text)}${{{variable_of(config, path)}}}`, and set that variable"
            yield _written_out(f"`{path[-1]}` is written out here", path, remedy)
        elif "://" in text and holds_password(text):
            yield _written_out(f"the address in `{path[-1]}` holds a password", path, "write it as `${NAME}`, and set that variable")


@rule("ORB603", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def key_over_plain_http(config: Config) -> Iterator[Finding]:
    """An API key is sent over plain HTTP to another machine.

    Everybody on the way can read it.

    ```yaml bad
    general: {inference_provider: vllm}
    inference: {vllm: {enabled: true, mode: api, base_url: "http://gpu.example.org:8000/v1", api_key: "${VLLM_KEY}", model: m}}
    ```

    ```yaml good
    general: {inference_provider: vllm}
    inference: {vllm: {enabled: true, mode: api, base_url: "https://gpu.example.org/v1", api_key: "${VLLM_KEY}", model: m}}
    ```
    """
    for provider in config.providers:
        if not config.demand.of(provider.path).is_demanded:
            continue
        path, node, row = provider.path, provider.node, provider.row
        key = row.provider.api_key.key or ""
        secret = child(node, key)
        has_key = isinstance(secret, Scalar) and isinstance(secret.value, str) and bool(secret.value) and not _HARMLESS.fullmatch(secret.value)
        for url_key in row.provider.url.keys if has_key else ():
            url = value_at(node, (url_key,))
            if isinstance(url, str) and not isinstance(url, Unknown) and _is_plain_and_far(url):
                yield Finding(
                    f"the key in `{key}` goes to `{urlsplit(url).hostname}` over plain HTTP",
                    (*path, url_key),
                    _encrypted(url),
                    value=True,
                    related=(Annotation(config.locate((*path, key)), "the key"),),
                )
    yield from _of_mcp(config)


def _of_mcp(config: Config) -> Iterator[Finding]:
    """Servers of tools that get a header with a secret over plain HTTP."""
    servers = at(config.tree, ("mcp_clients", "servers"))
    for index, server in enumerate(servers.items if isinstance(servers, Sequence) else ()):
        url, headers = value_at(server, ("url",)), child(server, "headers")
        secret = next((key for key in headers.entries if is_secret_name(key)), None) if isinstance(headers, Mapping) else None
        if secret is not None and isinstance(url, str) and not isinstance(url, Unknown) and _is_plain_and_far(url):
            path = ("mcp_clients", "servers", index)
            yield Finding(
                f"the header `{secret}` goes to `{urlsplit(url).hostname}` over plain HTTP",
                (*path, "url"),
                _encrypted(url),
                value=True,
                related=(Annotation(config.locate((*path, "headers", secret)), "the header"),),
            )


def _encrypted(url: str) -> str:
    """The remedy with the same address over TLS, unless it holds what is not shown."""
    meant = "https" + url[len("http") :]
    return f"write `{meant}`" if without_credentials(meant) == meant and visible(meant) == meant else "write `https://` at its beginning"


def _written_out(message: str, path: KeyPath, help_text: str) -> Finding:
    # whoever may read the file has it, whether ORBIT reads it or not
    return Finding(message, path, help_text, value=True, demanded=True)


def _is_secret(config: Config, path: KeyPath, text: str) -> bool:
    """Whether a text under the name of a secret is one: placeholders are not, nor short texts for a server on this machine."""
    # of a header it is what stands behind its scheme
    text = _SCHEME.sub("", text, count=1)
    # first of all: what looks real is a secret, whatever word it begins with
    if _looks_real(text):
        return True
    if _HARMLESS.fullmatch(text) or " " in text or "${" in text or foreign_placeholder(text):
        return False
    row = config.catalog.at(config.tree, path[:-1])
    is_local = row is not None and row.provider.location == LOCAL
    return not (is_local and len(text) < _SHORT)


def _looks_real(text: str) -> bool:
    """Whether a text is built as vendors build their keys."""
    return text.startswith(_BEGINNINGS) and re.fullmatch(_OF_VENDOR, text) is not None


def _scheme(text: str) -> str:
    found = _SCHEME.match(text)
    return found[0] if found else ""


def _is_plain_and_far(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "http" and bool(host) and not is_this_machine(host)


RULES = (secret_written_out, key_over_plain_http)
