"""Values of the `.env` that are not what is written there. Neither the one nor the other is ever shown."""

import re
from collections.abc import Iterator

from orbitcfg.compile.environment import Environment, EnvVariable
from orbitcfg.document.source import Span
from orbitcfg.masking.names import is_secret_name
from orbitcfg.project.config import Config
from orbitcfg.project.variables import variable_uses
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_ESCAPED = {
    "a": "a bell",
    "b": "a backspace",
    "f": "a form feed",
    "n": "a line feed",
    "r": "a carriage return",
    "t": "a tab",
    "v": "a vertical tab",
}
_PEM = "-----BEGIN"


@rule("ORB215", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="values of the `.env` that are not what is written")
def env_value_not_as_written(config: Config) -> Iterator[Finding]:
    r"""A value in the `.env` is not what is written there.

    python-dotenv, with which ORBIT reads it, ends a value without quotes before a blank with `#` behind it. In double quotes it takes `\n`, `\t` and the like for the characters
    that they stand for, so that a path on Windows breaks. In all values, also in single quotes, it fills `${NAME}`, with nothing where that is not set, and never `$NAME`. Of a variable that the
    configuration does not use it is info.

    ```yaml bad
    # file: .env
    ORBIT_DEFAULT_ADMIN_PASSWORD=summer #2026
    # file: config/example.yaml
    auth: {default_admin_password: "${ORBIT_DEFAULT_ADMIN_PASSWORD}"}
    ```

    ```yaml bad
    # file: .env
    FOLDER="C:\new\tables"
    # file: config/example.yaml
    files: {storage_root: "${FOLDER}"}
    ```

    ```yaml good
    # file: .env
    ORBIT_DEFAULT_ADMIN_PASSWORD='summer #2026'  # quoted
    # file: config/example.yaml
    auth: {default_admin_password: "${ORBIT_DEFAULT_ADMIN_PASSWORD}"}
    ```
    """
    if all(variable.place is None for variable in config.environment.variables.values()):
        return
    used = {use.name for use in variable_uses(config)}
    for name, variable in config.environment.variables.items():
        match = re.match(r"[^=]*=[^\S\r\n]*(.*)", variable.place.text, re.DOTALL) if variable.place is not None else None
        for message, remedy in _changes(config.environment, name, variable, match[1]) if match else ():
            yield Finding(message, variable.place, remedy, severity=None if name in used else Severity.INFO)


def _changes(environment: Environment, name: str, variable: EnvVariable, written: str) -> Iterator[tuple[str, str]]:
    """What python-dotenv makes another value of, each with what to do about it; `written` is what stands behind the `=`."""
    # a comment that people mean has a blank behind its mark
    if written[:1] not in ("'", '"') and re.search(r"\s#[^\s#]", written):
        yield f"`{name}` ends before ` #`: what follows is a comment", "put the whole value in single quotes"
    escapes = [each for each in re.findall(r"\\(.)", written, re.DOTALL) if each in _ESCAPED] if written[:1] == '"' else []
    if escapes and (re.match(r"\"(?:[A-Za-z]:|\.{0,2})\\", written) or (is_secret_name(name) and _PEM not in written)):
        listed = " and ".join(f"`\\{each}` is {_ESCAPED[each]}" for each in dict.fromkeys(escapes))
        yield f"in double quotes {listed}, so `{name}` is not what is written", "put the value in single quotes"
    for inner in dict.fromkeys(re.findall(r"\$\{([^}:$]*+)\}", written)):
        if not _is_set_before(environment, inner, variable.place):
            yield (
                f"`${{{inner}}}` in the value of `{name}` is filled with nothing: `{inner}` is not set",
                (f"set `{inner}` further up, or set `{name}` where ORBIT is started if it holds `${{` itself"),
            )
    for inner in dict.fromkeys(re.findall(r"\$([A-Z][A-Z0-9_]{2,})\b", written)):
        if environment[inner] is not None:
            yield f"`${inner}` in the value of `{name}` is not filled", f"write `${{{inner}}}`"


def _is_set_before(environment: Environment, name: str, place: Span | None) -> bool:
    """Whether a variable has a value by the time that a line is read."""
    variable = environment[name]
    if variable is None or place is None or variable.place is None or variable.place.source is not place.source:
        return variable is not None
    return variable.place.start < place.start


RULES = (env_value_not_as_written,)
