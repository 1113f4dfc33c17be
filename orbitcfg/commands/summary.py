"""What a report is about and what it found, in one line."""

from orbitcfg.report.diagnostics import Report, Severity


def summed_up(report: Report) -> str:
    """What a report is about and what it found, in one line."""
    summary = report.summary
    counts = ", ".join(_counted(report.count(severity), severity.label) for severity in reversed(Severity))
    sources = " from " + ", ".join(f"`{source}`" for source in summary.sources) if summary.sources else " (no environment is used)"
    return (
        f"{_counted(summary.files, 'file')}, {_counted(summary.adapters, 'adapter')} ({summary.adapters_enabled} on), "
        f"{_counted(summary.providers, 'provider')} ({summary.providers_enabled} on), "
        f"{_counted(summary.variables_set, 'variable')} set{sources}, {summary.variables_unset} unset; "
        f"{counts}; ORBIT {summary.orbit}"
    )


def advice(report: Report) -> str:
    """A line that says that the load itself gave findings; empty where there are none worth it."""
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    if not errors and not warnings:
        return ""
    counts = ([_counted(errors, "error")] if errors else []) + ([_counted(warnings, "warning")] if warnings else [])
    return f"{', '.join(counts)} while loading: run `orbitcfg validate`, which looks at the rest too"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"
