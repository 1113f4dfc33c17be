"""What comes of an endpoint that does not answer follows from what its users ask of it."""

import pytest

from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.live.plan import EndpointFilter, plan_endpoints
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.host import HostFacts
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import Identity, ProbeResult, ServerHealth
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import rules_of

RULES = rules_of(("live",))

DEAD = "http://dead:11434"
WELL = "http://well:11434"
CONFIG = f"""
general: {{inference_provider: vllm}}
auth: {{default_admin_password: "${{ORBIT_DEFAULT_ADMIN_PASSWORD}}"}}
inference:
  vllm: {{enabled: true, model: m, base_url: "{WELL}/v1"}}
  ollama: {{enabled: true, model: m, base_url: "{DEAD}"}}
embedding: {{enabled: true, provider: cohere}}
embeddings:
  ollama: {{enabled: true, model: e, base_url: "{DEAD}"}}
vision: {{enabled: true, provider: vllm}}
visions:
  vllm: {{enabled: true, model: v, base_url: "{WELL}/v1"}}
  ollama: {{enabled: true, model: v, base_url: "{DEAD}/v1"}}
reranker: {{enabled: true, provider: ollama}}
rerankers:
  ollama: {{enabled: true, model: r, base_url: "{DEAD}"}}
image: {{enabled: true, provider: ollama}}
image_generation:
  ollama: {{enabled: true, model: i, base_url: "{DEAD}/v1"}}
"""
ADAPTER = "{{name: {name}, enabled: {enabled}, type: {kind}, adapter: conversational, datasource: none, {more}}}"


def config_of(*adapters: str, more: str = "", url: str = DEAD) -> Config:
    """The configuration with these adapters."""
    text = f"{CONFIG.replace(DEAD, url)}{more}\nadapters:\n" + "".join(f"- {adapter}\n" for adapter in adapters)
    files = Memory({"/repo/config/config.yaml": text.encode()})
    process = EnvironmentChoice({"ORBIT_DEFAULT_ADMIN_PASSWORD": "x"})
    return configuration(files, targets(files, "/repo")[0], CompileOptions(InterpolationMode.ORBIT, process))


def adapter(name: str, *, kind: str = "passthrough", enabled: bool = True, **more: str) -> str:
    """An adapter with further keys."""
    return ADAPTER.format(name=name, kind=kind, enabled=str(enabled).lower(), more=", ".join(f"{key}: {value}" for key, value in more.items()))


def dead(config: Config, chosen: EndpointFilter = EndpointFilter()) -> list[Diagnostic]:
    """What the rules say where nothing listens at the dead addresses."""
    plan = plan_endpoints(config, chosen)
    results = tuple(ProbeResult(target, fault=ProbeFault.REFUSED) for target in plan.targets if target.url.startswith(DEAD))
    return [each for each in run_rules(config, RULES, Observations(endpoints=results)).diagnostics if each.code == "ORB703"]


def said(found: list[Diagnostic]) -> list[tuple[Consequence, Severity, tuple[str, ...] | None]]:
    """What each finding comes to, and whom it strikes, less what strikes nobody."""
    return [(each.consequence, each.severity, each.affects) for each in found if each.affects != () and not each.is_symptom]


