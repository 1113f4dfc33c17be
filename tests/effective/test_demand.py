"""Who needs what: the edges, the states, and through which keys."""

import pytest
import yaml

from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.demand import DemandGraph
from orbitcfg.effective.needed import NO_DEMAND, Demand
from tests.effective.small import config

CHAT = "adapters: [{name: chat, type: passthrough%s}]\n"
DOCS = "adapters: [{name: docs, type: retriever, %s}]\n"
EMBEDDINGS = "embeddings: {openai: {model: m}, ollama: {model: n}}\n"
DEFAULT = "general.inference_provider"


def graph(text: str) -> DemandGraph:
    """The demand of a configuration on top of the small one, with `shimmy` as its default."""
    return config(yaml.safe_load(text) or {}).demand


def path(text: str) -> KeyPath:
    """The key path of a dotted name."""
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


def dotted(found: KeyPath) -> str:
    """A key path as a dotted name."""
    return ".".join(map(str, found))


def of(text: str, name: str) -> Demand:
    """Who needs what stands at a path."""
    return graph(text).of(path(name))


def state(text: str, name: str) -> str:
    """Whether somebody needs it."""
    return of(text, name).state


def summary(text: str, name: str) -> tuple[str, set[str], list[str]]:
    """State, kinds, and who asks."""
    found = of(text, name)
    return found.state, set(found.kinds), [str(key) for key in found.by]


def through(text: str, name: str) -> list[str]:
    """The keys that lead to it."""
    return [dotted(key) for key in of(text, name).through]


# the server itself


def test_what_the_loader_insists_on_is_checked_used_or_not() -> None:
    redis = "internal_services: {redis: {enabled: true, password: p}}\n"
    assert of(redis, "internal_services.redis.password") == Demand("yes", frozenset({"check"}))
    assert of("", "auth.default_admin_password") == Demand("yes", frozenset({"check"}))
    assert of("", "auth.default_admin_password.below") == Demand("yes", frozenset({"check"}))
    assert of("auth: {default_admin_password: a, other: 1}\n", "auth.other").kinds == {"ask"}


def test_the_default_provider_is_made_though_nobody_asks_for_it() -> None:
    assert summary("", DEFAULT) == ("yes", {"build"}, [])
    assert summary("", "inference.shimmy") == ("yes", {"build"}, [])
    assert through("", "inference.shimmy.base_url") == [DEFAULT]


def test_a_default_that_is_off_is_blocked_and_the_key_that_names_it_is_not() -> None:
    off = "inference: {shimmy: {enabled: false}}\n"
    assert summary(off, "inference.shimmy.base_url") == ("blocked", {"build"}, [])
    assert state(off, DEFAULT) == "yes"


def test_a_key_that_no_switch_turns_off_is_asked_for_by_everybody() -> None:
    assert of("", "general.port") == Demand("yes", frozenset({"ask"}))
    assert of("", "") == of("nobody: {knows: 1}\n", "nobody.knows") == Demand("yes", frozenset({"ask"}))


def test_below_a_section_that_is_off_nothing_is_needed_but_its_switch() -> None:
    vision = "vision: {enabled: %s, provider: openai}\n"
    assert [state(vision % switch, "vision.provider") for switch in ("true", "false", "'${V}'")] == ["yes", "no", "perhaps"]
    assert of(vision % "false", "vision.provider") == NO_DEMAND
    assert state(vision % "false", "vision.enabled") == "yes"


def test_a_block_that_nothing_names_is_not_needed() -> None:
    assert of("inference: {shimmy: {enabled: true}, groq: {enabled: true, api_key: k}}\n", "inference.groq.api_key") == NO_DEMAND
    assert of("", "ollama_presets.small") == NO_DEMAND
    assert state("", "ollama_presets") == "yes"


def test_what_is_moderated_is_everybody() -> None:
    safety = "safety: {enabled: %s, moderator: openai}\nmoderations: {openai: {model: m}}\n"
    assert summary(safety % "true", "moderations.openai") == ("yes", {"ask"}, [])
    assert through(safety % "true", "moderations.openai") == ["safety.moderator"]
    assert of(safety % "false", "moderations.openai").state == "blocked"
    assert not of(safety % "false", "safety.moderator").is_demanded
    assert state(safety % "'${S}'", "moderations.openai") == "perhaps"


# adapters


