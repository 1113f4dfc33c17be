"""Keys: refused, missing, or kept back."""

from collections.abc import Iterator

from orbitcfg.effective.address import parse_address
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import at_url, down_at_key, down_at_url, in_its_words, name_of


@observation_rule("ORB721", consequence=Consequence.ADAPTER_FAILS)
def key_refused(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server refuses the key that ORBIT sends, or wants one and gets none.

    401 means that the key is missing or not known, 403 that it is known and may not do this. Shimmy from 2.6.5 on wants the key that its own `SHIMMY_API_KEY` holds.
    """
    for each in observations.endpoints:
        # in a configuration this is an error by itself
        if each.target.key_fault and each.target.url_at is None:
            yield from down_at_key(config, each, f"requests to `{each.target.shown_url}` fail: the key {each.target.key_fault}", _remedy(each))
        if each.access.status not in (401, 403) or _is_foreign_host(each):
            continue
        status = f"{each.access.status}{in_its_words(each.access.error_text)}"
        sent = "the key" if each.target.key and each.target.key_is_secret else "requests without a key"
        yield from down_at_key(config, each, f"{name_of(each)} refuses {sent} ({status})", _remedy(each))


def _remedy(result: ProbeResult) -> str:
    target = result.target
    if result.access.status == 403 and target.key_is_secret and target.key:
        return "give the key the right to list models, or use another one"
    if target.key_variables:
        return f"set `{target.key_variables[0]}` to the server's key"
    if not target.sends_key:
        return f"start the server without a key: ORBIT sends none to `{target.provider}`"
    key = target.key_at[-1] if target.key_at else "api_key"
    variable = f"{target.provider.upper()}_API_KEY"
    return f"write `{key}: ${{{variable}}}` into `{target.provider}`, and set `{variable}` to the server's key"


def _is_foreign_host(result: ProbeResult) -> bool:
    return result.access.status == 403 and not result.access.error_text and result.identity.is_meant("ollama")


@observation_rule("ORB722", consequence=Consequence.ADAPTER_FAILS)
def host_refused(config: Config, observations: Observations) -> Iterator[Finding]:
    """Ollama answers 403 with nothing in it: it does not know the name by which it is called.

    An Ollama that listens on loopback takes only requests for local names. A proxy before it must send such a name as `Host`.
    """
    for each in observations.endpoints:
        if _is_foreign_host(each):
            help_text = "start Ollama with `OLLAMA_HOST=0.0.0.0`, or let the proxy send `Host: localhost:11434`"
            yield from down_at_url(config, each, f"Ollama at `{each.target.shown_url}` refuses requests for this host name (403)", help_text)


@observation_rule("ORB723", consequence=Consequence.ADAPTER_FAILS)
def limit_reached(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server takes no more requests now (429): too many, or no credit left."""
    for each in observations.endpoints:
        if each.access.status == 429:
            fact = f"`{each.target.shown_url}` takes no more requests (429{in_its_words(each.access.error_text)})"
            yield from down_at_key(config, each, fact, "wait, or raise the limit or the credit of the key's account")


@observation_rule("ORB724", consequence=Consequence.EXPOSED, severity=Severity.ERROR)
def key_in_the_clear(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A key would go over plain http to another machine.

    Whoever is on the way can read it. ORBIT sends it nevertheless; doctor does not.
    """
    for each in observations.endpoints:
        address = parse_address(each.target.url)
        if each.access.key_withheld and address:
            yield at_url(each, f"the key would go to `{address.host}` unencrypted", f"write `https://{address.place}`, or leave the key out")


@observation_rule("ORB725", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="keys that are not set here")
def no_key_here(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A key that requests need is not set where doctor looks.

    What requests without it come to is ORB401. If ORBIT gets the key elsewhere, the address could only not be checked: `--env-file` reads the file that ORBIT's service has.
    """
    for key in observations.host.keys if observations.host else ():
        if key.is_set:
            continue
        names = " or ".join(f"`{name}`" for name in key.variables) or "the key"
        yield Finding(
            f"{names} for `{key.provider}` is not set in this shell nor in the `.env` that was read",
            key.at,
            "set it, or pass `--env-file FILE` if ORBIT gets it elsewhere",
        )


RULES = (key_refused, host_refused, limit_reached, key_in_the_clear, no_key_here)
