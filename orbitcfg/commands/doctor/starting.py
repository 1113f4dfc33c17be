"""What has to be started, and in which order: what ORBIT opens at its start before what requests ask for, ORBIT itself last."""

from collections.abc import Iterator

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.dataclass import dataclass
from orbitcfg.effective.address import parse_address
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.resource import ResourceTarget

_DOWN = frozenset({ProbeFault.REFUSED, ProbeFault.NO_CONNECTION, ProbeFault.SILENT, ProbeFault.CLOSED})
"""Faults of a server that is not there, or not yet."""

_ENDPOINT_RANK = 10
"""Model servers are asked by requests, and a few when ORBIT warms up."""

FEWEST = 2
"""Servers of which an order can be told; of a single one its finding says all."""


@dataclass(frozen=True, slots=True)
class ToStart:
    """A server that has to be started."""

    label: str
    """What it is and where, for people."""
    without: str
    """What becomes of ORBIT without it."""


def to_start(checkup: Checkup) -> tuple[ToStart, ...]:
    """The servers that do not answer and that somebody needs, those first that ORBIT opens first; each once."""
    found: dict[str, ToStart] = {}
    for _, place, step in sorted(_down(checkup), key=lambda each: each[0]):
        found.setdefault(place, step)
    return tuple(found.values())


def _down(checkup: Checkup) -> Iterator[tuple[tuple[int, int], str, ToStart]]:
    """Each with when it is started, and the place by which two rows are known for one server."""
    for seen in checkup.seen:
        if seen.fault in _DOWN and seen.target.is_needed:
            yield (seen.target.rank, seen.target.consequence.rank), seen.target.place or seen.target.label, _of_resource(seen.target)
    for result in checkup.results:
        if result.fault in _DOWN and result.target.users:
            address = parse_address(result.target.url)
            yield (_ENDPOINT_RANK, 0), address.place if address else result.target.url, _of_endpoint(result.target)


def _of_resource(target: ResourceTarget) -> ToStart:
    losers = f" ({', '.join(target.losers)})" if target.losers else ""
    return ToStart(target.label, f"{target.without}{losers}")


def _of_endpoint(target: ProbeTarget) -> ToStart:
    return ToStart(target.label, f"no answer for {', '.join(target.users)}")


def start_lines(checkup: Checkup) -> Iterator[str]:
    """The order as it is shown; nothing where there is none."""
    steps = to_start(checkup)
    if len(steps) < FEWEST:
        return
    yield "Start, in this order:"
    for number, step in enumerate(steps, 1):
        yield f"  {number}. {step.label}; without it: {step.without}"
    yield f"  {len(steps) + 1}. ORBIT"