def test_an_adapter_that_is_on_is_built_and_asked() -> None:
    assert summary(CHAT % "", "adapters.0") == ("yes", {"build", "ask"}, ["chat"])
    assert summary(CHAT % ", temperature: 1", "adapters.0.temperature") == ("yes", {"build", "ask"}, ["chat"])


def test_an_adapter_that_is_off_needs_nothing() -> None:
    off = CHAT % ", enabled: false, inference_provider: groq" + "inference: {groq: {enabled: true}, shimmy: {enabled: true}}\n"
    assert [of(off, name) for name in ("adapters.0", "adapters.0.inference_provider", "inference.groq")] == [NO_DEMAND] * 3


def test_an_adapter_whose_switch_is_not_known_here_may_need_what_it_names() -> None:
    open_ = CHAT % ", enabled: '${E}', inference_provider: groq" + "inference: {groq: {enabled: true}}\n"
    assert summary(open_, "adapters.0.inference_provider") == ("perhaps", {"build", "ask"}, ["chat"])
    assert summary(open_, "inference.groq") == ("perhaps", {"ask"}, ["chat"])
    assert of(open_, "inference.groq").is_demanded


def test_of_two_of_a_name_the_last_that_is_on_answers() -> None:
    two = "adapters: [{name: a, inference_provider: groq}, {name: a, enabled: %s}]\ninference: {groq: {enabled: true}}\n"
    assert [state(two % "true", name) for name in ("adapters.0", "adapters.1", "inference.groq")] == ["no", "yes", "no"]
    assert [state(two % "false", name) for name in ("adapters.0", "adapters.1", "inference.groq")] == ["yes", "no", "yes"]


def test_one_without_a_name_is_built_all_the_same_and_an_entry_that_is_no_adapter_is_asked_for_by_nobody() -> None:
    assert summary("adapters: [{type: passthrough}]\n", "adapters.0") == ("yes", {"build", "ask"}, [""])
    assert state("adapters: [text]\n", "adapters.0") == state(CHAT % "", "adapters.7") == "yes"


def test_a_provider_that_an_adapter_names_is_asked_by_it_with_all_that_stands_in_it() -> None:
    both = "adapters: [{name: a, inference_provider: groq}, {name: b, inference_provider: groq}]\ninference: {groq: {enabled: true}}\n"
    assert summary(both, "inference.groq.api_key") == ("yes", {"ask"}, ["a", "b"])
    assert through(both, "inference.groq.api_key") == ["adapters.0.inference_provider"]


def test_behind_a_provider_that_is_off_there_is_somebody_who_asks_in_vain() -> None:
    off = CHAT % ", inference_provider: groq" + "inference: {groq: {enabled: %s}}\n"
    assert summary(off % "false", "inference.groq.api_key") == ("blocked", {"ask"}, ["chat"])
    assert not of(off % "false", "inference.groq").is_demanded
    assert summary(off % "'${G}'", "inference.groq.api_key") == ("perhaps", {"ask"}, ["chat"])
    assert state(off % "false", "adapters.0.inference_provider") == "yes"


def test_who_is_sure_to_ask_leads_there_before_who_may() -> None:
    two = (
        "adapters: [{name: a, enabled: '${A}', inference_provider: groq}, {name: b, inference_provider: groq}]\ninference: {groq: {enabled: true}}\n"
    )
    assert summary(two, "inference.groq") == ("yes", {"ask"}, ["a", "b"])
    assert through(two, "inference.groq") == ["adapters.1.inference_provider"]


def test_a_name_that_is_not_known_here_may_be_that_of_any_provider_that_is_on() -> None:
    text = CHAT % ", inference_provider: '${P}'" + "inference: {groq: {enabled: true}, xai: {enabled: false}, vllm: {enabled: '${V}'}}\n"
    assert {name: state(text, f"inference.{name}") for name in ("groq", "xai", "vllm")} == {"groq": "perhaps", "xai": "no", "vllm": "perhaps"}
    assert summary(text, "inference.groq") == ("perhaps", {"ask"}, ["chat"])


def test_a_default_that_is_not_known_here_may_be_any_provider_that_is_on() -> None:
    text = "general: {inference_provider: '${P}'}\ninference: {groq: {enabled: true}, xai: {enabled: false}}\n"
    assert (summary(text, "inference.groq"), state(text, "inference.xai")) == (("perhaps", {"build"}, []), "no")


# the provider that is chosen for all

