"""What the examples on rules' pages share, by name.

An example with the line `# base: NAME ...` shows only what it adds or changes; the rest of a healthy configuration stands here, and at the end of the page.
"""

import re

BASES = {
    "chat": """\
adapters:
  - name: chat
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    capabilities: {retrieval_behavior: none}
""",
    "talk": """\
adapters:
  - name: talk
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    capabilities: {retrieval_behavior: none}
""",
    "agent": """\
general: {inference_provider: openai}
inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: m}}
mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files}]}
adapters:
  - name: agent
    type: mcp_agent
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
""",
    "painter": """\
image: {enabled: true, provider: openai}
image_generation: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-image-1}}
rewriters: {image: {template: "{message}"}}
adapters:
  - name: painter
    type: image_generation
    datasource: none
    adapter: multimodal
    implementation: implementations.passthrough.multimodal.MultimodalImplementation
    capabilities: {retrieval_behavior: none}
""",
    "docs": """\
embedding: {enabled: true, provider: ollama}
embeddings: {ollama: {base_url: "http://localhost:11434", model: nomic-embed-text}}
adapters:
  - name: docs
    type: retriever
    datasource: none
    adapter: file
    implementation: retrievers.implementations.file.FileVectorRetriever
    capabilities: {retrieval_behavior: always}
""",
    "orders": """\
vector_stores: {chroma: {enabled: true}}
adapters:
  - name: orders
    type: retriever
    datasource: http
    adapter: intent
    implementation: retrievers.implementations.intent.IntentHTTPJSONRetriever
    capabilities: {retrieval_behavior: always}
    config: {base_url: "https://api.example.org", domain_config_path: a.yaml, template_library_path: b.yaml, store_name: chroma}
""",
    "shop": """\
vector_stores: {chroma: {enabled: true}}
datasources: {postgres: {host: localhost, port: 5432, database: shop, username: shop, password: "${SHOP_PASSWORD}"}}
adapters:
  - name: shop
    type: retriever
    datasource: postgres
    adapter: intent
    implementation: retrievers.implementations.intent.IntentPostgreSQLRetriever
    capabilities: {retrieval_behavior: always}
    config: {domain_config_path: a.yaml, template_library_path: b.yaml, store_name: chroma}
""",
    "composite": """\
vector_stores: {chroma: {enabled: true}}
adapters:
  - name: all
    type: retriever
    datasource: none
    adapter: composite
    implementation: retrievers.implementations.composite.CompositeIntentRetriever
    capabilities: {retrieval_behavior: always}
    config: {child_adapters: [orders]}
  - name: orders
    type: retriever
    datasource: http
    adapter: intent
    implementation: retrievers.implementations.intent.IntentHTTPJSONRetriever
    capabilities: {retrieval_behavior: always}
    config: {base_url: "https://api.example.org", domain_config_path: a.yaml, template_library_path: b.yaml, store_name: chroma}
""",
    "shelf": """\
vector_stores: {chroma: {enabled: true}}
datasources: {sqlite: {}}
adapters:
  - name: shelf
    type: retriever
    datasource: sqlite
    adapter: intent
    implementation: retrievers.implementations.intent.IntentSQLiteRetriever
    capabilities: {retrieval_behavior: always}
    config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
""",
    "ledger": """\
vector_stores: {chroma: {enabled: true}}
datasources: {postgres: {host: localhost, port: 5432, database: shop, username: shop, password: "${SHOP_PASSWORD}"}}
adapters:
  - name: ledger
    type: retriever
    datasource: postgres
    adapter: intent
    implementation: retrievers.implementations.intent.IntentPostgreSQLRetriever
    capabilities: {retrieval_behavior: always}
    config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
""",
    "web": """\
vector_stores: {chroma: {enabled: true}}
adapters:
  - name: web
    type: retriever
    datasource: http
    adapter: intent
    implementation: retrievers.implementations.intent.IntentHTTPJSONRetriever
    capabilities: {retrieval_behavior: always}
    config: {base_url: "https://api.example.org", domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
""",
    "films": """\
vector_stores: {chroma: {enabled: true}}
datasources: {mongodb: {connection_string: "${MONGO_URI}"}}
adapters:
  - name: films
    type: retriever
    datasource: mongodb
    adapter: intent
    implementation: retrievers.implementations.intent.intent_mongodb_retriever.IntentMongoDBRetriever
    capabilities: {retrieval_behavior: always}
    config: {database: films, domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
""",
    "rockets": """\
vector_stores: {chroma: {enabled: true}}
adapters:
  - name: rockets
    type: retriever
    datasource: http
    adapter: intent
    implementation: retrievers.implementations.intent.IntentGraphQLRetriever
    capabilities: {retrieval_behavior: always}
    config: {base_url: "https://api.example.org", domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
""",
    "pages": """\
vector_stores: {chroma: {enabled: true}}
adapters:
  - name: pages
    type: retriever
    datasource: http
    adapter: intent
    implementation: retrievers.implementations.intent.IntentFirecrawlRetriever
    capabilities: {retrieval_behavior: always}
    config: {base_url: "https://api.example.org", domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
""",
    "tools": """\
vector_stores: {chroma: {enabled: true}}
adapters:
  - name: tools
    type: retriever
    datasource: http
    adapter: intent
    implementation: retrievers.implementations.intent.IntentAgentRetriever
    capabilities: {retrieval_behavior: always}
    config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
""",
    "both": """\
vector_stores: {chroma: {enabled: true}}
datasources: {sqlite: {}, duckdb: {database: shop.duckdb}}
adapters:
  - name: both
    type: retriever
    datasource: none
    adapter: composite
    implementation: retrievers.implementations.composite.CompositeIntentRetriever
    capabilities: {retrieval_behavior: always}
    config: {child_adapters: [shelf, lake], cross_adapter_templates: {enabled: true, template_library_path: utils/across.yaml}}
  - name: shelf
    type: retriever
    datasource: sqlite
    adapter: intent
    implementation: retrievers.implementations.intent.IntentSQLiteRetriever
    capabilities: {retrieval_behavior: always}
    config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma}
  - name: lake
    type: retriever
    datasource: duckdb
    adapter: intent
    implementation: retrievers.implementations.intent.IntentDuckDBRetriever
    capabilities: {retrieval_behavior: always}
    config: {domain_config_path: utils/shop.yaml, template_library_path: utils/lake.yaml, store_name: chroma, template_collection_name: lake}
""",
}

