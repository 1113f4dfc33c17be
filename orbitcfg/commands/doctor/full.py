"""For people: the plan, then a row for each check, then the findings at their lines."""

from collections.abc import Iterator, Sequence

from orbitcfg.commands.doctor.command import Checkup, tilde
from orbitcfg.observed.endpoint import ProbeResult, Row, State, Target
from orbitcfg.report import Style
from orbitcfg.report import render as render_report
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.terminal import painted, safe

_SIGNS = {State.OK: ("✓", "green"), State.FAILED: ("✗", "red"), State.UNCHECKED: ("?", "yellow")}
_STEP_WIDTH, _DETAIL_WIDTH = 8, 64
MAX_USERS = 4


def render(checkup: Checkup, style: Style) -> str:
    """Everything but the plan, which stands before the run: `plan_text`."""
    parts = ["\n".join(block) + "\n" for block in blocks(checkup, style)]
    findings = render_report(checkup.report, "full", style)
    if findings:
        parts.append(findings)
    return "\n".join([*parts, last_line(checkup) + "\n"])


def plan_text(checkup: Checkup, style: Style) -> str:
    """What will be asked of whom."""
    number = len(checkup.targets)
    bill = "" if any("BILLABLE" in calls for calls in checkup.planned_calls) else ", no request is billable"
    lines = [f"Plan: {number} endpoint{'' if number == 1 else 's'}{bill}"]
    for target, calls in zip(checkup.targets, checkup.planned_calls, strict=True):
        lines.append(f"  {_title(target, style)}")
        lines.append(f"    {safe(calls)}")
    if checkup.static.errors or checkup.static.warnings:
        lines.append(f"The configuration itself: {checkup.static.errors} errors, {checkup.static.warnings} warnings, which `orbitcfg validate` shows")
    return "\n".join(lines) + "\n\n"


def blocks(checkup: Checkup, style: Style) -> Iterator[list[str]]:
    """The rows, endpoint by endpoint."""
    if checkup.first:
        yield ["before any endpoint", *(row_line(row, style) for row in checkup.first)]
    for sighting in checkup.sightings:
        yield [_title(sighting.target, style), *(row_line(row, style) for row in sighting.rows), *_trace(sighting, style)]
    if checkup.last:
        yield ["on this machine", *(row_line(row, style) for row in checkup.last)]


def row_line(row: Row, style: Style) -> str:
    """One check in one line."""
    sign, color = _SIGNS[row.state]
    ms = f"{row.ms:,.0f} ms" if row.ms is not None else ""
    detail = safe(tilde(row.detail))
    return f"  {painted(sign, color, on=style.color)} {row.step.value:<{_STEP_WIDTH}} {detail:<{_DETAIL_WIDTH if ms else 0}} {ms:>9}".rstrip()


def last_line(checkup: Checkup) -> str:
    """How much was checked, and what came of it."""
    if checkup.dry_run:
        return "0 checked: only the plan was asked for"
    errors, warnings = checkup.report.count(Severity.ERROR), checkup.report.count(Severity.WARNING)
    ended = "interrupted; " if checkup.interrupted else ""
    return f"{ended}{_number(errors, 'error')}, {_number(warnings, 'warning')}; {checkup.checked} of {len(checkup.rows)} checked"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _title(target: Target, style: Style) -> str:
    users = _users(target.users)
    return f"{painted(safe(target.label), 'bold', on=style.color)}{f' ({safe(users)})' if users else ''}"


def _users(users: Sequence[str]) -> str:
    shown = ", ".join(users[:MAX_USERS])
    return f"{shown} and {len(users) - MAX_USERS} more" if len(users) > MAX_USERS else shown


def _trace(sighting: ProbeResult, style: Style) -> list[str]:
    return [painted(f"      {safe(tilde(line))}", "dim", on=style.color) for line in sighting.trace] if style.verbose else []
