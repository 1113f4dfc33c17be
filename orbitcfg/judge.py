"""Runs the rules over a configuration and places what they say."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from orbitcfg.config import Config
from orbitcfg.diagnostics import Diagnostic, Severity
from orbitcfg.finding import Finding
from orbitcfg.keypath import written
from orbitcfg.observation import Observations
from orbitcfg.rules._rule import Rule
from orbitcfg.text import Source, Span

CRASHED = "ORB901"
"""The code of the finding that says that a rule raised."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules said. `fatal`: ORBIT's loader would raise. `crashed`: a rule raised, so the verdict is not whole."""

    diagnostics: tuple[Diagnostic, ...]
    fatal: tuple[Diagnostic, ...]
    crashed: bool


def judge(config: Config, rules: Iterable[Rule], observations: Observations | None = None) -> Verdict:
    """All findings of the rules, by file in load order, then by place, code and words; equal ones once.

    Rules that judge what was observed say nothing without observations.
    """
    diagnostics: dict[Diagnostic, bool] = {}
    crashed = False
    for rule in rules:
        for diagnostic, fatal in _placed(config, rule, observations):
            crashed |= diagnostic.code == CRASHED
            diagnostics[diagnostic] = fatal or diagnostics.get(diagnostic, False)
    ordered = sorted(diagnostics, key=_order(config))
    return Verdict(tuple(ordered), tuple(each for each in ordered if diagnostics[each]), crashed)


def _placed(config: Config, rule: Rule, observations: Observations | None) -> Iterator[tuple[Diagnostic, bool]]:
    try:
        for finding in rule.findings(config, observations):
            yield _diagnostic(config, rule, finding), finding.fatal
    except Exception as error:  # noqa: BLE001 - a fault of one rule must not cost the user what the others found
        yield _crash(rule, error), False


def _diagnostic(config: Config, rule: Rule, finding: Finding) -> Diagnostic:
    path = finding.at if isinstance(finding.at, tuple) else finding.key
    place = config.locate(finding.at, value=finding.value) if isinstance(finding.at, tuple) else finding.at
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=finding.severity or rule.severity,
        message=finding.message,
        help=finding.help,
        place=place,
        key=written(config.tree, path) if path else None,
        related=finding.related,
        fix=finding.fix,
    )


def _crash(rule: Rule, error: Exception) -> Diagnostic:
    return Diagnostic(
        code=CRASHED,
        name="rule-crashed",
        severity=Severity.ERROR,
        message=f"rule {rule.code} ({rule.name}) failed inside orbitcfg: {type(error).__name__}",
        help=f"report it with the configuration, and go on with `--ignore {rule.code}`",
        place=None,
    )


def _order(config: Config) -> Callable[[Diagnostic], tuple[object, ...]]:
    rank = {document.source: index for index, document in enumerate(config.graph.documents)}
    last = len(rank)

    def key(diagnostic: Diagnostic) -> tuple[object, ...]:
        match diagnostic.place:
            case Span(source=source, start=start):
                place = (rank.get(source, last), source.name, start)
            case Source() as source:
                place = (rank.get(source, last), source.name, 0)
            case _:
                place = (last + 1, "", 0)
        return (*place, diagnostic.code, diagnostic.message)

    return key
