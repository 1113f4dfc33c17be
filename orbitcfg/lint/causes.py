"""Symptoms under their cause: findings that one other finding explains, so that fixing that one is enough."""

from collections.abc import Iterable, Sequence

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.finding import Finding


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding, and the diagnostic that is made of it."""

    finding: Finding
    diagnostic: Diagnostic


def with_causes(found: Sequence[Placed]) -> list[Placed]:
    """The findings in their order, each symptom with its cause; a cause is as bad as the worst that it explains, and strikes whom they strike."""
    causes = _causes(found)
    worsened = {cause: _worsened(found[cause].diagnostic, [found[index].diagnostic for index in of]) for cause, of in _grouped(causes).items()}
    result = []
    for index, placed in enumerate(found):
        diagnostic = worsened.get(index, placed.diagnostic)
        if index in causes:
            diagnostic = replace(diagnostic, cause=worsened[causes[index]])
        result.append(placed if diagnostic is placed.diagnostic else Placed(placed.finding, diagnostic))
    return result


def with_those_left(left: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What is left of findings and symptoms, so that no symptom is left out with its cause.

    One whose cause is gone stands for itself. Of those that were symptoms of a finding like themselves, since one change fixes all of them, the first takes its place.
    """
    listed = list(left)
    causes = {each.cause.code for each in listed if each.cause is not None}
    there = {each for each in listed if each.code in causes}
    heirs: dict[Diagnostic, list[int]] = {}
    for index, each in enumerate(listed):
        if each.cause is not None and each.cause not in there:
            heirs.setdefault(each.cause, []).append(index)
    for orphans in heirs.values():
        alike = [index for index in orphans if shares_cause(listed[index])]
        for index in orphans:
            listed[index] = replace(listed[index], cause=None)
        if alike:
            listed[alike[0]] = _worsened(listed[alike[0]], [listed[index] for index in alike[1:]])
        for index in alike[1:]:
            listed[index] = replace(listed[index], cause=listed[alike[0]])
    return listed


def shares_cause(symptom: Diagnostic) -> bool:
    """Whether its cause is a finding like itself: not what explains both, but the worst of those that one change fixes."""
    return symptom.cause is not None and symptom.cause.code == symptom.code


def _causes(found: Sequence[Placed]) -> dict[int, int]:
    """For each symptom the finding that explains it, both by their positions."""
    explained: dict[KeyPath, int] = {}
    for index, placed in enumerate(found):
        for path in placed.finding.explains:
            for depth in range(min(len(path), 1), len(path) + 1):
                explained.setdefault(path[:depth], index)
    first: dict[KeyPath, int] = {}
    causes = {}
    blaming = [(index, each.finding.blames) for index, each in enumerate(found) if each.finding.blames is not None and not each.finding.explains]
    for index, blamed in sorted(blaming, key=lambda each: _weight(found[each[0]].diagnostic)):
        shares = found[index].finding.shares_cause
        cause = first.setdefault(blamed, index) if shares else explained.get(blamed, explained.get(()))
        if cause is not None and cause != index:
            causes[index] = cause
    return causes


def _weight(diagnostic: Diagnostic) -> tuple[int, int]:
    return (-diagnostic.severity, diagnostic.consequence.rank)


def _grouped(causes: dict[int, int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for symptom, cause in causes.items():
        groups.setdefault(cause, []).append(symptom)
    return groups


def _worsened(cause: Diagnostic, symptoms: Iterable[Diagnostic]) -> Diagnostic:
    """A cause with what its symptoms come to, as far as they are more than worth knowing."""
    listed = (cause, *(each for each in symptoms if each.severity > Severity.INFO))
    # what strikes nobody by itself says nothing of those whom its symptoms strike
    striking = [each for each in listed if each.affects != ()] or listed
    worst = min(striking, key=lambda each: each.consequence.rank)
    everybody = any(each.affects is None for each in listed)
    names = None if everybody else tuple(dict.fromkeys(name for each in listed for name in each.affects or ()))
    return replace(cause, severity=max(each.severity for each in listed), consequence=worst.consequence, affects=names)
