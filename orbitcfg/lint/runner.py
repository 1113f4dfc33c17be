"""Runs the rules over a configuration and makes placed diagnostics of what they find."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.events import Event, FindingsCut, PlaceholderUsed, RuleCrashed
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.errors import UsageError
from orbitcfg.limits import MAX_FINDINGS
from orbitcfg.lint import suppress
from orbitcfg.lint.baseline import Baseline, gone_events, match_baseline
from orbitcfg.lint.causes import Placed, with_causes, with_those_left
from orbitcfg.lint.doubles import Seen, told_once
from orbitcfg.lint.releases import judged_alone, of_release
from orbitcfg.lint.severity import Impact, impact_of, impact_of_info, struck_by
from orbitcfg.masking.url import without_credentials
from orbitcfg.project.config import Config
from orbitcfg.report.deferred import completed, deferred
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.report.finding import Finding
from orbitcfg.report.severity import weight
from orbitcfg.rules import rules_of
from orbitcfg.rules._rule import Rule
from orbitcfg.rules.meta.crashes import rule_crashed
from orbitcfg.rules.meta.excess import too_many_findings
from orbitcfg.signals import is_interrupt

if TYPE_CHECKING:
    from orbitcfg.observed.observation import Observations

_ABOUT_THE_RUN = ("meta",)
"""The family that tells of orbitcfg itself."""

MIN_SECRET_LENGTH = 4
"""A shorter text is no secret, and is part of many words."""


@dataclass(frozen=True, slots=True)
class LintResult:
    """What the rules found.

    `found` is all of it, in order, each for itself; `diagnostics` are those that are wanted and that no comment silences. `fatal`: ORBIT's loader would raise.
    `crashed`: a rule raised, so the result is not whole.
    """

    found: tuple[Diagnostic, ...]
    diagnostics: tuple[Diagnostic, ...]
    fatal: tuple[Diagnostic, ...]
    crashed: bool


def run_rules(
    config: Config,
    rules: Iterable[Rule],
    observations: "Observations | None" = None,
    selects: Callable[[str], bool] = lambda _code: True,
    *,
    only_fatal: bool = False,
    checkpoint: Callable[[], object] = lambda: None,
    keep: bool = False,
    infos: Callable[[str], bool] = lambda _code: True,
) -> LintResult:
    """All findings of the rules, by consequence, then by file in load order, by place, code and message; equal ones once, symptoms behind their cause.

    Rules about what was seen outside of the configuration run where there are `observations`. `selects` says which codes are wanted.
    With `only_fatal` nothing is judged but what ORBIT's loader would raise on: that takes no demand. `checkpoint` is called before each rule and behind each
    finding; what it raises ends the run. With `keep` what the rules find is kept for the next run over the same configuration, which may be of more rules.
    `infos` says of which codes findings are wanted that are only worth knowing: of others some may be missing, unless a comment silences them, so that it is known to be used.
    """
    listed = of_release(config, (rule for rule in rules if observations is not None or not rule.observes))
    suppressions = _suppressions(config)
    silenced = frozenset(each.code for each in suppressions.rules)
    whole = frozenset(rule for rule in listed if rule.code in silenced or infos(rule.code))
    crashes: list[RuleCrashed] = []
    placed: list[Placed] = []
    seen = Seen()
    # those about comments and crashes: they need to know what the others found
    last = rules_of(_ABOUT_THE_RUN)
    said_by = ((rule, rule.findings(config, observations, infos=rule in whole)) for rule in listed if rule not in last)
    found_by = (
        (rule, each)
        for rule, said in said_by
        for each in _findings(config, rule, said, crashes, checkpoint, only_fatal=only_fatal, keep=keep and rule in whole)
    )
    cut: list[FindingsCut] = []
    for rule, each in found_by:
        # a rule may find thousands of things
        checkpoint()
        if seen.is_new(each):
            placed.append(each)
        if len(placed) > MAX_FINDINGS:
            cut.append(FindingsCut(rule.code, rule.name))
            break
    # thousands of places, and nothing asks for them again
    del seen
    judged, unjudged = judged_alone(config, told_once(placed))
    explained = with_causes(judged)
    by_itself = [_with_cause(each.diagnostic, after.diagnostic.cause) for each, after in zip(judged, explained, strict=True)]
    found = [each.diagnostic for each in explained]
    fatal = [each.diagnostic for each in explained if each.finding.fatal]
    kept, events = _apply_comments(config, suppressions, found, listed, crashes)
    of_the_run = meta_diagnostics(config, (*cut, *unjudged, *events), (rule_crashed, too_many_findings, *listed))
    order = _order(config)
    wanted = with_those_left(each for each in (*kept, *of_the_run) if selects(each.code))
    return LintResult(
        tuple(sorted((*by_itself, *of_the_run), key=order)), tuple(sorted(wanted, key=order)), tuple(sorted(fatal, key=order)), bool(crashes)
    )


def _with_cause(diagnostic: Diagnostic, cause: Diagnostic | None) -> Diagnostic:
    # nearly none has one, and a copy takes time
    return diagnostic if diagnostic.cause is cause else replace(diagnostic, cause=cause)


def beyond_baseline(
    baseline: Baseline, diagnostics: Iterable[Diagnostic], config: Config, rules: Iterable[Rule], *, whole: bool
) -> tuple[Diagnostic, ...]:
    """The findings that a baseline does not expect, and where the configuration was looked at as a whole, its entries that match none.

    Entries of rules that did not run, or whose findings come and go with the machine, may wait for their finding.
    """
    listed = tuple(rules)
    kept, gone = match_baseline(baseline, diagnostics)
    ran = {rule.code for rule in listed if whole and not rule.code.startswith(suppress.OF_THE_MACHINE)}
    return (*kept, *meta_diagnostics(config, gone_events(entry for entry in gone if entry.code in ran), listed))


def meta_diagnostics(config: Config, events: Iterable[Event], rules: Iterable[Rule]) -> list[Diagnostic]:
    """What those of the rules that are about orbitcfg itself find in events, each once."""
    run, last = replace(config, events=tuple(events)), rules_of(_ABOUT_THE_RUN)
    found = (_diagnostic(config, rule, finding) for rule in rules if rule in last for finding in rule.check(run))
    return list(dict.fromkeys(islice(found, MAX_FINDINGS)))


def _suppressions(config: Config) -> suppress.Suppressions:
    return suppress.find_suppressions(config.graph, _codes, _named_sources(config))


def _named_sources(config: Config) -> list[Source]:
    return [each.source for each in config.named_files.values() if each is not None and each.is_read]


def _apply_comments(
    config: Config, suppressions: suppress.Suppressions, diagnostics: Iterable[Diagnostic], rules: tuple[Rule, ...], crashes: list[RuleCrashed]
) -> tuple[list[Diagnostic], list[Event]]:
    """The findings that no comment silences, and events about the run and the comments themselves."""
    kept, used = suppress.apply_suppressions(suppressions, diagnostics)
    crashed = {each.code for each in crashes}
    # a fragment lacks what other files bring, so no comment in it is known to be unused
    ran = frozenset() if config.fragment else frozenset(rule.code for rule in rules if rule.code not in crashed)
    within = frozenset((*(document.source for document in config.graph.documents), *_named_sources(config)))
    return kept, [*crashes, *suppressions.malformed, *suppress.unused_suppressions(suppressions, used, ran, within)]


def _codes() -> dict[str, str]:
    """The code for every code and name of a rule."""
    # imported here: only a comment that names a rule needs all rules
    from orbitcfg.rules import RULES

    return {word: rule.code for rule in RULES for word in (rule.code, rule.name)}


def _findings(
    config: Config,
    rule: Rule,
    findings: Iterable[Finding],
    crashes: list[RuleCrashed],
    checkpoint: Callable[[], object],
    *,
    only_fatal: bool,
    keep: bool,
) -> Iterator[Placed]:
    checkpoint()
    kept = config.once(_kept)
    if rule in kept:
        yield from kept[rule]
        return
    found: list[Placed] = []
    try:
        for finding in findings:
            if only_fatal and not finding.fatal:
                continue
            placed = Placed(finding, _diagnostic(config, rule, finding))
            yield placed
            if keep:
                found.append(placed)
        if keep:
            kept[rule] = found
    except UsageError:
        # what the user named, as a schema, cannot be used
        raise
    except Exception as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from error
        # a fault of one rule must not cost the user what the others found
        crashes.append(RuleCrashed(rule.code, rule.name, type(error).__name__))


def _kept(_config: Config) -> dict[Rule, list[Placed]]:
    return {}


def _diagnostic(config: Config, rule: Rule, finding: Finding) -> Diagnostic:
    memo = config.catalog.memo
    of_info = impact_of_info(rule, finding) if not (memo.keeps or rule.observes) else None
    if of_info is not None:
        return _made(config, rule, finding, of_info, config.once(_WordsOfInfo))
    impact = impact_of(config, rule, finding, _about(finding))
    words = config.once(_of_servers if rule.observes else _Words)
    if not memo.keeps or not finding.path or finding.path[0] == ADAPTERS or config.renamings or config.loaded is not None:
        return _made(config, rule, finding, impact, words)
    # a rule may have found the very same before
    of = finding, config.beside_adapters, words.redaction
    return memo.kept((rule.code, impact), of, lambda: completed(_made(config, rule, finding, impact, words)))


def _made(config: Config, rule: Rule, finding: Finding, impact: Impact, words: "_Words") -> Diagnostic:
    made = Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=impact.severity,
        message="",
        help="",
        place=config.locate(finding.path, value=finding.value) if finding.path is not None else finding.place,
        related=tuple(replace(each, message=words.redact(each.message)) for each in finding.related),
        fix=finding.fix,
        consequence=impact.consequence,
        affects=impact.affects,
        depends_on=words.redact(finding.depends_on),
    )
    return deferred(made, words, finding, words.fields)


def _about(finding: Finding) -> KeyPath | None:
    """The key path that a finding is about; None where it is about none."""
    return finding.key if finding.path is None else finding.path


class _Words:
    """Works out the words of findings: one for all of a configuration, since there may be tens of thousands."""

    fields: ClassVar = frozenset({"message", "help", "key"})

    def __init__(self, config: Config, redact: Callable[[str], str] | None = None) -> None:
        self.config = config
        self.redact = redact or config.once(_Redactor).redacted
        names = () if redact else tuple(config.once(_Redactor).names.items())
        self.redaction = config.catalog.memo.kept((_Words, redact, names), (), object)
        """What words are by: the same object while the same is taken out of them."""

    def __call__(self, finding: Finding) -> dict[str, object]:
        path = _about(finding)
        return {
            "message": self.redact(finding.message),
            "help": self.redact(finding.help),
            "key": self.config.format_path(path) if path else None,
        }


class _WordsOfInfo(_Words):
    """Those of findings that are info whoever needs what they are about: nobody is asked for that before the words are."""

    fields: ClassVar = frozenset({*_Words.fields, "affects"})

    def __call__(self, finding: Finding) -> dict[str, object]:
        return {**super().__call__(finding), "affects": struck_by(self.config, finding, _about(finding))}


def _of_servers(config: Config) -> _Words:
    """Those of rules about what was seen: what servers say is no variable's value."""
    return _Words(config, without_credentials)


