"""Names that lead nowhere: which are reported, how badly, and what is left alone."""

import json

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import RULES
from tests.trees import example_config

CHAT = """adapters:
  - name: chat
    enabled: {enabled}
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    capabilities: {{retrieval_behavior: none{capabilities}}}
    {line}
"""


def chat(line: str = "", *, enabled: str = "true", capabilities: str = "") -> str:
    """One chat adapter with a line of its own."""
    return CHAT.format(line=line, enabled=enabled, capabilities=capabilities)


def references(example: str) -> list[Diagnostic]:
    """What the reference rules say of an example."""
    rules = [rule for rule in RULES if rule.code in ("ORB501", "ORB502", "ORB503")]
    return list(run_rules(example_config(example), rules).diagnostics)


def reported(example: str) -> list[tuple[str, Severity, str | None]]:
    """Code, severity and key of each finding."""
    return [(each.code, each.severity, each.key) for each in references(example)]


def test_a_misspelt_provider_is_an_error_with_the_meant_name_as_fix() -> None:
    (found,) = references(chat("inference_provider: 'shimy'"))
    assert (found.code, found.severity, found.help) == ("ORB501", Severity.ERROR, "write `shimmy`")
    assert found.fix is not None
    assert [getattr(edit, "replacement", None) for edit in found.fix.edits] == ["'shimmy'"]


def test_on_a_disabled_adapter_it_is_a_warning() -> None:
    assert reported(chat("inference_provider: shimy", enabled="false")) == [("ORB501", Severity.WARNING, "adapters[chat].inference_provider")]


def test_a_disabled_adapter_and_a_disabled_provider_are_worth_knowing_only() -> None:
    example = chat("inference_provider: groq", enabled="false") + "inference: {shimmy: {enabled: true, model: m}, groq: {enabled: false}}\n"
    assert reported(example) == [("ORB502", Severity.INFO, "adapters[chat].inference_provider")]


def test_an_unset_variable_names_anything() -> None:
    assert reported(chat("inference_provider: ${CHAT_PROVIDER}")) == []


def test_a_default_that_inference_lacks_stops_the_start() -> None:
    (found,) = references("general: {inference_provider: Shimmy}\n")
    assert (found.severity, "ORBIT does not start" in found.message, found.help) == (Severity.ERROR, True, "write `shimmy`")


def test_a_default_that_is_off_is_a_warning_while_nobody_relies_on_it() -> None:
    block = "general: {inference_provider: groq}\ninference: {shimmy: {enabled: true, model: m}, groq: {enabled: false}}\n"
    assert reported(block + chat("inference_provider: shimmy")) == [("ORB502", Severity.WARNING, "general.inference_provider")]
    assert reported(block + chat()) == [("ORB502", Severity.ERROR, "general.inference_provider")]


@pytest.mark.parametrize("kind", ["fetch", "openai_realtime", "gemini_live"])
def test_types_that_ask_no_model_may_name_any_provider(kind: str) -> None:
    assert reported(chat("inference_provider: nobody").replace("type: passthrough", f"type: {kind}")) == []


def test_a_skill_is_found_by_its_exact_name_on_an_enabled_adapter_that_exposes_it() -> None:
    exposed = chat(capabilities=", expose_as_skill: true, skill_name: PDF, available_skills: [PDF]")
    assert reported(exposed) == []
    (found,) = references(exposed.replace("[PDF]", "[pdf]"))
    assert (found.code, found.help) == ("ORB501", "write `PDF`")
    (hidden,) = references(exposed.replace("expose_as_skill: true, ", ""))
    assert (hidden.code, "expose_as_skill" in hidden.message) == ("ORB502", True)


def test_a_skill_named_by_its_adapter_is_of_another_kind() -> None:
    (found,) = references(chat(capabilities=", expose_as_skill: true, skill_name: PDF, available_skills: [chat]"))
    assert (found.code, found.help) == ("ORB503", "write `PDF`")


