"""Who answers, and whether it is ready and in the right place."""

from collections.abc import Iterator

from orbitcfg.observed.endpoint import Fault, ProbeResult
from orbitcfg.observed.observation import Observations
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import address_key, at_url, base_for, name_of, start_of


@observation_rule("ORB711", severity=Severity.ERROR)
def wrong_server(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Another product answers than the provider is for.

    Shimmy's port 11435 lies beside Ollama's 11434, and vLLM and llama-cpp-python share 8000. Where the right one is found on this machine, doctor says where.
    """
    for each in observations.endpoints:
        if each.product is None or each.product.serves(each.target.provider) or each.target.location == "cloud":
            continue
        meant = each.meant.name if each.meant else f"the provider `{each.target.provider}`"
        where = f"; {meant} answers at `{each.found_at}`" if each.found_at else ""
        owner = f" ({each.owner})" if each.owner else ""
        yield at_url(each, f"`{each.target.shown_url}` is {name_of(each)}{owner}, not {meant}{where}", _right_place(each))


def _right_place(sighting: ProbeResult) -> str:
    target = sighting.target
    if sighting.found_at:
        return f"write `{address_key(target)}: {base_for(target, sighting.found_at)}`"
    provider = sighting.product.providers[0] if sighting.product and sighting.product.providers else None
    other = f", or use the provider `{provider}`" if provider else ""
    return f"correct `{address_key(target)}`, or stop what listens there and {start_of(sighting.meant, target)}{other}"


@observation_rule("ORB712", severity=Severity.ERROR)
def not_an_api(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The answer is no list of models, but a web page or something else.

    The address leads to a proxy, to a web interface, or to another program.
    """
    for each in observations.endpoints:
        if each.shape in ("html", "other") and each.right_url is None:
            what = "a web page" if each.shape == "html" else "something that is no list of models"
            yield at_url(
                each, f"`{each.target.shown_url}` answers with {what}", f"correct `{address_key(each.target)}`: it must lead to the server's API"
            )


@observation_rule("ORB713", severity=Severity.ERROR)
def wrong_path(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The path of an address is wrong: the list of models is not there.

    Often `/v1` is missing or doubled: the Shimmy provider adds `/v1` unless the address ends in exactly that, so a slash at the end makes `/v1/v1`. ORBIT's users read "configured AI
    model is unavailable", which is its sentence for a 404.
    """
    for each in observations.endpoints:
        status, key = each.status or 0, address_key(each.target)
        if each.right_url is not None:
            root = each.right_url.removesuffix("/v1") if each.target.models_from_root else each.right_url
            yield at_url(each, f"`{each.target.shown_url}` has no list of models; it is at `{each.right_url}`", f"write `{key}: {root}`")
        elif each.models is None and 400 <= status < 500 and status not in (401, 403, 429):
            yield at_url(each, f"`{each.target.shown_url}` answers {status} where the list of models should be", f"correct `{key}`")


@observation_rule("ORB714", severity=Severity.ERROR)
def redirected(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server sends its callers to another host, or in a circle.

    ORBIT's client does not follow a redirect, nor does doctor: the key would go to the other host.
    """
    for each in observations.endpoints:
        if each.fault is Fault.REDIRECTED:
            key = address_key(each.target)
            yield at_url(each, f"`{each.target.shown_url}` redirects to `{each.redirect}`", f"write the address of the server itself as `{key}`")
        elif each.fault is Fault.REDIRECT_LOOP:
            yield at_url(each, f"`{each.target.shown_url}` redirects in a circle", "correct the proxy before the server")


@observation_rule("ORB715", severity=Severity.WARNING)
def still_loading(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server answers 503, since it is still loading its model.

    Requests fail until it has; ORBIT does not wait.
    """
    for each in observations.endpoints:
        if not each.is_ready:
            yield at_url(
                each, f"{name_of(each)} at `{each.target.shown_url}` is still loading its model", "wait for it: `orbitcfg doctor --wait 120`"
            )


@observation_rule("ORB716", severity=Severity.ERROR)
def unhealthy(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server lists its models, and says of itself that it is not healthy.

    vLLM does so for some seconds after its engine process has died: the list is there, every chat fails, then the whole server ends.
    """
    for each in observations.endpoints:
        if each.is_dead:
            yield at_url(
                each, f"{name_of(each)} at `{each.target.shown_url}` says that it is not healthy", "restart the server, and read the end of its log"
            )


@observation_rule("ORB717", severity=Severity.ERROR)
def server_error(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server answers the request for its models with an error of its own (5xx)."""
    for each in observations.endpoints:
        if each.status is not None and each.status >= 500 and each.is_ready:
            said = f": {each.said}" if each.said else ""
            yield at_url(each, f"`{each.target.shown_url}` answers {each.status}{said}", "read the server's log, or that of the proxy before it")


RULES = (wrong_server, not_an_api, wrong_path, redirected, still_loading, unhealthy, server_error)
