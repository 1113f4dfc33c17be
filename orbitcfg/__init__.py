"""The compiler and the doctor for ORBIT configurations.

    >>> import orbitcfg
    >>> report = orbitcfg.validate("examples/shimmy")
    >>> process = {"ORBIT_DEFAULT_ADMIN_PASSWORD": "secret"}
    >>> orbitcfg.resolve("examples/shimmy", process=process).value["general"]["inference_provider"]
    'shimmy'

One function a command, the types of what they take and give, and `render` for any of their results: this is the whole public API, and each name is imported at
its first use.
"""

from orbitcfg.version import __version__

# `typing` has the same name, but takes longer to import than all of this
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from orbitcfg.catalog.store import orbit_version
    from orbitcfg.commands.diff.command import diff
    from orbitcfg.commands.diff.result import Difference
    from orbitcfg.commands.doctor.checkup import Checkup, CheckupListener
    from orbitcfg.commands.doctor.command import doctor
    from orbitcfg.commands.doctor.request import EndpointFilter, Request, ServerRequest
    from orbitcfg.commands.env.command import env, write_example
    from orbitcfg.commands.env.example import Example
    from orbitcfg.commands.env.result import VariableInventory
    from orbitcfg.commands.formats import FORMATS, render
    from orbitcfg.commands.here import orbit_here
    from orbitcfg.commands.init.command import init, write_init
    from orbitcfg.commands.init.result import NewConfiguration
    from orbitcfg.commands.known_names import known_names
    from orbitcfg.commands.models.command import models
    from orbitcfg.commands.models.result import ModelInventory
    from orbitcfg.commands.providers.command import providers
    from orbitcfg.commands.providers.usage import Usage
    from orbitcfg.commands.resolve.command import resolve
    from orbitcfg.commands.resolve.result import Resolution
    from orbitcfg.commands.rule.command import rule
    from orbitcfg.commands.rule.result import RuleList
    from orbitcfg.commands.schema.command import schema
    from orbitcfg.commands.settings import load_settings
    from orbitcfg.commands.smoke.command import smoke
    from orbitcfg.commands.smoke.result import Generation
    from orbitcfg.commands.smoke.start import start_engine
    from orbitcfg.commands.templates.command import templates
    from orbitcfg.commands.templates.result import TemplateInventory
    from orbitcfg.commands.upgrade.command import upgrade
    from orbitcfg.commands.upgrade.result import Upgrade
    from orbitcfg.commands.use.command import provider_names, use, write_use
    from orbitcfg.commands.use.providers import provider_list
    from orbitcfg.commands.use.result import ProviderList, UseResult
    from orbitcfg.commands.validate.command import validate, write_baseline
    from orbitcfg.commands.validate.fixes import plan_fixes, write_fixes
    from orbitcfg.commands.why.command import key_paths, why
    from orbitcfg.commands.why.result import Explanation
    from orbitcfg.edit.fixer import FixResult
    from orbitcfg.engine.choice import SmokeOptions
    from orbitcfg.errors import UsageError
    from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
    from orbitcfg.report.style import Style
    from orbitcfg.settings.model import Settings

_HOMES = {
    "Checkup": "commands.doctor.checkup",
    "CheckupListener": "commands.doctor.checkup",
    "Diagnostic": "report.diagnostics",
    "Difference": "commands.diff.result",
    "EndpointFilter": "commands.doctor.request",
    "Example": "commands.env.example",
    "Explanation": "commands.why.result",
    "FORMATS": "commands.formats",
    "FixResult": "edit.fixer",
    "Generation": "commands.smoke.result",
    "ModelInventory": "commands.models.result",
    "NewConfiguration": "commands.init.result",
    "ProviderList": "commands.use.result",
    "Report": "report.diagnostics",
    "Request": "commands.doctor.request",
    "ServerRequest": "commands.doctor.request",
    "Resolution": "commands.resolve.result",
    "RuleList": "commands.rule.result",
    "Settings": "settings.model",
    "Severity": "report.diagnostics",
    "SmokeOptions": "engine.choice",
    "Style": "report.style",
    "Upgrade": "commands.upgrade.result",
    "TemplateInventory": "commands.templates.result",
    "Usage": "commands.providers.usage",
    "UseResult": "commands.use.result",
    "UsageError": "errors",
    "VariableInventory": "commands.env.result",
    "diff": "commands.diff.command",
    "doctor": "commands.doctor.command",
    "env": "commands.env.command",
    "init": "commands.init.command",
    "key_paths": "commands.why.command",
    "known_names": "commands.known_names",
    "load_settings": "commands.settings",
    "models": "commands.models.command",
    "orbit_here": "commands.here",
    "orbit_version": "catalog.store",
    "plan_fixes": "commands.validate.fixes",
    "provider_list": "commands.use.providers",
    "provider_names": "commands.use.command",
    "providers": "commands.providers.command",
    "render": "commands.formats",
    "resolve": "commands.resolve.command",
    "rule": "commands.rule.command",
    "schema": "commands.schema.command",
    "smoke": "commands.smoke.command",
    "start_engine": "commands.smoke.start",
    "upgrade": "commands.upgrade.command",
    "templates": "commands.templates.command",
    "use": "commands.use.command",
    "validate": "commands.validate.command",
    "why": "commands.why.command",
    "write_baseline": "commands.validate.command",
    "write_example": "commands.env.command",
    "write_init": "commands.init.command",
    "write_fixes": "commands.validate.fixes",
    "write_use": "commands.use.command",
}
"""For each public name the module that it lives in."""

__all__ = [
    "FORMATS",
    "Checkup",
    "CheckupListener",
    "Diagnostic",
    "Difference",
    "EndpointFilter",
    "Example",
    "Explanation",
    "FixResult",
    "Generation",
    "ModelInventory",
    "NewConfiguration",
    "ProviderList",
    "Report",
    "Request",
    "Resolution",
    "RuleList",
    "ServerRequest",
    "Settings",
    "Severity",
    "SmokeOptions",
    "Style",
    "TemplateInventory",
    "Upgrade",
    "Usage",
    "UsageError",
    "UseResult",
    "VariableInventory",
    "__version__",
    "diff",
    "doctor",
    "env",
    "init",
    "key_paths",
    "known_names",
    "load_settings",
    "models",
    "orbit_here",
    "orbit_version",
    "plan_fixes",
    "provider_list",
    "provider_names",
    "providers",
    "render",
    "resolve",
    "rule",
    "schema",
    "smoke",
    "start_engine",
    "templates",
    "upgrade",
    "use",
    "validate",
    "why",
    "write_baseline",
    "write_example",
    "write_fixes",
    "write_init",
    "write_use",
]


def __getattr__(name: str) -> "Any":
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"orbitcfg.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
