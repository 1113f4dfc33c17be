"""What a user can set, and the one function that says what wins."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from orbitcfg.diagnostics import Severity

ENVIRONMENT = {"ORBITCFG_FORMAT": "format", "ORBITCFG_COLOR": "color"}
"""The only environment variables that set anything, besides NO_COLOR."""

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that changes what orbitcfg says or how.

    `select` and `ignore` are codes or their beginnings (`ORB1`); nothing selected means all.
    `fail_on` None: findings never fail. `env_files` None: look for `.env` as ORBIT does. `no_env`: neither file nor process.
    """

    format: str | None = None
    color: str = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    env_files: tuple[str, ...] | None = None
    no_env: bool = False
    strict_env: bool = False
    schemas: tuple[str, ...] = ()
    verbose: bool = False
    quiet: bool = False

    def selects(self, code: str) -> bool:
        """Whether findings of this code are wanted."""
        chosen = not self.select or code.startswith(self.select)
        return chosen and not (self.ignore and code.startswith(self.ignore))


def merged(environment: Mapping[str, str], flags: Mapping[str, Any]) -> Settings:
    """Defaults, overridden by the environment, overridden by flags; a flag that is None was not given."""
    values: dict[str, Any] = {name: environment[variable] for variable, name in ENVIRONMENT.items() if environment.get(variable)}
    if environment.get("NO_COLOR") and "color" not in values:
        values["color"] = "never"
    known = {field.name for field in fields(Settings)}
    values.update({name: value for name, value in flags.items() if value is not None and name in known})
    return replace(Settings(), **values)
