"""Whether an endpoint can be reached at all."""

from collections.abc import Callable, Iterator

from orbitcfg.catalog.specs import CLOUD
from orbitcfg.compile.environment import PROCESS
from orbitcfg.dataclass import replace
from orbitcfg.effective.address import parse_address
from orbitcfg.masking.url import without_credentials
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._causes import OFFLINE, by_server, cut_off, hosts_of
from orbitcfg.rules.live._endpoint import at_url, base_for, down_at_url, owner_of, setting_of, start_of, users_of

SOON_DAYS = 14
_TLS = {
    ProbeFault.TLS_EXPIRED: "renew the certificate",
    ProbeFault.TLS_SELF_SIGNED: "add the certificate to a bundle, and name it in `SSL_CERT_FILE` for ORBIT",
    ProbeFault.TLS_UNKNOWN_CA: "add the authority's certificate to a bundle, and name it in `SSL_CERT_FILE` for ORBIT",
    ProbeFault.TLS_WRONG_HOST: "write the host name that the certificate is for",
    ProbeFault.TLS_FAILED: "check the server's TLS settings with `openssl s_client -connect {place}`",
}
_QUESTION = "is this machine offline or behind a proxy?"
_ONLINE = "bring this machine online, or name the proxy that it is behind in `HTTPS_PROXY`"
_PROXY_FACTS = {
    ProbeFault.UNRESOLVED: "the name of {} is not known here",
    ProbeFault.REFUSED: "nothing listens at {}",
    ProbeFault.NO_CONNECTION: "no connection to {} can be made",
}
_Words = Callable[[ProbeResult, Observations], tuple[str, str]]
_NO_ANSWER = frozenset({ProbeFault.SILENT, ProbeFault.CLOSED, ProbeFault.NOT_HTTP, ProbeFault.TOO_LARGE})


@observation_rule("ORB701", consequence=Consequence.ADAPTER_FAILS)
def unusable_address(config: Config, observations: Observations) -> Iterator[Finding]:
    """An address cannot be used to call a server.

    It lacks a scheme or a host, or its port is no number; or the proxy before it has such an address, or is none of http; or it is `0.0.0.0` or `::`, which a server listens on, and which no client should call.
    On some systems such a call reaches this machine, on others it fails.
    """
    for each in observations.endpoints:
        address = parse_address(each.target.url)
        if each.fault is ProbeFault.BAD_URL:
            fact = f"`{without_credentials(each.target.written)}` is no address that can be called"
            yield from down_at_url(config, each, fact, f"write {setting_of(each.target, _usable(each.target.written))}")
        elif each.fault is ProbeFault.BAD_PROXY:
            fact = f"`{each.fault_detail}` names no proxy that ORBIT's client for `{each.target.shown_url}` can use"
            yield from down_at_url(config, each, fact, f"write `http://HOST:PORT` as `{each.fault_detail}`, or name the host in `NO_PROXY`")
        elif address and address.is_bind_address:
            host = "127.0.0.1" if address.host == "0.0.0.0" else "[::1]"  # noqa: S104 - it is looked for, not listened on
            right = base_for(each.target, f"{address.scheme}://{host}:{address.port}")
            yield from down_at_url(
                config, each, f"`{address.host}` means all addresses of a server, and cannot be called", f"write {setting_of(each.target, right)}"
            )


def _usable(written: str) -> str:
    """An address with the scheme that it lacks; a pattern where that does not make it one."""
    url = f"http://{written}"
    return without_credentials(url) if parse_address(url) else "http://HOST:PORT"


@observation_rule("ORB702", consequence=Consequence.ADAPTER_FAILS)
def unknown_host(config: Config, observations: Observations) -> Iterator[Finding]:
    """The host name of an address is not known here.

    It is misspelt, or it is only known elsewhere, such as a service of a compose file: `--map NAME:PORT=127.0.0.1:PORT` reaches its published port.
    Where no host outside is reached at all, this machine is offline or behind a proxy, which is reported once.
    """
    yield from _failed_at_hop(config, observations, ProbeFault.UNRESOLVED, _unknown)


def _unknown(result: ProbeResult, _observations: Observations) -> tuple[str, str]:
    address = parse_address(result.target.url)
    if address is None:
        return f"the name in `{result.target.shown_url}` is not known here", "correct the name"
    container = f", or, if only containers know it, run doctor with `--map {address.place}=127.0.0.1:{address.port}`"
    outside = ", or see whether this machine is offline, or behind a proxy (`HTTPS_PROXY`)"
    return f"the name `{address.host}` is not known here", f"correct the name{outside if result.target.location == CLOUD else container}"


