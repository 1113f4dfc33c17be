"""What a report is about and what it found, in a line each, and how often each rule found something."""

from collections import Counter

from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Report, Severity


def result_line(report: Report) -> str:
    """What was found, what of it `--fix` fixes, what becomes of ORBIT, and which ORBIT that is."""
    numbers = ", ".join(counted(report.count(severity), severity.label) for severity in (Severity.ERROR, Severity.WARNING))
    fixable = f" ({report.fixable} fixable with `--fix`)" if report.fixable else ""
    start = report.verdict.start if report.verdict is not None else ""
    orbit = f"For ORBIT {report.summary.orbit}." if report.summary.orbit is not None else ""
    return " ".join(filter(None, (f"{numbers}{fixable}.", start, orbit)))


def statistics(report: Report) -> str:
    """How often each rule found something, the most frequent first, a line each."""
    numbers = Counter((each.severity, each.code, each.name) for each in report.counting)
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0][1], -item[0][0]))
    width = max((len(str(number)) for number in numbers.values()), default=1)
    return "\n".join(f"{number:>{width}}  {severity.label:<7}  {code}  {name}" for (severity, code, name), number in ordered)


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
