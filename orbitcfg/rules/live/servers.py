"""Who answers, and whether it is ready and in the right place."""

from collections.abc import Iterator

from orbitcfg.dataclass import replace
from orbitcfg.effective.address import parse_address
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ProbeResult, ServerHealth
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import (
    address_key,
    at_url,
    base_for,
    down_at_url,
    in_its_words,
    name_list,
    name_of,
    owner_of,
    place_of,
    setting_of,
    start_of,
)


@observation_rule("ORB711", consequence=Consequence.ADAPTER_FAILS)
def wrong_server(config: Config, observations: Observations) -> Iterator[Finding]:
    """Another product answers than the provider is for.

    Shimmy's port 11435 lies beside Ollama's 11434, and vLLM and llama-cpp-python share 8000. Where the right one is found on this machine, doctor says where. A product that lists models where the provider asks for
    them can be called all the same, whatever its name: that is info.
    """
    for each in observations.endpoints:
        identity = each.identity
        missed = identity.missed(each.target.providers)
        if missed is None:
            continue
        where = f"; {missed.name} answers at `{identity.found_at}`" if identity.found_at else ""
        fact = f"`{each.target.shown_url}` is {name_of(each)}{owner_of(each)}, not {missed.name}{where}"
        # where the right one is seen elsewhere, a model that is missing here is looked for in the wrong place
        is_astray = identity.found_at is not None and any(not match.fit.is_served for match in each.model_list.matches)
        if each.model_list.models is None or is_astray:
            yield from down_at_url(config, each, fact, _right_place(each))
        else:
            yield replace(at_url(each, fact, _right_place(each)), consequence=Consequence.HYGIENE, severity=Severity.INFO)


def _right_place(result: ProbeResult) -> str:
    target, identity = result.target, result.identity
    if identity.found_at:
        return f"write {setting_of(target, base_for(target, identity.found_at))}"
    provider = identity.product.providers[0] if identity.product and identity.product.providers else None
    other = f", or use the provider `{provider}`" if provider else ""
    return f"correct `{address_key(target)}`, or stop what listens there and {start_of(identity.meant, target)}{other}"


@observation_rule("ORB712", consequence=Consequence.ADAPTER_FAILS)
def not_an_api(config: Config, observations: Observations) -> Iterator[Finding]:
    """The answer is no list of models, but a web page or something else.

    The address leads to a proxy, to a web interface, or to another program.
    """
    for each in observations.endpoints:
        body = each.model_list.wrong_body
        if body is not None and each.model_list.right_url is None:
            help_text = f"correct `{address_key(each.target)}`: it must lead to the server's API"
            yield from down_at_url(config, each, f"`{each.target.shown_url}` answers with {body.value}", help_text)


@observation_rule("ORB713", consequence=Consequence.ADAPTER_FAILS)
def wrong_path(config: Config, observations: Observations) -> Iterator[Finding]:
    """The path of an address is wrong: the list of models is not there.

    Often `/v1` is missing or doubled: the Shimmy provider adds `/v1` unless the address ends in exactly that, so a slash at the end makes `/v1/v1`. ORBIT's users read "configured AI
    model is unavailable", which is its sentence for a 404.
    """
    for each in observations.endpoints:
        status, key, right_url = each.access.status or 0, address_key(each.target), each.model_list.right_url
        if right_url is not None:
            root = right_url.removesuffix("/v1") if each.target.models_from_root else right_url
            yield from down_at_url(
                config, each, f"`{each.target.shown_url}` has no list of models; it is at `{right_url}`", f"write {setting_of(each.target, root)}"
            )
        # what means the key or its limits has rules of its own
        elif each.model_list.models is None and 400 <= status < 500 and not each.access.denial and not each.model_list.is_lacking:
            fact = f"`{each.target.shown_url}` answers {status} where the list of models should be{in_its_words(each.access.error_text)}"
            # of a path that is not there no server has more to say
            is_path = status in (404, 405, 410) or not each.access.error_text
            yield from down_at_url(config, each, fact, f"correct `{key}`" if is_path else f"do what the server says, or correct `{key}`")


