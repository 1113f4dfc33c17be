"""Placeholders that ORBIT reads otherwise than they look, or not at all."""

import re
from collections.abc import Iterator

from orbitcfg.document.events import DollarName, PlaceholderIgnored, PlaceholderUnclosed, PlaceholderUsed
from orbitcfg.document.tree import KeyPath
from orbitcfg.masking.names import MASK, is_secret_name
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_SHELL_FORM = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<operator>:?[-?+=]|[#%/^,@]|:)(?P<rest>.*)", re.DOTALL)
_EXPANDED_BY_MCP = ("env", "headers")
"""Under these keys of an MCP server, ORBIT expands `$NAME` itself."""


@rule("ORB202", consequence=Consequence.MISLEADS)
def malformed_placeholder(config: Config) -> Iterator[Finding]:
    """A placeholder has a form that ORBIT does not know.

    ORBIT knows `${NAME}` and `${NAME:-default}`. Everything up to the first `}` is the name: `${A:-${B}}` gives the text `${B}`,
    and the shell's `${X-d}`, `${X:?m}`, `${X:+a}`, `${X:=d}` look up variables of just these names, which are never set.

    ```yaml bad
    messages:
      collection_not_found: ${WELCOME:?must be set}
    ```

    ```yaml bad
    messages:
      collection_not_found: "${WELCOME"
    ```

    ```yaml bad
    messages:
      collection_not_found: "${{WELCOME}}"
    ```

    ```yaml good
    messages:
      collection_not_found: ${WELCOME:-hello}
    ```
    """
    for event in config.events_of(PlaceholderUsed):
        problem = _problem(event)
        if problem:
            message, help_text = problem
            yield Finding(message, event.span, help_text, key=event.path)
    for unclosed in config.events_of(PlaceholderUnclosed):
        yield Finding("a `${` is not closed, so the text stays as it is", unclosed.span, "close it with `}`", key=unclosed.path)


@rule("ORB203", consequence=Consequence.DIFFERENT)
def dollar_name(config: Config) -> Iterator[Finding]:
    """A value is `$NAME`, which ORBIT leaves as it is.

    Only `${NAME}` is filled. (In `env` and `headers` of an MCP server `$NAME` works as well.)

    ```yaml bad
    general:
      inference_provider: shimmy
      host: $ORBIT_HOST
    ```

    ```yaml good
    general:
      inference_provider: shimmy
      host: ${ORBIT_HOST:-0.0.0.0}
    ```
    """
    for event in config.events_of(DollarName):
        if not _expanded(event.path):
            yield Finding(f"`${event.name}` is not filled: it stays this very text", event.path, f"write `${{{event.name}}}`", value=True)


@rule("ORB204", consequence=Consequence.DIFFERENT)
def placeholder_not_filled(config: Config) -> Iterator[Finding]:
    """A placeholder stands where ORBIT never looks: in a key, or in a list inside a list.

    It stays in the configuration as it is written.

    ```yaml bad
    sounds:
      ${NAME}: {}
    ```

    ```yaml good
    messages:
      collection_not_found: ${WELCOME:-hello}
    ```
    """
    for event in config.events_of(PlaceholderIgnored):
        where = "in a key" if event.in_key else "in a list inside a list"
        help_text = "write the key out" if event.in_key else "put the text into a mapping or into a list of its own"
        yield Finding(f"a placeholder {where} is never filled", event.span, help_text, key=event.path)


def _problem(event: PlaceholderUsed) -> tuple[str, str] | None:
    """What is wrong with a placeholder, and what to write; None where nothing is."""
    name = event.substitution.name
    if event.default is not None and "${" in event.default:
        return (
            f"a default cannot hold a placeholder: what ORBIT reads of `{name}` ends at the first `}}`",
            f"write a plain default: `${{{name}:-<default>}}`",
        )
    if name.startswith("{"):
        return (
            f"ORBIT knows no doubled braces: it looks for a variable `{name}` and leaves a `}}`",
            f"write `${{{name.strip('{} ')}}}`",
        )
    if "${" in name:
        return f"a `${{` is not closed, so ORBIT looks for a variable `{name}`", "close it with `}`"
    shell = _SHELL_FORM.fullmatch(name)
    if shell:
        is_default = shell["operator"] in ("-", ":=", "=", ":")
        # a default where a secret belongs is one
        rest = MASK if is_default and shell["rest"] and any(is_secret_name(each) for each in (*event.path[-1:], shell["name"])) else shell["rest"]
        default = rest if is_default else "<default>"
        return (
            f"ORBIT takes all of `${{{shell['name']}{shell['operator']}{rest}}}` for a name, and no variable is called so",
            f"write `${{{shell['name']}:-{default}}}` or `${{{shell['name']}}}`",
        )
    if name != name.strip() or not name or re.search(r"\s", name):
        return f"the blanks belong to the name: no variable is called `{name}`", f"write `${{{name.strip() or 'NAME'}}}`"
    return None


def _expanded(path: KeyPath) -> bool:
    return path[0] == "mcp_clients" and any(key in _EXPANDED_BY_MCP for key in path)


RULES = (malformed_placeholder, dollar_name, placeholder_not_filled)
