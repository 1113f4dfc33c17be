"""Variables that are unset, undeclared, or still hold an example's value."""

import re
from collections.abc import Iterator

from orbitcfg.compile.interpolate import secrets_backend
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.masking.names import is_secret_name
from orbitcfg.project.config import Config
from orbitcfg.project.variables import VariableUse, needed_and_unset, unset_and_ending_start, unset_variables
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._needed import or_remove_line
from orbitcfg.rules._rule import rule

_SHOWN = 3
"""Names that a message shows."""


def _unset_and_needed(config: Config) -> Iterator[Finding]:
    if config.strict_env:
        yield from (_needed(config, name, uses) for name, uses in needed_and_unset(config).items())


@rule("ORB201", consequence=Consequence.HYGIENE, severity=Severity.INFO, graver=_unset_and_needed)
def unset_variable(config: Config) -> Iterator[Finding]:
    """A variable without a default is not set here.

    ORBIT puts empty text in its place and logs a warning. Where orbitcfg runs, the variable may rightly be missing, so all of them are
    shown in one line, those without which ORBIT does not start first. With `--strict-env` each one that somebody needs is an error of its own: an
    adapter that is on, or ORBIT itself. What is switched off, or belongs to an alternative that is not chosen, needs none.

    ```yaml bad
    messages:
      collection_not_found: ${WELCOME_TEXT}
    ```

    ```yaml good
    messages:
      collection_not_found: ${WELCOME_TEXT:-hello}
    ```
    """
    if config.strict_env:
        yield from _unset_and_needed(config)
        return
    ending = tuple(filter(_is_name, unset_and_ending_start(config)))
    unset = tuple(dict.fromkeys((*ending, *unset_variables(config))))
    if unset:
        shown = [f"`{name}`" + (", without which ORBIT does not start" if name in ending else "") for name in unset[: max(_SHOWN, len(ending))]]
        count = "one variable is" if len(unset) == 1 else f"{len(unset)} variables are"
        more = " …" if len(unset) > len(shown) else ""
        yield Finding(
            f"{count} not set here: {'; '.join(shown) if ending else ', '.join(shown)}{more}",
            None,
            "run `orbitcfg validate --strict-env` where ORBIT's environment is known",
        )


def _needed(config: Config, name: str, uses: list[VariableUse]) -> Finding:
    """One finding for all uses of a variable, at the first that the most depends on."""
    first = next((use for use in uses if not use.demand.by), uses[0])
    keys = tuple(dict.fromkeys(key for use in uses for key in use.demand.by))
    chain = f"through `{config.format_path(first.demand.through[0])}`" if first.demand.through else f"for `{config.format_path(first.path)}`"
    return Finding(
        f"`{name}` is not set, and {_who(keys if first.demand.by else ())} it ({chain})",
        first.span,
        f"set `{name}`" if first.by_orbit else f"set `{name}`, or write a default: `${{{name}:-…}}`",
        key=first.path,
        severity=Severity.ERROR,
        # who says what follows there says all
        blames=first.path,
        demanded=True,
        affects=tuple(map(str, keys)) if first.demand.by else None,
    )


