"""What a rule is."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.project.config import Config
from orbitcfg.release import Release
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.report.severity import DEMANDED

if TYPE_CHECKING:
    from orbitcfg.observed.observation import Observations

RuleCheck: TypeAlias = Callable[[Config], Iterator[Finding]]
ObservationCheck: TypeAlias = Callable[[Config, "Observations"], Iterator[Finding]]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A check with its code and what ORBIT does about what it finds; the check's docstring is the rule's page, its name the rule's name. Each is itself alone.

    `severity` is given for a consequence that is `BY_RULE`, and None for all others, whose severity follows from them. `plural` is what its findings are called when there are several, where that is more than its summary: "files that nothing imports". A rule that `observes` judges what was
    observed outside of the configuration, so it finds nothing where nothing was observed. `since` is the release of ORBIT that what it tells of began with; None: all
    that are judged do it.

    Where the usual severity is info, `graver` is the part of the check that finds what is worse in some cases, or explains what is; None: there is no such case.
    """

    code: str
    consequence: Consequence
    severity: Severity | None
    check: Callable[..., Iterator[Finding]]
    plural: str = ""
    observes: bool = False
    since: Release | None = None
    graver: RuleCheck | None = None

    def findings(self, config: Config, observations: "Observations | None", *, infos: bool = True) -> Iterator[Finding]:
        """What the check says of a configuration and, where it observes, of what was seen; without `infos` some may be left out that are only worth knowing."""
        if self.observes:
            if observations is not None:
                yield from self.check(config, observations)
        elif infos or self.usual_severity > Severity.INFO:
            yield from self.check(config)
        elif self.graver is not None:
            yield from self.graver(config)

    @property
    def usual_severity(self) -> Severity:
        """How bad its findings are where somebody needs what they are about."""
        return self.severity or DEMANDED[self.consequence]

    @property
    def name(self) -> str:
        """The name that users read: `unknown-provider`."""
        return self.check.__name__.replace("_", "-")

    @property
    def counted(self) -> str:
        """What its findings are called when there are several."""
        summary = (self.check.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        return self.plural or f"findings: {summary[:1].lower()}{summary[1:]}"

    @property
    def page(self) -> str:
        """The whole page, Markdown."""
        # imported here: no command shows a page beside what it finds
        import inspect

        from orbitcfg.rules._bases import with_bases

        return with_bases(inspect.cleandoc(self.check.__doc__ or ""))

    @property
    def summary(self) -> str:
        """The page's first line, without its full stop."""
        return self.page.partition("\n")[0].rstrip(".")


def rule(
    code: str,
    *,
    consequence: Consequence,
    severity: Severity | None = None,
    counted: str = "",
    since: Release | None = None,
    graver: RuleCheck | None = None,
) -> Callable[[RuleCheck], Rule]:
    """Makes a rule of a check. It registers nothing: a topic lists its rules.

    `severity` is said of a consequence that is `BY_RULE`, and of no other: there it follows from the consequence.
    """
    return lambda check: Rule(code, consequence, severity, check, counted, since=since, graver=graver)


def observation_rule(
    code: str, *, consequence: Consequence, severity: Severity | None = None, counted: str = ""
) -> Callable[[ObservationCheck], Rule]:
    """Makes a rule of a check that judges what was observed of servers, model files or the engine."""
    return lambda check: Rule(code, consequence, severity, check, counted, observes=True)
