"""What came of a checkup, in a few words."""

from collections.abc import Iterable
from dataclasses import dataclass

from orbitcfg.commands.doctor.command import Checkup
from orbitcfg.observed.endpoint import Row, State
from orbitcfg.report.diagnostics import Severity

_BY_WEIGHT = (State.FAILED, State.UNCHECKED, State.OK)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The words: what weighs most, and how much was checked; and whether all is well."""

    headline: str
    counts: str
    state: State


def verdict(checkup: Checkup) -> Verdict:
    """The verdict on a checkup."""
    headline, state = _headline(checkup)
    return Verdict(headline, _counts(checkup), state)


def _headline(checkup: Checkup) -> tuple[str, State]:
    """What weighs most: errors, failed checks, warnings, checks that could not be made."""
    errors, warnings = checkup.report.count(Severity.ERROR), checkup.report.count(Severity.WARNING)
    if errors:
        return ", ".join([counted(errors, "error"), *([counted(warnings, "warning")] if warnings else [])]), State.FAILED
    if checkup.crashed:
        return "A fault inside orbitcfg", State.FAILED
    if failed := _number_of(checkup, State.FAILED):
        return f"{counted(failed, 'check')} failed", State.FAILED
    if checkup.interrupted:
        return "Interrupted", State.UNCHECKED
    if warnings:
        return counted(warnings, "warning"), State.UNCHECKED
    if checkup.dry_run:
        return "Only planned", State.UNCHECKED
    if not checkup.rows:
        return "Nothing to check", State.UNCHECKED
    if missing := _number_of(checkup, State.UNCHECKED):
        return f"{counted(missing, 'check')} could not be made", State.UNCHECKED
    return f"All {len(checkup.rows)} checks passed", State.OK


def _counts(checkup: Checkup) -> str:
    if checkup.dry_run:
        return f"{counted(len(checkup.targets), 'endpoint')}, none of them asked"
    words = {State.OK: "passed", State.FAILED: "failed", State.UNCHECKED: "not made"}
    told = ", ".join(f"{number} {word}" for state, word in words.items() if (number := _number_of(checkup, state)))
    return f"{counted(len(checkup.sightings), 'endpoint')}, {counted(len(checkup.rows), 'check')}" + (f": {told}" if told else "")


def _number_of(checkup: Checkup, state: State) -> int:
    return sum(row.state is state for row in checkup.rows)


def worst(rows: Iterable[Row]) -> State:
    """The state that weighs most."""
    return min((row.state for row in rows), key=_BY_WEIGHT.index)


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
