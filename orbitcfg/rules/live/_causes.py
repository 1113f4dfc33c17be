"""What several endpoints fail by at once, told once: a server that is down, a machine that is offline."""

from collections.abc import Iterable, Iterator

from orbitcfg.catalog.specs import CLOUD
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.address import is_near, parse_address
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.report.finding import Finding

OFFLINE: KeyPath = ("the network outside",)
"""What findings blame that come of a machine that is offline; no key of a configuration."""

_UNREACHED = frozenset({ProbeFault.UNRESOLVED, ProbeFault.NO_CONNECTION})


def _hop_of(result: ProbeResult) -> str:
    """Host and port of what connections to an endpoint are made to: its server, or the proxy before it."""
    address, proxy = parse_address(result.target.url), result.connection.hop
    return proxy.place if proxy else address.place if address else result.target.url


def by_server(told: Iterable[tuple[ProbeResult, Iterable[Finding]]]) -> Iterator[Finding]:
    """Findings about servers, each with its endpoint: what is told of the first endpoint of a server explains what is told of its others."""
    seen: dict[str, ProbeResult] = {}
    for result, findings in told:
        server = _hop_of(result)
        first = seen.setdefault(server, result)
        cause = ("the server", server)
        for index, finding in enumerate(findings):
            if first is not result:
                yield replace(finding, blames=cause)
            else:
                yield finding if index else replace(finding, explains=(cause,))


def cut_off(observations: Observations) -> tuple[ProbeResult, ...]:
    """The endpoints outside of this machine and its network, where none of them is reached and they are a vendor's or of several hosts."""
    outside = tuple(each for each in observations.endpoints if _is_outside(each))
    is_sure = len(hosts_of(outside)) > 1 or any(each.target.location == CLOUD for each in outside)
    return outside if is_sure and all(each.fault in _UNREACHED for each in outside) else ()


def hosts_of(results: Iterable[ProbeResult]) -> list[str]:
    """The hosts of endpoints, each once."""
    addresses = (parse_address(each.target.url) for each in results)
    return list(dict.fromkeys(address.host for address in addresses if address))


def _is_outside(result: ProbeResult) -> bool:
    """Whether an endpoint lies outside, and nothing of this machine's own stands in the way to it."""
    address = parse_address(result.target.url)
    return address is not None and not is_near(address.host) and result.connection.hop is None
