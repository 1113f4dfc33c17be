"""A look at one resource: what its checks share."""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from threading import Thread
from typing import ClassVar, Protocol, TypeVar, cast

from orbitcfg.dataclass import dataclass, field
from orbitcfg.effective.address import Address
from orbitcfg.live import reach
from orbitcfg.live.log import CheckLog, OnCheck
from orbitcfg.live.options import WHOLE_S, ProbeOptions
from orbitcfg.live.resources.hidden import all_texts, arguments
from orbitcfg.live.secrets import Secrets
from orbitcfg.live.step import Step
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.masking.pairs import pair_stretches
from orbitcfg.observed.check import CheckKind, CheckState, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult, ResourceTarget

CONNECT_S = 3.0
"""For a connection."""

T = TypeVar("T")


@dataclass(slots=True)
class ResourceLog(CheckLog[ResourceFault]):
    """What a look at a resource found so far."""

    target: ResourceTarget
    """The resource."""
    blamed: tuple[str, ...] = ()
    """The values that the fault comes from."""
    remarks: list[str] = field(default_factory=list)
    """What a person should know although it works."""

    def result(self) -> ResourceResult:
        """What was seen."""
        self.close()
        return ResourceResult(self.target, tuple(self.checks), self.fault, self.fault_detail, self.blamed, tuple(self.remarks), tuple(self.trace))


@dataclass(slots=True)
class Visit:
    """What the checks of a resource share. What a server said comes in by `passed`, `failed` and `remark` alone, which take secrets out of it."""

    log: ResourceLog
    options: ProbeOptions
    reached: str = ""
    """The address of the host that took the connection, once one did."""
    port: int = 0
    """Its port."""
    led_by: tuple[str, ...] = ()
    """The values that led there."""

    @property
    def target(self) -> ResourceTarget:
        """The resource."""
        return self.log.target

    def passed(self, step: "ResourceStep", detail: str, ms: float | None = None) -> bool:
        """Records a check that went well; gives true, so that the steps after it run."""
        self.log.record(step, CheckState.OK, self.log.secrets.masked(detail), ms)
        return True

    def unchecked(self, step: "ResourceStep", reason: str) -> bool:
        """Records a check that cannot be made here, and what would tell more; the steps after it run."""
        self.log.record(step, CheckState.UNCHECKED, self.log.secrets.masked(reason))
        return True

    def failed(
        self, step: "ResourceStep", fault: ResourceFault | ProbeFault, detail: str = "", *, blames: tuple[str, ...] = (), ms: float | None = None
    ) -> bool:
        """Records a check that failed, and which values of the resource it comes from; gives false, so that the steps after it do not run."""
        self.log.blamed = blames
        self.log.fail(step, fault, detail, ms)
        return False

    def remark(self, text: str) -> None:
        """Notes what a person should know although the resource works."""
        self.log.remarks.append(self.log.secrets.masked(text))

    def server_of(self, host: str, port: int) -> tuple[str, int]:
        """Where a host and a port are reached: `--map` may lead elsewhere."""
        found = self.options.reaches(Address("http", host, port))
        return found.host, found.port

    def waits_for(self, host: str, port: int) -> float:
        """For how many seconds a server that is just being started is waited for: one of this machine."""
        return self.options.wait_s if Address("http", host, port).is_loopback else 0.0


class ResourceStep(Step[Visit]):
    """A check of a resource that makes itself."""

    __slots__ = ()
    what: ClassVar[str]
    """What is asked, for people: `a connection`."""

    @property
    def whole_s(self) -> float:
        """For how long its resource is waited for, where that is longer than for others: as long as ORBIT waits."""
        return 0.0

    @property
    def blames(self) -> tuple[str, ...]:
        """The values that it asks by, beside those that led to the server."""
        return ()