@observation_rule("ORB714", consequence=Consequence.ADAPTER_FAILS)
def redirected(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server sends its callers to another host, or in a circle.

    ORBIT's client does not follow a redirect, nor does doctor: the key would go to the other host. A redirect from http to https counts, as it is to another port.
    """
    for each in observations.endpoints:
        if each.fault is ProbeFault.REDIRECTED:
            right = _redirected_base(each)
            remedy = f"write {setting_of(each.target, right)}" if right else f"write the address of the server itself as `{address_key(each.target)}`"
            yield from down_at_url(config, each, f"`{each.target.shown_url}` redirects to `{each.access.redirect}`", remedy)
        elif each.fault is ProbeFault.REDIRECT_LOOP:
            yield from down_at_url(config, each, f"`{each.target.shown_url}` redirects in a circle", "correct the proxy before the server")


def _redirected_base(result: ProbeResult) -> str | None:
    """What to write so that the list of models is asked for where a redirect leads; None where that is no list."""
    target = result.target
    written, listed, there = (parse_address(url) for url in (target.written, target.list_url, result.access.redirect or ""))
    if written is None or listed is None or there is None or not listed.path.startswith(written.path):
        return None
    below = listed.path.removeprefix(written.path)
    return f"{there.root}{there.path.removesuffix(below)}" if below and there.path.endswith(below) else None


@observation_rule("ORB715", consequence=Consequence.ADAPTER_FAILS)
def still_loading(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server answers 503, since it is still loading its model.

    Requests fail until it has; ORBIT does not wait.
    """
    for each in observations.endpoints:
        if each.identity.health is ServerHealth.LOADING:
            fact = f"{place_of(each)} is still loading its model"
            yield from down_at_url(
                config, each, fact, "wait for it: `orbitcfg doctor --wait 120`", depends_on="a server that is still loading its model"
            )


@observation_rule("ORB716", consequence=Consequence.ADAPTER_FAILS)
def unhealthy(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server lists its models, and says of itself that it is not healthy.

    vLLM does so for some seconds after its engine process has died: the list is there, every chat fails, then the whole server ends.
    """
    for each in observations.endpoints:
        if each.identity.health is ServerHealth.UNHEALTHY:
            yield from down_at_url(
                config,
                each,
                f"{place_of(each)} says that it is not healthy",
                "restart the server, and read the end of its log",
            )


@observation_rule("ORB717", consequence=Consequence.ADAPTER_FAILS)
def server_error(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server answers the request for its models with an error of its own (5xx)."""
    for each in observations.endpoints:
        status = each.access.status
        if status is not None and status >= 500 and each.identity.health is not ServerHealth.LOADING and not each.model_list.is_lacking:
            yield from down_at_url(
                config,
                each,
                f"`{each.target.shown_url}` answers {status}{in_its_words(each.access.error_text)}",
                "read the server's log, or that of the proxy before it",
            )


@observation_rule("ORB718", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def no_list(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server has no list of models, so that nothing free shows what it serves.

    Some gateways answer chats alone, and some keys are for chats alone. Whether the address and the model are right, only a chat can tell; where the path of chats is not there either, the path is wrong (ORB713).
    """
    for each in observations.endpoints:
        if not each.model_list.is_lacking or each.chats:
            continue
        names = [expected.model for expected in each.target.expected if expected.model]
        served = f"whether it serves {name_list(names)}" if names else "what it serves"
        billable = " --billable" if each.target.location == "cloud" else ""
        lack = "keeps its list of models from the key" if each.access.list_refused else f"has no list of models ({each.access.status})"
        fact = f"`{each.target.shown_url}` {lack}: {served}, only a chat can tell"
        yield at_url(each, fact, f"try it: `orbitcfg doctor --generate{billable}`")


RULES = (wrong_server, not_an_api, wrong_path, redirected, still_loading, unhealthy, server_error, no_list)