@observation_rule("ORB703", consequence=Consequence.ADAPTER_FAILS)
def connection_refused(config: Config, observations: Observations) -> Iterator[Finding]:
    """Nothing listens where the configuration sends its requests.

    The server is not started, or listens on another port, or still loads its model (vLLM refuses connections until it is ready: `--wait 60`). Where doctor finds it on another
    port of this machine, it says so. Shimmy moves to the next free port by itself when its own is taken. ORBIT's users read "temporarily unavailable".
    """
    yield from _failed_at_hop(config, observations, ProbeFault.REFUSED, _refused)


def _refused(result: ProbeResult, observations: Observations) -> tuple[str, str]:
    fact = f"nothing listens at `{result.target.shown_url}`{users_of(result.target.users).rstrip(',')}"
    return _with_other_place(result, fact), _how_to_start(result, observations)


def _with_other_place(result: ProbeResult, fact: str) -> str:
    identity = result.identity
    return f"{fact}; {identity.meant.name} answers at `{identity.found_at}`" if identity.found_at and identity.meant else fact


def _how_to_start(result: ProbeResult, observations: Observations) -> str:
    target, identity, host = result.target, result.identity, observations.host
    if identity.found_at:
        right, start = base_for(target, identity.found_at), start_of(identity.meant, target).removeprefix("start it: ")
        return f"write {setting_of(target, right)}, or restart it there: {start}"
    if host and host.bind_without_key and identity.is_meant("shimmy"):
        return f"set `SHIMMY_API_KEY` (16 characters or more) in `{host.container_file}`, and the same as `api_key`: Shimmy 2.6.5 ends without it"
    is_late = identity.meant is not None and identity.meant.refuses_while_loading
    later = "; it refuses connections until its model is loaded, so `--wait 60` may show it" if is_late else ""
    return start_of(identity.meant, target) + later


@observation_rule("ORB704", consequence=Consequence.ADAPTER_FAILS)
def no_connection(config: Config, observations: Observations) -> Iterator[Finding]:
    """No connection to an endpoint can be made, and nobody refuses it either.

    A firewall swallows it, the host is down, or there is no route to it from here.
    """
    yield from _failed_at_hop(config, observations, ProbeFault.NO_CONNECTION, _unconnected)


def _unconnected(result: ProbeResult, _observations: Observations) -> tuple[str, str]:
    return f"no connection to `{result.target.shown_url}` can be made", "check the host and the port, and that no firewall is between"


def _failed_at_hop(config: Config, observations: Observations, fault: ProbeFault, words: _Words) -> Iterator[Finding]:
    """Endpoints to which no connection can be made by a fault: the cause once, be it the machine, a proxy or the server. `words`: fact and remedy where it is the server."""
    lost = cut_off(observations)
    hosts = hosts_of(lost)
    if len(hosts) > 1 and lost[0].fault is fault:
        more = f" and {len(hosts) - 2} more" if len(hosts) > 2 else ""
        fact = f"no host outside of this machine's network is reached ({', '.join(f'`{host}`' for host in hosts[:2])}{more}): {_QUESTION}"
        yield replace(at_url(lost[0], fact, _ONLINE), affects=(), explains=(OFFLINE,))
    told = []
    for each in (each for each in observations.endpoints if each.fault is fault):
        fact, remedy = words(each, observations)
        if proxy := each.connection.hop:
            fact = _PROXY_FACTS[fault].format(f"the proxy {proxy.place} before `{each.target.shown_url}`")
            remedy = f"correct `{proxy.variable}`, or unset it"
        found = down_at_url(config, each, fact, _ONLINE if each in lost else remedy)
        if each in lost and len(hosts) > 1:
            yield from (replace(finding, blames=OFFLINE) for finding in found)
        else:
            told.append((each, found))
    yield from by_server(told)


@observation_rule("ORB705", consequence=Consequence.ADAPTER_FAILS)
def certificate_refused(config: Config, observations: Observations) -> Iterator[Finding]:
    """The server's certificate is not one that ORBIT's client accepts.

    It has expired, is for another host, or is signed by nobody that is trusted. ORBIT's client trusts the bundle of the `certifi` package, or `SSL_CERT_FILE`.
    """
    for each in observations.endpoints:
        if each.fault in _TLS:
            address = parse_address(each.target.url)
            help_text = _TLS[each.fault].format(place=address.place if address else "")
            yield from down_at_url(config, each, f"`{each.target.shown_url}`: {each.fault.value}", help_text)