LOSSES = {
    "it chats": ([adapter("a", inference_provider="ollama")], [(Consequence.ADAPTER_FAILS, Severity.ERROR, ("a",))]),
    "it sees by it": ([adapter("a", vision_provider="ollama")], [(Consequence.PURPOSE_LOST, Severity.ERROR, ("a",))]),
    "it embeds by it": ([adapter("a", embedding_provider="ollama")], [(Consequence.PURPOSE_LOST, Severity.ERROR, ("a",))]),
    "it sorts by it": ([adapter("a", reranker_provider="ollama")], [(Consequence.DEGRADED, Severity.WARNING, ("a",))]),
    "it draws by it": ([adapter("a", kind="image_generation", image_provider="ollama")], [(Consequence.ADAPTER_FAILS, Severity.ERROR, ("a",))]),
    "it rewrites by it": (
        [adapter("a", kind="image_generation", image_provider="openai", rewrite_provider="ollama")],
        [(Consequence.DEGRADED, Severity.WARNING, ("a",))],
    ),
    "one chats, one embeds": (
        [adapter("a", inference_provider="ollama", embedding_provider="ollama"), adapter("b", embedding_provider="ollama")],
        [(Consequence.ADAPTER_FAILS, Severity.ERROR, ("a",)), (Consequence.PURPOSE_LOST, Severity.ERROR, ("b",))],
    ),
    "it may be chosen": (
        [adapter("a", allowed_models="[{name: c, provider: ollama, model: m}]")],
        [(Consequence.CHOICE_FAILS, Severity.ERROR, ("a@c",))],
    ),
    "it chats, and it may be chosen": (
        [adapter("a", inference_provider="ollama", allowed_models="[{name: c, provider: ollama, model: m}]")],
        [(Consequence.ADAPTER_FAILS, Severity.ERROR, ("a", "a@c"))],
    ),
    "the default alone": ([adapter("a")], []),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_dead_server_costs_what_was_asked_of_it(name: str) -> None:
    """An adapter that still chats loses its purpose, or an aid, and no more."""
    adapters, expected = LOSSES[name]
    assert said(dead(config_of(*adapters))) == expected


def test_the_second_finding_says_who_goes_without_what() -> None:
    """And stands at the same line."""
    first, second = (each for each in dead(config_of(*LOSSES["one chats, one embeds"][0])) if each.affects)
    assert second.message == f"{first.message}; `b` goes without embedding"
    assert second.place == first.place


def test_moderation_is_everybody_s() -> None:
    """Whoever asks anything waits for it."""
    more = f"safety: {{enabled: true, moderator: ollama}}\nmoderators: {{ollama: {{enabled: true, model: s, base_url: '{DEAD}'}}}}"
    [found] = [each for each in dead(config_of(adapter("a"), more=more)) if each.affects != ()]
    assert (found.consequence, found.severity, found.affects) == (Consequence.ADAPTER_FAILS, Severity.ERROR, None)


def test_the_default_that_nobody_takes_strikes_nobody() -> None:
    """It is no error, and the verdict is as before."""
    config = config_of(adapter("a", inference_provider="vllm"))
    found = dead(config)
    assert {each.affects for each in found} == {()}
    assert max(each.severity for each in found) < Severity.ERROR
    verdict = verdict_of(config, found, "files and servers")
    assert verdict is not None
    assert [each.state for each in verdict.adapters] == ["answers"]


def test_what_is_off_is_looked_at_because_the_user_wants_it() -> None:
    """So it is an error, and strikes nobody."""
    config = config_of(adapter("a", inference_provider="ollama", enabled=False))
    [found] = dead(config, EndpointFilter(adapters=("a",)))
    assert (found.consequence, found.severity, found.affects) == (Consequence.HYGIENE, Severity.ERROR, ())


def open_findings(config: Config, identity: Identity = Identity(), host: HostFacts | None = None) -> list[Diagnostic]:
    """What the rules say of a server that answers, where something else decides."""
    target = next(each for each in plan_endpoints(config, EndpointFilter()).targets if "a" in each.users)
    seen = Observations(endpoints=(ProbeResult(target, identity=identity),), host=host)
    return [each for each in run_rules(config, RULES, seen).diagnostics if each.depends_on]


OPEN = {
    "ORB715": (DEAD, Identity(health=ServerHealth.LOADING), None, "a server that is still loading its model"),
    "ORB752": ("http://localhost:11434", Identity(), HostFacts("compose.yaml"), "whether ORBIT runs in a container"),
}


@pytest.mark.parametrize("code", OPEN)
def test_what_time_or_place_decides_leaves_the_verdict_open(code: str) -> None:
    """A server that still loads, and an ORBIT that may run in a container."""
    url, identity, host, depends_on = OPEN[code]
    config = config_of(adapter("a", inference_provider="ollama"), url=url)
    [found] = open_findings(config, identity, host)
    assert (found.code, found.severity, found.depends_on) == (code, Severity.WARNING, depends_on)
    verdict = verdict_of(config, [found], "files and servers")
    assert verdict is not None
    assert (verdict.starts, [each.state for each in verdict.adapters]) == (True, ["unknown"])
