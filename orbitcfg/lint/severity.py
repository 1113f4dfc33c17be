"""How bad a finding is: what ORBIT does about it, and whether anybody needs what it is about."""

from typing import TYPE_CHECKING

from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.needed import Demand
from orbitcfg.masking.url import shown_name
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import BY_RULE, FOR_ALL, OF_ADAPTERS, Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.report.severity import DEMANDED
from orbitcfg.rules._rule import Rule

if TYPE_CHECKING:
    from orbitcfg.effective.adapter_key import AdapterKey


@dataclass(frozen=True, slots=True)
class Impact:
    """What a finding comes to: what ORBIT does, how bad that is, and whom it strikes (None: all)."""

    consequence: Consequence
    severity: Severity
    affects: tuple[str, ...] | None


def impact_of(config: Config, rule: Rule, finding: Finding, path: KeyPath | None) -> Impact:
    """The impact of a finding about a key path; None where it is about none, and so about the whole."""
    demand = _demand_of(config, path)
    is_demanded = _is_demanded(finding, demand)
    consequence = finding.consequence or rule.consequence
    if path and consequence is Consequence.ADAPTER_FAILS and finding.affects is None:
        from orbitcfg.rules._services import loss_at  # few faults are of services

        consequence = loss_at(config, path) or consequence
    # what keeps ORBIT from working strikes everybody
    affects = None if consequence in FOR_ALL and finding.affects is None else _struck_by(config, finding, demand)
    if finding.affects is None and consequence in OF_ADAPTERS and demand.by and all(key.entry is not None for key in demand.by):
        consequence = Consequence.CHOICE_FAILS
    severity = _usual_severity(rule, finding, consequence)
    return Impact(consequence, _lowered(config, finding, path, consequence, severity, affects, is_demanded=is_demanded), affects)


def impact_of_info(rule: Rule, finding: Finding) -> Impact | None:
    """The impact of a finding that is info whoever needs what it is about, but for whom it strikes (`struck_by`); None for any other."""
    consequence = finding.consequence or rule.consequence
    return Impact(consequence, Severity.INFO, ()) if _usual_severity(rule, finding, consequence) is Severity.INFO else None


def struck_by(config: Config, finding: Finding, path: KeyPath | None) -> tuple[str, ...] | None:
    """Whom a fault strikes that keeps nobody else from working: those who ask for what it is about; None where all requests use that."""
    return _struck_by(config, finding, _demand_of(config, path))


def _struck_by(config: Config, finding: Finding, demand: Demand) -> tuple[str, ...] | None:
    if finding.affects is not None:
        shown = config.once(_shown_names)
        return tuple(shown.get(name) or shown_name(name) for name in finding.affects)
    if not _is_demanded(finding, demand):
        return ()
    return None if not demand.by and demand.kinds & {"ask", "check"} else _names(config, demand.by)


def _demand_of(config: Config, path: KeyPath | None) -> Demand:
    return config.demand.of(path) if path else _OF_THE_SERVER


def _is_demanded(finding: Finding, demand: Demand) -> bool:
    return demand.is_demanded if finding.demanded is None else finding.demanded


def _usual_severity(rule: Rule, finding: Finding, consequence: Consequence) -> Severity:
    """How bad a finding is where somebody needs what it is about."""
    said = finding.severity or rule.severity if consequence in BY_RULE else None
    return said or DEMANDED[consequence]


def _names(config: Config, keys: "tuple[AdapterKey, ...]") -> tuple[str, ...]:
    """The names of those who ask: thousands may, for a part in which there are many faults."""
    known = config.once(_known_names)
    found = known.get(id(keys))
    if found is None:
        # the keys are kept, so that nothing else gets their id
        found = known[id(keys)] = keys, tuple(map(str, keys))
    return found[1]


def _known_names(_config: Config) -> "dict[int, tuple[tuple[AdapterKey, ...], tuple[str, ...]]]":
    return {}


def _lowered(
    config: Config,
    finding: Finding,
    path: KeyPath | None,
    consequence: Consequence,
    severity: Severity,
    affects: tuple[str, ...] | None,
    *,
    is_demanded: bool,
) -> Severity:
    """A severity, less where nobody needs what is at fault, or where something that is not known here decides."""
    if consequence not in (Consequence.NO_START, Consequence.HYGIENE):
        if not is_demanded:
            stays = consequence in OF_ADAPTERS and path is not None and path[:1] == (ADAPTERS,) and not finding.dormant
            severity = min(severity, Severity.WARNING if stays else Severity.INFO)
        elif consequence in OF_ADAPTERS and not _strikes(config, consequence, affects):
            severity = Severity.WARNING
    return Severity(max(severity - bool(finding.depends_on), Severity.INFO))


def _strikes(config: Config, consequence: Consequence, affects: tuple[str, ...] | None) -> bool:
    """Whether anybody goes unanswered: an adapter that is not there is missed only by requests that look for data."""
    if affects is None:
        return True
    if consequence is not Consequence.ADAPTER_MISSING:
        return bool(affects)
    return not config.once(_that_look_for_data).isdisjoint(affects)


def _shown_names(config: Config) -> dict[str, str]:
    return {adapter.name: adapter.shown for adapter in config.adapters}


def _that_look_for_data(config: Config) -> frozenset[str]:
    from orbitcfg.effective.adapters import known_types

    # a type that ORBIT does not know keeps no request from looking for data
    answering = known_types(config.catalog) - {"retriever"}
    return frozenset(adapter.shown for adapter in config.adapters if adapter.retrieval != "never" and adapter.kind not in answering)


_OF_THE_SERVER = Demand("yes", frozenset({"ask"}))
