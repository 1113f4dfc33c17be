"""All endpoints: side by side, one request at a time for each server, within one deadline."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from orbitcfg.effective.address import parse_address
from orbitcfg.live.log import OnCheck, ProbeLog
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.secrets import Secrets
from orbitcfg.live.step import PlannedCheck
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import ProbeResult

MAX_AT_ONCE = 50


class Runnable(Protocol):
    """What looks at one server by checks that are planned: an endpoint's probe, or that of a running ORBIT."""

    @property
    def target(self) -> ProbeTarget:
        """The server."""

    @property
    def checks(self) -> tuple[PlannedCheck, ...]:
        """All checks, in order."""

    def secrets(self, options: ProbeOptions) -> Secrets:
        """What may be in nothing that is recorded."""

    async def run(self, log: ProbeLog, options: ProbeOptions, ends_at: float) -> None:
        """Makes the checks and fills the log; `ends_at` is when the run is over, by the loop's clock."""


def run_probes(probes: Sequence[Runnable], options: ProbeOptions, deadline_s: float, on_check: OnCheck) -> tuple[tuple[ProbeResult, ...], bool]:
    """What was seen of each endpoint, and whether the user interrupted: what is done by then counts."""
    logs = [ProbeLog(probe.target, probe.checks, on_check, probe.secrets(options)) for probe in probes]
    interrupted = False
    try:
        asyncio.run(_run_all(probes, logs, options, deadline_s))
    except KeyboardInterrupt:
        # asyncio has cancelled the tasks by now; what they noted in their logs stays
        interrupted = True
        for log in logs:
            if log.fault is None and not log.is_complete:
                log.fault = ProbeFault.INTERRUPTED
                log.abort(ProbeFault.INTERRUPTED.value)
    return tuple(log.result() for log in logs), interrupted


async def _run_all(probes: Sequence[Runnable], logs: Sequence[ProbeLog], options: ProbeOptions, deadline_s: float) -> None:
    ends_at = asyncio.get_running_loop().time() + deadline_s
    slots = asyncio.Semaphore(MAX_AT_ONCE)
    servers = {_server(probe.target): asyncio.Lock() for probe in probes}

    async def run_in_turn(probe: Runnable, log: ProbeLog) -> None:
        try:
            # the lock of the server before the slot: who waits for a server takes no slot from another
            async with asyncio.timeout_at(ends_at), servers[_server(probe.target)], slots:
                await probe.run(log, options, ends_at)
        except TimeoutError:
            if log.fault is None:
                log.fault = ProbeFault.DEADLINE
                log.abort(ProbeFault.DEADLINE.value)
        except Exception as error:  # noqa: BLE001 - a check that raises must not cost the user the other endpoints
            log.fault, log.fault_detail = ProbeFault.INTERNAL, type(error).__name__
            log.abort(f"{ProbeFault.INTERNAL.value}: {log.fault_detail}")

    async with asyncio.TaskGroup() as group:
        for probe, log in zip(probes, logs, strict=True):
            group.create_task(run_in_turn(probe, log))


def _server(target: ProbeTarget) -> tuple[str, int] | str:
    """What must be asked one thing at a time."""
    address = parse_address(target.url)
    return (address.host, address.port) if address else target.url
