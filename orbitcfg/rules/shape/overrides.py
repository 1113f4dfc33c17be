"""What an adapter sets over its provider's block."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_PARAMETERS = ("temperature", "top_p", "max_tokens")
"""Parameters of a generation that an adapter may set over its provider's."""


@rule("ORB307", consequence=Consequence.DIFFERENT)
def override_out_of_range(config: Config) -> Iterator[Finding]:
    """An adapter sets a parameter outside of what its provider takes.

    The value goes to the server in place of the provider's own, and is refused there, or does something else than is meant.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, temperature: 3.0}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, temperature: 0.3}]
    ```
    """
    default = value_at(config.tree, ("general", "inference_provider"))
    for adapter in config.adapters:
        if adapter.is_on:
            provider = adapter.text("inference_provider") or default
            yield from (finding for name in _PARAMETERS if (finding := _finding(config, (*adapter.path, name), provider)))


def _finding(config: Config, path: KeyPath, provider: object) -> Finding | None:
    value = value_at(config.tree, path)
    row = config.catalog.at(config.tree, ("inference", provider, path[-1])) if isinstance(provider, str) else None
    if row is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    least, most = row.schema.get("minimum"), row.schema.get("maximum")
    if least is not None and value < least:
        limit = f"at least {least}"
    elif most is not None and value > most:
        limit = f"at most {most}"
    else:
        return None
    return Finding(f"`{path[-1]}` is {value}, and `{provider}` takes {limit}", path, f"write a number of {limit}", value=True)


RULES = (override_out_of_range,)
