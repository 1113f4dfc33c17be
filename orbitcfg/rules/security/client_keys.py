"""Keys that clients of ORBIT are given."""

from collections.abc import Iterator

from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

CLIENT_VARIABLES = ("ORBIT_ADAPTER_KEYS", "VITE_ADAPTER_KEYS")
"""What ORBIT's own chat client takes its keys from, by adapter."""

OPENS = "whoever has it may read the configuration, pause, reload and shut down the server, and make keys"
"""What a key for chatting is good for besides: 28 reads, a pause and a reload were made with one (orbit-api §2)."""

REMEDY = "keep it as a password of the administrator: let browsers reach ORBIT through a proxy that adds it and passes `/v1` alone"


@rule("ORB619", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def client_key_administers(config: Config) -> Iterator[Finding]:
    r"""A chat client is given a key of ORBIT's, which opens the administration too.

    ORBIT takes the API key of any adapter for every path below `/admin`: with a key that was made for chatting, a running server showed its configuration and its log, was paused and resumed, and
    reloaded its adapters. `ORBIT_ADAPTER_KEYS` and `VITE_ADAPTER_KEYS` hand such keys to ORBIT's chat client. Its own server keeps them from browsers; a client that is built with them does not.

    ```yaml bad
    # file: .env
    VITE_ADAPTER_KEYS='{"simple-chat": "orbit_4f0c"}'
    ```

    ```yaml good
    # file: .env
    VITE_ADAPTER_KEYS=
    ```
    """
    for name in CLIENT_VARIABLES:
        variable = config.environment[name]
        # of the process nobody knows who set it, and it is no part of what is looked at
        if variable is not None and variable.place is not None and variable.value.strip(" {}"):
            yield Finding(f"a key in `{name}` is no key for chatting alone: {OPENS}", variable.place, REMEDY)


RULES = (client_key_administers,)
