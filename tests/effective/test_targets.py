"""What a name leads to: found, switched off, without a class, or nowhere."""

import pytest
import yaml

from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.references import Reference
from orbitcfg.effective.switches import Switches
from orbitcfg.effective.targets import ReferenceTarget, Targets, TargetState, is_any_on
from orbitcfg.project.config import Config
from tests.effective.small import config

FOUND, OFF, UNSERVED, UNKNOWN = TargetState.FOUND, TargetState.OFF, TargetState.UNSERVED, TargetState.UNKNOWN


def path(text: str) -> KeyPath:
    """The key path of a dotted name."""
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


def made(text: str) -> Config:
    """A configuration."""
    return config(yaml.safe_load(text))


def reference(found: Config, name: str) -> Reference:
    """The reference at a path."""
    return next(each for each in found.references if each.path == path(name))


def target(text: str, name: str) -> ReferenceTarget:
    """What the name at a path leads to."""
    found = made(text)
    return found.targets.of(reference(found, name))


def names(text: str, name: str) -> list[str]:
    """The names that would do there."""
    found = made(text)
    return list(found.targets.names(reference(found, name)))


def leads(state: TargetState, to: str | None = None, switch: str | None = None) -> ReferenceTarget:
    """What a reference leads to, in dotted names."""
    return ReferenceTarget(state, path(to) if to else None, path(switch) if switch else None)


DEFAULT = "general.inference_provider"
NAMED = "general: {inference_provider: %s}\n"


def test_a_block_that_is_on_is_found() -> None:
    assert target("inference: {shimmy: {enabled: true}}\n", DEFAULT) == leads(FOUND, "inference.shimmy")
    assert target("inference: {shimmy: {enabled: '${E}'}}\n", DEFAULT) == leads(FOUND, "inference.shimmy")


def test_a_block_that_is_off_has_its_switch() -> None:
    assert target("inference: {shimmy: {enabled: false}}\n", DEFAULT) == leads(OFF, "inference.shimmy", "inference.shimmy.enabled")


def test_a_block_that_orbit_has_no_class_for_is_unserved_whatever_its_switch_says() -> None:
    assert target(NAMED % "acme" + "inference: {acme: {enabled: false}}\n", DEFAULT) == leads(UNSERVED, "inference.acme")


def test_a_name_without_a_block_is_unknown() -> None:
    assert target(NAMED % "gone" + "inference: {shimmy: {enabled: true}}\n", DEFAULT) == leads(UNKNOWN)


def test_a_block_that_is_no_mapping_is_found_where_its_name_is_one_that_orbit_knows() -> None:
    assert target(NAMED % "groq" + "inference: {groq: text}\n", DEFAULT) == leads(FOUND, "inference.groq")
    assert target(NAMED % "note" + "inference: {note: text}\n", DEFAULT) == leads(UNKNOWN)
    assert target("vision: {enabled: true, provider: openai}\nvisions: {openai: text}\n", "vision.provider") == leads(FOUND, "visions.openai")


def test_of_a_service_the_names_count_that_orbit_has_a_class_for() -> None:
    assert target("embedding: {provider: ollama}\n", "embedding.provider") == leads(FOUND)
    assert target("embedding: {provider: acme}\nembeddings: {acme: {}}\n", "embedding.provider") == leads(UNKNOWN)


def test_speech_is_off_only_where_both_sections_say_so() -> None:
    text = "stt: {enabled: true, provider: openai}\ntts_providers: {openai: {enabled: %s}}\nstt_providers: {openai: {enabled: %s}}\n"
    assert target(text % ("false", "true"), "stt.provider") == leads(FOUND, "tts_providers.openai")
    assert target(text % ("false", "'${E}'"), "stt.provider") == leads(FOUND, "tts_providers.openai")
    assert target(text % ("false", "false"), "stt.provider") == leads(OFF, "tts_providers.openai", "tts_providers.openai.enabled")


def test_a_block_that_hands_its_work_on_is_off_where_that_one_is() -> None:
    text = "files: {processing: {ai_document_enabled: true, ai_document: {provider: openai}}}\nocr: {openai: {enabled: %s}}\nvisions: {openai: {enabled: %s}}\n"
    name = "files.processing.ai_document.provider"
    assert target(text % ("true", "true"), name) == leads(FOUND, "ocr.openai")
    assert target(text % ("true", "false"), name) == leads(OFF, "ocr.openai", "visions.openai.enabled")
    assert target(text % ("false", "false"), name) == leads(OFF, "ocr.openai", "ocr.openai.enabled")


