"""The way to a server: through which proxy, over which address, with which certificate."""

import ssl
from collections.abc import Iterator, Sequence
from typing import ClassVar

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.effective.address import Address, parse_address, proxy
from orbitcfg.live import reach, scan
from orbitcfg.live.http import open_client
from orbitcfg.live.log import ProbeLog
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.step import Step
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.live.trust import no_trust, trust
from orbitcfg.observed.check import CheckKind, CheckState, ProbeFault
from orbitcfg.observed.probe import Connection, ProxyUse, TrustFault

GUESS_S = 1.0
"""How long to try whether a server speaks the other scheme."""

_UNTOLD = frozenset({ProbeFault.SILENT, ProbeFault.CLOSED})
"""Ends of a handshake that do not tell what the other side speaks."""

SLOW_MS = 200
"""An address that takes longer to fail costs each connection time."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where requests to an address go from here."""

    address: Address
    """The address as it is configured."""
    asked: Address
    """The one that requests are sent to: `--map` may lead elsewhere."""
    via: str | None
    """The proxy on the way; None where it goes straight."""
    first_hop: Address
    """What a connection is made to: the proxy, or the server itself."""
    proxy: ProxyUse | None
    """The proxy that ORBIT's client would use, also where doctor goes straight."""
    trust: ssl.SSLContext
    """Which certificates are accepted."""
    trust_fault: TrustFault | None
    """Why none can be."""

    @property
    def is_blocked(self) -> bool:
        """Whether there is no way through the proxy, since its address is none of http."""
        return self.via is not None and parse_address(self.via) is None

    @classmethod
    def to(cls, address: Address, client: str, options: ProbeOptions, *, heeds_proxies: bool = True) -> "Route":
        """The route to an address that ORBIT calls with a client, which may heed no proxy. To this machine doctor goes straight, whatever the proxy."""
        asked = options.reaches(address)
        found = proxy(address, options.variables) if heeds_proxies else None
        # as httpx reads it: without a scheme it is plain http
        via = (found[1] if "://" in found[1] else f"http://{found[1]}") if found and not asked.is_loopback else None
        return cls(
            address,
            asked,
            via,
            (parse_address(via) if via else None) or asked,
            ProxyUse(found[0], _place(found[1])) if found else None,
            *trust(options.variables, client, verifying=address.scheme == "https"),
        )


def _place(url: str) -> str:
    address = parse_address(url)
    return address.place if address else "an address that cannot be used"


@dataclass(slots=True)
class Transport:
    """A connection that is being made. `addresses` are those of the host, once they are known; `reached` is the one that answered."""

    log: ProbeLog
    options: ProbeOptions
    route: Route
    addresses: tuple[str, ...] = ()
    reached: str = ""


@dataclass(frozen=True, slots=True)
class ResolveName(Step[Transport]):
    """The addresses of the host's name."""

    kind: ClassVar = CheckKind.RESOLVE

    async def run(self, context: Transport) -> bool:
        """Looks the name up."""
        hop, watch = context.route.first_hop, Stopwatch()
        context.addresses = await reach.resolve(hop.host, hop.port, context.options.timeout_s)
        if not context.addresses:
            context.log.fail(self, ProbeFault.UNRESOLVED, hop.host, watch.ms)
            return False
        context.log.record(self, CheckState.OK, ", ".join(context.addresses), watch.ms)
        return True


@dataclass(frozen=True, slots=True)
class Connect(Step[Transport]):
    """A connection to the first of the addresses that answers."""

    kind: ClassVar = CheckKind.CONNECT

    async def run(self, context: Transport) -> bool:
        """Connects to all addresses; to this machine again, as long as a server that is starting is waited for."""
        log, hop = context.log, context.route.first_hop
        attempts = await self._attempts(context)
        answered = next((each for each in attempts if each.fault is None), None)
        connection = replace(
            log.connection,
            answered=answered.address if answered else None,
            refused=tuple(each.address for each in attempts if each.fault is ProbeFault.REFUSED),
            slow=tuple(each.address for each in attempts if each.fault is ProbeFault.NO_CONNECTION and each.ms > SLOW_MS),
        )
        log.saw(connection=connection)
        if answered is None:
            log.fail(self, _why(hop, attempts), f"port {hop.port}", max(each.ms for each in attempts))
            await find_elsewhere(log, context.options, hop)
            return False
        context.reached = answered.address
        silent = [each.address for each in attempts if each.fault]
        others = f", not on {', '.join(silent)}" if silent else ""
        log.record(self, CheckState.OK, f"port {hop.port} on {answered.address}{others}", answered.ms)
        return True

    async def _attempts(self, context: Transport) -> list[reach.Attempt]:
        hop, options = context.route.first_hop, context.options
        # what is waited for is a server that the user is just starting, on this machine
        return await reach.connect(context.addresses, hop.port, options.timeout_s, options.wait_s if hop.is_loopback else 0)


