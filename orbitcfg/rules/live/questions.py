"""ORB79x: how a running ORBIT answered what it was asked."""

from collections.abc import Iterator

from orbitcfg.observed.check import NOT_CHECKED, CheckState
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.orbit import AnswerEnding, QuestionSeen, SentenceCause
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule

_OF_MODEL_SERVER = frozenset(
    {
        SentenceCause.UNREACHABLE,
        SentenceCause.NO_MODEL,
        SentenceCause.KEY,
        SentenceCause.REQUEST,
        SentenceCause.LIMIT,
        SentenceCause.SERVER_ERROR,
    }
)
"""Sentences that stand for what a model server did."""


@observation_rule("ORB792", consequence=Consequence.ADAPTER_FAILS)
def adapter_does_not_answer(config: Config, observations: Observations) -> Iterator[Finding]:
    """A question to an adapter was not answered by its model.

    ORBIT sends status 200 where the provider failed, too: whole, with its own sentence under `error`; streamed, with that sentence as if the model had said it, and without the event
    that says `done`. `model` and `usage` of an answer are what is configured, not what was called.
    """
    orbit = observations.orbit
    told: set[str] = set()
    for question in orbit.seen.questions if orbit else ():
        if question.ending is AnswerEnding.ANSWERED or question.adapter is None or question.adapter in told:
            continue
        # whole and streamed fail alike mostly, which is told once
        told.add(question.adapter)
        adapter = config.routed.get(question.adapter)
        servers = [each for each in observations.endpoints if adapter is not None and adapter.shown in each.target.users]
        fact = f"`{question.adapter}` does not answer{_only(orbit.seen.questions if orbit else (), question)}: {_what(question)}{_of_servers(question, servers)}"
        yield Finding(
            fact,
            None if adapter is None else (*adapter.path, "name"),
            _remedy(question, servers),
            value=True,
            affects=(question.adapter,) if adapter else (),
            demanded=True,
        )


def _only(asked: tuple[QuestionSeen, ...], question: QuestionSeen) -> str:
    """In which form it does not, where in the other it does."""
    others = [each for each in asked if each.adapter == question.adapter and each.stream != question.stream]
    if others and all(each.ending is AnswerEnding.ANSWERED for each in others):
        return " in pieces, though it does as a whole" if question.stream else " as a whole, though it does in pieces"
    return ""


def _what(question: QuestionSeen) -> str:
    """What came instead, and what that stands for."""
    text = f" `{question.text}`" if question.text else ""
    status = f" ({question.status})" if question.status is not None else ""
    cause = f", {question.cause.value}" if question.cause else ""
    return f"{question.ending.value}{text}{status}{cause}"


def _of_servers(question: QuestionSeen, servers: list[ProbeResult]) -> str:
    """What was seen of its model servers from here: of those that fail always, of all where the sentence is about one."""
    if question.cause not in _OF_MODEL_SERVER:
        servers = [each for each in servers if _fails(each)]
    seen = [f"`{each.target.label}`: {_state(each)}" for each in servers if each.fault not in NOT_CHECKED]
    return f"; from this machine, {', '.join(seen)}" if seen else ""


def _fails(result: ProbeResult) -> bool:
    is_seen = result.fault is not None and result.fault not in NOT_CHECKED
    return is_seen or any(check.state is CheckState.FAILED for check in result.checks)


def _state(result: ProbeResult) -> str:
    if result.fault is not None:
        return result.fault.value
    failed = next((check for check in result.checks if check.state is CheckState.FAILED), None)
    return f"{failed.kind.value}: {failed.detail}" if failed else "no fault found"


def _remedy(question: QuestionSeen, servers: list[ProbeResult]) -> str:
    match question.cause:
        case SentenceCause.PAUSED:
            return "run `orbit resume`"
        case SentenceCause.UNBUILT:
            return "fix what the sentence names, and reload the adapter"
        case SentenceCause.LOGIN:
            return "ask as a user who has signed in: `auth.require_authenticated_user` is on"
        case SentenceCause.UNKNOWN_KEY | SentenceCause.NOT_ALLOWED:
            return "give the adapter's own key, in the header that `api_keys.header_name` names"
    if any(map(_fails, servers)):
        return "fix its model server first"
    if question.cause is SentenceCause.NO_PROVIDER:
        return "restart ORBIT; if that does not help, see what `orbitcfg validate` says of its provider"
    if servers and question.cause in _OF_MODEL_SERVER:
        return "restart ORBIT: it may still call another address, or ask for another model, than the files say now"
    return "look for the request in `logs/orbit.log`"


RULES = (adapter_does_not_answer,)
