"""The result of doctor, and who hears of it while it comes about."""

from collections.abc import Callable, Sequence

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.log import OnCheck
from orbitcfg.live.orbit.probe import OrbitProbe
from orbitcfg.live.probe import Probe
from orbitcfg.live.resources.plan import ResourceProbe
from orbitcfg.observed.check import NOT_CHECKED, CheckResult, CheckState, ProbeFault
from orbitcfg.observed.endpoint import ProbeTarget, UnaskedUse
from orbitcfg.observed.host import HostFacts
from orbitcfg.observed.orbit import OrbitResult
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.observed.resource import ResourceResult
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.verdict import Verdict


@dataclass(frozen=True, slots=True)
class StaticCounts:
    """How many errors and warnings the configuration has by itself, as `validate` finds them."""

    errors: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Checkup:
    """All that one run of doctor planned, saw and found."""

    report: Report
    """The findings about endpoints, the errors of the configuration itself, and the verdict."""
    static: StaticCounts
    """What the configuration has by itself."""
    plan: tuple[Probe, ...]
    """The endpoints, each with the checks that are made of it."""
    results: tuple[ProbeResult, ...] = ()
    """What was seen of each endpoint."""
    resources: tuple[ResourceProbe, ...] = ()
    """What else ORBIT needs, each with the checks that are made of it."""
    seen: tuple[ResourceResult, ...] = ()
    """What was seen of each of these."""
    before: tuple[CheckResult, ...] = ()
    """The checks before any endpoint: what cannot be asked for, and keys."""
    unasked: tuple[UnaskedUse, ...] = ()
    """The uses that cannot be asked for."""
    machine: tuple[CheckResult, ...] = ()
    """The checks on this machine: programs, the embedded engine."""
    server: OrbitProbe | None = None
    """The running ORBIT that is looked through, with the checks that are made of it; None where none is."""
    orbit: OrbitResult | None = None
    """What was seen of it."""
    host: HostFacts = field(default_factory=HostFacts)
    """What lies around the configuration."""
    interrupted: bool = False
    """Whether the user ended it early."""
    dry_run: bool = False
    """Whether nothing was asked, only planned."""
    root: str = ""
    """The name of the configuration's root file; empty where only an address was looked at."""

    @property
    def verdict(self) -> Verdict | None:
        """What becomes of ORBIT; None where only an address was looked at."""
        return self.report.verdict

    @property
    def targets(self) -> tuple[ProbeTarget, ...]:
        """The endpoints."""
        return tuple(probe.target for probe in self.plan)

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """Every check, in order."""
        through = self.orbit.probe.checks if self.orbit else ()
        looked_at: tuple[ProbeResult | ResourceResult, ...] = (*self.results, *self.seen)
        return (*self.before, *(check for result in looked_at for check in result.checks), *through, *self.machine)

    @property
    def checked(self) -> int:
        """How many checks were made."""
        return sum(check.state is not CheckState.UNCHECKED for check in self.checks)

    @property
    def crashed(self) -> bool:
        """Whether something failed inside orbitcfg, so that this is not the whole."""
        probes: tuple[ProbeResult | ResourceResult, ...] = (*self.results, *self.seen, *([self.orbit.probe] if self.orbit else []))
        return self.report.crashed or any(result.fault is ProbeFault.INTERNAL for result in probes)

    @property
    def unseen(self) -> tuple[tuple[int, int, str], ...]:
        """How many of the endpoints, and of the resources, the run did not come to, or not to the end; how many there are; and what they are called."""
        kinds: tuple[tuple[Sequence[ProbeResult | ResourceResult], str], ...] = ((self.results, "endpoint"), (self.seen, "resource"))
        return tuple((sum(each.fault in NOT_CHECKED for each in listed), len(listed), noun) for listed, noun in kinds)

    @property
    def is_whole(self) -> bool:
        """Whether every check could be made."""
        return self.checked == len(self.checks)


@dataclass(frozen=True, slots=True)
class CheckupListener:
    """Who hears of the run while it goes on: of the plan before it begins, and of each check."""

    planned: Callable[[Checkup], None] = lambda _checkup: None
    check: OnCheck = lambda _target, _check: None
