"""One endpoint, check by check, until one makes the next ones pointless."""

from collections import Counter
from collections.abc import Iterator

from orbitcfg.catalog.specs import CLOUD
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.live.connect import Transport, connected, transport_steps
from orbitcfg.live.conversation import Conversation, key_headers
from orbitcfg.live.http import open_client
from orbitcfg.live.identify import Answers
from orbitcfg.live.log import ProbeLog
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.products import product_meant_by
from orbitcfg.live.secrets import Secrets
from orbitcfg.live.step import PlannedCheck, Step
from orbitcfg.live.steps import CheckAccess, CheckHealth, EmbedText, FindModel, Identify, ListModels, StreamChat, WholeChat
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import Identity
from orbitcfg.plural import counted


@dataclass(frozen=True, slots=True)
class Probe:
    """An endpoint and the checks that are made of it: what is planned is what runs."""

    target: ProbeTarget
    transport: tuple[Step[Transport], ...]
    """Those that make a connection."""
    conversation: tuple[Step[Conversation], ...]
    """Those that use it."""

    @property
    def checks(self) -> tuple[PlannedCheck, ...]:
        """All checks, in order."""
        return (*self.transport, *self.conversation)

    @property
    def is_billable(self) -> bool:
        """Whether any of it costs money."""
        return self.target.location == CLOUD and self._chats + self._texts > 0

    @property
    def calls(self) -> str:
        """What is asked of the endpoint, for people."""
        kinds = {check.kind for check in self.checks}
        calls = ["its name", "a connection and a TLS handshake" if CheckKind.TLS in kinds else "a connection"]
        calls += [call for kind, call in ((CheckKind.IDENTIFY, "who it is"), (CheckKind.LIST, "its list of models")) if kind in kinds]
        calls += ["whether it wants the key"] if CheckKind.AUTHORISE in kinds and self.target.sends_secret else []
        calls += [f"{self._chats} chat completions"] if self._chats else []
        calls += [f"{counted(self._texts, 'text')} to embed"] if self._texts else []
        return ", ".join([*calls, "BILLABLE"] if self.is_billable else calls)

    @property
    def _chats(self) -> int:
        kinds = Counter(check.kind for check in self.checks)
        return kinds[CheckKind.STREAM] + kinds[CheckKind.GENERATE]

    @property
    def _texts(self) -> int:
        return sum(check.kind is CheckKind.EMBED for check in self.checks)

    def secrets(self, options: ProbeOptions) -> Secrets:
        """What may be in nothing that is recorded."""
        return options.secrets_of(self.target)

    async def run(self, log: ProbeLog, options: ProbeOptions, ends_at: float) -> None:
        """Makes the checks and fills the log; `ends_at` is when the run is over, by the loop's clock."""
        target = self.target
        log.saw(identity=Identity(meant=product_meant_by(*target.providers)))
        transport = await connected(log, self.transport, options)
        if transport is None:
            return
        route = transport.route
        # without its key a server refuses everything, which says nothing of it
        if target.key_required and not target.key:
            log.abort("the key is not set here")
            return
        if target.key_fault:
            log.abort(f"the key {target.key_fault}")
            return
        key = key_headers(target, route.asked)
        log.saw(access=replace(log.access, key_withheld=key.is_withheld))
        async with open_client(options.timeout_s, key.headers, log.secrets, route.trust, route.via) as client:
            client.trace = log.trace
            conversation = Conversation(log, options, route, transport.reached, client, Answers(client, route.asked.root), ends_at)
            for check in self.conversation:
                if not await check.run(conversation):
                    return


def plan_probe(target: ProbeTarget, options: ProbeOptions) -> Probe:
    """The checks to be made of an endpoint."""
    return Probe(target, tuple(transport_steps(target.url)), tuple(_conversation(target, options)))


def _conversation(target: ProbeTarget, options: ProbeOptions) -> Iterator[Step[Conversation]]:
    # who answers at a cloud provider is not in doubt
    if target.location != CLOUD:
        yield Identify()
        yield CheckHealth()
    if target.models_path is None:
        return
    yield CheckAccess()
    yield ListModels()
    yield from (FindModel(expected) for expected in target.expected if expected.model is not None)
    for expected in target.expected:
        if options.sends_chats(target, expected):
            yield StreamChat(expected)
            yield WholeChat(expected)
        if options.sends_texts(target, expected):
            yield EmbedText(expected)
