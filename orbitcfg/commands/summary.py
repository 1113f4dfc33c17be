"""What a report is about and what it found, in one line."""

from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Report, Severity


def summary_line(report: Report) -> str:
    """What a report is about and what it found, in one line."""
    summary = report.summary
    sources = " from " + ", ".join(f"`{source}`" for source in summary.sources) if summary.sources else " (no environment is used)"
    return (
        f"{counted(summary.files, 'file')}, {counted(summary.adapters, 'adapter')} ({summary.adapters_enabled} on), "
        f"{counted(summary.providers, 'provider')} ({summary.providers_enabled} on), "
        f"{counted(summary.variables_set, 'variable')} set{sources}, {summary.variables_unset} unset; "
        f"{report.counts}; ORBIT {summary.orbit or ''}".rstrip()
    )


def advice(report: Report, *, whole: bool) -> str:
    """A line that says that there are findings; empty where there are neither errors nor warnings. `whole`: all of it was looked at, not loading alone."""
    numbers = ((report.count(severity), severity.label) for severity in (Severity.ERROR, Severity.WARNING))
    counts = ", ".join(counted(number, noun) for number, noun in numbers if number)
    if not counts:
        return ""
    if not whole:
        return f"{counts} while loading: run `orbitcfg validate`, which looks at the rest too"
    # without it `validate` takes them for variables that are set elsewhere
    strict = " --strict-env" if any(each.code == "ORB201" and each.severity is Severity.ERROR for each in report.diagnostics) else ""
    return f"{counts}: run `orbitcfg validate{strict}`"
