"""What came of a checkup, in one line."""

from collections.abc import Iterable

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.dataclass import dataclass
from orbitcfg.observed.check import CheckResult, CheckState
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.verdict import Verdict

_BY_WEIGHT = (CheckState.FAILED, CheckState.UNCHECKED, CheckState.OK)


@dataclass(frozen=True, slots=True)
class CheckupSummary:
    """The verdict, else what weighs most among the checks; that; how much was checked; and whether all is well."""

    headline: str
    weightiest: str
    counts: str
    state: CheckState


def summary_of(checkup: Checkup) -> CheckupSummary:
    """The summary of a checkup."""
    weightiest, state = _weightiest(checkup)
    verdict = checkup.verdict
    if verdict is None:
        return CheckupSummary(weightiest, weightiest, _counts(checkup), state)
    return CheckupSummary(verdict.headline, weightiest, _counts(checkup), min(state, _state_of(verdict), key=_BY_WEIGHT.index))


def _state_of(verdict: Verdict) -> CheckState:
    """How a verdict stands among checks: one that cannot be given has not been made."""
    states = {adapter.state for adapter in verdict.adapters}
    if verdict.starts is False or "fails" in states:
        return CheckState.FAILED
    return CheckState.UNCHECKED if verdict.starts is None or "unknown" in states else CheckState.OK


def _weightiest(checkup: Checkup) -> tuple[str, CheckState]:
    """What weighs most: errors, failed checks, warnings, checks that could not be made."""
    errors, warnings = checkup.report.count(Severity.ERROR), checkup.report.count(Severity.WARNING)
    if errors:
        return ", ".join([counted(errors, "error"), *([counted(warnings, "warning")] if warnings else [])]), CheckState.FAILED
    if checkup.crashed:
        return "A fault inside orbitcfg", CheckState.FAILED
    if failed := _number_of(checkup, CheckState.FAILED):
        return f"{counted(failed, 'check')} failed", CheckState.FAILED
    if checkup.interrupted:
        return "Interrupted", CheckState.UNCHECKED
    if warnings:
        return counted(warnings, "warning"), CheckState.UNCHECKED
    if checkup.dry_run:
        return "Only planned", CheckState.UNCHECKED
    if not checkup.checks:
        return "Nothing to check", CheckState.UNCHECKED
    if missing := _number_of(checkup, CheckState.UNCHECKED):
        return f"{counted(missing, 'check')} could not be made", CheckState.UNCHECKED
    return f"All {len(checkup.checks)} checks passed", CheckState.OK


def _counts(checkup: Checkup) -> str:
    if checkup.dry_run:
        return f"{_looked_at(len(checkup.targets), len(checkup.resources))}, none of them asked"
    endings = {CheckState.OK: "passed", CheckState.FAILED: "failed", CheckState.UNCHECKED: "not made"}
    counts = ", ".join(f"{number} {ending}" for state, ending in endings.items() if (number := _number_of(checkup, state)))
    return f"{_looked_at(len(checkup.results), len(checkup.seen))}, {counted(len(checkup.checks), 'check')}" + (f": {counts}" if counts else "")


def _looked_at(endpoints: int, resources: int) -> str:
    return ", ".join([counted(endpoints, "endpoint"), *([counted(resources, "resource")] if resources else [])])


def _number_of(checkup: Checkup, state: CheckState) -> int:
    return sum(check.state is state for check in checkup.checks)


def worst(checks: Iterable[CheckResult]) -> CheckState:
    """The state that weighs most."""
    return min((check.state for check in checks), key=_BY_WEIGHT.index)
