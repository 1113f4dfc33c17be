"""Findings beyond count."""

from collections.abc import Iterator

from orbitcfg.document.events import FindingsCut
from orbitcfg.limits import MAX_FINDINGS
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB905", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def too_many_findings(config: Config) -> Iterator[Finding]:
    """There are more findings than anybody reads.

    The rules stop at 50,000 findings, so that a configuration, which may be anybody's, cannot keep a run busy for hours. What the rules behind that one would
    have found is not known. It takes a file that no example is meant to hold.
    """
    for event in config.events_of(FindingsCut):
        yield Finding(
            f"there are over {MAX_FINDINGS:,} findings: `{event.name}` ({event.code}) was cut off, and no rule behind it has run",
            config.graph.root.source,
            "fix what is found most often, and run it again",
        )


RULES = (too_many_findings,)
