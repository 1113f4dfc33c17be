"""Runs the rules over a configuration and places what they say."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orbitcfg.document.events import Event, PlaceholderUsed, RuleCrashed
from orbitcfg.document.source import Source, Span
from orbitcfg.effective.address import is_loopback
from orbitcfg.lint import suppress
from orbitcfg.lint.baseline import Baseline, events_of, unexpected
from orbitcfg.masking.url import without_credentials
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.report.finding import Finding
from orbitcfg.rules import itself as about_orbitcfg
from orbitcfg.rules._rule import Rule
from orbitcfg.rules.itself.running import rule_crashed

if TYPE_CHECKING:
    from orbitcfg.observed.observation import Observations

MIN_SECRET_LENGTH = 4
"""A shorter text is no secret, and stands in many a word."""

_HARMLESS = re.compile(r"[\d.]+|true|false|https?://(?P<host>[^:/@?#]+)[:/\w]*", re.IGNORECASE)
"""Values that any file may hold, an address only where it is one of this machine."""


@dataclass(frozen=True, slots=True)
class LintResult:
    """What the rules said. `fatal`: ORBIT's loader would raise, silenced or not. `crashed`: a rule raised, so the verdict is not whole."""

    diagnostics: tuple[Diagnostic, ...]
    fatal: tuple[Diagnostic, ...]
    crashed: bool


def run_rules(config: Config, rules: Iterable[Rule], observations: "Observations | None" = None) -> LintResult:
    """All findings of the rules that no comment silences, by file in load order, then by place, code and words; equal ones once.

    Rules that run_rules what was seen outside of the configuration run where there are `observations`.
    """
    listed = tuple(rule for rule in rules if observations is not None or not rule.observes)
    diagnostics: dict[Diagnostic, bool] = {}
    crashes: list[RuleCrashed] = []
    for rule in listed:
        if rule not in about_orbitcfg.RULES:
            for diagnostic, fatal in _placed(config, rule, observations, crashes):
                diagnostics[diagnostic] = fatal or diagnostics.get(diagnostic, False)
    kept, events = _silenced(config, diagnostics, listed, crashes)
    kept += spoken(config, events, (rule_crashed, *listed))
    order = _order(config)
    fatal_ones = sorted((each for each, is_fatal in diagnostics.items() if is_fatal), key=order)
    return LintResult(tuple(sorted(kept, key=order)), tuple(fatal_ones), bool(crashes))


def unexpected_by(
    baseline: Baseline, diagnostics: Iterable[Diagnostic], config: Config, rules: Iterable[Rule], *, whole: bool
) -> tuple[Diagnostic, ...]:
    """The findings that a baseline does not expect, and where the configuration was looked at as a whole, its entries that match none.

    Entries of rules that did not run, or whose findings come and go with the machine, may wait for their finding.
    """
    listed = tuple(rules)
    kept, gone = unexpected(baseline, diagnostics)
    ran = {rule.code for rule in listed if whole and not rule.code.startswith(suppress.OF_THE_MACHINE)}
    return (*kept, *spoken(config, events_of(entry for entry in gone if entry.code in ran), listed))


def spoken(config: Config, events: Iterable[Event], rules: Iterable[Rule]) -> list[Diagnostic]:
    """What those of the rules that are about orbitcfg itself say of events, each once."""
    told = replace(config, events=tuple(events))
    said = (_diagnostic(config, rule, finding) for rule in rules if rule in about_orbitcfg.RULES for finding in rule.check(told))
    return list(dict.fromkeys(said))


def _silenced(
    config: Config, diagnostics: Iterable[Diagnostic], rules: tuple[Rule, ...], crashes: list[RuleCrashed]
) -> tuple[list[Diagnostic], list[Event]]:
    """What comments leave, and what is to be said of the run and the comments themselves."""
    silence = suppress.asked(config.graph, _codes)
    kept, used = suppress.silenced(silence, diagnostics)
    crashed = {each.code for each in crashes}
    ran = frozenset() if config.fragment else frozenset(rule.code for rule in rules if rule.code not in crashed)
    within = frozenset(document.source for document in config.graph.documents)
    return kept, [*crashes, *silence.malformed, *suppress.unused(silence, used, ran, within)]


def _codes() -> dict[str, str]:
    """The code for every code and name of a rule."""
    from orbitcfg.rules import RULES

    return {word: rule.code for rule in RULES for word in (rule.code, rule.name)}


def _placed(config: Config, rule: Rule, observations: "Observations | None", crashes: list[RuleCrashed]) -> Iterator[tuple[Diagnostic, bool]]:
    try:
        for finding in rule.findings(config, observations):
            yield _diagnostic(config, rule, finding), finding.fatal
    except Exception as error:  # noqa: BLE001 - a fault of one rule must not cost the user what the others found
        crashes.append(RuleCrashed(rule.code, rule.name, type(error).__name__))


def _diagnostic(config: Config, rule: Rule, finding: Finding) -> Diagnostic:
    path = finding.at if isinstance(finding.at, tuple) else finding.key
    place = config.locate(finding.at, value=finding.value) if isinstance(finding.at, tuple) else finding.at
    public = config.once(_Public).text if not rule.observes else without_credentials
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=finding.severity or rule.severity,
        message=public(finding.message),
        help=public(finding.help),
        place=place,
        key=config.written(path) if path else None,
        related=tuple(replace(each, message=public(each.message)) for each in finding.related),
        fix=finding.fix,
    )


class _Public:
    """Words that may be shown: without credentials, and with `${NAME}` for what a set variable gave, since nobody knows what that holds."""

    def __init__(self, config: Config) -> None:
        self.names: dict[str, str] = {}
        for event in config.events_of(PlaceholderUsed):
            variable = config.environment[event.substitution.name] if event.substitution.is_set else None
            if variable and len(variable.value) >= MIN_SECRET_LENGTH and not _is_harmless(variable.value):
                self.names[variable.value] = event.substitution.name
        values = sorted(self.names, key=len, reverse=True)
        self.pattern = re.compile("|".join(re.escape(value) for value in values)) if values else None

    def text(self, words: str) -> str:
        told = self.pattern.sub(lambda match: f"${{{self.names[match[0]]}}}", words) if self.pattern else words
        return without_credentials(told)


def _is_harmless(value: str) -> bool:
    found = _HARMLESS.fullmatch(value)
    return found is not None and (found["host"] is None or is_loopback(found["host"].lower()))


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
