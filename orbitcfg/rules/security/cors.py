"""Who may call ORBIT from a browser."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from orbitcfg.document.events import CorsWildcard
from orbitcfg.document.tree import KeyPath, Scalar, Sequence, Unknown, at
from orbitcfg.effective.address import is_near
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import NOT_STARTING
from orbitcfg.rules._fixes import replacement_fix
from orbitcfg.rules._rule import rule

_ORIGINS: KeyPath = ("security", "cors", "allowed_origins")
_SCHEMES = {"http": 80, "https": 443}


@rule("ORB601", consequence=Consequence.NO_START)
def cors_wildcard_with_credentials(config: Config) -> Iterator[Finding]:
    """CORS allows credentials together with the origin `*`.

    ORBIT refuses to start with both. As a plain text, `allowed_origins` must not even contain a `*`.

    ```yaml bad
    security: {cors: {allow_credentials: true, allowed_origins: ["*"]}}
    ```

    ```yaml good
    security: {cors: {allow_credentials: true, allowed_origins: ["https://chat.example.org"]}}
    ```
    """
    for event in config.events_of(CorsWildcard):
        yield Finding(
            f"`allow_credentials` is on and `allowed_origins` holds `*`{NOT_STARTING}",
            event.origins,
            "name the origins, or write `allow_credentials: false`",
            related=(Annotation(config.locate(event.credentials), "credentials are allowed here"),),
            fatal=True,
        )


@rule("ORB609", consequence=Consequence.DIFFERENT)
def cors_origin_never_sent(config: Config) -> Iterator[Finding]:
    """An origin that CORS allows is written as no browser sends one.

    A browser sends scheme, host and, unless it is the usual one, port, in small letters, with nothing behind: no slash, no path. ORBIT compares the texts, so whoever comes from there is refused.

    ```yaml bad
    security: {cors: {allow_credentials: true, allowed_origins: ["https://chat.example.org/"]}}
    ```

    ```yaml bad
    security: {cors: {allow_credentials: true, allowed_origins: ["chat.example.org"]}}
    ```

    ```yaml good
    security: {cors: {allow_credentials: true, allowed_origins: ["https://chat.example.org", "http://localhost:5173"]}}
    ```
    """
    for path, text in _origins(config):
        meant = _as_sent(text)
        if meant != text:
            yield Finding(
                f"no browser sends `{text}` as its origin, so it allows nobody",
                path,
                f"write `{meant}`" if meant else "write an origin, such as `https://chat.example.org`",
                value=True,
                fix=replacement_fix(config, path, text, meant, safe=False) if meant else None,
            )


def _origins(config: Config) -> Iterator[tuple[KeyPath, str]]:
    """Each origin in the list, as far as it is known here; none where `*` allows all."""
    node = at(config.tree, _ORIGINS)
    values = [item.value if isinstance(item, Scalar) else None for item in node.items] if isinstance(node, Sequence) else []
    for index, value in enumerate(values if "*" not in values else ()):
        if isinstance(value, str) and not isinstance(value, Unknown) and value not in ("", "null"):
            yield (*_ORIGINS, index), value


def _as_sent(text: str) -> str | None:
    """An origin as a browser sends it; None where none can be made of the text."""
    written = text.strip().lower()
    if "://" not in written:
        host = written.partition("/")[0].partition(":")[0]
        written = f"{'http' if is_near(host) else 'https'}://{written}"
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        return None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if not re.fullmatch(r"\[.*\]|[\w.-]+", host) or "," in text:
        return None
    # an app or an extension has a scheme of its own
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _SCHEMES.get(parts.scheme) else "")


RULES = (cors_wildcard_with_credentials, cors_origin_never_sent)