@observation_rule("ORB706", consequence=Consequence.ADAPTER_FAILS)
def wrong_scheme(config: Config, observations: Observations) -> Iterator[Finding]:
    """An address says http where the server speaks https, or the reverse."""
    for each in observations.endpoints:
        scheme = {ProbeFault.PLAIN_ON_TLS: "http", ProbeFault.TLS_ON_PLAIN: "https"}.get(each.fault) if each.fault else None
        if scheme:
            right = f"{scheme}:{without_credentials(each.target.written).partition(':')[2]}"
            yield from down_at_url(
                config, each, f"the server at `{each.target.shown_url}` speaks {scheme}", f"write {setting_of(each.target, right)}"
            )


@observation_rule("ORB707", consequence=Consequence.ADAPTER_FAILS)
def no_answer(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server takes the connection and gives no answer of any use.

    It is silent until the time is over, closes the connection, does not speak HTTP, or sends without end. It hangs, is overloaded, or is another program.
    """
    for each in observations.endpoints:
        if each.fault in _NO_ANSWER and each.fault:
            detail = f", {each.fault_detail}" if each.fault is ProbeFault.CLOSED and each.fault_detail else ""
            help_text = (
                "restart the server, or give it longer with `--timeout`" if each.fault is ProbeFault.SILENT else "check which program listens there"
            )
            yield from down_at_url(config, each, f"`{each.target.shown_url}`{owner_of(each)}: {each.fault.value}{detail}", help_text)


@observation_rule("ORB708", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def one_address_family(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A name has several addresses, and the server answers on some of them only.

    Often `localhost` means `::1` first, and the server listens on `127.0.0.1` alone. ORBIT's client tries the others as well, at the cost of some time; where an address swallows the connection it is
    a warning.
    """
    for each in observations.endpoints:
        address, connection = parse_address(each.target.url), each.connection
        answered, others = connection.answered, [*connection.refused, *connection.slow]
        if not (answered and others and address):
            continue
        host = f"[{answered}]" if ":" in answered else answered
        right = base_for(each.target, f"{address.scheme}://{host}:{address.port}")
        fact = f"`{address.host}` answers on {answered}, not on {', '.join(others)}"
        remedy = f"write {setting_of(each.target, right)}" if address.is_loopback else "let the server listen on all addresses of its name"
        yield replace(at_url(each, fact, remedy), severity=Severity.WARNING if connection.slow else Severity.INFO)


@observation_rule("ORB709", consequence=Consequence.DEGRADED)
def certificate_ends_soon(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server's certificate is valid for less than two weeks."""
    for each in observations.endpoints:
        days = each.connection.certificate_days
        if days is not None and days < SOON_DAYS:
            yield at_url(each, f"the certificate of `{each.target.shown_url}` ends in {days} days", "renew the certificate")


@observation_rule("ORB710", consequence=Consequence.ADAPTER_FAILS)
def unreadable_certificates(config: Config, observations: Observations) -> Iterator[Finding]:
    """The certificates to trust are named by `SSL_CERT_FILE` or `SSL_CERT_DIR`, and cannot be read.

    ORBIT's clients read the file of `SSL_CERT_FILE` when they are made, also for an address without TLS: where they cannot, the provider is not made. (The clients of Ollama and of
    a few others leave it out.) A folder without certificates lets none be accepted.
    """
    for each in observations.endpoints:
        trust = each.connection.trust
        if trust is None:
            continue
        variable = config.environment[trust.variable]
        source = f", from `{variable.source}`," if variable and variable.source != PROCESS else ""
        loss = "no certificate of {} is accepted" if trust.variable == "SSL_CERT_DIR" else "no client for {} can be made"
        fact = f"`{trust.variable}`{source} names `{trust.path}`, which {trust.reason}: {loss.format(f'`{each.target.shown_url}`')} with it"
        yield from down_at_url(config, each, fact, f"correct `{trust.variable}`, or unset it")


RULES = (
    unusable_address,
    unknown_host,
    connection_refused,
    no_connection,
    certificate_refused,
    wrong_scheme,
    no_answer,
    one_address_family,
    certificate_ends_soon,
    unreadable_certificates,
)
