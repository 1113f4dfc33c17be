"""Placeholders that ORBIT reads otherwise than they look, or not at all."""

import re
from collections.abc import Iterator

from orbitcfg.catalog.specs import ProviderSpec
from orbitcfg.document.events import PlaceholderIgnored, PlaceholderUnclosed, PlaceholderUsed
from orbitcfg.document.tree import Interpolated, KeyPath, at
from orbitcfg.masking.names import MASK, is_secret_name
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._placeholders import foreign_placeholder, is_for_people, is_of_store, prefixed_name, variable_of
from orbitcfg.rules._rule import rule

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
        problem, escape = _problem(config, event), _escape(config, event)
        if problem:
            message, help_text = problem
            yield Finding(message, event.span, help_text, key=event.path)
        elif escape:
            yield Finding(
                f"`{escape}` before `${{` escapes nothing: ORBIT fills the placeholder, and `{escape}` stays before the value",
                event.span._replace(start=event.span.start - 1),
                f"write `{event.span.text}`",
                key=event.path,
            )
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
    for path, node, text, row in config.texts_where(lambda _key, text: foreign_placeholder(text) is not None):
        if node.steps or _expanded(path) or is_for_people(path):
            continue
        foreign = foreign_placeholder(text)
        if foreign is None:
            continue
        provider = _provider(config, path) if row is not None and config.demand.of(path).is_demanded else None
        is_key = provider is not None and path[-1] == provider.api_key.key
        is_address = provider is not None and path[-1] in provider.url.keys
        yield Finding(
            f"`{config.format_path(path) if isinstance(path[-1], int) else path[-1]}` is {foreign.what}, which ORBIT does not fill: it stays this very text",
            path,
            f"write `${{{foreign.name or variable_of(config, path)}}}`" + ("" if foreign.name else ", and set that variable"),
            value=True,
            consequence=Consequence.ADAPTER_FAILS if is_key or is_address else None,
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


def _problem(config: Config, event: PlaceholderUsed) -> tuple[str, str] | None:
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
    if is_of_store(name):
        return (
            "ORBIT asks no secret store here: it looks for a variable of this very name",
            f"write `${{{variable_of(config, event.path)}}}`, and set that variable",
        )
    meant = prefixed_name(name)
    if meant:
        return f"ORBIT takes all of `{name}` for a name, and no variable is called so", f"write `${{{meant}}}`"
    # most are no more than a name
    shell = None if name.isidentifier() else re.fullmatch(r"(?P<name>[A-Za-z_]\w*)(?P<operator>:?[-?+=]|[#%/^,@!|*]|:)(?P<rest>.*)", name, re.DOTALL)
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
    words = name.split()
    if words != [name]:
        return f"the blanks belong to the name: no variable is called `{name}`", f"write `${{{'_'.join(words) or 'NAME'}}}`"
    return None


def _escape(config: Config, event: PlaceholderUsed) -> str:
    """The sign before a placeholder that is all the rest of a text, by which others keep one from being filled; empty where there is none."""
    node = at(config.tree, event.path)
    filled = next((step for step in node.steps if isinstance(step, Interpolated)), None) if node is not None else None
    if filled is None or filled.template[:2] not in ("$$", "\\$") or not isinstance(event.path[-1], str) or is_for_people(event.path):
        return ""
    found = re.fullmatch(r"(\$|\\)\$\{[^{}]*\}", filled.template)
    return found[1] if found else ""


def _expanded(path: KeyPath) -> bool:
    return path[0] == "mcp_clients" and any(key in _EXPANDED_BY_MCP for key in path)


def _provider(config: Config, path: KeyPath) -> ProviderSpec | None:
    """What is known of the provider in whose block a key stands."""
    holder = config.catalog.at(config.tree, path[:-1])
    return holder.provider if holder is not None else None


RULES = (malformed_placeholder, placeholder_of_another_system, placeholder_not_filled)
