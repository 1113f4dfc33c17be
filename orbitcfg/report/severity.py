"""How bad each consequence is where somebody needs what is at fault."""

from collections.abc import Mapping

from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity

DEMANDED: Mapping[Consequence, Severity] = {
    Consequence.NO_START: Severity.ERROR,
    Consequence.NO_SIGN_IN: Severity.ERROR,
    Consequence.NO_REQUEST: Severity.ERROR,
    Consequence.ADAPTER_MISSING: Severity.ERROR,
    Consequence.ADAPTER_FAILS: Severity.ERROR,
    Consequence.CHOICE_FAILS: Severity.ERROR,
    Consequence.PURPOSE_LOST: Severity.ERROR,
    Consequence.MISLEADS: Severity.ERROR,
    Consequence.DIFFERENT: Severity.WARNING,
    Consequence.DEGRADED: Severity.WARNING,
    Consequence.EXPOSED: Severity.WARNING,
    Consequence.WITHOUT_EFFECT: Severity.INFO,
    Consequence.HYGIENE: Severity.INFO,
}
"""The severity of what somebody needs; of consequences that are `BY_RULE` where the rule does not say otherwise."""

_FIRST = {severity: min(each.rank for each, usual in DEMANDED.items() if usual is severity) for severity in Severity}


def weight(diagnostic: Diagnostic) -> int:
    """The place of a finding among others, 0 for the first: by its consequence; where nobody needs what is at fault, with those that are as bad."""
    rank = diagnostic.consequence.rank
    return rank if diagnostic.depends_on else max(rank, _FIRST[diagnostic.severity])