def _who(keys: tuple[AdapterKey, ...]) -> str:
    """Who needs something, with the verb: adapters, and where none does, what clients of such may choose."""
    if not keys:
        return "ORBIT itself needs"
    chosen = all(key.entry is not None for key in keys)
    names = tuple(dict.fromkeys(key.label for key in keys if chosen or key.entry is None))
    listed = ", ".join(f"`{name}`" for name in names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    if chosen:
        return f"a model that clients of {listed} may choose needs" if len(keys) == 1 else f"models that clients of {listed} may choose need"
    return f"adapter {listed} needs" if len(names) == 1 else f"adapters {listed} need"


@rule("ORB205", consequence=Consequence.ADAPTER_FAILS, counted="values left over from an example")
def example_value(config: Config) -> Iterator[Finding]:
    """A value is still the one of an example, such as `your-key`.

    It is not empty, so ORBIT takes it for right; the vendor answers with 401 at the first request. In something disabled it is info.

    ```yaml bad
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: your-key, model: gpt-5.4-mini}}
    ```

    ```yaml good
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    ```
    """
    for path, node, _, row in config.texts_where(lambda key, text: _is_example(text) or (is_secret_name(key) and _is_example_of_secret(text))):
        # of what ORBIT does not read at all another rule tells
        if row is not None and _is_given(path) and config.demand.of(path).is_demanded:
            filled = " (from a variable)" if node.steps else ""
            yield Finding(
                f"`{path[-1]}` is still an example's value{filled}",
                path,
                f"give the real value{or_remove_line(config, path)}",
                value=True,
                # the first administrator is made with it
                consequence=Consequence.EXPOSED if path[0] == "auth" else None,
                depends_on="" if path[0] == "auth" else "the server's answer to it",
            )


@rule("ORB206", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="variables missing from `env.example`")
def undeclared_variable(config: Config) -> Iterator[Finding]:
    """A variable is missing from the repository's `env.example`.

    Who sets the repository up from that file will not know that it is needed.

    ```yaml bad
    # file: env.example
    OTHER=1
    # file: config/example.yaml
    messages: {collection_not_found: "${WELCOME_TEXT:-hello}"}
    ```

    ```yaml good
    # file: env.example
    WELCOME_TEXT=hello
    # file: config/example.yaml
    messages: {collection_not_found: "${WELCOME_TEXT:-hello}"}
    ```
    """
    if config.declared_variables is None:
        return
    seen: set[str] = set()
    for event in config.events_of(PlaceholderUsed):
        name = event.substitution.name
        if _is_name(name) and name not in config.declared_variables and name not in seen:
            seen.add(name)
            yield Finding(f"`{name}` is not in `env.example`", event.span, f"add a line `{name}=` to `env.example`", key=event.path)


@rule("ORB213", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def secrets_backend_not_asked(config: Config) -> Iterator[Finding]:
    """A secrets backend is set, and orbitcfg does not ask it.

    ORBIT takes a variable from the backend first, then from the environment. orbitcfg touches no network, so it takes
    every variable for unknown.

    ```yaml bad
    secrets_management: {provider: aws}
    ```

    ```yaml good
    secrets_management: {provider: env}
    ```
    """
    backend = secrets_backend(config.tree)
    if backend:
        yield Finding(
            f"variables may come from the secrets backend `{backend}`, which is not asked",
            ("secrets_management", "provider"),
            "check the variables where ORBIT runs",
        )


def _is_name(name: str) -> bool:
    """Whether a shell can set a variable of this name."""
    return name.isascii() and name.isidentifier()


_EXAMPLE = (
    r"<?(?:your|change|replace|insert|enter|put)[-_ ].*>?|.*[-_](?:here|changeme)|changeme|replace[-_]?me|fill[-_]?me(?:[-_]in)?|placeholder"
    r"|<(?!https?:)[^<>]+>|(?:[a-z]{1,8}[-_]){0,3}x{3,}(?:-x{3,})*|todo|fixme|.*your[-_](?:api[-_])?key.*"
)
"""Of a text in small letters."""

_BEGINNINGS = ("<", "change", "replace", "insert", "enter", "put", "fill", "placeholder", "todo", "fixme")
_ENDS = ("here", "changeme", "xxx")
"""Every value of an example begins or ends with one of these, or has `your` in it."""

_MY_KEY = r"<?my[-_ ].*>?"


def _is_example(text: str) -> bool:
    """Whether a text is what examples and templates hold in the place of a value."""
    folded = text.casefold()
    is_likely = folded.startswith(_BEGINNINGS) or folded.endswith(_ENDS) or "your" in folded
    return is_likely and re.fullmatch(_EXAMPLE, folded) is not None


def _is_example_of_secret(text: str) -> bool:
    """Whether a secret is one of an example, `my-key`: elsewhere people do name things so."""
    folded = text.casefold()
    return "my" in folded and re.fullmatch(_MY_KEY, folded) is not None


def _is_given(path: KeyPath) -> bool:
    """Whether the path leads to a setting that someone must fill in: text for people is none."""
    return (
        isinstance(path[-1], str)
        and path[-1] != "name"
        and not any(word in path[-1] for word in ("prompt", "description", "message", "text", "label"))
    )


RULES = (unset_variable, example_value, undeclared_variable, secrets_backend_not_asked)
