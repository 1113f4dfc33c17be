"""What is to be checked at an endpoint, how, and what came of it so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orbitcfg.effective.address import parsed
from orbitcfg.observed.endpoint import NOT_CHECKED, Fault, ProbeResult, Row, State, Step, Target, Wanted

GENERATING_PROTOCOLS = frozenset({"openai", "ollama"})


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """How endpoints are looked at. `variables` is the environment that ORBIT would have, `places` what `--map` says."""

    timeout_s: float = 5.0
    deadline_s: float = 30.0
    wait_s: float = 0.0
    generate: bool = False
    billable: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def generates(self, target: Target, wanted: Wanted) -> bool:
        """Whether a chat is sent for a wanted model."""
        may = self.billable or target.location != "cloud"
        return self.generate and may and wanted.is_chat and wanted.model is not None and target.protocol in GENERATING_PROTOCOLS


OnRow = Callable[[Target, Row], None]


@dataclass(slots=True)
class ProbeLog:
    """What is known of one endpoint so far; whole at any moment, so that an interrupted visit still counts."""

    target: Target
    planned: list[tuple[Step, str]]
    on_row: OnRow
    rows: list[Row] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)
    reason: str = "an earlier check failed"

    def note(self, step: Step, state: State, detail: str, ms: float | None = None) -> None:
        """Adds a row, and tells who watches."""
        row = Row(step, state, detail, ms)
        self.rows.append(row)
        self.on_row(self.target, row)

    def stop(self, reason: str) -> None:
        """Ends the visit: the checks that are left are not made, for this reason."""
        self.reason = reason

    def sighting(self) -> ProbeResult:
        """What was seen; the checks that were not made are rows too."""
        done: dict[Step, int] = {}
        for row in self.rows:
            done[row.step] = done.get(row.step, 0) + 1
        for step, subject in self.planned:
            if done.get(step, 0) > 0:
                done[step] -= 1
                continue
            self.note(step, State.UNCHECKED, f"{subject}: not checked, {self.reason}" if subject else f"not checked: {self.reason}")
        return ProbeResult(self.target, tuple(self.rows), trace=tuple(self.trace), **self.facts)

    def failed(self, step: Step, fault: Fault, detail: str = "", ms: float | None = None) -> None:
        """Notes the fault that ends the visit."""
        self.facts.update(fault=fault, fault_detail=detail)
        text = f"{fault.value}: {detail}" if detail else fault.value
        self.note(step, State.UNCHECKED if fault in NOT_CHECKED else State.FAILED, text, ms)


def planned_steps(target: Target, manner: ProbeOptions) -> list[tuple[Step, str]]:
    """The checks to be made, each with what it is about."""
    address = parsed(target.url)
    steps = [(Step.RESOLVE, ""), (Step.CONNECT, "")]
    if address and address.scheme == "https":
        steps.append((Step.TLS, ""))
    if target.location != "cloud":
        steps += [(Step.IDENTIFY, ""), (Step.HEALTH, "")]
    if target.models_path:
        steps += [(Step.AUTHORISE, ""), (Step.LIST, "")]
        steps += [(Step.MODEL, f"`{wanted.model}`") for wanted in target.wanted if wanted.model is not None]
    for wanted in target.wanted:
        if manner.generates(target, wanted):
            steps += [(Step.STREAM, f"`{wanted.model}`"), (Step.GENERATE, f"`{wanted.model}`")]
    return steps
