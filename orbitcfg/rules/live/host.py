"""What lies between ORBIT and its servers, and around them."""

from collections.abc import Iterator

from orbitcfg.catalog.specs import ProviderSpec
from orbitcfg.document.tree import KeyPath, value_at
from orbitcfg.effective.address import parse_address
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.observed.endpoint import UnaskedUse
from orbitcfg.observed.observation import Observations
from orbitcfg.plural import counted
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import at_url, down_at_url, name_of

_OPEN_SHIMMY = (2, 6, 5)
"""From this version on Shimmy has a key."""


@observation_rule("ORB751", consequence=Consequence.ADAPTER_FAILS)
def proxy_in_the_way(config: Config, observations: Observations) -> Iterator[Finding]:
    """A proxy of the environment catches requests to this machine.

    Most of ORBIT's clients obey `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`, for `localhost` too, unless `NO_PROXY` names it. Those made with aiohttp do not: Ollama, Jina, Voyage, ElevenLabs.
    Doctor itself goes straight to this machine.
    """
    for each in observations.endpoints:
        address, proxy = parse_address(each.target.url), each.connection.proxy
        if proxy and address and address.is_loopback:
            fact = f"`{proxy.variable}` sends ORBIT's requests to `{each.target.shown_url}` through the proxy {proxy.place}"
            yield from down_at_url(config, each, fact, f"set `NO_PROXY={address.host}` for ORBIT")


@observation_rule("ORB752", consequence=Consequence.ADAPTER_FAILS)
def loopback_in_a_container(config: Config, observations: Observations) -> Iterator[Finding]:
    """An address means this machine, and ORBIT may run in a container, where it means the container itself.

    A compose file or a Dockerfile lies beside the configuration. Doctor judges from where it runs.
    """
    host = observations.host
    if host is None or host.container_file is None:
        return
    for each in observations.endpoints:
        address = parse_address(each.target.url)
        if address and address.is_loopback:
            fact = f"`{each.target.shown_url}` is another machine for an ORBIT that runs in the container of `{host.container_file}`"
            remedy = f"write the service's name there, or `http://host.docker.internal:{address.port}`"
            yield from down_at_url(config, each, fact, remedy, depends_on="whether ORBIT runs in a container")


@observation_rule("ORB753", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def open_to_all(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server without any key is called over the network, so whoever reaches it can use it.

    Ollama, and Shimmy before 2.6.5, know no keys.
    """
    for each in observations.endpoints:
        address, product = parse_address(each.target.url), each.identity.product
        is_open = product is not None and (not product.auth or each.identity.is_product("shimmy", (), _OPEN_SHIMMY))
        if is_open and address and not address.is_loopback and not address.is_bind_address:
            fact = f"{name_of(each)} at `{address.host}` knows no keys: whoever reaches it can use it"
            yield at_url(each, fact, "let only ORBIT's machine reach it, by a firewall or a proxy with a key")


@observation_rule("ORB754", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def orbit_is_running(_config: Config, observations: Observations) -> Iterator[Finding]:
    """Something answers where ORBIT listens, so ORBIT probably runs.

    It reads its configuration when it starts: a change of providers needs a restart.
    """
    host = observations.host
    if host and host.orbit_at:
        yield Finding(f"ORBIT seems to run: `{host.orbit_at}` answers", ("general", "port"), "restart ORBIT after changing providers")


@observation_rule("ORB755", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def packages_needed(config: Config, observations: Observations) -> Iterator[Finding]:
    """A provider needs Python packages in ORBIT's own environment, which orbitcfg does not look into.

    ORBIT's default installation lacks `h2`, without which every use of Shimmy is an error.
    """
    for each in observations.endpoints:
        path = each.target.url_at
        row = config.catalog.at(config.tree, path[:2]) if path and path[0] != "adapters" else None
        packages = _packages(config, path[:2], row.provider) if path and row else ()
        if packages:
            names = ", ".join(f"`{name}`" for name in packages)
            yield at_url(
                each, f"`{each.target.provider}` needs {names} in ORBIT's environment", f"install them there: `pip install {' '.join(packages)}`"
            )


def _packages(config: Config, block: KeyPath, provider: ProviderSpec) -> tuple[str, ...]:
    """The packages of a provider; some need others in each of their modes."""
    modes = provider.modes
    mode = value_at(config.tree, (*block, modes.key)) or modes.default if modes else None
    return provider.packages.at(mode if isinstance(mode, str) else None) or ()


@observation_rule("ORB756", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def program_out_of_reach(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A server's program is not on PATH though it is on this machine, or it does not run."""
    for program in observations.host.programs if observations.host else ():
        endpoints = [each for each in observations.endpoints if each.identity.meant and each.identity.meant.program == program.name]
        at = endpoints[0].target.url_at if endpoints else None
        answers = any(each.connection.answered for each in endpoints)
        severity = Severity.INFO if answers else Severity.ERROR
        if program.fault:
            build = "build it from source: `cargo install shimmy`" if "GLIBC" in program.fault else "install it again"
            yield Finding(f"`{program.name}` does not run: {program.fault}", at, build, value=True, severity=severity)
        elif program.path is None and program.beside:
            folder = program.beside.rpartition("/")[0]
            fact = f"`{program.name}` is not on PATH, but lies in `{folder}`"
            yield Finding(fact, at, f'run `export PATH="{folder}:$PATH"`', value=True, severity=severity)


@observation_rule("ORB757", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def nothing_checked(_config: Config, observations: Observations) -> Iterator[Finding]:
    """No endpoint could be checked at all.

    Nothing is enabled that is reached over HTTP or runs inside ORBIT, every address or key comes from a variable that is not set here, or a provider came with a later ORBIT
    than orbitcfg knows, so that where it calls is not known. A run that checks nothing must not pass for one that found nothing.
    """
    if observations.host is None:
        return
    states = {check.state for each in observations.endpoints for check in each.checks}
    # of a model that runs inside ORBIT there is a file to look at
    if any(use.kind is CheckKind.FILE and use.model for use in observations.unasked):
        states |= {CheckState.OK}
    # with no check at all, too
    if states <= {CheckState.UNCHECKED}:
        yield _why_nothing(observations)


def _why_nothing(observations: Observations) -> Finding:
    """Why nothing was checked, by the first thing that could have been."""
    needed = [use for use in observations.unasked if use.state is not CheckState.OK]
    if observations.endpoints or not needed:
        fact = "nothing was checked" if observations.endpoints else "nothing was checked: nothing that is on calls a provider"
        return Finding(fact, None, "enable an adapter with a provider, name one with `--provider`, or set its variables with `--env-file`")
    first = needed[0]
    more = f" (and {counted(number, 'more reason')})" if (number := len({use.reason for use in needed}) - 1) else ""
    return Finding(f"nothing could be checked: {first.reason}{more}", first.at, _remedy(first), value=True)


def _remedy(use: UnaskedUse) -> str:
    if use.kind is CheckKind.PROVIDER:
        return "enable an adapter with a provider that is reached over HTTP, name one with `--provider`, or look at a server alone with `--url`"
    if use.state is CheckState.UNCHECKED:
        return "write the address where doctor can read it, or look at it alone with `--url`"
    names = " and ".join(f"`{name}`" for name in use.variables)
    return f"set {names}, or name the file that does with `--env-file`" if names else "write the address"


RULES = (proxy_in_the_way, loopback_in_a_container, open_to_all, orbit_is_running, packages_needed, program_out_of_reach, nothing_checked)
