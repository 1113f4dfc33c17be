"""All that is looked at: side by side, one thing at a time for each server, within one deadline."""

import asyncio
from collections.abc import Hashable, Sequence
from typing import Any, Protocol

from orbitcfg.effective.address import parse_address
from orbitcfg.live.log import CheckLog, OnCheck, ProbeLog
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.secrets import Secrets
from orbitcfg.live.step import PlannedCheck
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import ProbeResult

MAX_AT_ONCE = 50


class Run(Protocol):
    """One thing that is looked at: whole in its log at any moment."""

    @property
    def log(self) -> CheckLog[Any]:
        """What is known of it so far."""

    @property
    def server(self) -> Hashable:
        """What must be asked one thing at a time."""

    async def run(self, options: ProbeOptions, ends_at: float) -> None:
        """Makes the checks and fills the log; `ends_at` is when the run is over, by the loop's clock."""


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


class EndpointRun:
    """An endpoint that is looked at."""

    def __init__(self, probe: Runnable, options: ProbeOptions, on_check: OnCheck) -> None:
        self._probe = probe
        self.log = ProbeLog(probe.target, probe.checks, on_check, probe.secrets(options))

    @property
    def server(self) -> Hashable:
        """Its host and port."""
        address = parse_address(self._probe.target.url)
        return (address.host, address.port) if address else self._probe.target.url

    async def run(self, options: ProbeOptions, ends_at: float) -> None:
        """Makes the checks of the probe."""
        await self._probe.run(self.log, options, ends_at)


def run_probes(probes: Sequence[Runnable], options: ProbeOptions, deadline_s: float, on_check: OnCheck) -> tuple[tuple[ProbeResult, ...], bool]:
    """What was seen of each endpoint, and whether the user interrupted: what is done by then counts."""
    runs = [EndpointRun(probe, options, on_check) for probe in probes]
    interrupted = run_all(runs, options, deadline_s)
    return tuple(run.log.result() for run in runs), interrupted


def run_all(runs: Sequence[Run], options: ProbeOptions, deadline_s: float) -> bool:
    """Looks at everything, each into its log, and tells whether the user interrupted."""
    try:
        asyncio.run(_run_all(runs, options, deadline_s))
    except KeyboardInterrupt:
        # asyncio has cancelled the tasks by now; what they noted in their logs stays
        for run in runs:
            run.log.end(ProbeFault.INTERRUPTED)
        return True
    return False


async def _run_all(runs: Sequence[Run], options: ProbeOptions, deadline_s: float) -> None:
    ends_at = asyncio.get_running_loop().time() + deadline_s
    slots = asyncio.Semaphore(MAX_AT_ONCE)
    servers = {run.server: asyncio.Lock() for run in runs}

    async def run_in_turn(run: Run) -> None:
        try:
            # the lock of the server before the slot: who waits for a server takes no slot from another
            async with asyncio.timeout_at(ends_at), servers[run.server], slots:
                await run.run(options, ends_at)
        except TimeoutError:
            run.log.end(ProbeFault.DEADLINE)
        except Exception as error:  # noqa: BLE001 - a check that raises must not cost the user the others
            run.log.fault, run.log.fault_detail = ProbeFault.INTERNAL, type(error).__name__
            run.log.abort(f"{ProbeFault.INTERNAL.value}: {run.log.fault_detail}")

    async with asyncio.TaskGroup() as group:
        for run in runs:
            group.create_task(run_in_turn(run))
