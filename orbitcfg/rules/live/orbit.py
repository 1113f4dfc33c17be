"""ORB78x: what a running ORBIT says of itself, against the files."""

from collections.abc import Iterator

from orbitcfg.document.events import FileFault
from orbitcfg.document.graph import IMPORT_KEY, Document
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.registry import default_provider
from orbitcfg.effective.reload import ENV_FILE, RELOAD, Activation, How, rollout_of
from orbitcfg.observed.check import NOT_CHECKED, ProbeFault
from orbitcfg.observed.observation import Observations
from orbitcfg.plural import counted
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import name_list
from orbitcfg.rules.security.client_keys import OPENS, REMEDY


@observation_rule("ORB780", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def orbit_does_not_answer(_config: Config, observations: Observations) -> Iterator[Finding]:
    """No ORBIT answers at the address of `--server`.

    While it starts its port refuses connections: 7 s for a healthy one, 45 s with a dead Ollama. Where `general.https` is on, its plain port refuses for ever; plain http at the port of
    TLS is closed without an answer. Another server that answers there, such as that of the models, is named.
    """
    orbit = observations.orbit
    if orbit is None or orbit.seen.is_orbit:
        return
    probe, url = orbit.probe, orbit.probe.target.shown_url
    if probe.fault is not None and probe.fault not in NOT_CHECKED:
        detail = f" ({probe.fault_detail})" if probe.fault_detail else ""
        yield Finding(f"no ORBIT answers at `{url}`: {probe.fault.value}{detail}", None, _REMEDIES.get(probe.fault, _START))
    elif probe.fault is None:
        other = orbit.seen.mistaken or "another server"
        yield Finding(f"`{url}` is no ORBIT: {other} answers there", None, "give the address of ORBIT itself, by default `http://localhost:3000`")


_START = "start it with `orbit start`, or wait for it with `--wait SECONDS`"
_TRUST = "set `SSL_CERT_FILE` to its certificate, or to that of its authority"
_REMEDIES = {
    ProbeFault.TLS_ON_PLAIN: "give its address with `https://`, and the port of `general.https.port`",
    ProbeFault.PLAIN_ON_TLS: "give its address with `http://`",
    ProbeFault.TLS_SELF_SIGNED: _TRUST,
    ProbeFault.TLS_UNKNOWN_CA: _TRUST,
    ProbeFault.TLS_EXPIRED: "give ORBIT a certificate that is valid",
    ProbeFault.TLS_WRONG_HOST: "give the name that its certificate is for",
    ProbeFault.UNRESOLVED: "give another name, or its address",
    ProbeFault.SILENT: "look into `logs/orbit.log`: it took the connection, and says nothing",
    ProbeFault.REDIRECTED: "give the address that it leads to, if you trust that",
    ProbeFault.BIND_ADDRESS: "give `127.0.0.1` instead: this address is for listening",
}


@observation_rule("ORB781", consequence=Consequence.DIFFERENT)
def adapters_differ(config: Config, observations: Observations) -> Iterator[Finding]:
    """An adapter is on in the files and not in the running ORBIT, or the reverse.

    ORBIT takes the adapters of the files when it starts, and at a reload. A reload while one of the files does not parse takes all of its adapters off, and answers that it went well.
    """
    orbit = observations.orbit
    if orbit is None or orbit.seen.live is None:
        return
    for name, adapter in config.routed.items():
        if name not in orbit.seen.live and adapter.switch:
            help_text = _to_do([config.reloads.of(adapter.path)])
            yield Finding(f"`{adapter.shown}` is on in the files, and not in the running ORBIT", (*adapter.path, "name"), help_text, value=True)
    gone = [name for name in orbit.seen.live if name not in config.routed]
    if not gone:
        return
    broken = next((event.place for event in config.events_of(FileFault)), None)
    if broken is None:
        fact = f"the running ORBIT has {name_list(gone)} on, which {'is' if len(gone) == 1 else 'are'} not on in the files"
        yield Finding(fact, ("adapters",), f"run `{RELOAD}` to take {'it' if len(gone) == 1 else 'them'} off")
        return
    name = broken.source.name if isinstance(broken, Span) else broken.name
    fact = f"the next reload takes {name_list(gone)} off the running ORBIT, and answers that it went well: `{name}` cannot be read"
    place: Span | Source = broken
    yield Finding(fact, place, "fix the file before any reload", consequence=Consequence.MISLEADS, demanded=True)


@observation_rule("ORB782", consequence=Consequence.ADAPTER_MISSING)
def adapter_not_built(config: Config, observations: Observations) -> Iterator[Finding]:
    """An adapter is on in the running ORBIT, and ORBIT could not build it.

    Its class cannot be imported, a package is missing, or what it needs could not be had. Requests that look for data through it fail; one that does not retrieve may still chat. ORBIT's
    log holds the reason.
    """
    for name in observations.orbit.seen.unbuilt if observations.orbit else ():
        adapter = config.routed.get(name)
        yield Finding(
            f"the running ORBIT lists `{name}`, and could not build it",
            None if adapter is None else (*adapter.path, "name"),
            "look for it in `logs/orbit.log`, and see what `orbitcfg validate` says of it",
            value=True,
            affects=(name,) if adapter else (),
            demanded=True,
        )


@observation_rule("ORB783", consequence=Consequence.DIFFERENT)
def changed_since_start(config: Config, observations: Observations) -> Iterator[Finding]:
    """Files are younger than the running ORBIT, which may not have taken them up.

    No path of its API shows the provider objects in use: the time of its start is the only sign. What has to be done goes by what the file holds: an adapter's entry takes a reload;
    `allowed_models`, the block of the default provider, a provider that is new or switched, most sections of the server and the `.env` take a restart; MCP servers have a reload of their own.
    """
    orbit = observations.orbit
    for changed in orbit.changed if orbit else ():
        activations = list(_activations_of(config, changed.name))
        rollout = rollout_of(activations)
        if rollout is None:
            continue
        document = next((each for each in config.graph.documents if each.source.name == changed.name), None)
        # what a reload takes up was perhaps taken up by one
        reloaded = "" if rollout.how is How.RESTART and not _holds_adapters_alone(document) else "whether it was reloaded since"
        why = f": {rollout.because}" if rollout.because else ""
        fact = f"`{changed.name}` was changed after the running ORBIT had started, which may not know of it{why}"
        yield Finding(fact, None if document is None else document.source, _to_do(activations), demanded=True, depends_on=reloaded, affects=())


def _holds_adapters_alone(document: Document | None) -> bool:
    """Whether nothing but adapters stands in a file, and what brings more of them."""
    return document is not None and document.root is not None and document.root.entries.keys() <= {"adapters", IMPORT_KEY}


def _activations_of(config: Config, name: str) -> Iterator[Activation]:
    """What makes a change of a file take effect, whatever of it was changed."""
    document = next((each for each in config.graph.documents if each.source.name == name), None)
    if document is None:
        yield ENV_FILE
        return
    for section in document.root.entries if document.root is not None else ():
        paths: list[KeyPath] = [(section,)]
        if section == "adapters":
            paths = [adapter.path for adapter in config.adapters if _stands_in(config, adapter.path, document.source)]
        elif (spec := config.catalog.sections.get(str(section))) is not None and spec.holds is not None:
            node = document.root.entries[section].node if document.root is not None else None
            paths = [(section, block) for block in getattr(node, "entries", ())]
        yield from (found for path in paths if (found := config.reloads.of(path)) is not None)


def _stands_in(config: Config, path: KeyPath, source: Source) -> bool:
    return config.locate(path, value=True).source is source


def _to_do(activations: list[Activation | None] | list[Activation]) -> str:
    """What makes a change take effect, as something to do."""
    rollout = rollout_of(each for each in activations if each is not None)
    if rollout is None or rollout.how is How.RESTART:
        return "restart ORBIT"
    return f"run {' and '.join(f'`{call}`' for call in rollout.calls)}"


@observation_rule("ORB784", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def other_release(config: Config, observations: Observations) -> Iterator[Finding]:
    """The running ORBIT is of another release than the one that the rules speak of.

    What it reads, and what it does with it, may differ.
    """
    orbit = observations.orbit
    release = orbit.seen.release if orbit else None
    known = str(config.orbit.release or config.orbit.catalogue)
    if release is not None and release != known:
        yield Finding(
            f"the running ORBIT is of release {release}, and what is said here is true of {known}",
            None,
            f"run doctor with `--orbit {release}`, or, where that release is not known to it, with `--orbit FOLDER` of the ORBIT that runs",
        )


@observation_rule("ORB785", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def other_tree(config: Config, observations: Observations) -> Iterator[Finding]:
    """The running ORBIT reads other files than those that are looked at."""
    orbit = observations.orbit
    if orbit and orbit.is_other_tree and orbit.seen.config_path:
        fact = f"the running ORBIT reads `{orbit.seen.config_path}`, not `{config.graph.root.source.name}`"
        yield Finding(fact, None, "check that folder, or give the address of the ORBIT that reads these files")


@observation_rule("ORB786", consequence=Consequence.DIFFERENT)
def provider_differs(config: Config, observations: Observations) -> Iterator[Finding]:
    """A provider, or its model, is another in the files than it was when the running ORBIT started.

    Providers are registered once, at the start; one that was switched off since goes on answering. A block that adapters name is taken up by the reload of each of them alone, and the list
    goes on showing the old model.
    """
    models = observations.orbit.seen.models if observations.orbit else None
    if models is None:
        return
    started = {each.provider: each.model for each in models}
    told: set[str] = set()
    for use in config.uses:
        name = use.provider.value
        if use.service != "inference" or not use.is_on or name is None or use.block is None or use.state in _UNREGISTERED or name in told:
            continue
        told.add(name)
        is_off, switch = use.state == "disabled", (*use.block, "enabled")
        if is_off and name in started:
            yield Finding(f"`{name}` is off in the files, and goes on answering in the running ORBIT", switch, "restart ORBIT", value=True)
        elif not is_off and name not in started:
            yield Finding(f"`{name}` is on in the files, and was not when the running ORBIT started", switch, "restart ORBIT", value=True)
        elif not is_off and use.is_default and started[name] not in (None, use.model_name) and use.model.path is not None:
            fact = f"the running ORBIT started with `{started[name]}` as the model of `{name}`, the files say `{use.model_name}`"
            yield Finding(fact, use.model.path, "restart ORBIT", value=True)


_UNREGISTERED = frozenset({"unknown", "unregistered", "incomplete", "undecided"})
"""States of uses whose provider ORBIT never registers, or of which that is not known here."""


@observation_rule("ORB787", consequence=Consequence.DIFFERENT)
def model_differs(config: Config, observations: Observations) -> Iterator[Finding]:
    """The running ORBIT shows another model for an adapter than the files say."""
    for key in observations.orbit.seen.keys if observations.orbit else ():
        adapter = config.routed.get(key.adapter or "")
        use = next((use for use in config.uses if adapter and use.adapter == adapter.key and use.service == "inference"), None)
        if adapter is None or use is None or use.model_name is None or use.model.path is None or key.model in (None, use.model_name):
            continue
        # with a list of models it shows the default, and after the reload of one adapter the model of before
        if not adapter.has("allowed_models"):
            fact = f"the running ORBIT shows `{key.model}` for `{adapter.shown}`, the files say `{use.model_name}`"
            yield Finding(fact, use.model.path, _to_do([config.reloads.of(use.model.path)]), value=True, affects=(adapter.shown,), demanded=True)


@observation_rule("ORB788", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def paused(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The running ORBIT is paused: it answers every chat with 503, and `/health` stays fine."""
    if observations.orbit and observations.orbit.seen.is_paused:
        yield Finding("the running ORBIT is paused: it answers no chat", None, "run `orbit resume`")


@observation_rule("ORB789", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def key_opens_nothing(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A key is not known to the running ORBIT, is disabled, or its adapter is off or gone.

    ORBIT answers chats with all of them by the same 401; the question for the key's adapter tells them apart.
    """
    for key in observations.orbit.seen.keys if observations.orbit else ():
        if key.adapter is not None or key.status is None:
            continue
        fact = f"the key in `{key.variable}` opens no adapter ({key.status}: {key.error})"
        is_off = key.status == 404
        help_text = "switch its adapter on, or use the key of another" if is_off else "make one with `orbit key create --adapter NAME --name doctor`"
        yield Finding(fact, None, help_text)


@observation_rule("ORB790", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def key_administers(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A key that was made for chatting opened the administration of the running ORBIT.

    ORBIT takes the key of any adapter for every path below `/admin`. With one that was made for chatting, a server showed its configuration and its log, was paused and resumed, and
    reloaded its adapters.
    """
    keys = [key for key in observations.orbit.seen.keys if key.administers] if observations.orbit else []
    if keys:
        whose = " and ".join(f"`{key.variable}` (for chatting with `{key.adapter}`)" for key in keys)
        yield Finding(f"{'the key in' if len(keys) == 1 else 'the keys in'} {whose} opened `/admin/info`: {OPENS}", None, REMEDY)


@observation_rule("ORB791", consequence=Consequence.EXPOSED, severity=Severity.ERROR)
def credential_in_the_clear(_config: Config, observations: Observations) -> Iterator[Finding]:
    """A key or a token for ORBIT would go over plain http to another machine.

    Whoever is on the way can read it, and may then administer the server. Doctor does not send it.
    """
    orbit = observations.orbit
    if orbit and orbit.seen.is_key_withheld:
        url = orbit.probe.target.shown_url
        help_text = "give an address with `https://`, or lead a port of this machine there: `ssh -L 3000:localhost:3000 HOST`"
        yield Finding(f"the credentials for `{url}` would go there unencrypted, and were not sent", None, help_text)


@observation_rule("ORB793", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def reload_would_end_the_default(config: Config, observations: Observations) -> Iterator[Finding]:
    """A reload of one adapter would end the default model of the ORBIT that runs, until it is restarted (ORB549)."""
    adapter = config.reloads.closing if observations.orbit and observations.orbit.seen.is_orbit and config.adapters else None
    if adapter is not None:
        name = default_provider(config.tree).value
        fact = f"a reload of `{adapter.shown}` would end the default model of the running ORBIT: every later chat on `{name}` would fail"
        yield Finding(fact, (*adapter.path, "name"), f"restart it instead, or add `inference_provider: {name}` first", value=True)


@observation_rule("ORB794", consequence=Consequence.DIFFERENT)
def tools_not_taken_up(config: Config, observations: Observations) -> Iterator[Finding]:
    """An MCP server stands in the files of the running ORBIT, and it has not taken it up.

    Neither the reload of adapters nor a command of ORBIT's does that, only a request.
    """
    names = observations.orbit.seen.strange_tools if observations.orbit else ()
    if names:
        fact = f"the running ORBIT does not know {counted(len(names), 'MCP server')} of its files: {name_list(list(names))}"
        help_text = _to_do([Activation(How.RELOAD_MCP)]).replace("run ", "send ", 1)
        yield Finding(fact, ("mcp_clients", "servers"), help_text, affects=(), demanded=config.demand.of(("mcp_clients",)).is_demanded)


RULES = (
    orbit_does_not_answer,
    adapters_differ,
    adapter_not_built,
    changed_since_start,
    other_release,
    other_tree,
    provider_differs,
    model_differs,
    paused,
    key_opens_nothing,
    key_administers,
    credential_in_the_clear,
    reload_would_end_the_default,
    tools_not_taken_up,
)
