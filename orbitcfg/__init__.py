"""The compiler and the doctor for ORBIT configurations.

    >>> import orbitcfg
    >>> report = orbitcfg.validate("examples/shimmy")
    >>> orbitcfg.resolve("examples/shimmy").value["general"]["inference_provider"]
    'shimmy'

Everything here is a function or a type of `orbitcfg.commands.app`, imported at its first use. The doctor is `orbitcfg.commands.doctor.command.doctor`.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Report",
    "Resolution",
    "Settings",
    "Severity",
    "UsageError",
    "__version__",
    "key_paths",
    "providers",
    "resolve",
    "rules",
    "schema",
    "validate",
    "why",
]

if TYPE_CHECKING:
    from orbitcfg.commands.app import Report, Resolution, Settings, Severity, UsageError, key_paths, providers, resolve, rules, schema, validate, why


def __getattr__(name: str) -> Any:
    if name in __all__:
        from orbitcfg.commands import app

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
