"""What a user can set, and the one function that says what wins."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from orbitcfg.dataclass import dataclass, field, fields, replace
from orbitcfg.errors import ExitStatus
from orbitcfg.release import OrbitChoice
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity

ENVIRONMENT = {"ORBITCFG_FORMAT": "format", "ORBITCFG_COLOR": "color"}
"""The only environment variables that set anything, besides NO_COLOR."""

BUILD_SERVERS = {"GITHUB_ACTIONS": "github", "GITLAB_CI": "gitlab"}
"""The variables that are `true` in a job of a build server, and the format of findings that it reads."""

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Policy:
    """Which findings are wanted, how bad they are, and from where on they fail a command; each field as in `Settings`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity | None = Severity.ERROR

    def selects(self, code: str) -> bool:
        """Whether findings of this code are wanted."""
        selected = not self.select or code.startswith(self.select)
        return selected and not (self.ignore and code.startswith(self.ignore))

    def regraded(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings with the severities that the user gave them."""
        if not self.severity:
            return tuple(diagnostics)
        return tuple(map(self._regraded, diagnostics))

    def grades(self, code: str) -> bool:
        """Whether the user gave findings of this code another severity."""
        return code.startswith(tuple(self.severity))

    def status(self, report: Report) -> ExitStatus:
        """How a command with this report ends; a fault inside orbitcfg counts more than findings."""
        if report.crashed:
            return ExitStatus.FAULT
        return ExitStatus.FINDINGS if report.fails(self.fail_on) else ExitStatus.OK

    def _regraded(self, diagnostic: Diagnostic) -> Diagnostic:
        cause = None if diagnostic.cause is None else self._regraded(diagnostic.cause)
        return replace(diagnostic, severity=self._severity_of(diagnostic), cause=cause)

    def _severity_of(self, diagnostic: Diagnostic) -> Severity:
        fitting = [code for code in self.severity if diagnostic.code.startswith(code)]
        return self.severity[max(fitting, key=len)] if fitting else diagnostic.severity


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that changes what orbitcfg finds and how it is shown. Commands split it up: no room below them sees the whole."""

    format: str | None = None
    """How the result is printed; None: the command's usual format."""
    server_format: str | None = None
    """How findings are printed where nothing is said: as the build server reads them in whose job the command runs; None outside of one."""
    color: str = "auto"
    """When there is colour: auto, always, never."""
    select: tuple[str, ...] = ()
    """Codes of the rules that are wanted, or their beginnings (`ORB1`); none means all."""
    ignore: tuple[str, ...] = ()
    """Codes, or their beginnings, of the rules that are not."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """Another severity for a code or a beginning of codes; the longest counts."""
    roots: tuple[str, ...] = ()
    """What is looked at where no path is given."""
    unreachable: tuple[str, ...] = ()
    """Patterns for files that nothing need import."""
    fail_on: Severity | None = Severity.ERROR
    """The severity from which on a command fails; None: findings never fail."""
    env_files: tuple[str, ...] | None = None
    """Files of variables; None: the `.env` that ORBIT would find."""
    no_env: bool = False
    """Neither an env file nor the process's environment."""
    strict_env: bool = False
    """An unset variable that something enabled needs is an error."""
    schemas: tuple[str, ...] = ()
    """Schema files that add to the catalogue of what ORBIT reads."""
    orbit: OrbitChoice | None = None
    """The ORBIT that is meant; None: the one that lies beside the configuration, else the newest known."""
    every: bool = False
    """The files that adapters name are read for those that are off, too."""
    verbose: bool = False
    """Findings of severity info are shown one by one."""

    @property
    def policy(self) -> Policy:
        """What of it decides on findings."""
        return Policy(self.select, self.ignore, self.severity, self.fail_on)


def threshold(name: str) -> Severity | None:
    """The severity of this name; None for `never`."""
    return None if name == NEVER else Severity[name.upper()]


def merge_settings(environment: Mapping[str, str], flags: Mapping[str, Any], file: Mapping[str, Any] = MappingProxyType({})) -> Settings:
    """What wins: defaults < settings file < environment < flags; a flag that is None was not given.

    `file` is what `settings.file.values` gives. `fail_on` is a word in all of them.
    """
    values: dict[str, Any] = dict(file)
    values.update({name: environment[variable] for variable, name in ENVIRONMENT.items() if environment.get(variable)})
    values["server_format"] = next((name for variable, name in BUILD_SERVERS.items() if environment.get(variable) == "true"), None)
    # whatever its value is (no-color.org)
    if environment.get("NO_COLOR") and not environment.get("ORBITCFG_COLOR"):
        values["color"] = "never"
    known = {each.name for each in fields(Settings)}
    values.update({name: value for name, value in flags.items() if value is not None and name in known})
    if "fail_on" in values:
        values["fail_on"] = threshold(values["fail_on"])
    if "severity" in values:
        values["severity"] = {code: Severity[level.upper()] for code, level in values["severity"].items()}
    return replace(Settings(), **values)
