"""The way to a server: through which proxy, over which address, with which certificate."""

import asyncio
import ssl
import time
from dataclasses import dataclass

from orbitcfg.effective.address import Address, mapped, parsed, proxy
from orbitcfg.live import reach, scan
from orbitcfg.live.http import opened
from orbitcfg.live.log import ProbeLog, ProbeOptions
from orbitcfg.observed.endpoint import Fault, Product, State, Step

POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """How to get to the server: the address to ask, and through what."""

    asked: Address
    reached: str
    context: ssl.SSLContext
    proxy: str | None

    @classmethod
    async def to(cls, diary: ProbeLog, manner: ProbeOptions, address: Address, meant: Product | None) -> "Way | None":
        """The way to an address; None where there is none, which the diary then tells."""
        host, port = mapped(address, manner.places)
        asked = Address(address.scheme, host, port, address.path)
        through = proxy(address, manner.variables)
        if through:
            diary.facts.update(proxy_variable=through[0], proxy=_place(through[1]))
        used = through[1] if through and not asked.is_loopback else None
        context = reach.context_of(manner.variables, verifying=address.scheme == "https")
        goal = (parsed(used) or asked) if used else asked
        reached = await _reached(diary, manner, goal, meant)
        if reached is None:
            return None
        if address.scheme == "https" and not used and not await _secured(diary, manner, address, asked, reached, context):
            return None
        if address.scheme == "https" and used:
            diary.note(Step.TLS, State.UNCHECKED, "behind the proxy: the request below shows it")
        return cls(asked, reached, context, used)


async def _reached(diary: ProbeLog, manner: ProbeOptions, address: Address, meant: Product | None) -> str | None:
    """The first address of the host that answers."""
    began = time.perf_counter()
    addresses = await reach.resolved(address.host, address.port, manner.timeout_s)
    ms = (time.perf_counter() - began) * 1000
    if not addresses:
        diary.failed(Step.RESOLVE, Fault.UNRESOLVED, address.host, ms)
        return None
    diary.note(Step.RESOLVE, State.OK, ", ".join(addresses), ms)
    patience = time.perf_counter() + (manner.wait_s if address.is_loopback else 0)
    while True:
        tried = await reach.connected(addresses, address.port, manner.timeout_s)
        answered = next((each for each in tried if each.fault is None), None)
        if answered or time.perf_counter() >= patience:
            break
        await asyncio.sleep(POLL_S)
    diary.facts["refused"] = tuple(each.address for each in tried if each.fault is Fault.REFUSED)
    diary.facts["slow"] = tuple(each.address for each in tried if each.fault is Fault.NO_CONNECTION and each.ms > 200)
    if answered is None:
        await _unreachable(diary, manner, address, tried, meant)
        return None
    diary.facts["answered"] = answered.address
    silent = [each.address for each in tried if each.fault]
    others = f", not on {', '.join(silent)}" if silent else ""
    diary.note(Step.CONNECT, State.OK, f"port {address.port} on {answered.address}{others}", answered.ms)
    return answered.address


async def _unreachable(diary: ProbeLog, manner: ProbeOptions, address: Address, tried: list[reach.Tried], meant: Product | None) -> None:
    refused = any(each.fault is Fault.REFUSED for each in tried)
    fault = Fault.BIND_ADDRESS if address.is_bind_address else Fault.REFUSED if refused else Fault.NO_CONNECTION
    diary.failed(Step.CONNECT, fault, f"port {address.port}", max(each.ms for each in tried))
    if address.is_loopback and meant and meant.ports[1]:
        await look_elsewhere(diary, manner, address, meant)


async def look_elsewhere(diary: ProbeLog, manner: ProbeOptions, address: Address, meant: Product) -> None:
    """Notes where on this machine the product that is meant answers instead."""
    context = reach.context_of({}, verifying=False)
    async with opened(manner.timeout_s, {}, (), context, None) as wire:
        root = await scan.found_elsewhere(wire, meant, address.port)
    if root:
        diary.facts["found_at"] = root


async def _secured(diary: ProbeLog, manner: ProbeOptions, address: Address, asked: Address, reached: str, context: ssl.SSLContext) -> bool:
    began = time.perf_counter()
    fault, detail, days = await reach.handshake(address.host, reached, asked.port, context, manner.timeout_s)
    ms = (time.perf_counter() - began) * 1000
    if fault:
        diary.failed(Step.TLS, fault, detail, ms)
        return False
    diary.facts["certificate_days"] = days
    diary.note(Step.TLS, State.OK, f"certificate valid for {days} more days" if days is not None else "certificate valid", ms)
    return True


def _place(url: str) -> str:
    address = parsed(url)
    return address.place if address else "an address that cannot be used"
