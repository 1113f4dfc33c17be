"""Whether a server has the models that will be asked of it, and room for what is sent."""

from collections.abc import Iterator

from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import Fit, ModelMatch, ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import at_model, at_url, down_at_model, down_at_url, name_list, name_of


@observation_rule("ORB731", consequence=Consequence.ADAPTER_FAILS)
def no_models(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server lists no models at all.

    Nothing was pulled or loaded, or it looks in another folder (`OLLAMA_MODELS`, Shimmy's working directory); LM Studio without just-in-time loading lists only what is loaded.
    """
    for each in observations.endpoints:
        if each.model_list.models == ():
            product = each.identity.product
            model = next((expected.model for expected in each.target.expected if expected.model), "MODEL")
            pull = product.pull.format(model=model) if product and product.pull else "load a model"
            yield from down_at_url(config, each, f"{name_of(each)} at `{each.target.shown_url}` has no models", pull)


@observation_rule("ORB732", consequence=Consequence.ADAPTER_FAILS)
def model_not_served(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server does not list the model that the configuration asks for.

    Names must fit to the letter: Shimmy makes `llama-3.2-1b-q4-k-m` of a file `Llama-3.2-1B-Q4_K_M.gguf`, llama-server and llama-cpp-python list the path of the file unless they were given a name. ORBIT's users read
    "configured AI model is unavailable". Servers that answer with whatever they have loaded get a warning of their own (ORB733).
    """
    for each, match in _misses(observations):
        if not _ignores_names(each):
            programs = observations.host.programs if observations.host else ()
            on_disk = {name for program in programs for name in program.models or ()}
            yield from down_at_model(config, each, match.expected, _missing(each, match), _exact_name(each, match, on_disk))


@observation_rule("ORB733", consequence=Consequence.DIFFERENT)
def model_name_ignored(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The server answers with the model that it has, whatever name is asked for, and this is another one.

    llama-server, llama-cpp-python, SGLang and LM Studio do so. What ORBIT shows as the model is then not the one that speaks.
    """
    for each, match in _misses(observations):
        if _ignores_names(each):
            yield at_model(match.expected, f"{_missing(each, match)}, and answers with what it has", _exact_name(each, match, set()))


def _misses(observations: Observations) -> Iterator[tuple[ProbeResult, ModelMatch]]:
    for each in observations.endpoints:
        # what another product lists says nothing of the one that is meant
        if each.model_list.models and not each.identity.missed(each.target.providers):
            yield from ((each, match) for match in each.model_list.matches if not match.fit.is_served)


def _ignores_names(result: ProbeResult) -> bool:
    product = result.identity.product
    # as a router llama-server does go by the name
    is_router = result.identity.is_product("llama_server") and len(result.model_list.models or ()) > 1
    return product is not None and product.ignores_model and not is_router


def _missing(result: ProbeResult, match: ModelMatch) -> str:
    return f"{name_of(result)} does not list `{match.expected.model}`"


def _exact_name(result: ProbeResult, match: ModelMatch, on_disk: set[str]) -> str:
    product, model, at = result.identity.product, match.expected.model, match.expected.at
    key = str(at[-1]) if at and at[-1] in ("model", "deployment", "deployment_name") else "model"
    if model in on_disk:
        return "restart the server: the file is there now, and the list is made when it starts"
    if match.listed is not None:
        alias = product.alias_flag if product else ""
        other = f", or start the server with `{alias} {model}`" if alias and match.fit is not Fit.NEAR else ""
        return f"write `{key}: {match.listed.name}`{other}"
    names = [listed.name for listed in result.model_list.models or () if listed.has_file is not False]
    pull = f", or {product.pull.format(model=model)}" if product and product.id == "ollama" else ""
    return (
        f"write one of {name_list(names)} as `{key}`{pull}" if len(names) > 1 else f"write `{key}: {names[0]}`{pull}" if names else "load the model"
    )


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
                yield at_model(expected, fact, f"write `context_window: {room}`, or give the server a larger context")
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


RULES = (no_models, model_not_served, model_name_ignored, context_too_small, not_loaded)
