"""Rules that failed."""

from collections.abc import Iterator

from orbitcfg.document.events import RuleCrashed
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB901", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def rule_crashed(config: Config) -> Iterator[Finding]:
    """A rule failed inside orbitcfg.

    This is a fault of orbitcfg, not of the configuration. The other rules have run, and what they found stands; what this one
    would have found is not known, so the exit status is 3. No configuration is meant to bring this about, so there is no example.
    """
    for event in config.events_of(RuleCrashed):
        yield Finding(
            f"rule {event.code} ({event.name}) failed inside orbitcfg: {event.error}",
            None,
            f"report it with the configuration, and go on with `--ignore {event.code}`",
        )


RULES = (rule_crashed,)