_SHOP = "domain_name: shop\nentities: {item: {table_name: item}}\n"
_ITEMS = "templates:\n  - id: all_items\n    nl_examples: [show all items]\n    {payload}\n"


def _files(payload: str) -> dict[str, str]:
    return {"utils/shop.yaml": _SHOP, "utils/templates.yaml": _ITEMS.replace("{payload}", payload)}


BASE_FILES = {
    "shelf": _files("sql: select * from item"),
    "ledger": _files("sql: select * from item"),
    "web": _files("endpoint: /items"),
    "films": _files("""mongodb_query: '{"filter": {}}'"""),
    "rockets": _files('graphql_template: "query Q { items { id } }"'),
    "pages": _files('url_mapping: {url: "https://example.org"}'),
    "tools": _files("endpoint: /items"),
    "both": {
        **_files("sql: select * from item"),
        "utils/lake.yaml": _ITEMS.replace("{payload}", "sql: select * from item"),
        "utils/across.yaml": _ITEMS.replace("{payload}", "target_adapters: [{adapter: shelf, label: Shelf}, {adapter: lake, label: Lake}]"),
    },
}
"""The files beside the configuration that a base brings, by path; an example that has one of them writes its own over it."""


def names_in(example: str) -> tuple[str, ...]:
    """The bases that an example, or a page of them, names: each once, in order."""
    return tuple(dict.fromkeys(name for names in re.findall(r"^# base: (.+)$", example, re.MULTILINE) for name in names.split()))


def with_bases(page: str) -> str:
    """A page, and below it the bases that its examples name."""
    return "\n\n".join([page, *(f"The base `{name}`, which examples add to or change:\n\n```yaml\n{_shown(name)}```" for name in names_in(page))])


def _shown(name: str) -> str:
    """A base as its page shows it, with the files that it brings."""
    return BASES[name] + "".join(f"# file: {path}\n{text}" for path, text in BASE_FILES.get(name, {}).items())