class StepsOf(Protocol):
    """What gives the checks to be made of a resource: what is planned is what runs."""

    def __call__(self, target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
        """The checks, in order."""


@dataclass(frozen=True, slots=True)
class ConnectTo(ResourceStep):
    """A connection to the host and the port of a resource, given up again at once."""

    kind: ClassVar = CheckKind.CONNECT
    what: ClassVar = "a connection"
    host: str
    port: int
    blames: tuple[str, ...] = ("host", "port")
    proxy: str = ""
    """The variable that names them, where they are a proxy's."""

    async def run(self, context: Visit) -> bool:
        """Looks the name up and connects; the address that answered is kept for the steps after it."""
        watch, context.led_by = Stopwatch(), self.blames
        host, port = context.server_of(self.host, self.port)
        addresses = await reach.resolve(host, port, CONNECT_S)
        if not addresses:
            return context.failed(self, ProbeFault.UNRESOLVED, f"{host}:{port}", blames=self.blames, ms=watch.ms)
        attempts = await reach.connect(addresses, port, CONNECT_S, context.waits_for(host, port))
        answered = next((each for each in attempts if each.fault is None), None)
        if answered is None:
            refused = any(each.fault is ProbeFault.REFUSED for each in attempts)
            fault = ProbeFault.REFUSED if refused else ProbeFault.NO_CONNECTION
            detail = f"port {port} of the proxy that `{self.proxy}` names" if self.proxy else f"port {port}"
            return context.failed(self, fault, detail, blames=self.blames, ms=watch.ms)
        context.reached, context.port = answered.address, port
        return context.passed(self, f"port {port} on {answered.address}", answered.ms)


@dataclass(frozen=True, slots=True)
class NotKnown(ResourceStep):
    """What cannot be looked at, since values that lead to it are not known here."""

    kind: ClassVar = CheckKind.VALUE
    what: ClassVar = "nothing, since it is not known here where it is"
    names: tuple[str, ...]

    async def run(self, context: Visit) -> bool:
        """Says which values these are."""
        return context.unchecked(self, f"{', '.join(self.names)}: not known here")


async def in_thread(call: Callable[[], T], seconds: float = WHOLE_S) -> T:
    """What a blocking client gives, made in a thread. Raises TimeoutError where it takes longer, and what the client raises."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(cast(T, value))

    def work() -> None:
        value, error = None, None
        try:
            value = call()
        except BaseException as raised:  # noqa: BLE001 - it is raised where the answer is awaited
            error = raised
        with suppress(RuntimeError):  # the loop is gone where the client took too long
            loop.call_soon_threadsafe(settle, value, error)

    # A thread of its own: asyncio waits for those of its pool when it ends, and a client may never come back.
    Thread(target=work, daemon=True).start()
    async with asyncio.timeout(seconds):
        return await answer


class ResourceRun:
    """A resource that is looked at."""

    def __init__(self, target: ResourceTarget, steps: tuple[ResourceStep, ...], options: ProbeOptions, on_check: OnCheck) -> None:
        self._steps, self._options = steps, options
        self.log = ResourceLog(target, steps, on_check, secrets_of(target, options.variables))

    @property
    def server(self) -> Hashable:
        """Itself: no row waits for another, not for one that depends on the same server either. ORBIT opens its connections at once too."""
        return id(self)

    @property
    def _whole_s(self) -> float:
        return max(self._options.whole_s, *(step.whole_s for step in self._steps)) + self._options.wait_s

    async def run(self, _options: ProbeOptions, _ends_at: float) -> None:
        """Makes the checks, until one makes the next ones pointless or their time is over."""
        visit, watch, step = Visit(self.log, self._options), Stopwatch(), self._steps[0]
        try:
            # one deadline for all of them, whatever each waits for
            async with asyncio.timeout(self._whole_s):
                for step in self._steps:
                    if not await step.run(visit):
                        return
        except TimeoutError:
            visit.failed(step, ProbeFault.SILENT, f"{self._whole_s:g} s", blames=visit.led_by or step.blames, ms=watch.ms)


def secrets_of(target: ResourceTarget, variables: Mapping[str, str]) -> Secrets:
    """What may be in nothing that is shown of a resource."""
    values = target.values.values()
    hidden = {each for value in values for each in (all_texts(value.content, variables) if value.is_secret else arguments(value.content))}
    texts = [text for value in values for text in all_texts(value.content, variables)]
    named = [text[start:end] for text in texts for start, end in pair_stretches(text)]
    return Secrets.of_values([*named, *hidden], texts)