SKILLS = """
adapters:
- {name: chat, capabilities: {available_skills: [pdf]}}
- {name: one, enabled: %s, capabilities: {skill_name: pdf, expose_as_skill: %s}}
- {name: two, enabled: %s, capabilities: {skill_name: pdf, expose_as_skill: true}}
- {name: three, capabilities: {skill_name: ''}}
- text
"""
SKILL = "adapters.0.capabilities.available_skills.0"


def test_of_two_skills_of_a_name_the_one_that_is_on_wins() -> None:
    assert target(SKILLS % ("true", "true", "true"), SKILL) == leads(FOUND, "adapters.1")
    assert target(SKILLS % ("false", "true", "true"), SKILL) == leads(FOUND, "adapters.2")
    assert target(SKILLS % ("false", "true", "false"), SKILL) == leads(OFF, "adapters.1", "adapters.1.enabled")


def test_a_skill_must_be_exposed_as_one() -> None:
    switch = "adapters.1.capabilities.expose_as_skill"
    assert target(SKILLS % ("true", "false", "false"), SKILL) == leads(OFF, "adapters.1", switch)
    assert target((SKILLS % ("true", "false", "true")).replace("[pdf]", "[gone]"), SKILL) == leads(UNKNOWN)


def test_an_item_that_is_named_by_another_key_needs_its_own_switch_alone() -> None:
    text = """
adapters: [{name: agent, type: mcp_agent, capabilities: {mcp_servers: [files]}}]
mcp_clients: {enabled: true, servers: [{name: files, enabled: %s}]}
"""
    name = "adapters.0.capabilities.mcp_servers.0"
    assert target(text % "true", name) == leads(FOUND, "mcp_clients.servers.0")
    assert target(text % "false", name) == leads(OFF, "mcp_clients.servers.0", "mcp_clients.servers.0.enabled")
    assert target(text.replace("[{name: files, enabled: %s}]", "text"), name) == leads(UNKNOWN)


def test_the_names_that_would_do() -> None:
    assert names("inference: {shimmy: {enabled: true}, acme: {}, groq: {enabled: false}, 5: {}}\n", DEFAULT) == ["shimmy", "groq"]
    moderators = names("safety: {moderator: ollama}\nmoderations: {ollama: {}, acme: {}}\n", "safety.moderator")
    assert moderators == ["ollama", "openai", "anthropic", "shieldstral", "privacy_filter"]
    assert names(SKILLS % ("true", "true", "true"), SKILL) == ["pdf"]


def test_a_name_that_would_do_has_its_places() -> None:
    found = made(SKILLS % ("true", "true", "true"))
    skills = found.targets.names(reference(found, SKILL))
    assert skills == {"pdf": [path("adapters.1.capabilities.skill_name"), path("adapters.2.capabilities.skill_name")]}
    found = made("safety: {moderator: ollama}\nmoderations: {ollama: {}}\n")
    moderators = found.targets.names(reference(found, "safety.moderator"))
    assert (moderators["ollama"], moderators["openai"]) == ([path("moderations.ollama"), ()], [()])


@pytest.mark.parametrize(
    ("speaking", "hearing", "state"),
    [
        ("true", "false", True),
        ("false", "true", True),
        ("'${E}'", "true", True),
        ("'${E}'", "false", None),
        ("false", "false", False),
    ],
)
def test_a_name_is_on_in_one_of_the_sections_that_may_define_it(speaking: str, hearing: str, state: bool | None) -> None:
    text = f"stt: {{provider: openai}}\ntts_providers: {{openai: {{enabled: {speaking}}}}}\nstt_providers: {{openai: {{enabled: {hearing}}}}}\n"
    found = made(text)
    spec = reference(found, "stt.provider").spec
    assert is_any_on(found.switches, spec, [path("tts_providers.openai"), path("stt_providers.openai")]) is state


def test_what_has_no_switch_is_on_and_no_place_is_off() -> None:
    found = made("safety: {moderator: ollama}\nmoderations: {ollama: {enabled: false}}\n")
    spec = reference(found, "safety.moderator").spec
    assert is_any_on(found.switches, spec, [path("moderations.ollama")]) is True
    assert is_any_on(found.switches, spec, []) is False


def test_the_tree_is_that_of_the_switches() -> None:
    found = made("inference: {shimmy: {enabled: true}}\n")
    assert Targets(Switches(found.tree, found.catalog), ()).tree is found.tree


def test_names_are_worked_out_once_for_all_references_of_a_kind() -> None:
    found = made("inference: {shimmy: {enabled: true}}\nadapters: [{name: a, inference_provider: x}, {name: b, inference_provider: y}]\n")
    first, second = (found.targets.names(reference(found, f"adapters.{index}.inference_provider")) for index in range(2))
    assert "shimmy" in first
    assert first is second
