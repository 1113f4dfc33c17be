"""What came of a checkup, in one line."""

from collections.abc import Iterable
from dataclasses import dataclass

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.observed.check import CheckResult, CheckState
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Severity

_BY_WEIGHT = (CheckState.FAILED, CheckState.UNCHECKED, CheckState.OK)


@dataclass(frozen=True, slots=True)
class CheckupSummary:
    """What weighs most, how much was checked, and whether all is well."""

    headline: str
    counts: str
    state: CheckState


def summary_of(checkup: Checkup) -> CheckupSummary:
    """The summary of a checkup."""
    headline, state = _headline(checkup)
    return CheckupSummary(headline, _counts(checkup), state)


def _headline(checkup: Checkup) -> tuple[str, CheckState]:
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
        return f"{counted(len(checkup.targets), 'endpoint')}, none of them asked"
    endings = {CheckState.OK: "passed", CheckState.FAILED: "failed", CheckState.UNCHECKED: "not made"}
    counts = ", ".join(f"{number} {ending}" for state, ending in endings.items() if (number := _number_of(checkup, state)))
    return f"{counted(len(checkup.results), 'endpoint')}, {counted(len(checkup.checks), 'check')}" + (f": {counts}" if counts else "")


def _number_of(checkup: Checkup, state: CheckState) -> int:
    return sum(check.state is state for check in checkup.checks)


def worst(checks: Iterable[CheckResult]) -> CheckState:
    """The state that weighs most."""
    return min((check.state for check in checks), key=_BY_WEIGHT.index)