_without_credentials = lru_cache(maxsize=8192)(without_credentials)
# in the editor nearly all messages are those of the keystroke before


class _Redactor:
    """Takes what may not be shown out of messages: credentials, and what a set variable gave, since it may be a secret; `${NAME}` stands for it."""

    def __init__(self, config: Config) -> None:
        self.names: dict[str, str] = {}
        for event in config.events_of(PlaceholderUsed):
            variable = config.environment[event.substitution.name] if event.substitution.is_set else None
            if variable and len(variable.value) >= MIN_SECRET_LENGTH and not _is_harmless(variable.value):
                self.names[variable.value] = event.substitution.name
        self.by_start: dict[str, list[str]] = {}
        # of two values of which one begins the other, the longer is replaced whole
        for value in sorted(self.names, key=len, reverse=True):
            self.by_start.setdefault(value[:MIN_SECRET_LENGTH], []).append(value)

        self.known: dict[str, str] = {}

    def redacted(self, message: str) -> str:
        # many findings of a rule say the same
        if message not in self.known:
            self.known[message] = _without_credentials(self._with_names(message) if self.by_start else message)
        return self.known[message]

    def _with_names(self, message: str) -> str:
        # by their first characters: one expression of all values would try each of thousands at each place
        pieces, position, index = [], 0, 0
        while index <= len(message) - MIN_SECRET_LENGTH:
            values = self.by_start.get(message[index : index + MIN_SECRET_LENGTH], ())
            value = next((each for each in values if message.startswith(each, index)), None)
            if value is None:
                index += 1
                continue
            pieces += [message[position:index], f"${{{self.names[value]}}}"]
            index = position = index + len(value)
        return "".join([*pieces, message[position:]])


