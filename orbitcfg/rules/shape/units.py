"""Numbers in seconds where ORBIT counts in milliseconds, and the reverse."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, Scalar
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.shape._dead import below_dead

_LEAST_MS = 1000
"""No answer of a model, and hardly one of a database, is to be had in less than a second's time."""

_MOST_S = 10_000
"""Nobody waits longer than this, some three hours."""


@rule("ORB308", consequence=Consequence.DIFFERENT)
def time_in_another_unit(config: Config) -> Iterator[Finding]:
    """A time limit is given in seconds where ORBIT counts in milliseconds, or in milliseconds where it counts in seconds.

    `timeout.total: 120` is 0.12 seconds, in which no request is answered; a number below zero ends each at once, and 0 sets no limit. With `timeout: 30000` in seconds ORBIT waits for more than eight hours.

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2:3b", timeout: {total: 120}}}
    ```

    ```yaml bad
    mcp_clients: {enabled: true, tool_timeout: 30000, servers: [{name: files, command: mcp-files}]}
    ```

    ```yaml good
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2:3b", timeout: {total: 120000}}}
    ```
    """
    for path, node, row, _ in config.rows_with("unit"):
        value = node.value if isinstance(node, Scalar) and row.effect is None and row.spec.unit else None
        if isinstance(value, int | float) and not isinstance(value, bool) and not below_dead(config, path):
            finding = _in_seconds(path, value) if row.spec.unit == "ms" else _in_milliseconds(path, value)
            if finding is not None:
                yield finding


def _in_seconds(path: KeyPath, value: float) -> Finding | None:
    if value == 0 or value >= _LEAST_MS:
        return None
    fact = f"`{path[-1]}` is in milliseconds: {value:g} is {value / 1000:g} s, so every request that takes longer is given up"
    return Finding(
        fact if value > 0 else f"`{path[-1]}` is {value:g}, so that every request is given up at once",
        path,
        f"write `{value * 1000:.0f}`" if value > 0 else "write a number of milliseconds, or 0 for no limit",
        value=True,
        consequence=Consequence.ADAPTER_FAILS,
        depends_on="how quickly the server answers",
    )


def _in_milliseconds(path: KeyPath, value: float) -> Finding | None:
    if value < _MOST_S or value % 1000:
        return None
    return Finding(f"`{path[-1]}` is in seconds: {value} is {value / 3600:.1f} hours", path, f"write `{value / 1000:.0f}`", value=True)


RULES = (time_in_another_unit,)
