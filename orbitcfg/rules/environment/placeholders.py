"""Placeholders that ORBIT reads otherwise than they look, or not at all."""

import re
from collections.abc import Iterator

from orbitcfg.document.events import PlaceholderIgnored, PlaceholderUnclosed, PlaceholderUsed
from orbitcfg.document.tree import KeyPath, Scalar
from orbitcfg.masking.names import MASK, is_secret_name
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._placeholders import foreign_placeholder, is_for_people, prefixed_name, variable_of
from orbitcfg.rules._rule import rule

_SHELL_FORM = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<operator>:?[-?+=]|[#%/^,@]|:)(?P<rest>.*)", re.DOTALL)
_MARKS = re.compile(r"[$%{@#/:(_<]|env", re.IGNORECASE)
"""What every placeholder holds, so that most texts are passed over quickly."""

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
def placeholder_of_another_system(config: Config) -> Iterator[Finding]:
    """A value is a placeholder of another system, such as `$NAME`, which ORBIT leaves as it is.

    Only `${NAME}` and `${NAME:-default}` are filled: not `$NAME`, `%NAME%`, `{{ NAME }}`, `os.environ/NAME`, nor the address of a secret in a store. As an API key the text itself is sent,
    unless the provider's own variable is set, which beats it for most vendors. (In `env` and `headers` of an MCP server `$NAME` works as well.)

    ```yaml bad
    general:
      inference_provider: shimmy
      host: $ORBIT_HOST
    ```

    ```yaml bad
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: os.environ/OPENAI_API_KEY, model: gpt-5.4-mini}}
    ```

    ```yaml good
    general:
      inference_provider: shimmy
      host: ${ORBIT_HOST:-0.0.0.0}
    ```
    """
    for path, node, row, _ in config.rows:
        text = node.value if isinstance(node, Scalar) and not node.origin.steps else None
        if not isinstance(text, str) or not _MARKS.search(text) or _expanded(path) or is_for_people(path):
            continue
        foreign = foreign_placeholder(text)
        if foreign is None:
            continue
        is_key = row is not None and config.demand.of(path).is_demanded and _is_api_key(config, path)
        yield Finding(
            f"`{config.format_path(path) if isinstance(path[-1], int) else path[-1]}` is {foreign.what}, which ORBIT does not fill: it stays this very text",
            path,
            f"write `${{{foreign.name or variable_of(path)}}}`" + ("" if foreign.name else ", and set that variable to the secret"),
            value=True,
            consequence=Consequence.ADAPTER_FAILS if is_key else None,
            depends_on="the server's answer to it" if is_key else "",
        )


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
        inner = name.strip("{} ")
        return (
            f"ORBIT knows no doubled braces: it looks for a variable `{name}` and leaves a `}}`",
            f"write `${{{prefixed_name(inner) or inner}}}`",
        )
    if "${" in name:
        return f"a `${{` is not closed, so ORBIT looks for a variable `{name}`", "close it with `}`"
    meant = prefixed_name(name)
    if meant:
        return f"ORBIT takes all of `{name}` for a name, and no variable is called so", f"write `${{{meant}}}`"
    shell = _SHELL_FORM.fullmatch(name)
    if shell:
        is_default = shell["operator"] in ("-", ":=", "=", ":")
        # a default where a secret belongs is one
        is_secret = any(is_secret_name(each) for each in (*event.path[-1:], shell["name"]))
        rest = MASK if is_default and shell["rest"] and is_secret else shell["rest"]
        with_default = f"`${{{shell['name']}:-{rest if is_default else '<default>'}}}` or "
        return (
            f"ORBIT takes all of `${{{shell['name']}{shell['operator']}{rest}}}` for a name, and no variable is called so",
            f"write {'' if is_secret else with_default}`${{{shell['name']}}}`",
        )
    if name != name.strip() or not name or re.search(r"\s", name):
        return f"the blanks belong to the name: no variable is called `{name}`", f"write `${{{name.strip() or 'NAME'}}}`"
    return None


def _expanded(path: KeyPath) -> bool:
    return path[0] == "mcp_clients" and any(key in _EXPANDED_BY_MCP for key in path)


def _is_api_key(config: Config, path: KeyPath) -> bool:
    holder = config.catalog.at(config.tree, path[:-1])
    return holder is not None and path[-1] == holder.provider.api_key.key


RULES = (malformed_placeholder, placeholder_of_another_system, placeholder_not_filled)
