"""What ORBIT cannot start without: where empty text, as an unset variable leaves it, ends the start."""

import pytest
import yaml

from orbitcfg.effective.starting import ends_start_when_empty
from tests.effective.small import config

OPENAI = "general: {inference_provider: openai}\ninference: {openai: {enabled: %s, model: '${M}', api_key: '${K}', timeout: '${T}'}%s}\n"
CHAT = "adapters: [{name: chat, enabled: %s, capabilities: {retrieval_behavior: '${B}', skill_name: '${S}'}}]\n"
REDIS = "internal_services: {redis: {enabled: %s, password: '${P}', db: '${D}'}, sqlite_cache: {ttl: '${L}'}}\n"

POSTGRES = "internal_services: {backend: {type: %s, postgres: {host: h, sslmode: '${M}'}}, audit: {enabled: true, storage_backend: postgres}}\n"

CASES = {
    ("", "auth.default_admin_password"): True,
    ("", "general.inference_provider"): True,
    ("", "general.inference_provider.below"): False,
    # a number is made of it
    ("general: {inference_provider: shimmy, port: '${P}'}", "general.port"): True,
    ("general: {inference_provider: shimmy, host: '${H}'}", "general.host"): False,
    # another word than those that it knows
    (CHAT % "true", "adapters.0.capabilities.retrieval_behavior"): True,
    (CHAT % "false", "adapters.0.capabilities.retrieval_behavior"): False,
    (CHAT % "true", "adapters.0.capabilities.skill_name"): False,
    # empty text is text
    ("conversation_threading: {enabled: true, cache_key_prefix: '${C}'}", "conversation_threading.cache_key_prefix"): False,
    # the loader wants it
    (REDIS % "true", "internal_services.redis.password"): True,
    (REDIS % "false", "internal_services.redis.password"): False,
    (REDIS % "true", "internal_services.redis.db"): False,
    # a word that the database driver does not know
    (POSTGRES % "postgres", "internal_services.backend.postgres.sslmode"): True,
    (POSTGRES % "sqlite", "internal_services.backend.postgres.sslmode"): False,
    # the default provider cannot be made without
    (OPENAI % ("true", ""), "inference.openai.api_key"): True,
    (OPENAI % ("false", ""), "inference.openai.api_key"): False,
    (OPENAI % ("true", ""), "inference.openai.timeout"): False,
    (OPENAI % ("true", ", groq: {enabled: true, api_key: '${K}'}"), "inference.groq.api_key"): False,
    ("nobody: {knows: '${N}'}", "nobody.knows"): False,
}
"""For each configuration and path, whether ORBIT does not start where empty text stands there."""


@pytest.mark.parametrize(("text", "path"), CASES)
def test_what_orbit_cannot_start_without(text: str, path: str) -> None:
    made = config(yaml.safe_load(text) or {})
    key = tuple(int(part) if part.isdigit() else part for part in path.split("."))
    assert ends_start_when_empty(made.demand, made.uses, key) is CASES[text, path]


def test_a_provider_that_only_an_adapter_asks_does_not_end_the_start() -> None:
    text = "adapters: [{name: a, inference_provider: groq}]\ninference: {shimmy: {enabled: true, model: m}, groq: {enabled: true, api_key: '${K}'}}\n"
    made = config(yaml.safe_load(text))
    assert made.demand.of(("inference", "groq", "api_key")).is_demanded
    assert not ends_start_when_empty(made.demand, made.uses, ("inference", "groq", "api_key"))