ASKED_FOR_DEFAULT = {
    "type: passthrough": True,
    "type: passthrough, inference_provider: ''": True,
    "type: passthrough, inference_provider: shimmy": False,
    "type: passthrough, rewrite_provider: shimmy": True,
    "type: web-search": True,
    "type: fetch": False,
    "type: openai_realtime": False,
    "type: image_generation": True,
    "type: image_generation, rewrite_provider: shimmy": False,
    "type: image_generation, rewrite_provider: gone": True,
    "type: image_generation, rewrite_provider: '${R}'": False,
    "type: image_generation, rewrite_provider: gone, inference_provider: shimmy": False,
    "type: document_generation, inference_provider: shimmy": False,
}


@pytest.mark.parametrize("keys", ASKED_FOR_DEFAULT)
def test_the_default_is_asked_only_where_an_adapter_takes_it(keys: str) -> None:
    asked = ("yes", {"build", "ask"}, ["a"]) if ASKED_FOR_DEFAULT[keys] else ("yes", {"build"}, [])
    assert summary(f"adapters: [{{name: a, {keys}}}]\n", DEFAULT) == asked


def test_who_takes_the_default_asks_its_block() -> None:
    assert of(CHAT % "", "inference.shimmy").by == of(CHAT % "", DEFAULT).by
    assert [str(key) for key in of(CHAT % "", "inference.shimmy").by] == ["chat"]


def test_without_a_default_provider_it_is_openai() -> None:
    two = "general: {}\ninference: {openai: {enabled: true}, shimmy: {enabled: true}}\n" + CHAT % ""
    assert summary(two, "inference.openai") == ("yes", {"fallback"}, ["chat"])
    assert summary(two.replace("openai: {enabled: true}", "openai: {enabled: false}"), "inference.openai") == ("blocked", {"fallback"}, ["chat"])
    assert through(two, "inference.openai") == [DEFAULT]
    assert state(two, "inference.shimmy") == "no"
    assert state(two.replace("{}", "{inference_provider: null}"), "inference.openai") == "no"


# services


def test_a_vector_retriever_asks_the_embedder_that_is_chosen_for_all() -> None:
    text = DOCS % "datasource: chroma" + EMBEDDINGS + "embedding: {enabled: %s, provider: openai}\n"
    assert summary(text % "true", "embeddings.openai") == ("yes", {"ask"}, ["docs"])
    assert through(text % "true", "embeddings.openai") == ["embedding.provider"]
    assert [state(text % "true", name) for name in ("embedding.provider", "embeddings.ollama")] == ["yes", "no"]
    assert summary(text % "false", "embeddings.openai") == ("blocked", {"ask"}, ["docs"])
    assert state(text % "'${E}'", "embeddings.openai") == "perhaps"


def test_an_embedder_that_nobody_asks_is_not_needed() -> None:
    text = CHAT % "" + EMBEDDINGS + "embedding: {enabled: true, provider: openai}\n"
    assert of(text, "embeddings.openai") == NO_DEMAND


def test_one_with_an_embedder_of_its_own_leaves_the_one_for_all_alone() -> None:
    text = DOCS % "datasource: chroma, embedding_provider: ollama" + EMBEDDINGS + "embedding: {enabled: true, provider: openai}\n"
    assert [state(text, name) for name in ("embeddings.openai", "embeddings.ollama")] == ["no", "yes"]
    assert through(text, "embeddings.ollama.model") == ["adapters.0.embedding_provider"]


@pytest.mark.parametrize(("family", "found"), [("intent", "yes"), ("composite", "yes"), ("file", "blocked"), ("multimodal", "blocked")])
def test_intent_adapters_embed_whatever_the_switch_says_and_others_heed_it(family: str, found: str) -> None:
    off = EMBEDDINGS + "embedding: {enabled: false, provider: openai}\n" + DOCS % f"datasource: none, adapter: {family}%s"
    assert state(off % "", "embeddings.openai") == found
    assert state(off % ", embedding_provider: ollama", "embeddings.ollama") == found


def test_an_intent_adapter_passes_by_the_switch_of_the_service_and_not_that_of_the_block() -> None:
    text = "embedding: {enabled: false, provider: ollama}\nembeddings: {ollama: {enabled: %s}}\n" + DOCS % "adapter: intent"
    assert [state(text % switch, "embeddings.ollama.model") for switch in ("true", "false", "'${O}'")] == ["yes", "blocked", "perhaps"]
    assert through(text % "true", "embeddings.ollama") == ["embedding.provider"]


