"""A running ORBIT, check by check: what is planned is what runs."""

from collections.abc import Iterator

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.live.connect import Transport, connected, transport_steps
from orbitcfg.live.http import open_client
from orbitcfg.live.log import ProbeLog
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.orbit.ask import ASK_S, AskAdapter, AskAdapterStreamed
from orbitcfg.live.orbit.reads import AskForKey, AskUptime, ListLive, ReadState, RecogniseOrbit
from orbitcfg.live.orbit.talk import OrbitOptions, Talk
from orbitcfg.live.secrets import Secrets
from orbitcfg.live.step import PlannedCheck, Step
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.orbit import OrbitSeen
from orbitcfg.plural import counted


@dataclass(slots=True)
class OrbitProbe:
    """A running ORBIT and the checks that are made of it. `seen` is whole at any moment, so that an interrupted run still counts."""

    target: ProbeTarget
    options: OrbitOptions
    transport: tuple[Step[Transport], ...]
    conversation: tuple[Step[Talk], ...]
    seen: OrbitSeen = field(default_factory=OrbitSeen)

    @property
    def checks(self) -> tuple[PlannedCheck, ...]:
        """All checks, in order."""
        return (*self.transport, *self.conversation)

    @property
    def budget_s(self) -> float:
        """What its questions may take, beside the time of the run."""
        return ASK_S * sum(isinstance(step, AskAdapter) for step in self.conversation)

    @property
    def calls(self) -> str:
        """What is asked of it, for people."""
        calls = ["its name", "a connection", "who it is", "its adapters", "its start"]
        calls += [f"what {counted(len(self.options.keys), 'key')} {'opens' if len(self.options.keys) == 1 else 'open'}"] if self.options.keys else []
        calls += ["its state and its files"] if self.options.keys or self.options.token else []
        if self.options.ask:
            each = f"whole and streamed, up to {ASK_S:.0f} s each, which writes rows into its chat history"
            calls.append(f"{counted(len(self.options.keys), 'question')} of random words, {each} and may cost what its models cost")
        return ", ".join(calls)

    def secrets(self, options: ProbeOptions) -> Secrets:
        """What may be in nothing that is recorded."""
        found = options.secrets_of(self.target, *(_holding(self.target, secret) for secret in self.options.secrets))
        return replace(found, shown=found.shown | self.options.names)

    async def run(self, log: ProbeLog, options: ProbeOptions, _ends_at: float) -> None:
        """Makes the checks and fills the log."""
        transport = await connected(log, self.transport, options)
        if transport is None:
            return
        route, address = transport.route, transport.route.address
        # of `--map` too: what counts is where the bytes go
        is_private = address.scheme == "https" or route.asked.is_loopback
        async with open_client(options.timeout_s, {}, log.secrets, route.trust, route.via) as client:
            client.trace = log.trace
            reached = (transport.reached, route.asked.port) if address.scheme == "http" and route.via is None else None
            talk = Talk(log, client, route.asked.root + route.asked.path, self.options, is_private, reached)
            for check in self.conversation:
                goes_on = await check.run(talk)
                self.seen = talk.seen
                if not goes_on:
                    return


def plan_orbit(url: str, options: OrbitOptions) -> OrbitProbe:
    """The checks to be made of the ORBIT at an address."""
    target = ProbeTarget("ORBIT", "orbit", "remote", url, url)
    return OrbitProbe(target, options, tuple(transport_steps(url)), tuple(_conversation(options)))


def _holding(target: ProbeTarget, secret: str) -> ProbeTarget:
    return ProbeTarget(target.provider, target.protocol, target.location, target.url, target.written, key=secret)


def _conversation(options: OrbitOptions) -> Iterator[Step[Talk]]:
    yield RecogniseOrbit()
    yield ListLive()
    yield AskUptime()
    yield from map(AskForKey, options.keys)
    if options.keys or options.token:
        yield ReadState()
    for key in options.keys if options.ask else ():
        yield AskAdapter(key)
        yield AskAdapterStreamed(key)