def _why(address: Address, attempts: list[reach.Attempt]) -> ProbeFault:
    if address.is_bind_address:
        return ProbeFault.BIND_ADDRESS
    return ProbeFault.REFUSED if any(each.fault is ProbeFault.REFUSED for each in attempts) else ProbeFault.NO_CONNECTION


async def find_elsewhere(log: ProbeLog, options: ProbeOptions, address: Address) -> None:
    """Looks on this machine for the product that is meant, since it is not at this address of it."""
    meant = log.identity.meant
    if not address.is_loopback or meant is None or not meant.ports[1]:
        return
    # without certificates, as the search asks over plain http
    async with open_client(options.timeout_s, {}, log.secrets, no_trust(), None) as client:
        log.saw(identity=replace(log.identity, found_at=await scan.find_elsewhere(client, meant, address.port)))


@dataclass(frozen=True, slots=True)
class CheckTls(Step[Transport]):
    """The TLS handshake, and the server's certificate."""

    kind: ClassVar = CheckKind.TLS

    async def run(self, context: Transport) -> bool:
        """Shakes hands with the server itself; behind a proxy only a request does."""
        log, route, watch = context.log, context.route, Stopwatch()
        if route.trust_fault:
            log.fail(self, ProbeFault.TLS_WITHOUT_TRUST, route.trust_fault.fact)
            return False
        if route.via:
            log.record(self, CheckState.UNCHECKED, "behind the proxy: the request below shows it")
            return True
        # the certificate has to name the host that is configured, also where `--map` leads elsewhere
        done = await reach.handshake(route.address.host, context.reached, route.asked.port, route.trust, context.options.timeout_s)
        if done.fault:
            is_plain = done.fault in _UNTOLD and await self._speaks_plainly(context)
            log.fail(self, ProbeFault.PLAIN_ON_TLS if is_plain else done.fault, "" if is_plain else done.detail, watch.ms)
            return False
        days = done.certificate_days
        log.saw(connection=replace(log.connection, certificate_days=days))
        log.record(self, CheckState.OK, f"certificate valid for {days} more days" if days is not None else "certificate valid", watch.ms)
        return True

    async def _speaks_plainly(self, context: Transport) -> bool:
        """Whether plain http is answered: a server that knows nothing of TLS may say nothing at all to its greeting."""
        asked, log = context.route.asked, context.log
        async with open_client(min(context.options.timeout_s, GUESS_S), {}, log.secrets, no_trust(), None) as client:
            client.trace = log.trace
            reply = await client.get(f"{replace(asked, scheme='http').root}/")
        return reply.status > 0


def transport_steps(url: str) -> Iterator[Step[Transport]]:
    """The checks on the way to an address."""
    yield ResolveName()
    yield Connect()
    address = parse_address(url)
    if address and address.scheme == "https":
        yield CheckTls()


async def connected(log: ProbeLog, steps: Sequence[Step[Transport]], options: ProbeOptions) -> Transport | None:
    """The connection to the target of a log, made by these steps; None where there is none, and the log says why."""
    target = log.target
    address = parse_address(target.url)
    if address is None:
        log.fail(steps[0], ProbeFault.BAD_URL, target.shown_url)
        return None
    route = Route.to(address, target.client, options, heeds_proxies=target.heeds_proxies)
    log.saw(connection=Connection(proxy=route.proxy, trust=route.trust_fault, through_proxy=route.via is not None))
    if route.is_blocked:
        log.fail(steps[0], ProbeFault.BAD_PROXY, route.proxy.variable if route.proxy else "")
        return None
    transport = Transport(log, options, route)
    for step in steps:
        if not await step.run(transport):
            return None
    return transport