def test_an_embedder_that_is_not_named_is_ollama() -> None:
    text = DOCS % "datasource: chroma" + EMBEDDINGS + "embedding: {enabled: %s}\n"
    assert summary(text % "true", "embeddings.ollama") == ("yes", {"fallback"}, ["docs"])
    assert through(text % "true", "embeddings.ollama") == ["embedding.provider"]
    assert [state(text % switch, "embeddings.ollama") for switch in ("false", "'${E}'")] == ["blocked", "perhaps"]
    assert state((text % "true").replace("ollama: {model", "ollama: {enabled: false, model"), "embeddings.ollama") == "blocked"
    assert state(text % "true", "embeddings.openai") == "no"


def test_a_generator_asks_the_service_of_its_type() -> None:
    text = "image: {enabled: %s, provider: openai}\nimage_generation: {openai: {enabled: true}, xai: {enabled: true}}\n"
    drawing = text + "adapters: [{name: pic, type: image_generation}]\n"
    assert summary(drawing % "true", "image_generation.openai") == ("yes", {"ask"}, ["pic"])
    assert [state(drawing % "true", name) for name in ("image_generation.xai", "image.provider")] == ["no", "yes"]
    assert state(drawing % "false", "image_generation.openai") == "blocked"
    assert state(text % "true" + CHAT % "", "image_generation.openai") == "no"


def test_speech_may_stand_in_either_section() -> None:
    text = CHAT % ", tts_provider: openai" + "tts_providers: {openai: {enabled: %s}}\nstt_providers: {openai: {enabled: %s}}\n"
    both = ("tts_providers.openai", "stt_providers.openai")
    assert [summary(text % ("true", "true"), name) for name in both] == [("yes", {"ask"}, ["chat"])] * 2
    # the name is off only where both blocks are
    assert [state(text % ("true", "false"), name) for name in both] == ["yes", "yes"]
    assert [state(text % ("'${T}'", "false"), name) for name in both] == ["perhaps", "perhaps"]
    assert [state(text % ("false", "false"), name) for name in both] == ["blocked", "blocked"]


@pytest.mark.parametrize(
    ("section", "switches", "found"),
    [
        ("visions", "vision: {enabled: true}", "yes"),
        ("visions", "vision: {enabled: false}", "no"),
        ("visions", "vision: {enabled: '${V}'}", "perhaps"),
        ("tts_providers", "tts: {enabled: false}\nstt: {enabled: true}", "yes"),
        ("tts_providers", "tts: {enabled: '${T}'}\nstt: {enabled: false}", "perhaps"),
        ("tts_providers", "tts: {enabled: false}\nstt: {enabled: false}", "no"),
        ("inference", "image: {enabled: false}", "yes"),
    ],
)
def test_a_section_of_providers_is_looked_into_while_a_service_is_on_that_takes_one_from_there(section: str, switches: str, found: str) -> None:
    assert state(switches, section) == found


# presets


def test_a_preset_is_built_by_whoever_asks_for_the_block_that_takes_it() -> None:
    text = "inference: {ollama: {enabled: %s, use_preset: small}}\nollama_presets: {small: {model: m}, big: {model: n}}\n"
    text += CHAT % ", inference_provider: ollama"
    assert summary(text % "true", "ollama_presets.small.model") == ("yes", {"build"}, ["chat"])
    assert through(text % "true", "ollama_presets.small") == ["adapters.0.inference_provider", "inference.ollama.use_preset"]
    assert of(text % "true", "ollama_presets.big") == NO_DEMAND
    assert state(text % "false", "ollama_presets.small") == "blocked"
    assert through(text % "false", "ollama_presets.small") == ["adapters.0.inference_provider", "inference.ollama.use_preset"]


def test_a_preset_that_is_not_there_is_asked_for_all_the_same() -> None:
    text = "inference: {ollama: {enabled: true, use_preset: gone}}\n" + CHAT % ", inference_provider: ollama"
    assert summary(text, "ollama_presets.gone.model") == ("yes", {"ask"}, ["chat"])
    assert through(text, "ollama_presets.gone") == ["adapters.0.inference_provider", "inference.ollama.use_preset"]


# what stands beside a choice of the server's own

AUDIT = """
internal_services:
  backend: {type: %s, sqlite: {database_path: a.db}}
  audit: {enabled: %s, storage_backend: %s}
"""


