"""What the examples on rules' pages share, by name.

An example with the line `# base: NAME ...` shows only what it adds or changes; the rest of a healthy configuration stands here, and at the end of the page.
"""

import re

_NAMES = re.compile(r"^# base: (.+)$", re.MULTILINE)
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
}


def names_in(example: str) -> tuple[str, ...]:
    """The bases that an example, or a page of them, names: each once, in order."""
    return tuple(dict.fromkeys(name for names in _NAMES.findall(example) for name in names.split()))


def with_bases(page: str) -> str:
    """A page, and below it the bases that its examples name."""
    return "\n\n".join([page, *(f"The base `{name}`, which examples add to or change:\n\n```yaml\n{BASES[name]}```" for name in names_in(page))])
