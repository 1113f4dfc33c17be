"""What chat completions showed (`--generate`)."""

import re
from collections.abc import Iterator

from orbitcfg.dataclass import replace
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.denial import denial_of
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ChatReply, ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import at_model, at_url, down_at_model, in_its_words, name_of

CANNED = re.compile(r"^\s*(?:SafeTensors model '|\[INFO\] Llama\.cpp support not enabled)")
_TEMPLATE_TOKEN = re.compile(r"<\|\w+(?:\|>)?|\[/?INST\]|</?s>|<(?:start|end)_of_turn>|<\uff5c")
SHIMMY_WAIT_S = 60.0
"""How long ORBIT waits for Shimmy, whatever `timeout` says."""


def _each(observations: Observations) -> Iterator[tuple[ProbeResult, ChatReply]]:
    for result in observations.endpoints:
        yield from ((result, reply) for reply in result.chats)


def _kind(reply: ChatReply) -> str:
    return "stream" if reply.stream else "reply"


@observation_rule("ORB761", consequence=Consequence.ADAPTER_FAILS)
def generation_refused(config: Config, observations: Observations) -> Iterator[Finding]:
    """A chat completion is answered with an error.

    The server's own words tell the cause, where it has any. Shimmy's 502 is empty: its log has the reason. Shimmy 2.x answers so where it has no usable GPU driver, or where a file with an unsupported kind of weights was loaded first.
    """
    for each, one in _each(observations):
        # a key that is refused, or a limit, has a rule of its own
        if one.status is None or one.status == 200 or each.denial_of(one):
            continue
        words = in_its_words(one.error) or (" with nothing in it" if one.status == 502 else "")
        yield from down_at_model(
            config, each, one.expected, f"{name_of(each)} answers a chat with `{one.expected.model}` by {one.status}{words}", _remedy(each, one)
        )


def _remedy(result: ProbeResult, reply: ChatReply) -> str:
    if reply.status == 502 and result.identity.is_product("shimmy", (2,)):
        return "give Shimmy a GPU driver, or use Shimmy 1.7.4: `cargo install shimmy --version 1.7.4 --locked`; a file that it cannot read gives the same, which its log tells"
    if reply.status == 502 and result.identity.is_product("shimmy"):
        return f"check the file with `shimmy probe {reply.expected.model}`, and read Shimmy's log: the file is missing, damaged or too large"
    # where the name is what is refused, another number does not help
    if reply.status == 400 and "max_tokens" in reply.error and "unsupported" not in f"{reply.error_code} {reply.error}".lower():
        return "write a smaller `max_tokens`"
    return "follow the server's message, or read its log"


@observation_rule("ORB762", consequence=Consequence.ADAPTER_FAILS)
def generation_lost(config: Config, observations: Observations) -> Iterator[Finding]:
    """A chat completion gets no reply at all: the connection is closed, or ORBIT's time runs out before the first word.

    Or a stream begins and has no end: answers are cut off, often by a proxy. Where doctor's own time runs out before, nothing is known of the server: `--deadline` gives it more.
    Shimmy from 2.6.1 on closes the connection where the file is damaged, and lives on; an earlier one, or a file with absurd lengths in its header, ends the whole server. On a machine
    with a software GPU alone Shimmy 2.6.5 computes for minutes.
    """
    for each, one in _each(observations):
        if one.breaks_off:
            fact = f"the stream of `{one.expected.model}` from {name_of(each)} breaks off in the middle: answers are cut off"
            remedy = "read the log of the server, and of the proxy before it, which may cut streams after some seconds"
            yield replace(at_model(one.expected, fact, remedy), consequence=Consequence.DEGRADED)
        elif one.fault is ProbeFault.CLOSED:
            after = "and the server is gone" if one.alive_after is False else "and the server lives on"
            help_text = (
                "replace the model's file: it is damaged"
                if one.alive_after
                else "restart the server, and replace the model's file or shorten the prompt"
            )
            yield from down_at_model(
                config, each, one.expected, f"{name_of(each)} closes the connection on a chat with `{one.expected.model}`, {after}", help_text
            )
        elif one.fault is ProbeFault.DEADLINE and not one.was_heard:
            fact = f"{name_of(each)} says nothing on a chat with `{one.expected.model}` for {one.total_ms / 1000:.0f} s"
            help_text = "give it longer: `--deadline 300`"
            if each.identity.is_product("shimmy", (2,)):
                help_text += "; without a GPU driver it computes for minutes"
            limit = _waits_s(each)
            if limit and one.total_ms >= limit * 1000:
                yield from down_at_model(
                    config, each, one.expected, f"{fact}, and ORBIT waits {limit:.0f} s", "use a smaller model, or a faster machine"
                )
            else:
                yield replace(at_model(one.expected, fact, help_text), consequence=Consequence.HYGIENE, severity=Severity.INFO)


def _waits_s(result: ProbeResult) -> float | None:
    """How long ORBIT waits for a reply; None where that is not known."""
    return SHIMMY_WAIT_S if result.target.provider == "shimmy" else result.target.timeout_s


@observation_rule("ORB763", consequence=Consequence.ADAPTER_FAILS)
def error_in_stream(config: Config, observations: Observations) -> Iterator[Finding]:
    """A chat completion begins with 200 and then brings an error, which ORBIT's users may not see."""
    for each, one in _each(observations):
        if one.status == 200 and one.error:
            fact = f"the {_kind(one)} of `{one.expected.model}` from {name_of(each)} holds an error{in_its_words(one.error)}"
            yield from down_at_model(config, each, one.expected, fact, "read the server's log: it failed while it generated")