def test_a_mapping_is_used_where_a_key_chooses_it() -> None:
    name = "internal_services.backend.sqlite.database_path"
    assert of(AUDIT % ("sqlite", "false", "mongodb"), name) == Demand("yes", frozenset({"ask"}), through=(path("internal_services.backend.type"),))
    assert of(AUDIT % ("mongodb", "false", "sqlite"), name) == NO_DEMAND
    assert state(AUDIT % ("'${B}'", "false", "sqlite"), name) == "perhaps"


def test_an_audit_opens_a_database_of_its_own_in_postgres_alone() -> None:
    postgres, sqlite, mongodb = (
        f"internal_services.{each}" for each in ("backend.postgres.password", "backend.sqlite.database_path", "mongodb.port")
    )
    assert through(AUDIT % ("sqlite", "true", "postgres"), postgres) == ["internal_services.audit.storage_backend"]
    assert state(AUDIT % ("sqlite", "'${A}'", "postgres"), postgres) == "perhaps"
    assert of(AUDIT % ("sqlite", "false", "postgres"), postgres) == NO_DEMAND
    # the others are given the application's own
    assert of(AUDIT % ("postgres", "true", "sqlite"), sqlite) == of(AUDIT % ("sqlite", "true", "mongodb"), mongodb) == NO_DEMAND


CACHE = """
internal_services:
  redis: {enabled: %s, password: p, host: h, port: 1, db: 0}
  memcached: {enabled: true, host: h}
  sqlite_cache: {database_path: c.db}
  cache: {enabled: %s}
"""


@pytest.mark.parametrize(
    ("redis", "cache", "states"),
    [
        ("true", "true", ["yes", "no", "no"]),
        ("true", "true, provider: Redis", ["yes", "no", "no"]),
        ("true", "false, provider: redis", ["no", "no", "no"]),
        ("'${R}'", "true, provider: redis", ["perhaps", "no", "no"]),
        ("false", "true, provider: redis", ["no", "no", "no"]),
        ("true", "true, provider: memcached", ["no", "yes", "no"]),
        ("true", "'${C}', provider: sqlite", ["no", "no", "perhaps"]),
        ("true", "true, provider: '${C}'", ["perhaps", "perhaps", "perhaps"]),
    ],
)
def test_a_cache_is_used_where_the_cache_is_on_and_chooses_it(redis: str, cache: str, states: list[str]) -> None:
    text = CACHE % (redis, cache)
    names = ("redis.db", "memcached.host", "sqlite_cache.database_path")
    assert [state(text, f"internal_services.{name}") for name in names] == states


def test_what_the_loader_wants_of_redis_it_wants_with_the_cache_off() -> None:
    assert of(CACHE % ("true", "false"), "internal_services.redis.password").kinds == {"check"}


def test_a_key_that_is_missing_chooses_its_default() -> None:
    assert summary("internal_services: {mongodb: {port: 1}}\n", "internal_services.mongodb.port") == ("yes", {"fallback"}, [])


def test_some_choices_are_read_in_any_case_and_others_are_not() -> None:
    files = "files: {storage_backend: %s, s3: {bucket: b}}\n"
    assert [state(files % each, "files.s3.bucket") for each in ("s3", "MinIO", "local")] == ["yes", "yes", "no"]
    assert state(AUDIT % ("SQLite", "false", "mongodb"), "internal_services.backend.sqlite.database_path") == "no"


def test_a_mapping_may_be_used_where_switches_elsewhere_are_on() -> None:
    auth = "auth: {default_admin_password: a, providers: {enabled: %s, admin_sso: {enabled: %s, oidc: {scopes: x}}, auth0: {enabled: true, domain: d}}}\n"
    assert summary(auth % ("true", "false"), "auth.providers.auth0.domain") == ("yes", {"ask"}, [])
    assert through(auth % ("true", "false"), "auth.providers.auth0.domain") == ["auth.providers.enabled", "auth.providers.auth0.enabled"]
    assert of(auth % ("true", "true"), "auth.providers.entra.tenant_id") == of("", "auth.providers.admin_sso.base_url") == NO_DEMAND
    assert state(auth % ("'${P}'", "false"), "auth.providers.auth0.domain") == "perhaps"
    assert of(auth % ("false", "false"), "auth.providers.auth0.domain") == NO_DEMAND


def test_a_broker_of_another_name_is_not_asked() -> None:
    found = [state(f"messaging: {{enabled: true{each}}}\n", "messaging.rabbitmq.url") for each in ("", ", provider: RabbitMQ", ", provider: kafka")]
    assert found == ["yes", "yes", "no"]


