"""Keys: refused, missing, or kept back."""

from collections.abc import Iterator

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.address import parse_address
from orbitcfg.effective.keys import usual_variable
from orbitcfg.observed.denial import Denial
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import at_url, down_at_key, down_at_url, in_its_words, name_of, setting_of


@dataclass(frozen=True, slots=True)
class _Refused:
    """A request that a server turned away, and why."""

    result: ProbeResult
    why: Denial
    status: int | None
    words: str
    model: str = ""
    """The model of a chat that it was; empty where it was another request."""

    @property
    def told(self) -> str:
        """Status and words of the server."""
        return f"{self.status}{in_its_words(self.words)}"


def _refused(observations: Observations, *reasons: Denial) -> Iterator[_Refused]:
    """What each server turns away for one of these reasons, once: where all are let in, its chats."""
    for each in observations.endpoints:
        access = each.access
        if access.denial:
            found = [_Refused(each, access.denial, access.status, access.error_text)]
        else:
            chats = ((chat, each.denial_of(chat)) for chat in each.chats)
            found = [_Refused(each, why, chat.status, chat.error, chat.expected.model or "") for chat, why in chats if why]
        if found and found[0].why in reasons and not _is_foreign_host(each):
            yield found[0]


@observation_rule("ORB721", consequence=Consequence.ADAPTER_FAILS)
def key_refused(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server refuses the key that ORBIT sends, or wants one and gets none.

    401 means that the key is missing or not known, 403 that it is known and may not do this; some servers say so by 400 and their own words. A firewall before it says 403 as well, and means the place that a request comes from. Where the list of models is open to all, doctor asks
    more, without and with the key: a chat without a model and without messages, which nobody answers. Shimmy from 2.6.5 on wants the key that its own `SHIMMY_API_KEY` holds.
    A server that wants `Basic` wants a user and a password: ORBIT's clients send those that stand in the address.
    """
    for each in observations.endpoints:
        # in a configuration this is an error by itself
        if each.target.key_fault and each.target.url_at is None:
            yield from down_at_key(
                config, each, f"requests to `{each.target.shown_url}` fail: the key {each.target.key_fault}", _right_key(each.target)
            )
    for one in _refused(observations, *(reason for reason in Denial if reason.is_about_key)):
        # user and password stand in the address
        down = down_at_url if one.why in (Denial.PASSWORD, Denial.PLACE) or one.result.target.sends_user else down_at_key
        yield from down(config, one.result, f"{name_of(one.result)} {_what(one)}", _remedy(config, one))


def _what(one: _Refused) -> str:
    target = one.result.target
    if target.sends_user and one.why is not Denial.PLACE:
        return f"refuses the user and the password of the address ({one.told})"
    if one.why is Denial.PASSWORD:
        sent = "ORBIT sends the key as `Bearer`" if target.sends_secret else "ORBIT sends none"
        return f"wants a user and a password, as `Basic`, and {sent} ({one.told})"
    if one.why is Denial.PLACE:
        return f"refuses requests from here ({one.told})"
    chats = f" for chats with `{one.model}`" if one.model else ""
    return f"refuses {'the key' if target.sends_secret else 'requests without a key'}{chats} ({one.told})"


def _remedy(config: Config, one: _Refused) -> str:
    target = one.result.target
    if one.why is Denial.PLACE:
        return "let the firewall before it, or the account's rules, admit this machine and ORBIT's: another key does not help"
    if one.why is Denial.PASSWORD or (target.sends_user and not (target.key and target.key_is_secret)):
        return _with_user(target)
    if target.sends_user:
        return "take the user and the password out of the address: they go in place of the key"
    if one.result.identity.is_product("ollama") and one.model.endswith(("-cloud", ":cloud")):
        return f"run `ollama signin` where Ollama runs: it hands `{one.model}` on to Ollama's cloud"
    if not target.takes_key:
        other = _with_key(config, one.result)
        return f"{f'use the provider `{other}`, which sends a key, or ' if other else ''}let the server want none: `{target.provider}` sends none"
    if one.why is Denial.RIGHT and target.sends_secret:
        return f"give the key the right to {f'use `{one.model}`' if one.model else 'list models'}, or use another one"
    return _right_key(target)


def _with_user(target: ProbeTarget) -> str:
    address = parse_address(target.url)
    if not target.takes_user or address is None:
        return "let the proxy before the server want no password, or a key: ORBIT's client sends `Bearer` alone"
    variables = [f"{target.provider.upper()}_{name}" for name in ("USER", "PASSWORD")]
    user = ":".join(f"${{{name}}}" for name in variables)
    written = parse_address(target.written) or address
    url = f"{address.scheme}://{user}@{written.root.partition('://')[2]}{written.path}"
    return f"write {setting_of(target, url)}, and set `{variables[0]}` and `{variables[1]}`"


def _with_key(config: Config, result: ProbeResult) -> str | None:
    """Another provider for the same server that can be given a key; None where there is none."""
    target, product = result.target, result.identity.product or result.identity.meant
    section = target.url_at[:1] if target.url_at else ("inference",)
    for name in (*product.providers, *product.others) if product else ():
        row = config.catalog.at(None, (*section, name))
        if row is not None and row.provider.protocol == target.protocol and row.provider.location != "cloud" and row.provider.api_key.key:
            return name
    return None


def _right_key(target: ProbeTarget) -> str:
    if target.key_variables:
        return f"set `{target.key_variables[0]}` to the server's key"
    key = target.key_at[-1] if target.key_at else "api_key"
    variable = usual_variable(target.provider)
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
    """A server takes no more requests now (429), or none before it is paid.

    Too many requests are a matter of time; a quota that is used up, or an account without credit, is not.
    """
    for one in _refused(observations, Denial.RATE, Denial.CREDIT):
        url = one.result.target.shown_url
        if one.why is Denial.CREDIT:
            help_text = "pay into the key's account, or use the key of another one: waiting does not help"
            yield from down_at_key(config, one.result, f"`{url}` has no credit left for the key ({one.told})", help_text)
        else:
            yield from down_at_key(
                config, one.result, f"`{url}` takes no more requests ({one.told})", "wait, or raise the limit of the key's account"
            )


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

    What requests without it come to is ORB401. If ORBIT gets the key elsewhere, the address just could not be checked: `--env-file` reads the file that ORBIT's service has.
    """
    for key in observations.host.keys if observations.host else ():
        if key.is_set:
            continue
        names = " or ".join(f"`{name}`" for name in key.variables) or "the key"
        yield Finding(
            f"{names} for `{key.provider}` is set neither in this shell nor in the `.env` that was read",
            key.at,
            "set it, or pass `--env-file FILE` if ORBIT gets it elsewhere",
        )


RULES = (key_refused, host_refused, limit_reached, key_in_the_clear, no_key_here)
