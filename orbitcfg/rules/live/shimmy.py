"""What only Shimmy does."""

from collections.abc import Iterator

from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import at_model, at_url, down_at_model, name_list, name_of

CONTEXT, BATCH = 4096, 2048
"""Shimmy 1.7: tokens of prompt and answer together, and of a prompt, beyond which the process ends."""

ANSWER_TOKENS = 150
"""An answer that Shimmy from 2.5.0 on gives for any short prompt: it has about 1,000 steps for a request."""


@observation_rule("ORB741", consequence=Consequence.ADAPTER_FAILS)
def phantom_model(config: Config, observations: Observations) -> Iterator[Finding]:
    """Shimmy lists a model without a file behind it.

    Shimmy 1.x always lists `phi3-lora`, and 2.x `tinyllama-1.1b` where `SHIMMY_BASE_GGUF` is set, whether or not the file is there. Without it every chat is answered with an empty 502. Many guides
    use this very name.
    """
    for each in observations.endpoints:
        for match in each.model_list.matches:
            if match.listed and match.is_without_file and not _speaks(each, match.expected.model):
                names = [model.name for model in each.model_list.models or () if model.has_file]
                other = (
                    f"write `model: {names[0]}`"
                    if len(names) == 1
                    else f"write one of {name_list(names)} as `model`"
                    if names
                    else "add a model file"
                )
                fact = f"`{match.listed.name}` is listed by {name_of(each)}, but it has no file for it"
                yield from down_at_model(config, each, match.expected, fact, f"{other}, or set `SHIMMY_BASE_GGUF` to the file and restart Shimmy")


def _speaks(result: ProbeResult, model: str | None) -> bool:
    return any(each.expected.model == model and each.text for each in result.chats)


@observation_rule("ORB742", consequence=Consequence.MISLEADS)
def one_model_for_all(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Shimmy 2.x answers every model's name with the first model that it loaded.

    It echoes the name that was asked for, so nothing shows it but the answers. Which model is first depends on which request comes first.
    """
    for each in observations.endpoints:
        if not each.identity.is_product("shimmy", (2,)):
            continue
        served = {match.expected.model: match.expected for match in each.model_list.matches if match.fit.is_served and match.expected.model}
        if len(served) > 1:
            names = name_list(list(served))
            fact = f"{name_of(each)} answers all of {names} with the one that is asked for first"
            yield at_model(list(served.values())[1], fact, "start one Shimmy for each model, each with its own port")


@observation_rule("ORB743", consequence=Consequence.DEGRADED)
def answers_cut(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Shimmy from 2.5.0 on gives up after about 1,000 steps of a request, whatever the context.

    A prompt of 32 tokens leaves about 225 to 300 tokens of answer. Beyond that 2.5.0 cuts the text without a word, 2.6.5 answers 502 and the text is lost. A short test never shows it.
    """
    for each in observations.endpoints:
        if each.identity.is_product("shimmy", (2, 5)):
            for expected in each.target.expected:
                limit = expected.parameters.get("max_tokens")
                if isinstance(limit, int) and limit > ANSWER_TOKENS:
                    fact = f"{name_of(each)} gives up on longer answers, and `max_tokens` is {limit}"
                    yield at_model(expected, fact, f"write `max_tokens: {ANSWER_TOKENS}`, or use Shimmy 1.7.4 or another server")


@observation_rule("ORB744", consequence=Consequence.DEGRADED)
def context_fixed(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Shimmy 1.7 takes 4,096 tokens in all, and ends when a prompt is longer than 2,048.

    No setting changes that. A prompt that is too long kills the whole server, and a sum that is too large is an empty 502.
    """
    for each in observations.endpoints:
        if not each.identity.is_product("shimmy", (1, 7), (1, 8)):
            continue
        for expected in each.target.expected:
            limit = expected.parameters.get("max_tokens")
            if isinstance(limit, int) and limit >= CONTEXT:
                fact = f"`max_tokens` is {limit}, and {name_of(each)} takes {CONTEXT} tokens, prompt and answer together"
                yield at_model(expected, fact, f"write `max_tokens: {CONTEXT // 4}`")
            if expected.context is not None and expected.context > BATCH:
                fact = f"the configuration counts on {expected.context} tokens, and {name_of(each)} ends at a prompt of more than {BATCH}"
                yield at_model(expected, fact, f"write `{expected.context_key}: {BATCH}`, or use another server")


@observation_rule("ORB745", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def needs_a_gpu(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Shimmy 2.x needs a GPU, and nothing but a chat shows whether it has one.

    Without one it starts, is healthy and lists its models, and answers no chat.
    """
    for each in observations.endpoints:
        if each.identity.is_product("shimmy", (2,)) and not each.chats and each.model_list.models:
            yield at_url(
                each, f"{name_of(each)} answers chats only with a usable GPU, which no free check shows", "try it: `orbitcfg doctor --generate`"
            )


@observation_rule("ORB746", consequence=Consequence.WITHOUT_EFFECT)
def parameters_without_effect(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Shimmy 1.7 takes `temperature` and `top_p`, and always answers with the likeliest word.

    Its sampling ends in a greedy choice, so these settings change nothing.
    """
    for each in observations.endpoints:
        if each.identity.is_product("shimmy", (1, 7), (1, 8)):
            for expected in each.target.expected:
                names = [name for name in ("temperature", "top_p") if name in expected.parameters]
                if names:
                    verb = "have" if len(names) > 1 else "has"
                    fact = f"{' and '.join(f'`{name}`' for name in names)} {verb} no effect on {name_of(each)}"
                    yield at_model(expected, fact, "expect the same answer each time, or use another server")


RULES = (phantom_model, one_model_for_all, answers_cut, context_fixed, needs_a_gpu, parameters_without_effect)