# what adapters ask for without naming it

STORES = """
vector_stores: {chroma: {enabled: true}, qdrant: {enabled: true}}
files: {default_vector_store: %s}
adapters:
- {name: docs, datasource: none, adapter: file, implementation: retrievers.implementations.file.FileVectorRetriever, config: {%s}}
"""


def test_uploads_go_into_the_store_that_is_the_default() -> None:
    assert summary(STORES % ("qdrant", ""), "vector_stores.qdrant") == ("yes", {"ask"}, ["docs"])
    assert summary(STORES % ("null", ""), "vector_stores.chroma") == ("yes", {"fallback"}, ["docs"])
    assert through(STORES % ("null", ""), "vector_stores.chroma") == ["files.default_vector_store"]
    assert summary(STORES % ("null", "vector_store: qdrant"), "vector_stores.qdrant") == ("yes", {"ask"}, ["docs"])
    assert of(STORES % ("null", "vector_store: qdrant"), "vector_stores.chroma") == NO_DEMAND
    assert state(STORES % ("'${S}'", ""), "vector_stores.chroma") == "perhaps"


def test_templates_across_adapters_are_kept_in_chroma_where_nothing_else_is_said() -> None:
    text = (
        "vector_stores: {chroma: {enabled: %s}}\nadapters: [{name: all, adapter: composite, %s, config: {cross_adapter_templates: {enabled: %s}}}]\n"
    )
    composite = "implementation: retrievers.implementations.composite.CompositeIntentRetriever"
    assert summary(text % ("true", composite, "true"), "vector_stores.chroma") == ("yes", {"fallback"}, ["all"])
    assert summary(text % ("false", composite, "true"), "vector_stores.chroma") == ("blocked", {"fallback"}, ["all"])
    assert of(text % ("true", composite, "false"), "vector_stores.chroma") == NO_DEMAND


def test_opensearch_is_asked_by_the_block_of_elasticsearch() -> None:
    intent = "adapter: intent, implementation: retrievers.implementations.intent.IntentElasticsearchRetriever"
    text = f"datasources: {{elasticsearch: {{node: n}}}}\nadapters: [{{name: logs, datasource: opensearch, {intent}}}]\n"
    assert summary(text, "datasources.elasticsearch.node") == ("yes", {"ask"}, ["logs"])


MCP = """
mcp_clients:
  enabled: %s
  servers: [{name: a, command: x}, {name: b, command: x, allow_opportunistic: true}, {name: ab, command: x, enabled: false}, text]
adapters: [{name: agent, %s}]
"""


@pytest.mark.parametrize(
    ("keys", "states"),
    [
        ("type: mcp_agent", ["yes", "yes", "no"]),
        ("type: mcp_agent, capabilities: {mcp_servers: []}", ["yes", "yes", "no"]),
        ("type: mcp_agent, capabilities: {mcp_servers: null}", ["yes", "yes", "no"]),
        ("type: mcp_agent, capabilities: {mcp_servers: [b, ab]}", ["no", "yes", "blocked"]),
        ("type: mcp_agent, capabilities: {mcp_servers: ['${S}']}", ["perhaps", "perhaps", "blocked"]),
        ("type: mcp_agent, capabilities: {mcp_servers: xab}", ["yes", "yes", "blocked"]),
        ("type: mcp_agent, capabilities: {mcp_servers: [1, {a: b}]}", ["no", "no", "no"]),
        ("type: passthrough, capabilities: {mcp_tools: true}", ["no", "yes", "no"]),
        ("type: passthrough, capabilities: {mcp_tools: true, mcp_servers: [a]}", ["no", "no", "no"]),
        ("type: passthrough", ["no", "no", "no"]),
    ],
)
def test_an_mcp_server_is_asked_by_those_who_are_offered_its_tools(keys: str, states: list[str]) -> None:
    found = [state(MCP % ("true", keys), f"mcp_clients.servers.{index}.command") for index in range(3)]
    assert found == states
    behind = {"yes": "blocked", "perhaps": "blocked"}
    assert [state(MCP % ("false", keys), f"mcp_clients.servers.{index}") for index in range(3)] == [behind.get(each, each) for each in states]


def test_a_server_without_a_name_is_none_that_is_listed() -> None:
    text = "mcp_clients: {enabled: true, servers: [{command: x}]}\nadapters: [{name: agent, type: mcp_agent, capabilities: {mcp_servers: [%s]}}]\n"
    assert state(text % "{a: b}", "mcp_clients.servers.0") == state(text % "null", "mcp_clients.servers.0") == "no"


