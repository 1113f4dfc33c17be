"""Who may call ORBIT from a browser."""

from collections.abc import Iterator

from orbitcfg.document.events import CorsWildcard
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import NOT_STARTING
from orbitcfg.rules._rule import rule


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


RULES = (cors_wildcard_with_credentials,)
