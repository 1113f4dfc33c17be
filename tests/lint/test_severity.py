"""How bad a finding is, by what ORBIT does about it and by who needs what it is about; and whom it strikes."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from orbitcfg.document.tree import KeyPath
from orbitcfg.lint.severity import Impact, impact_of
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import BY_RULE, FOR_ALL, Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules import RULES
from orbitcfg.rules._rule import Rule
from tests.effective.small import config
from tests.trees import example_config

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
SECTIONS = """
adapters:
- {name: chat, type: passthrough, allowed_models: [{name: fast, provider: groq, model: m}]}
- {name: docs, type: retriever, inference_provider: xai, capabilities: {retrieval_behavior: conditional}}
- {name: silent, type: passthrough, inference_provider: vllm, enabled: false}
inference:
  shimmy: {enabled: true}
  groq: {enabled: true}
  xai: {enabled: true}
  vllm: {enabled: true}
image: {enabled: true, provider: openai}
image_generation: {openai: {enabled: true, model: m, api_key: k}}
"""
SERVER: KeyPath = ("general", "port")
UNUSED: KeyPath = ("inference", "vllm", "model")
CHAT: KeyPath = ("adapters", 0, "temperature")
DOCS: KeyPath = ("adapters", 1, "datasource")
SILENT: KeyPath = ("adapters", 2, "temperature")
CHOICE: KeyPath = ("adapters", 0, "allowed_models", 0, "model")


@cache
def small() -> Config:
    """Two adapters that are on, one of them with a choice, and one that is off."""
    return config(yaml.safe_load(SECTIONS))


def a_rule(consequence: Consequence, severity: Severity | None = None) -> Rule:
    """A rule that says this of itself."""

    def check(_config: Config) -> Iterator[Finding]:
        yield from ()

    return Rule("ORB999", consequence, severity, check, "findings")


def impact(consequence: Consequence, path: KeyPath | None, *, of: Config | None = None, rule: Rule | None = None, **said: Any) -> Impact:
    """What a finding with this consequence comes to."""
    finding = Finding("m", path, "h", **said)
    return impact_of(of or small(), rule or a_rule(consequence), finding, path)


TABLE = {
    Consequence.NO_START: (ERROR, ERROR),
    Consequence.NO_SIGN_IN: (ERROR, INFO),
    Consequence.NO_REQUEST: (ERROR, INFO),
    Consequence.ADAPTER_MISSING: (WARNING, INFO),
    Consequence.ADAPTER_FAILS: (ERROR, INFO),
    Consequence.CHOICE_FAILS: (ERROR, INFO),
    Consequence.PURPOSE_LOST: (ERROR, INFO),
    Consequence.MISLEADS: (ERROR, INFO),
    Consequence.DIFFERENT: (WARNING, INFO),
    Consequence.DEGRADED: (WARNING, INFO),
    Consequence.EXPOSED: (WARNING, INFO),
    Consequence.WITHOUT_EFFECT: (INFO, INFO),
    Consequence.HYGIENE: (INFO, INFO),
}
"""Each consequence, where somebody needs what is at fault, and where nobody does."""


@pytest.mark.parametrize("consequence", Consequence)
def test_how_bad_it_is_follows_from_the_consequence_and_from_whether_somebody_needs_it(consequence: Consequence) -> None:
    demanded = impact(consequence, CHAT)
    assert demanded == Impact(consequence, TABLE[consequence][0], None if consequence in FOR_ALL else ("chat",))
    undemanded = impact(consequence, UNUSED)
    assert undemanded == Impact(consequence, TABLE[consequence][1], None if consequence in FOR_ALL else ())


@pytest.mark.parametrize("consequence", Consequence)
def test_what_is_about_no_key_is_about_the_whole(consequence: Consequence) -> None:
    severity = ERROR if consequence is Consequence.ADAPTER_MISSING else TABLE[consequence][0]
    assert impact(consequence, None) == impact(consequence, ()) == impact(consequence, SERVER) == Impact(consequence, severity, None)


@pytest.mark.parametrize("consequence", [each for each in Consequence if each in BY_RULE])
def test_of_some_the_rule_says_how_bad_they_are(consequence: Consequence) -> None:
    strict = a_rule(consequence, ERROR)
    assert impact(consequence, CHAT, rule=strict).severity is ERROR
    assert impact(consequence, CHAT, rule=strict, severity=INFO).severity is INFO
    assert impact(consequence, CHAT, severity=ERROR).severity is ERROR
    # what nobody needs may still confuse whoever reads it
    assert impact(consequence, UNUSED, rule=strict).severity is (ERROR if consequence is Consequence.HYGIENE else INFO)


@pytest.mark.parametrize("consequence", [each for each in Consequence if each not in BY_RULE])
def test_of_all_others_no_rule_says_how_bad_they_are(consequence: Consequence) -> None:
    assert impact(consequence, CHAT, rule=a_rule(consequence, INFO), severity=INFO).severity is TABLE[consequence][0]


def test_a_finding_may_say_another_consequence_than_its_rule() -> None:
    finding = Finding("m", CHAT, "h", consequence=Consequence.DEGRADED)
    assert impact_of(small(), a_rule(Consequence.HYGIENE, ERROR), finding, CHAT) == Impact(Consequence.DEGRADED, WARNING, ("chat",))


def test_a_finding_may_know_itself_whether_somebody_needs_it() -> None:
    assert impact(Consequence.MISLEADS, CHAT, demanded=False) == Impact(Consequence.MISLEADS, INFO, ())
    assert impact(Consequence.MISLEADS, UNUSED, demanded=True) == Impact(Consequence.MISLEADS, ERROR, ())


@pytest.mark.parametrize("consequence", [Consequence.ADAPTER_MISSING, Consequence.ADAPTER_FAILS])
def test_on_an_adapter_that_is_off_it_waits_and_is_a_warning_unless_the_switch_would_mend_it(consequence: Consequence) -> None:
    assert impact(consequence, SILENT) == Impact(consequence, WARNING, ())
    assert impact(consequence, SILENT, dormant=True).severity is INFO
    assert impact(consequence, UNUSED).severity is INFO
    assert impact(consequence, None, demanded=False).severity is INFO
    assert impact(Consequence.MISLEADS, SILENT).severity is INFO


def test_an_adapter_that_fails_and_is_none_is_a_warning() -> None:
    assert impact(Consequence.ADAPTER_FAILS, ("general", "inference_provider"), affects=()) == Impact(Consequence.ADAPTER_FAILS, WARNING, ())
    alone = config({})
    assert impact(Consequence.ADAPTER_FAILS, ("inference", "shimmy", "model"), of=alone) == Impact(Consequence.ADAPTER_FAILS, WARNING, ())
    assert impact(Consequence.PURPOSE_LOST, CHAT, affects=()).severity is ERROR


def test_an_adapter_that_is_not_there_is_missed_only_by_requests_that_look_for_data() -> None:
    assert impact(Consequence.ADAPTER_MISSING, DOCS) == Impact(Consequence.ADAPTER_MISSING, ERROR, ("docs",))
    assert impact(Consequence.ADAPTER_MISSING, CHAT) == Impact(Consequence.ADAPTER_MISSING, WARNING, ("chat",))
    assert impact(Consequence.ADAPTER_MISSING, SERVER, affects=("chat", "docs")).severity is ERROR
    assert impact(Consequence.ADAPTER_MISSING, SERVER, affects=("nobody",)).severity is WARNING


@pytest.mark.parametrize(
    ("keys", "severity"),
    [
        ({"type": "acme", "capabilities": {}}, ERROR),
        ({"type": "acme"}, WARNING),
        ({"type": "passthrough", "capabilities": {}}, WARNING),
        ({"capabilities": {"retrieval_behavior": "none"}}, WARNING),
        ({"capabilities": {}}, ERROR),
    ],
)
def test_an_adapter_of_a_type_that_orbit_does_not_know_is_missed_as_a_retriever_is(keys: dict[str, Any], severity: Severity) -> None:
    assert impact(Consequence.ADAPTER_MISSING, CHAT, of=config({"adapters": [{"name": "odd", **keys}]})).severity is severity


@pytest.mark.parametrize(
    ("consequence", "path", "severity"),
    [
        (Consequence.NO_START, CHAT, WARNING),
        (Consequence.NO_START, UNUSED, WARNING),
        (Consequence.ADAPTER_FAILS, CHAT, WARNING),
        (Consequence.DEGRADED, CHAT, INFO),
        (Consequence.DEGRADED, UNUSED, INFO),
        (Consequence.ADAPTER_FAILS, SILENT, INFO),
        (Consequence.HYGIENE, CHAT, INFO),
    ],
)
def test_what_something_else_decides_is_one_step_less(consequence: Consequence, path: KeyPath, severity: Severity) -> None:
    found = impact(consequence, path, depends_on="the load order")
    assert found.severity is severity
    assert isinstance(found.severity, Severity)


def test_a_fault_strikes_those_who_ask_for_what_it_is_about() -> None:
    assert impact(Consequence.ADAPTER_FAILS, ("inference", "xai", "model")).affects == ("docs",)
    assert impact(Consequence.DIFFERENT, SERVER).affects is None
    # it is made at the start, and nobody asks for it
    assert impact(Consequence.DIFFERENT, ("inference", "shimmy"), of=config({})).affects == ()
    assert impact(Consequence.NO_REQUEST, UNUSED).affects is None
    assert impact(Consequence.DIFFERENT, ("auth", "default_admin_password")).affects is None


def test_whom_it_strikes_is_shown_without_credentials() -> None:
    adapters = {"adapters": [{"name": "http://u:secret@host", "type": "passthrough"}]}
    shown = impact(Consequence.DIFFERENT, CHAT, of=config(adapters)).affects
    assert shown is not None
    assert shown == impact(Consequence.DIFFERENT, SERVER, affects=("http://u:secret@host",)).affects
    assert "secret" not in shown[0]


@pytest.mark.parametrize("consequence", [Consequence.ADAPTER_MISSING, Consequence.ADAPTER_FAILS])
def test_where_only_choices_are_struck_it_is_the_choice_that_fails(consequence: Consequence) -> None:
    assert impact(consequence, CHOICE) == Impact(Consequence.CHOICE_FAILS, ERROR, ("chat@fast",))
    assert impact(consequence, ("inference", "groq", "api_key")) == Impact(Consequence.CHOICE_FAILS, ERROR, ("chat@fast",))
    assert impact(Consequence.DIFFERENT, CHOICE) == Impact(Consequence.DIFFERENT, WARNING, ("chat@fast",))
    assert impact(consequence, CHOICE, affects=("docs",)) == Impact(consequence, ERROR, ("docs",))


def test_a_provider_that_is_asked_as_well_as_chosen_makes_its_adapter_fail() -> None:
    sections = yaml.safe_load(SECTIONS)
    sections["adapters"][0]["inference_provider"] = "groq"
    found = impact(Consequence.ADAPTER_FAILS, ("inference", "groq", "api_key"), of=config(sections))
    assert found == Impact(Consequence.ADAPTER_FAILS, ERROR, ("chat", "chat@fast"))


# services beside the language model

SERVICES: dict[str, tuple[str, KeyPath, Consequence]] = {
    "a generator draws": (
        "adapters: [{name: pic, type: image_generation}]\nimage: {enabled: true, provider: openai}\nimage_generation: {openai: {enabled: true}}",
        ("image_generation", "openai"),
        Consequence.ADAPTER_FAILS,
    ),
    "one that chats goes without pictures": (
        "adapters: [{name: c, type: passthrough, vision_provider: openai}]\nvision: {enabled: true}\nvisions: {openai: {enabled: true}}",
        ("visions", "openai"),
        Consequence.PURPOSE_LOST,
    ),
    "one that chats ranks nothing": (
        "adapters: [{name: c, type: retriever, reranker_provider: cohere}]\nrerankers: {cohere: {enabled: true}}",
        ("rerankers", "cohere"),
        Consequence.DEGRADED,
    ),
    "whoever speaks is moderated": (
        "adapters: [{name: c, type: passthrough}]\nsafety: {enabled: true, moderator: openai}\nmoderations: {openai: {model: m}}",
        ("moderations", "openai"),
        Consequence.ADAPTER_FAILS,
    ),
    "a rewriter is passed over": (
        "adapters: [{name: pdf, type: document_generation, inference_provider: groq}]\ninference: {shimmy: {enabled: true}, groq: {enabled: true}}",
        ("inference", "groq"),
        Consequence.DEGRADED,
    ),
    "a language model is silent": (
        "adapters: [{name: c, type: passthrough, inference_provider: groq}]\ninference: {groq: {enabled: true}}",
        ("inference", "groq"),
        Consequence.ADAPTER_FAILS,
    ),
    "the worst of what is lost": (
        "adapters: [{name: pdf, type: document_generation, inference_provider: groq}, {name: c, inference_provider: groq}]\ninference: {groq: {enabled: true}}",
        ("inference", "groq"),
        Consequence.ADAPTER_FAILS,
    ),
    "a vendor's service for voices is silent": (
        "adapters: [{name: v, type: openai_realtime}]\ninference: {openai: {enabled: true}, shimmy: {enabled: true}}",
        ("inference", "openai"),
        Consequence.ADAPTER_FAILS,
    ),
}
"""For each: the configuration, the provider's block, and what becomes of whoever asks it, where it gives no answers."""


@pytest.mark.parametrize("name", SERVICES)
def test_without_a_service_its_adapter_loses_what_it_asked_it_for(name: str) -> None:
    text, block, consequence = SERVICES[name]
    made = config(yaml.safe_load(text))
    assert impact(Consequence.ADAPTER_FAILS, (*block, "api_key"), of=made).consequence is consequence
    # what the rule knows better stays
    assert impact(Consequence.DIFFERENT, (*block, "api_key"), of=made).consequence is Consequence.DIFFERENT
    assert impact(Consequence.ADAPTER_FAILS, (*block, "api_key"), of=made, affects=("c",)).consequence is Consequence.ADAPTER_FAILS


# the rules

_BLOCK = re.compile(r"```yaml (?:bad|good)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.observes], ids=lambda rule: rule.code)
def test_no_rule_says_how_bad_it_is_where_that_follows_from_the_consequence(rule: Rule) -> None:
    assert rule.severity is None or rule.consequence in BY_RULE
    for example in _BLOCK.findall(rule.page):
        for finding in rule.check(example_config(example)):
            assert finding.severity is None or (finding.consequence or rule.consequence) in BY_RULE, finding
