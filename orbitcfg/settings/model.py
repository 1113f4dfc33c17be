"""What a user can set, and the one function that says what wins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from orbitcfg.report.diagnostics import Diagnostic, Severity

ENVIRONMENT = {"ORBITCFG_FORMAT": "format", "ORBITCFG_COLOR": "color"}
"""The only environment variables that set anything, besides NO_COLOR."""

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that changes what orbitcfg says or how.

    `select` and `ignore` are codes or their beginnings (`ORB1`); nothing selected means all.
    `severity` has another severity for a code or a beginning of codes; the longest counts. `roots` are what is looked at where no path
    is given, `unreachable` patterns for files that nothing need import.
    `fail_on` None: findings never fail. `env_files` None: look for `.env` as ORBIT does. `no_env`: neither file nor process.
    """

    format: str | None = None
    color: str = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    roots: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    env_files: tuple[str, ...] | None = None
    no_env: bool = False
    strict_env: bool = False
    schemas: tuple[str, ...] = ()
    verbose: bool = False

    def selects(self, code: str) -> bool:
        """Whether findings of this code are wanted."""
        chosen = not self.select or code.startswith(self.select)
        return chosen and not (self.ignore and code.startswith(self.ignore))

    def regraded(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings with the severities that the user gave them."""
        if not self.severity:
            return tuple(diagnostics)
        return tuple(replace(each, severity=self._severity_of(each)) for each in diagnostics)

    def _severity_of(self, diagnostic: Diagnostic) -> Severity:
        fitting = [code for code in self.severity if diagnostic.code.startswith(code)]
        return self.severity[max(fitting, key=len)] if fitting else diagnostic.severity


def threshold(name: str) -> Severity | None:
    """The severity of this name; None for `never`."""
    return None if name == NEVER else Severity[name.upper()]


def merged(environment: Mapping[str, str], flags: Mapping[str, Any], file: Mapping[str, Any] = MappingProxyType({})) -> Settings:
    """What wins: defaults < settings file < environment < flags; a flag that is None was not given.

    `file` is what `settings_file.values` gives. `fail_on` is a word in all of them.
    """
    values: dict[str, Any] = dict(file)
    values.update({name: environment[variable] for variable, name in ENVIRONMENT.items() if environment.get(variable)})
    if environment.get("NO_COLOR") and not environment.get("ORBITCFG_COLOR"):
        values["color"] = "never"
    known = {field.name for field in fields(Settings)}
    values.update({name: value for name, value in flags.items() if value is not None and name in known})
    if "fail_on" in values:
        values["fail_on"] = threshold(values["fail_on"])
    if "severity" in values:
        values["severity"] = {code: Severity[level.upper()] for code, level in values["severity"].items()}
    return replace(Settings(), **values)
