"""What is known so far of one server, or of another thing that is looked at."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Generic, Protocol, TypeVar

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.secrets import Secrets
from orbitcfg.live.step import PlannedCheck
from orbitcfg.observed.check import NOT_CHECKED, CheckResult, CheckState, ProbeFault
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import Access, ChatReply, Connection, EmbeddingReply, Identity, ModelList, ProbeResult

F = TypeVar("F", bound=Enum)
"""The faults that a kind of thing has of its own, beside those of any server."""


class Labelled(Protocol):
    """What is looked at."""

    @property
    def label(self) -> str:
        """What it is called, for people."""


OnCheck = Callable[[Labelled, CheckResult], None]
"""Hears of each check as it ends."""

MAX_ODD = 8
"""Oddities of one server's replies that are told."""


@dataclass(slots=True)
class CheckLog(Generic[F]):
    """The checks that are made of one thing, and how they ended; whole at any moment, so that an interrupted probe still counts.

    What a server said comes in by methods alone, which take the secrets of the probe out of it: whatever is read here may be shown.
    """

    target: Labelled
    """What is looked at."""
    planned: Sequence[PlannedCheck]
    """The checks that are to be made, in order."""
    on_check: OnCheck
    """Hears of each check as it ends."""
    secrets: Secrets = field(default_factory=Secrets)
    """What is in nothing that is recorded."""
    checks: list[CheckResult] = field(default_factory=list)
    """How those that are made ended."""
    fault: F | ProbeFault | None = None
    """Why the probe ended early."""
    fault_detail: str = ""
    """What of the fault changes from one thing to the next."""
    trace: list[str] = field(default_factory=list)
    """A line for each request."""
    _reason: str = "an earlier check failed"
    _made: list[PlannedCheck] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every check was made."""
        return len(self._made) == len(self.planned)

    def record(self, check: PlannedCheck, state: CheckState, detail: str, ms: float | None = None) -> None:
        """Adds how a check ended, and reports it to who listens. The detail is made of what stands here already."""
        self._made.append(check)
        result = CheckResult(check.kind, state, detail, ms)
        self.checks.append(result)
        self.on_check(self.target, result)

    def fail(self, check: PlannedCheck, fault: F | ProbeFault, detail: str = "", ms: float | None = None) -> None:
        """Records a check that ends the probe by a fault."""
        self.fault, self.fault_detail = fault, self.secrets.masked(detail)
        text = f"{fault.value}: {self.fault_detail}" if detail else fault.value
        self.record(check, CheckState.UNCHECKED if fault in NOT_CHECKED else CheckState.FAILED, text, ms)

    def end(self, fault: ProbeFault, detail: str = "") -> None:
        """Ends the probe by something that is no fault of what is looked at, where it has not ended by another."""
        if self.fault is None and not self.is_complete:
            self.fault, self.fault_detail = fault, detail
            self.abort(f"{fault.value}: {detail}" if detail else fault.value)

    def abort(self, reason: str) -> None:
        """Says why the checks that are left are not made."""
        self._reason = reason

    def close(self) -> None:
        """Records the checks that were not made: they count too."""
        for check in self.planned:
            # by identity: two checks may be equal
            if not any(check is made for made in self._made):
                subject = check.subject
                self.record(check, CheckState.UNCHECKED, f"{subject}: not checked, {self._reason}" if subject else f"not checked: {self._reason}")


@dataclass(slots=True)
class ProbeLog(CheckLog[ProbeFault]):
    """What a probe of an endpoint found so far."""

    target: ProbeTarget
    """The endpoint."""
    connection: Connection = field(default_factory=Connection)
    """How the host took connections."""
    identity: Identity = field(default_factory=Identity)
    """Who answers there."""
    access: Access = field(default_factory=Access)
    """What the request for its models was answered with."""
    model_list: ModelList = field(default_factory=ModelList)
    """What it lists."""
    chats: list[ChatReply] = field(default_factory=list)
    """The chat completions that were tried."""
    embeddings: list[EmbeddingReply] = field(default_factory=list)
    """The texts that were embedded."""
    odd: list[str] = field(default_factory=list)
    """Fields of replies whose type is none that they may have; in orbitcfg's own words."""

    def saw(
        self,
        *,
        connection: Connection | None = None,
        identity: Identity | None = None,
        access: Access | None = None,
        model_list: ModelList | None = None,
    ) -> None:
        """Takes what was seen in place of what was known, without secrets."""
        self.connection = self.connection if connection is None else self.secrets.without(connection)
        self.identity = self.identity if identity is None else self.secrets.without(identity)
        self.access = self.access if access is None else self.secrets.without(access)
        self.model_list = self.model_list if model_list is None else self.secrets.without(model_list)

    def heard(self, reply: ChatReply) -> ChatReply:
        """Adds a chat completion, and gives it without secrets."""
        self.chats.append(self.secrets.without(reply))
        return self.chats[-1]

    def embedded(self, reply: EmbeddingReply) -> EmbeddingReply:
        """Adds a text that was embedded, and gives it without secrets."""
        self.embeddings.append(self.secrets.without(reply))
        return self.embeddings[-1]

    def result(self) -> ProbeResult:
        """What was seen."""
        self.close()
        return ProbeResult(
            self.target,
            tuple(self.checks),
            self.fault,
            self.fault_detail,
            self.connection,
            self.identity,
            self.access,
            self.model_list,
            tuple(self.chats),
            tuple(self.embeddings),
            tuple(self.trace),
            tuple(self.odd[:MAX_ODD]),
        )