def test_every_server_may_be_offered_by_the_section() -> None:
    text = MCP.replace("enabled: %s", "enabled: true\n  allow_opportunistic: ${O}") % "capabilities: {mcp_tools: true}"
    assert summary(text, "mcp_clients.servers.0") == ("perhaps", {"ask"}, ["agent"])
    assert summary(text, "mcp_clients.servers.1") == ("yes", {"ask"}, ["agent"])


# what clients may choose

MODELS = """
adapters:
- name: chat
  type: %s
  allowed_models: [%s]
inference: {shimmy: {enabled: true}, groq: {enabled: true}, xai: {enabled: true}}
"""
FAST, SLOW = "{name: fast, provider: groq, model: m}", "{name: slow, provider: xai, model: n}"


def test_a_model_that_clients_may_choose_is_asked_for_by_its_choice_alone() -> None:
    text = MODELS % ("passthrough", f"{FAST}, {SLOW}")
    assert summary(text, "adapters.0.allowed_models.1.model") == ("yes", {"choice"}, ["chat@slow"])
    assert summary(text, "inference.xai") == ("yes", {"choice"}, ["chat@slow"])
    assert through(text, "inference.xai") == ["adapters.0.allowed_models.1.provider"]
    assert summary(text, "adapters.0.allowed_models") == ("yes", {"build", "ask"}, ["chat"])


def test_a_provider_may_be_asked_and_chosen() -> None:
    text = MODELS % ("passthrough, inference_provider: groq".replace(", ", "\n  "), FAST)
    assert summary(text, "inference.groq") == ("yes", {"ask", "choice"}, ["chat", "chat@fast"])


def test_a_choice_without_a_name_goes_by_its_model() -> None:
    text = MODELS % ("passthrough", "{provider: groq, model: m}")
    assert summary(text, "inference.groq") == ("yes", {"choice"}, ["chat@m"])


@pytest.mark.parametrize("kind", ["image_generation", "fetch", "openai_realtime", "web-search"])
def test_types_without_a_choice_look_at_no_list_of_models(kind: str) -> None:
    text = MODELS % (kind, f"7, {FAST}")
    names = ("adapters.0.allowed_models", "adapters.0.allowed_models.0", "adapters.0.allowed_models.1.provider", "inference.groq")
    assert [of(text, name) for name in names] == [NO_DEMAND] * 4
    assert graph(text).choices == ()


def test_a_broken_item_is_in_the_way_of_those_behind_it() -> None:
    text = MODELS % ("passthrough", f"{FAST}, 7, {SLOW}, text, {{name: last}}, null")
    asking = [[str(key) for key in of(text, f"adapters.0.allowed_models.{index}").by] for index in range(6)]
    assert asking == [["chat@fast"], ["chat@slow", "chat@last"], ["chat@slow"], ["chat@last"], ["chat@last"], ["chat"]]
    assert of(text, "adapters.0.allowed_models.1").kinds == of(text, "adapters.0.allowed_models.5").kinds == {"choice"}
    assert state(text.replace("name: chat", "name: chat\n  enabled: false"), "adapters.0.allowed_models.1") == "no"


def test_skills_are_chosen_and_lead_into_no_block() -> None:
    text = CHAT % ", capabilities: {available_skills: [pdf, '${S}'], retrieval_behavior: none}"
    assert summary(text, "adapters.0.capabilities.available_skills.0") == ("yes", {"choice"}, ["chat@pdf"])
    assert summary(text, "adapters.0.capabilities.retrieval_behavior") == ("yes", {"build", "ask"}, ["chat"])


PICTURES = """
adapters: [{name: pic, type: %s, allowed_image_models: [{name: x, provider: xai, model: m}]}]
image: {enabled: %s, provider: openai}
image_generation: {openai: {enabled: true}, xai: {enabled: true}}
"""


def test_a_generators_models_are_chosen_where_its_service_is_on() -> None:
    drawing = PICTURES % ("image_generation", "true")
    assert summary(drawing, "image_generation.xai") == ("yes", {"choice"}, ["pic@x"])
    assert summary(drawing, "adapters.0.allowed_image_models.0.name") == ("yes", {"choice"}, ["pic@x"])
    assert summary(PICTURES % ("image_generation", "false"), "image_generation.xai") == ("blocked", {"choice"}, ["pic@x"])