def test_a_speech_provider_is_off_only_where_both_sections_say_so() -> None:
    service = "stt: {enabled: true}\ntts_providers: {openai: {enabled: %s}}\nstt_providers: {openai: {enabled: false}}\n"
    assert reported(chat("stt_provider: openai") + service % "true") == []
    assert [code for code, _, _ in reported(chat("stt_provider: openai") + service % "false")] == ["ORB502"]


def test_the_embedding_switch_counts_for_ollama_alone() -> None:
    service = "embedding: {enabled: true, provider: %s}\nembeddings: {ollama: {enabled: false, model: m}, openai: {enabled: false, model: m}}\n"
    assert reported(service % "openai") == []
    assert reported(service % "ollama") == [("ORB502", Severity.ERROR, "embedding.provider")]


def test_nothing_is_said_of_a_service_that_is_off() -> None:
    assert reported("vision: {enabled: false, provider: nobody}\n") == []
    assert reported("image: {enabled: false, provider: openai}\nimage_generation: {openai: {enabled: false}}\n") == []


def test_what_an_unread_file_may_define_is_explained_by_its_import() -> None:
    example = "# file: config/example.yaml\nimport: [gone.yaml]\n" + chat("inference_provider: groq")
    found = run_rules(example_config(example), RULES).diagnostics
    assert [(each.code, each.cause and each.cause.code) for each in found if each.severity is Severity.ERROR] == [
        ("ORB110", None),
        ("ORB501", "ORB110"),
    ]


def test_a_name_in_a_file_that_nothing_imports_is_pointed_at() -> None:
    example = "# file: config/example.yaml\n" + chat(capabilities=", available_skills: [PDF]")
    orphan = "# file: config/pdf.yaml\nadapters:\n  - {name: pdf, capabilities: {expose_as_skill: true, skill_name: PDF}}\n"
    (found,) = references(example + orphan)
    assert found.help.endswith("config/pdf.yaml`, which has it")
    assert [json.loads(json.dumps(each.span.text)) for each in found.related] == ["PDF"]


def test_a_like_name_in_a_file_that_nothing_imports_is_shown() -> None:
    example = "# file: config/example.yaml\n" + chat(capabilities=", available_skills: [pdf-generation]")
    orphan = "# file: config/pdf.yaml\nadapters:\n  - {name: pdf, capabilities: {expose_as_skill: true, skill_name: %s}}\n"
    (found,) = references(example + orphan % "PDF")
    assert [(each.span.label, each.message) for each in found.related] == [("repo/config/pdf.yaml:2", "is `PDF` meant? Nothing imports this file")]
    (found,) = references(example + orphan % "HTML")
    assert found.related == ()


def test_a_provider_for_a_service_that_is_off_is_told_where_uploads_then_fail() -> None:
    service = [rule for rule in RULES if rule.code == "ORB504"]
    heard = chat("stt_provider: whisper") + "stt: {enabled: %s}\n"
    (found,) = run_rules(example_config(heard % "false"), service).diagnostics
    assert (found.severity, found.key, found.message, found.help) == (
        Severity.WARNING,
        "adapters[chat].stt_provider",
        "adapter `chat`: `stt_provider` names `whisper`, and `stt.enabled` is off: audio files are marked as failed",
        "write `stt.enabled: true`, or remove the line",
    )
    assert run_rules(example_config(heard % "true"), service).diagnostics == ()
    seen = chat("vision_provider: openai") + "vision: {enabled: %s}\n"
    (found,) = run_rules(example_config(seen % "false"), service).diagnostics
    assert (found.consequence, found.key) == (Consequence.DEGRADED, "adapters[chat].vision_provider")
    assert run_rules(example_config(seen % "true"), service).diagnostics == ()
    by_ocr = "files: {processing: {ai_document_enabled: true, processor_priority: ai_document}}\n"
    assert run_rules(example_config(seen % "false" + by_ocr), service).diagnostics == ()
