"""The verdict: what all findings together come to, whatever of them is shown."""

from collections.abc import Iterable, Iterator

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import FileFault, FileProblem, ImportSkipped, Skip
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.adapters import CHILDREN, SEARCHED, Adapter
from orbitcfg.effective.realtime import REALTIME
from orbitcfg.effective.service import INFERENCE
from orbitcfg.effective.use import Use
from orbitcfg.lint.releases import is_judged
from orbitcfg.masking.url import shown_name
from orbitcfg.project.config import Config
from orbitcfg.project.variables import unset_and_ending_start
from orbitcfg.report.consequence import ENDING, Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.verdict import VARIABLE, AdapterState, AdapterVerdict, Basis, ChoiceVerdict, Reason, Verdict

_FAILING = frozenset({Consequence.NO_REQUEST, Consequence.ADAPTER_FAILS})
_LACKING = frozenset(
    {
        Consequence.NO_SIGN_IN,
        Consequence.ADAPTER_MISSING,
        Consequence.CHOICE_FAILS,
        Consequence.PURPOSE_LOST,
        Consequence.MISLEADS,
        Consequence.DEGRADED,
    }
)
_TELLING = _FAILING | _LACKING
"""What can tell of an adapter or a choice how it fares."""
_UNMADE = frozenset({"disabled", "unknown", "unregistered", "incomplete", "keyless"})
"""States of a use whose provider is not made."""

_LOSING = frozenset({Skip.MISSING, Skip.UNREADABLE, Skip.ESCAPES, Skip.PLACEHOLDER})
"""Imports that name a file, and bring nothing."""

_OF_ALL = frozenset({Consequence.NO_REQUEST, Consequence.NO_SIGN_IN, Consequence.ADAPTER_MISSING, Consequence.ADAPTER_FAILS})
"""What tells of an adapter also where it strikes all of them."""


def verdict_of(config: Config, found: Iterable[Diagnostic], basis: Basis = "files") -> Verdict | None:
    """The verdict on a configuration of which all of this was found; None for a part of one."""
    return None if config.fragment else _Fold(config, tuple(found), basis).verdict


