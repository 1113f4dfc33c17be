"""The compiler and the doctor for ORBIT configurations.

    >>> import orbitcfg
    >>> report = orbitcfg.validate("examples/shimmy")
    >>> orbitcfg.resolve("examples/shimmy").value["general"]["inference_provider"]
    'shimmy'

One function a command, and the types of what they give: this is the whole public API, and each name is imported at its first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from orbitcfg.version import __version__

if TYPE_CHECKING:
    from orbitcfg.commands.diff.command import diff
    from orbitcfg.commands.diff.difference import Difference
    from orbitcfg.commands.doctor.checkup import Checkup
    from orbitcfg.commands.doctor.command import doctor
    from orbitcfg.commands.doctor.request import Request
    from orbitcfg.commands.env.command import env, write_example
    from orbitcfg.commands.models import models
    from orbitcfg.commands.providers.command import providers
    from orbitcfg.commands.providers.usage import Usage
    from orbitcfg.commands.resolve import Resolution, resolve
    from orbitcfg.commands.rule import rules
    from orbitcfg.commands.schema import schema
    from orbitcfg.commands.smoke import smoke
    from orbitcfg.commands.validate import plan_fixes, validate, write_fixes
    from orbitcfg.commands.why import Explanation, key_paths, why
    from orbitcfg.edit.fixer import FixResult
    from orbitcfg.errors import UsageError
    from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
    from orbitcfg.settings.model import Settings

_HOMES = {
    "Checkup": "commands.doctor.checkup",
    "Diagnostic": "report.diagnostics",
    "Difference": "commands.diff.difference",
    "Explanation": "commands.why",
    "FixResult": "edit.fixer",
    "Report": "report.diagnostics",
    "Request": "commands.doctor.request",
    "Resolution": "commands.resolve",
    "Settings": "settings.model",
    "Severity": "report.diagnostics",
    "Usage": "commands.providers.usage",
    "UsageError": "errors",
    "diff": "commands.diff.command",
    "doctor": "commands.doctor.command",
    "env": "commands.env.command",
    "key_paths": "commands.why",
    "models": "commands.models",
    "plan_fixes": "commands.validate",
    "providers": "commands.providers.command",
    "resolve": "commands.resolve",
    "rules": "commands.rule",
    "schema": "commands.schema",
    "smoke": "commands.smoke",
    "validate": "commands.validate",
    "why": "commands.why",
    "write_example": "commands.env.command",
    "write_fixes": "commands.validate",
}
"""For each public name the module that it lives in."""

__all__ = [
    "Checkup",
    "Diagnostic",
    "Difference",
    "Explanation",
    "FixResult",
    "Report",
    "Request",
    "Resolution",
    "Settings",
    "Severity",
    "Usage",
    "UsageError",
    "__version__",
    "diff",
    "doctor",
    "env",
    "key_paths",
    "models",
    "plan_fixes",
    "providers",
    "resolve",
    "rules",
    "schema",
    "smoke",
    "validate",
    "why",
    "write_example",
    "write_fixes",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"orbitcfg.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
