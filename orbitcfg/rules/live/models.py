"""Whether a server has the models that will be asked of it, and room for what is sent."""

from collections.abc import Iterator

from orbitcfg.dataclass import replace
from orbitcfg.document.tree import value_at
from orbitcfg.observed.ability import Ability
from orbitcfg.observed.endpoint import THINKING, ExpectedModel
from orbitcfg.observed.nearest import nearest
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import Fit, ModelMatch, ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import at_model, at_url, down_at_model, down_at_url, name_list, name_of, place_of

MODEL_OPTION = "--model"
"""Sets the model where there is no configuration."""


@observation_rule("ORB731", consequence=Consequence.ADAPTER_FAILS)
def no_models(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server lists no models at all.

    Nothing was pulled or loaded, or it looks in another folder (`OLLAMA_MODELS`, Shimmy's working directory); LM Studio without just-in-time loading lists only what is loaded.
    """
    for each in observations.endpoints:
        if each.model_list.models == ():
            product = each.identity.product
            model = next((expected.model for expected in each.target.expected if expected.model), "MODEL")
            pull = product.pull.format(model=model) if product and product.pull else "load a model into the server"
            yield from down_at_url(config, each, f"{place_of(each)} has no models", pull)


@observation_rule("ORB732", consequence=Consequence.ADAPTER_FAILS)
def model_not_served(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server does not list the model that the configuration asks for.

    Names must fit to the letter: Shimmy makes `llama-3.2-1b-q4-k-m` of a file `Llama-3.2-1B-Q4_K_M.gguf`, llama-server and llama-cpp-python list the path of the file unless they were given a name. ORBIT's users read
    "configured AI model is unavailable". Servers that answer with whatever they have loaded get a warning of their own (ORB733).
    """
    for each, match in _misses(observations):
        if not each.identity.ignores_model:
            programs = observations.host.programs if observations.host else ()
            on_disk = {name for program in programs for name in program.models or ()}
            yield from down_at_model(config, each, match.expected, _missing(each, match), _exact_name(config, each, match, on_disk))


@observation_rule("ORB733", consequence=Consequence.DIFFERENT)
def model_name_ignored(config: Config, observations: Observations) -> Iterator[Finding]:
    """The server answers with the model that it has, whatever name is asked for, and this is another one.

    llama-server, llama-cpp-python, SGLang, TGI and LM Studio do so. What ORBIT shows as the model is then not the one that speaks.
    """
    for each, match in _misses(observations):
        if each.identity.ignores_model:
            yield at_model(match.expected, f"{_missing(each, match)}, and answers with what it has", _exact_name(config, each, match, set()))


def _misses(observations: Observations) -> Iterator[tuple[ProbeResult, ModelMatch]]:
    for each in observations.endpoints:
        if each.model_list.models:
            yield from ((each, match) for match in each.model_list.matches if not match.fit.is_served)


def _missing(result: ProbeResult, match: ModelMatch) -> str:
    return f"{name_of(result)} does not list `{match.expected.model}`"


def _exact_name(config: Config, result: ProbeResult, match: ModelMatch, on_disk: set[str]) -> str:
    product, model = result.identity.product, match.expected.model
    if model in on_disk:
        return "restart the server: the file is there now, and the list is made when it starts"
    pull = product.pull.format(model=model) if product and product.names == "ollama" else ""
    if match.listed is not None:
        alias = product.alias_flag if product else ""
        other = f", or start the server with `{alias} {model}`" if alias and match.fit is not Fit.NEAR else ""
        write = f"write {_named(config, match.expected, match.listed.name)}{other}"
        # the same name in other signs is surely meant, and is none that can be pulled
        return f"{pull}, or {write}" if pull and match.fit is Fit.NEAR else write
    return _one_of(config, result, match.expected, pull)


def _one_of(config: Config, result: ProbeResult, expected: ExpectedModel, pull: str) -> str:
    """The models that may be asked for the same, the nearest name first."""
    names = [listed.name for listed in nearest(expected, result.model_list.models or ())]
    product = result.identity.product
    if not names:
        return pull or (product.pull.format(model=expected.model) if product and product.pull else "load the model into the server")
    write = f"write {_named(config, expected, names[0])}" if len(names) == 1 else f"write one of {name_list(names)} as `{_key(config, expected)}`"
    return f"{pull}, or {write}" if pull else write


def _named(config: Config, expected: ExpectedModel, name: str) -> str:
    """How to give a model to what sets it."""
    key = _key(config, expected)
    return f"`{key} {name}`" if key == MODEL_OPTION else f"`{key}: {name}`"


def _key(config: Config, expected: ExpectedModel) -> str:
    """What names the model: the key of the line that does, or the option that was given."""
    if expected.at is None:
        return MODEL_OPTION
    last = expected.at[-1]
    # a block that names none is where the key belongs
    return last if isinstance(last, str) and isinstance(value_at(config.tree, expected.at), str) else "model"


@observation_rule("ORB736", consequence=Consequence.ADAPTER_FAILS)
def model_cannot(config: Config, observations: Observations) -> Iterator[Finding]:
    """A model is asked for something that it cannot do, as the server says itself.

    Ollama lists what each model can do (`ollama show`), LM Studio its type, llama-server whether it reads pictures. A model that cannot embed is answered by an error, and ORBIT then stores vectors of zeros, with which nothing is
    ever found; one that only embeds cannot chat; `think` and tools are refused (400) by a model that knows none.
    """
    for each in observations.endpoints:
        for match in each.model_list.matches:
            for lack in match.lacks:
                expected = replace(match.expected, services=(match.expected.needs[lack],))
                fact = f"`{expected.model}` cannot {lack.value}, as {name_of(each)} says{_COMES_OF.get(lack, '')}"
                yield from down_at_model(config, each, _at_asking(config, expected, lack), fact, _able(config, each, expected, lack))


_COMES_OF = {
    Ability.CHAT: ": it refuses each chat",
    Ability.EMBED: ": it refuses each text, and ORBIT stores zeros",
    Ability.THINK: ": each chat is answered 400",
    Ability.TOOLS: ": each chat with tools is answered 400",
    Ability.SEE: ": it refuses each picture",
}


def _at_asking(config: Config, expected: ExpectedModel, lack: Ability) -> ExpectedModel:
    """The model at the line that asks for what it cannot do: where that is no service, the key beside it."""
    places = [(*expected.at[:-1], name) for name in THINKING] if lack is Ability.THINK and expected.at else []
    return replace(expected, at=next((place for place in places if value_at(config.tree, place)), expected.at))


def _able(config: Config, result: ProbeResult, expected: ExpectedModel, lack: Ability) -> str:
    """How to come to a model that can."""
    # by its name alone nobody knows of a model that it thinks
    is_told = lack in (Ability.CHAT, Ability.EMBED)
    names = [listed.name for listed in nearest(expected, result.model_list.models or ()) if is_told or lack in listed.can]
    other = f"write {_named(config, expected, names[0])}" if names else f"name a model that can {lack.value}"
    if lack is Ability.THINK:
        return f"write `think: false`, or {other}" if expected.parameters.get("think") else f"leave `reasoning_effort` out, or {other}"
    return f"leave the tools out, or {other}" if lack is Ability.TOOLS else other


@observation_rule("ORB737", consequence=Consequence.ADAPTER_FAILS)
def model_failed(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server lists a model that it could not load.

    llama-server as a router leaves it in its list and answers each chat with an error.
    """
    for each in observations.endpoints:
        for match in each.model_list.matches:
            if match.fit.is_served and match.listed and match.listed.failed:
                fact = f"{name_of(each)} lists `{match.listed.name}`, and could not load it"
                yield from down_at_model(config, each, match.expected, fact, "read the server's log, and replace the model's file")


@observation_rule("ORB734", consequence=Consequence.DIFFERENT)
def context_too_small(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The server takes fewer tokens than the configuration counts on.

    Long chats are refused (vLLM, llama-server) or lose their beginning without a word (Ollama). llama-server divides its context among its slots.
    """
    for each in observations.endpoints:
        for match in each.model_list.matches:
            room = match.listed.context if match.listed and match.fit.is_served else None
            expected = match.expected
            asked = expected.parameters.get("max_tokens")
            if room is None:
                continue
            if expected.context is not None and expected.context > room and not _is_sent(expected.parameters):
                fact = f"`{expected.model}` takes {room} tokens here, and the configuration counts on {expected.context}"
                yield at_model(expected, fact, f"write `{expected.context_key}: {room}`, or give the server a larger context")
            if isinstance(asked, int) and asked >= room:
                fact = f"`max_tokens` is {asked}, and `{expected.model}` takes {room} tokens here, prompt and answer together"
                yield at_model(expected, fact, f"write `max_tokens: {max(room // 2, 1)}`, or give the server a larger context")


def _is_sent(parameters: object) -> bool:
    """Whether the context goes with each request, so that the server's own does not count: Ollama's `num_ctx`."""
    match parameters:
        case {"options": {"num_ctx": _}}:
            return True
    return False


@observation_rule("ORB735", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def not_loaded(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Ollama has no model in memory: the first request loads it, and waits for that.

    After five minutes without a request it is unloaded again, unless `keep_alive` says otherwise.
    """
    for each in observations.endpoints:
        if each.model_list.is_idle and each.model_list.models:
            yield at_url(each, f"no model is loaded in {name_of(each)}: the first request takes longer", "set `OLLAMA_KEEP_ALIVE` to keep it loaded")


RULES = (no_models, model_not_served, model_name_ignored, context_too_small, not_loaded, model_cannot, model_failed)