@observation_rule("ORB764", consequence=Consequence.DEGRADED)
def empty_reply(config: Config, observations: Observations) -> Iterator[Finding]:
    """A chat completion is a success and has no text.

    A model that thinks first has spent its tokens on thoughts; or a stop text came at once; or, with a stream of Shimmy up to 2.6.4, the generation failed and the server says nothing of it, which is an error.
    So is a stream that was asked for and did not come: of a reply in one piece OpenAI's client takes nothing.
    """
    for each, one in _each(observations):
        if one.status != 200 or one.text.strip() or one.error or one.fault or one.is_cut:
            continue
        if one.is_unstreamed:
            fact = f"{name_of(each)} answers a streamed chat with `{one.expected.model}` in one piece, of which ORBIT reads nothing: users get an empty answer"
            yield from down_at_model(config, each, one.expected, fact, "let the server, or the proxy before it, heed `stream`, or use another one")
        elif one.stream and each.identity.is_product("shimmy", (), (2, 6, 5)):
            fact = f"the stream of `{one.expected.model}` from {name_of(each)} has no text: the generation failed"
            yield from down_at_model(config, each, one.expected, fact, "read Shimmy's log for the reason, and check the model's file")
        elif one.reasoning:
            yield at_model(
                one.expected,
                f"`{one.expected.model}` spends all its tokens on thoughts: the {_kind(one)} has no text",
                "raise `max_tokens`, or switch thinking off",
            )
        elif not one.defects:
            # a reply of another form has a finding of its own
            finish = f" (finish `{one.finish}`)" if one.finish else ""
            fact = f"the {_kind(one)} of `{one.expected.model}` has no text{finish}"
            yield at_model(one.expected, fact, "check the stop texts, and that it is an instruct model")


@observation_rule("ORB765", consequence=Consequence.ADAPTER_FAILS)
def canned_text(config: Config, observations: Observations) -> Iterator[Finding]:
    """The reply is a text that the server's authors wrote, no model's.

    Shimmy 1.x answers so for a `.safetensors` file, and where it was built without llama.cpp.
    """
    for each, one in _each(observations):
        if CANNED.match(one.text):
            help_text = "use a GGUF file" if "SafeTensors" in one.text else "build Shimmy again: `cargo install shimmy --version 1.7.4 --locked`"
            yield from down_at_model(
                config, each, one.expected, f"the {_kind(one)} of `{one.expected.model}` is a fixed text of {name_of(each)}, no model's", help_text
            )


@observation_rule("ORB766", consequence=Consequence.DEGRADED)
def template_leaks(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Markers of a chat template are in the reply, which ORBIT's users will read.

    The server used another template than the model's, as Shimmy 1.7 does, which chooses it by the model's name; or it is a base model, which was never taught to chat.
    """
    for each, one in _each(observations):
        found = _TEMPLATE_TOKEN.search(one.text)
        if found:
            fact = f"the {_kind(one)} of `{one.expected.model}` from {name_of(each)} holds `{found[0].strip()}`, a marker of a chat template"
            yield at_model(one.expected, fact, "use an instruct model whose template the server knows, or another server")


@observation_rule("ORB767", consequence=Consequence.DEGRADED)
def odd_reply(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A chat completion is not of the form that OpenAI gives it, or a field of another reply has a type that it cannot have.

    ORBIT's client may not understand it.
    """
    for result in observations.endpoints:
        if result.odd:
            fact = f"the replies of {name_of(result)} have fields of another type than they should: {'; '.join(result.odd)}"
            yield at_url(result, fact, "update the server, or use another one")
    for each, one in _each(observations):
        if one.status == 200 and one.defects and not one.error and not one.breaks_off:
            fact = f"the {_kind(one)} of `{one.expected.model}` from {name_of(each)} differs from OpenAI's form: {'; '.join(one.defects)}"
            yield at_model(one.expected, fact, "update the server, or use another one")


@observation_rule("ORB768", consequence=Consequence.DEGRADED)
def slow_reply(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A chat completion takes most of the time that ORBIT waits for it.

    ORBIT waits 60 seconds for Shimmy, whatever `timeout` says. Shimmy 1.7 loads the model anew for each request.
    """
    for each, one in _each(observations):
        limit = _waits_s(each)
        # four fifths of the limit, in milliseconds
        if limit and one.status == 200 and one.total_ms > limit * 800:
            fact = f"the {_kind(one)} of `{one.expected.model}` takes {one.total_ms / 1000:.0f} s, and ORBIT waits {limit:.0f} s"
            yield at_model(one.expected, fact, "use a smaller model, or write a smaller `max_tokens`")


@observation_rule("ORB769", consequence=Consequence.PURPOSE_LOST)
def embedding_refused(config: Config, observations: Observations) -> Iterator[Finding]:
    """A text that is to be embedded gets no vector, or one of zeros.

    ORBIT logs the error and stores vectors of zeros, with which nothing is ever found. The model only chats, or the server was not started for embeddings (llama-server: `--embeddings`).
    """
    for result in observations.endpoints:
        for one in result.embeddings:
            if one.status is None or (one.size and not one.is_zero):
                continue
            expected = replace(one.expected, services=("embedding",))
            answer = "a vector of zeros" if one.is_zero else f"no vector ({one.status}{in_its_words(one.error)})"
            fact = f"{name_of(result)} answers a text for `{one.expected.model}` with {answer}, and ORBIT stores zeros"
            help_text = "start it with `--embeddings`" if "--embeddings" in one.error else "name a model that embeds texts"
            if denial_of(one.status, "", one.error):
                help_text = "follow the server's message: it is about who calls or how often, not about the model"
            yield from down_at_model(config, result, expected, fact, help_text)


RULES = (generation_refused, generation_lost, error_in_stream, empty_reply, canned_text, template_leaks, odd_reply, slow_reply, embedding_refused)
