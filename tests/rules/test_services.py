"""What it comes to that a provider gives no answers, by who asks it and what for."""

import pytest
import yaml

from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.provenance import NOTHING
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.rules._services import loss_at, loss_of, without_service
from tests.effective.small import config, row

FAILS, MISSING, LOST, DEGRADED = Consequence.ADAPTER_FAILS, Consequence.ADAPTER_MISSING, Consequence.PURPOSE_LOST, Consequence.DEGRADED


def made(text: str) -> Config:
    """A configuration."""
    return config(yaml.safe_load(text))


WITHOUT = {
    (FAILS, None): LOST,
    (FAILS, "passthrough"): LOST,
    (FAILS, "retriever"): LOST,
    (FAILS, "image_generation"): FAILS,
    (FAILS, "fetch"): FAILS,
    (MISSING, None): MISSING,
    (MISSING, "retriever"): MISSING,
    (MISSING, "passthrough"): LOST,
    (DEGRADED, "passthrough"): DEGRADED,
}
"""For each consequence and type of adapter what is left of it."""


@pytest.mark.parametrize(("consequence", "kind"), WITHOUT)
def test_one_that_chats_is_answered_all_the_same_and_only_a_retriever_is_not_made(consequence: Consequence, kind: str | None) -> None:
    adapter = made(f"adapters: [{{name: a, type: {kind}}}]").adapters[0] if kind else None
    assert without_service(consequence, adapter) is WITHOUT[consequence, kind]


EMBEDDING = """
adapters: [{name: docs, type: %s, adapter: file, embedding_provider: openai}]
embedding: {enabled: true, provider: openai}
embeddings: {openai: {model: m, api_key: '%s'}}
"""


@pytest.mark.parametrize(("kind", "key", "loss"), [("retriever", "k", LOST), ("retriever", "", MISSING), ("passthrough", "", LOST)])
def test_an_embedder_that_is_made_and_stays_silent_is_missed_only_when_it_is_asked(kind: str, key: str, loss: Consequence) -> None:
    found = made(EMBEDDING % (kind, key))
    use = row(found, "docs", "embedding")
    assert loss_of(found, Use(use.adapter, use.service, "configured", use.provider, built=bool(key))) is loss


def test_generators_pass_over_the_default_as_a_rewriter() -> None:
    found = made("adapters: [{name: pic, type: image_generation}]")
    assert loss_of(found, row(found, "pic", "rewriting")) is DEGRADED


def test_a_service_that_no_key_names_is_only_off() -> None:
    assert loss_of(made("{}"), Use(AdapterKey("a"), "vision", "incomplete", NOTHING)) is DEGRADED


def test_where_nothing_that_is_on_asks_a_block_there_is_no_loss() -> None:
    text = "adapters: [{name: a, inference_provider: groq, enabled: %s}]\ninference: {groq: {enabled: true, model: m, api_key: k}}\n"
    assert loss_at(made(text % "true"), ("inference", "groq", "model")) is FAILS
    assert loss_at(made(text % "false"), ("inference", "groq", "model")) is None
    assert loss_at(made(text % "true"), ("general", "port")) is loss_at(made(text % "true"), ("inference",)) is None


OCR = {
    "ai_document_enabled: true, processor_priority: ai_document": True,
    "ai_document_enabled: '${A}', processor_priority: ai_document": True,
    "ai_document_enabled: false, processor_priority: ai_document": False,
    "ai_document_enabled: true, processor_priority: vision": False,
    "ai_document_enabled: true": False,
}


@pytest.mark.parametrize("keys", OCR)
def test_nobody_asks_a_vision_provider_where_images_go_to_the_ocr_provider(keys: str) -> None:
    found = made(f"files: {{processing: {{{keys}}}}}\nvision: {{enabled: true, provider: openai}}\nvisions: {{openai: {{enabled: true}}}}")
    assert any(each.path == ("vision", "provider") for each in found.references) is not OCR[keys]