def _is_harmless(value: str) -> bool:
    """Whether any file may hold a value: a number, a switch, an address of this machine."""
    from orbitcfg.effective.address import is_loopback  # asked of what variables gave alone

    found = re.fullmatch(r"[\d.]+|true|false|https?://(?P<host>[^:/@?#]+)[:/\w]*", value, re.IGNORECASE)
    return found is not None and (found["host"] is None or is_loopback(found["host"].lower()))


class _ByMessage:
    """A finding among those of one place and code: only for them the message counts."""

    __slots__ = ("diagnostic",)

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic

    def __lt__(self, other: "_ByMessage") -> bool:
        return self.diagnostic.message < other.diagnostic.message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByMessage) and self.diagnostic.message == other.diagnostic.message

    __hash__ = None  # type: ignore[assignment] # compared alone


def _order(config: Config) -> Callable[[Diagnostic], tuple[object, ...]]:
    rank = {document.source: index for index, document in enumerate(config.graph.documents)}
    known: dict[int, tuple[object, ...]] = {}
    last = len(rank)

    def place(diagnostic: Diagnostic) -> tuple[int, str, int]:
        match diagnostic.place:
            case Span(source=source, start=start):
                return rank.get(source, last), source.name, start
            case Source() as source:
                return rank.get(source, last), source.name, 0
        return last + 1, "", 0

    def by_itself(diagnostic: Diagnostic) -> tuple[object, ...]:
        return (*place(diagnostic), diagnostic.code, _ByMessage(diagnostic))

    def key(diagnostic: Diagnostic) -> tuple[object, ...]:
        cause = diagnostic.cause or diagnostic
        # symptoms come behind their cause
        return (weight(cause), *by_itself(cause), *(by_itself(diagnostic) if diagnostic.is_symptom else ()))

    def known_key(diagnostic: Diagnostic) -> tuple[object, ...]:
        # most are in several lists, which all are there until they are ordered
        found = known.get(id(diagnostic))
        if found is None:
            found = known[id(diagnostic)] = key(diagnostic)
        return found

    return known_key
