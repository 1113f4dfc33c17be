"""All endpoints: side by side, one request at a time for each local server, within one deadline."""

import asyncio
from collections.abc import Sequence

from orbitcfg.effective.address import parsed
from orbitcfg.live.log import OnRow, ProbeLog, ProbeOptions, planned_steps
from orbitcfg.live.probe import visit
from orbitcfg.observed.endpoint import Fault, ProbeResult, Target

MAX_AT_ONCE = 50


def observed(targets: Sequence[Target], manner: ProbeOptions, on_row: OnRow) -> tuple[tuple[ProbeResult, ...], bool]:
    """What was seen of each target, and whether the user interrupted: what is done by then counts."""
    diaries = [ProbeLog(target, planned_steps(target, manner), on_row) for target in targets]
    interrupted = False
    try:
        asyncio.run(_all(diaries, manner))
    except KeyboardInterrupt:
        interrupted = True
    return tuple(_closed(diary, interrupted=interrupted) for diary in diaries), interrupted


async def _all(diaries: Sequence[ProbeLog], manner: ProbeOptions) -> None:
    ends_at = asyncio.get_running_loop().time() + manner.deadline_s
    slots = asyncio.Semaphore(MAX_AT_ONCE)
    servers = {_server(diary.target): asyncio.Lock() for diary in diaries}
    async with asyncio.TaskGroup() as group:
        for diary in diaries:
            group.create_task(_one(diary, manner, ends_at, slots, servers[_server(diary.target)]))


async def _one(diary: ProbeLog, manner: ProbeOptions, ends_at: float, slots: asyncio.Semaphore, server: asyncio.Lock) -> None:
    try:
        async with asyncio.timeout_at(ends_at), server, slots:
            await visit(diary, manner, ends_at)
    except TimeoutError:
        diary.facts.setdefault("fault", Fault.DEADLINE)
    except Exception as error:  # noqa: BLE001 - a check that throws must not cost the user the other endpoints
        diary.facts.update(fault=Fault.INTERNAL, fault_detail=type(error).__name__)


def _server(target: Target) -> tuple[str, int] | str:
    """What must be asked one thing at a time."""
    address = parsed(target.url)
    return (address.host, address.port) if address else target.url


def _closed(diary: ProbeLog, *, interrupted: bool) -> ProbeResult:
    match diary.facts.get("fault"):
        case Fault.DEADLINE:
            diary.stop(Fault.DEADLINE.value)
        case Fault.INTERNAL:
            diary.stop(f"{Fault.INTERNAL.value}: {diary.facts['fault_detail']}")
        case None if interrupted:
            diary.stop(Fault.INTERRUPTED.value)
    return diary.sighting()