def test_a_list_of_another_type_is_no_choice() -> None:
    text = PICTURES % ("video_generation", "true")
    assert graph(text).choices == ()
    names = ("image_generation.xai", "adapters.0.allowed_image_models", "adapters.0.allowed_image_models.0.name")
    assert [state(text, name) for name in names] == ["no", "no", "no"]


def test_choices_are_those_with_a_name_of_adapters_that_are_on_in_order() -> None:
    text = """
adapters:
- {name: off, enabled: false, allowed_models: [{name: m}]}
- {name: chat, allowed_models: [{name: b}, {provider: groq}, {name: a}, {name: b}], capabilities: {available_skills: [pdf, '']}}
- {name: maybe, enabled: '${E}', allowed_models: [{model: m}]}
- {name: talk, type: audio_generation, allowed_audio_models: [{name: v}, {}]}
"""
    assert [str(key) for key in graph(text).choices] == ["chat@b", "chat@a", "chat@pdf", "maybe@m", "talk@v"]


# what an adapter looks at

LOOKED_AT = {
    "passthrough": {"inference_provider", "model", "allowed_models", "vision_provider", "temperature"},
    "fetch": {"vision_provider", "temperature"},
    "openai_realtime": {"vision_provider", "temperature"},
    "web-search": {"inference_provider", "model", "vision_provider", "temperature"},
    "image_generation": {"inference_provider", "model", "vision_provider", "temperature", "image_provider", "rewrite_provider"},
    "audio_generation": {"inference_provider", "model", "vision_provider", "temperature", "rewrite_provider"},
}
"""For each type the keys that it looks at, of these."""


@pytest.mark.parametrize("kind", LOOKED_AT)
def test_what_an_adapter_looks_at_follows_from_its_type(kind: str) -> None:
    keys = set().union(*LOOKED_AT.values())
    text = yaml.safe_dump({"adapters": [{"name": "a", "type": kind, **dict.fromkeys(keys, "x")}]})
    found = graph(text)
    assert {key for key in keys if found.is_looked_at(("adapters", 0, key))} == LOOKED_AT[kind]
    assert {key for key in keys if found.of(("adapters", 0, key)).is_demanded} == LOOKED_AT[kind]


def test_whatever_is_no_key_of_an_adapter_is_looked_at() -> None:
    found = graph("adapters: [{name: a, type: fetch}, text]\n")
    assert all(map(found.is_looked_at, [("adapters", 0), ("adapters", 1, "model"), ("inference", "shimmy", "model"), ("adapters",)]))


def test_a_key_that_is_not_looked_at_leads_nowhere() -> None:
    text = "adapters: [{name: a, type: fetch, inference_provider: groq}]\ninference: {groq: {enabled: true}}\n"
    assert of(text, "inference.groq") == NO_DEMAND


# voices


def test_an_adapter_for_voices_takes_the_key_of_a_block_and_nothing_else_of_it() -> None:
    text = "adapters: [{name: v, type: openai_realtime}]\ninference: {openai: {enabled: false, api_key: k, model: m}}\n"
    assert summary(text, "inference.openai.api_key") == ("yes", {"ask"}, ["v"])
    assert through(text, "inference.openai.api_key") == ["adapters.0.type"]
    assert of(text, "inference.openai.model") == NO_DEMAND


def test_who_asks_for_the_block_asks_for_its_key_as_well() -> None:
    two = "adapters: [{name: v, type: openai_realtime}, {name: a, inference_provider: openai}]\ninference: {openai: {enabled: true, api_key: k}}\n"
    assert summary(two, "inference.openai.api_key") == ("yes", {"ask"}, ["v", "a"])
    chosen = "adapters: [{name: v, type: gemini_live, enabled: false}]\ngeneral: {inference_provider: gemini}\n"
    assert summary(chosen + "inference: {gemini: {enabled: true, api_key: k}}\n", "inference.gemini.api_key") == ("yes", {"build"}, [])


# gates


def test_the_first_switch_above_a_path_that_is_off() -> None:
    found = graph("vision: {enabled: false, inner: {enabled: false}}\nstt: {enabled: '${S}', inner: {enabled: false}}\n")
    assert found.switch_off(path("vision.inner.key")) == path("vision.enabled")
    assert found.switch_off(path("stt.inner.key")) == path("stt.inner.enabled")
    assert found.switch_off(path("stt.inner")) is found.switch_off(path("general.port")) is None
