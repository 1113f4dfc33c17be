"""For people: the verdict, the plan, then a line for each check, then the findings at their lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from orbitcfg.commands.doctor.checkup import Checkup, StaticCounts
from orbitcfg.commands.doctor.starting import start_lines
from orbitcfg.dataclass import replace
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.observed.resource import ResourceResult, ResourceTarget
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.full import first_step, verdict_lines
from orbitcfg.report.full import render as render_report
from orbitcfg.report.home import tilde
from orbitcfg.report.style import Style, Tint
from orbitcfg.report.terminal import fitted, strip_control_characters, wrapped

_SIGNS: dict[CheckState, tuple[str, Tint]] = {CheckState.OK: ("✓", "green"), CheckState.FAILED: ("✗", "red"), CheckState.UNCHECKED: ("?", "yellow")}
_STEP_WIDTH, _DETAIL_WIDTH, _MS_WIDTH = 8, 57, 10
_INDENT = len("  ✓ ") + _STEP_WIDTH + 1
MAX_USERS = 4

MAX_REASONS = 3
"""Faults that stand below the verdict."""


def render(checkup: Checkup, style: Style) -> str:
    """The verdict, the plan, the checks, the findings, and how much was checked."""
    verdict = [
        _fitting([f"{line}{_caveat(checkup)}", *_reasons(checkup), *first_step(checkup.report)], style) for line in verdict_lines(checkup.report)
    ]
    checks = [_fitting(block, style) for block in blocks(checkup, style)]
    findings = render_report(replace(checkup.report, verdicts=()), style)
    start = _fitting(map(strip_control_characters, start_lines(checkup)), style)
    parts = [
        *verdict,
        *([start] if start else []),
        plan_text(checkup, style),
        *checks,
        *([findings] if findings else []),
        _fitting([last_line(checkup)], style),
    ]
    return "\n".join(parts)


def _fitting(lines: Iterable[str], style: Style) -> str:
    """The lines, each in as many as a narrow terminal wants."""
    return fitted("".join(f"{line}\n" for line in lines), style.width)


def _reasons(checkup: Checkup) -> Iterator[str]:
    """Why adapters fail, a line each: what the first line says stands far above the findings."""
    for reason in checkup.verdict.reasons[:MAX_REASONS] if checkup.verdict else ():
        yield strip_control_characters(f"  {reason.message} ({reason.place})")


def _caveat(checkup: Checkup) -> str:
    """What the verdict does not rest on, of what it should."""
    if checkup.dry_run:
        return " No server was asked."
    unseen = [f"{left} of {counted(total, noun)}" for left, total, noun in checkup.unseen if left]
    return f" {' and '.join(unseen)} could not be looked at to the end." if unseen else ""


def plan_text(checkup: Checkup, style: Style) -> str:
    """What will be asked of whom."""
    inside = sum(use.kind is CheckKind.FILE for use in checkup.unasked)
    vain = f", {len(checkup.unasked) - inside} more that cannot be asked" if len(checkup.unasked) > inside else ""
    vain += f", {counted(inside, 'model')} inside ORBIT" if inside else ""
    asks = checkup.server is not None and checkup.server.options.ask
    bill = "" if asks or any(probe.is_billable for probe in checkup.plan) else ", no request costs money"
    through = ", and through ORBIT" if checkup.server else ""
    resources = f", {counted(len(checkup.resources), 'resource')}" if checkup.resources else ""
    lines = [f"Plan: {counted(len(checkup.plan), 'endpoint')}{vain}{resources}{through}{bill}"]
    for probe in checkup.plan:
        lines += [f"  {_title(probe.target, style)}", f"    {strip_control_characters(probe.calls)}"]
    lines += _planned_resources(checkup, style)
    if checkup.server:
        lines += [f"  {_title(checkup.server.target, style)}", f"    {strip_control_characters(checkup.server.calls)}"]
    own = of_the_configuration(checkup.static)
    return _fitting([*lines, *([own] if own else [])], style)


def _planned_resources(checkup: Checkup, style: Style) -> Iterator[str]:
    """The resources with what is asked of them, where the plan is all that there is; else by what they are to ORBIT, in one line."""
    if checkup.dry_run or style.verbose:
        for each in checkup.resources:
            yield f"  {_resource_title(each.target, style)}: {strip_control_characters(each.calls)}"
    elif checkup.resources:
        numbers = Counter(each.target.service for each in checkup.resources)
        kinds = (f"{service} ({number})" if number > 1 else service for service, number in numbers.items())
        yield f"  {style.paint('resources', 'bold')}: {', '.join(kinds)}"


def of_the_configuration(static: StaticCounts) -> str:
    """What the configuration has by itself, in words; empty where that is nothing."""
    errors = [f"{counted(static.errors, 'error')} (below)"] if static.errors else []
    warnings = [f"{counted(static.warnings, 'warning')} (`orbitcfg validate`)"] if static.warnings else []
    return f"The configuration itself has {' and '.join([*errors, *warnings])}" if errors or warnings else ""


def blocks(checkup: Checkup, style: Style) -> Iterator[list[str]]:
    """The checks, endpoint by endpoint."""
    if checkup.before:
        yield ["before any server is asked", *(check_line(check, style) for check in checkup.before)]
    for result in checkup.results:
        yield [_title(result.target, style), *(check_line(check, style) for check in result.checks), *_trace(result, style)]
    good = [seen for seen in checkup.seen if seen.fault is None and seen.is_sure and not style.verbose]
    if good:
        yield ["what else ORBIT needs", *(line for seen in good for line in (_in_one_line(seen, style), *_remarks(seen, style)))]
    for seen in checkup.seen:
        if seen not in good:
            checks = (check_line(check, style) for check in seen.checks)
            yield [_resource_title(seen.target, style), *checks, *_remarks(seen, style), *_trace(seen, style)]
    if checkup.orbit:
        probe = checkup.orbit.probe
        yield [f"through {_title(probe.target, style)}", *(check_line(check, style) for check in probe.checks), *_trace(probe, style)]
    if checkup.machine:
        yield ["on this machine", *(check_line(check, style) for check in checkup.machine)]


def check_line(check: CheckResult, style: Style) -> str:
    """One check in one line, or in as many as a narrow terminal wants."""
    sign, color = _SIGNS[check.state]
    ms = f"{check.ms:,.0f} ms" if check.ms is not None else ""
    room = None if style.width is None else style.width - _INDENT - (_MS_WIDTH if ms else 0)
    first, *others = wrapped(strip_control_characters(tilde(check.detail)), room, further=0)
    row = f"  {style.paint(sign, color)} {check.kind.value:<{_STEP_WIDTH}} {first:<{_DETAIL_WIDTH if ms else 0}} {ms:>{_MS_WIDTH - 1}}".rstrip()
    return "\n".join([row, *(f"{' ' * _INDENT}{line}" for line in others)])


def last_line(checkup: Checkup) -> str:
    """How much was checked, what came of it, and which ORBIT was spoken of."""
    orbit = checkup.report.summary.orbit
    spoken = f"; ORBIT {orbit}" if orbit else ""
    if checkup.dry_run:
        return f"0 checked: only the plan was asked for{spoken}"
    errors, warnings = checkup.report.count(Severity.ERROR), checkup.report.count(Severity.WARNING)
    ended = "interrupted; " if checkup.interrupted else ""
    return f"{ended}{counted(errors, 'error')}, {counted(warnings, 'warning')}; {checkup.checked} of {len(checkup.checks)} checked{spoken}"


def _title(target: ProbeTarget, style: Style) -> str:
    users = _users(target.users)
    return f"{style.paint(strip_control_characters(target.label), 'bold')}{f' ({strip_control_characters(users)})' if users else ''}"


def _in_one_line(seen: ResourceResult, style: Style) -> str:
    """A resource of which every check went well, by the last of them."""
    last = seen.checks[-1]
    times = [check.ms for check in seen.checks if check.ms is not None]
    return check_line(replace(last, detail=f"{seen.target.label}: {last.detail}", ms=sum(times) if times else None), style)


def _remarks(seen: ResourceResult, style: Style) -> Iterator[str]:
    """What a person should know of a resource although it works, a line each."""
    return (f"    {style.paint('note:', 'yellow')} {strip_control_characters(tilde(remark))}" for remark in seen.remarks)


def _resource_title(target: ResourceTarget, style: Style) -> str:
    users = _users(target.users)
    return f"{style.paint(strip_control_characters(tilde(target.label)), 'bold')}{f' ({strip_control_characters(users)})' if users else ''}"


def _users(users: Sequence[str]) -> str:
    shown = ", ".join(users[:MAX_USERS])
    return f"{shown} and {len(users) - MAX_USERS} more" if len(users) > MAX_USERS else shown


def _trace(result: ProbeResult | ResourceResult, style: Style) -> list[str]:
    return [style.paint(f"      {strip_control_characters(tilde(line))}", "dim") for line in result.trace] if style.verbose else []