@dataclass(frozen=True)
class _Fold:
    config: Config
    found: tuple[Diagnostic, ...]
    basis: Basis

    @property
    def verdict(self) -> Verdict:
        fatal = [each for each in self.found if each.consequence in ENDING and each.severity > Severity.INFO]
        certain = [each for each in fatal if not each.depends_on]
        unknown = dict.fromkeys(each.depends_on for each in fatal if each.depends_on)
        unknown |= dict.fromkeys(f"{VARIABLE}{name}" for name in unset_and_ending_start(self.config))
        if not is_judged(self.config):
            unknown[f"what ORBIT {self.config.orbit.release} does, which is not judged"] = None
        starts = False if certain else None if unknown else True
        adapters = tuple(self._adapter(adapter) for adapter in self._adapters)
        lost = tuple(dict.fromkeys(map(shown_name, self._lost())))
        return Verdict(self.config.graph.root.source.name, self.basis, starts, self._reasons(certain), tuple(unknown), adapters, lost)

    def _lost(self) -> Iterator[str]:
        """The files that imports name, and that bring nothing."""
        for fault in self.config.events_of(FileFault):
            if fault.problem is not FileProblem.EMPTY:
                yield (fault.place.source if isinstance(fault.place, Span) else fault.place).name
        yield from (event.name for event in self.config.events_of(ImportSkipped) if event.skip in _LOSING)

    @property
    def _adapters(self) -> list[Adapter]:
        """One for each name: the one that answers to it, else the first."""
        named = {adapter.name: adapter for adapter in reversed(self.config.adapters) if adapter.name}
        return [adapter for adapter in self.config.adapters if adapter is self.config.routed.get(adapter.name, named.get(adapter.name))]

    def _adapter(self, adapter: Adapter) -> AdapterVerdict:
        if not adapter.is_on:
            return AdapterVerdict(adapter.shown, "off")
        if not is_judged(self.config):
            return AdapterVerdict(adapter.shown, "unknown")
        state, reasons = self._state(adapter.key, adapter)
        choices = tuple(self._choice(each) for each in self._choices.get(adapter.name, ()))
        return AdapterVerdict(adapter.shown, state, reasons, choices)

    def _choice(self, key: AdapterKey) -> ChoiceVerdict:
        state, reasons = self._state(key, None)
        return ChoiceVerdict(shown_name(key.entry or ""), state, reasons)

    @cached_property
    def _choices(self) -> dict[str, list[AdapterKey]]:
        """What clients of each adapter may choose, by its name."""
        found: dict[str, dict[AdapterKey, None]] = {}
        for key in self.config.demand.choices:
            found.setdefault(key.name, {})[key] = None
        return {name: list(keys) for name, keys in found.items()}

    def _state(self, key: AdapterKey, adapter: Adapter | None) -> tuple[AdapterState, tuple[Reason, ...]]:
        """How an adapter or a choice fares, and by which findings."""
        striking = [*self._by_name.get(str(key), ()), *self._of_all]
        fails = [each for each in striking if _fails(each, adapter)]
        if adapter is not None and adapter.retrieval == "always":
            fails += self._of_children(adapter)
        if certain := [each for each in fails if not each.depends_on]:
            return "fails", self._reasons(certain)
        if fails:
            return "unknown", self._reasons(fails)
        uses = self._uses.get(key, ())
        if any(_is_unknown(use) or self._may_be_registered(use) for use in uses):
            return "unknown", ()
        # which object serves depends on the order in which adapters are loaded
        served = [found for use in uses if use.served_by and use.served_by.owner for found in self._by_name.get(str(use.served_by.owner), ())]
        if of_another := [each for each in served if _fails(each, None) and not each.depends_on]:
            return "unknown", self._reasons(of_another)
        lacking = [each for each in striking if each.consequence in _LACKING]
        lacking = [each for each in lacking if each.severity > Severity.INFO]
        return ("degraded", self._reasons(lacking)) if lacking else ("answers", ())

    def _may_be_registered(self, use: Use) -> bool:
        """Whether the ORBIT that is meant may have a provider that the catalogue lacks: it is not known here."""
        name = use.provider.value
        return use.state == "unregistered" and name is not None and self.config.knowledge.knows(name, is_value=True) is None

    def _of_children(self, adapter: Adapter) -> list[Diagnostic]:
        """What keeps each adapter that a composite one searches through from being made: with none of them it cannot be made either."""
        children = [child for name in self._children.get(adapter.path, ()) if (child := self.config.routed.get(name)) and child.family in SEARCHED]
        losses = [[each for each in self._by_name.get(child.shown, ()) if self._unmakes(each, child)] for child in children]
        firsts = [min(loss, key=lambda each: bool(each.depends_on)) for loss in losses] if all(losses) else []
        # as long as one of them may be made, so may it
        return [each for each in firsts if each.depends_on] or firsts

    def _unmakes(self, found: Diagnostic, child: Adapter) -> bool:
        """Whether a finding keeps an adapter from being made: an intent adapter is not without its language model."""
        is_unmade = any(use.state in _UNMADE for use in self._uses.get(child.key, ()))
        return found.consequence is Consequence.ADAPTER_MISSING or (is_unmade and found.consequence is Consequence.ADAPTER_FAILS)

    @cached_property
    def _children(self) -> dict[KeyPath, dict[str, None]]:
        """The names that each composite adapter searches through, by its path."""
        found: dict[KeyPath, dict[str, None]] = {}
        for each in self.config.references:
            if each.path[2:-1] == CHILDREN:
                found.setdefault(each.path[:2], {})[each.name] = None
        return found

    @cached_property
    def _uses(self) -> dict[AdapterKey, list[Use]]:
        """What each adapter or choice asks of what answers it: a language model, or a vendor's service for voices."""
        found: dict[AdapterKey, list[Use]] = {}
        for use in self.config.uses:
            if use.adapter is not None and use.is_on and use.service in (INFERENCE, REALTIME):
                found.setdefault(use.adapter, []).append(use)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Diagnostic]]:
        found: dict[str, list[Diagnostic]] = {}
        for each in self.found:
            for name in each.affects or () if each.consequence in _TELLING else ():
                found.setdefault(name, []).append(each)
        return found

    @cached_property
    def _of_all(self) -> list[Diagnostic]:
        return [each for each in self.found if each.consequence in _OF_ALL and each.affects is None and each.severity is Severity.ERROR]

    @staticmethod
    def _reasons(found: Iterable[Diagnostic]) -> tuple[Reason, ...]:
        return tuple(dict.fromkeys(_reason(each.cause or each) for each in found))


def _fails(diagnostic: Diagnostic, adapter: Adapter | None) -> bool:
    """Whether an adapter, or a choice of its clients, goes unanswered."""
    if diagnostic.severity is Severity.INFO:
        return False
    if diagnostic.consequence in _FAILING or (adapter is None and diagnostic.consequence is Consequence.CHOICE_FAILS):
        return True
    # its object is fetched by requests that look for data alone (adapters, above §0)
    return diagnostic.consequence is Consequence.ADAPTER_MISSING and adapter is not None and adapter.retrieval == "always"


def _is_unknown(use: Use) -> bool:
    """Whether it depends on a variable that is not set here, or on a provider that is not judged."""
    return use.state in ("undecided", "unjudged") or use.is_open


def _reason(diagnostic: Diagnostic) -> Reason:
    line = diagnostic.place.begins.line if isinstance(diagnostic.place, Span) else None
    return Reason(diagnostic.code, diagnostic.message, diagnostic.file, line)
