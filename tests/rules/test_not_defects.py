"""Patterns that look wrong and are right: nothing above info is said of them."""

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import RULES
from tests.shared import read_facts
from tests.trees import example_config

HTTP = """vector_stores: {chroma: {enabled: true}}
adapters:
  - name: api
    type: retriever
    datasource: http
    adapter: intent
    implementation: retrievers.implementations.intent.IntentHTTPJSONRetriever
    capabilities: {retrieval_behavior: always%s}
    config: {base_url: "https://api.example.org", domain_config_path: a.yaml, template_library_path: %s, store_name: chroma%s}
"""
CHAT = """adapters:
  - {name: chat, type: passthrough, datasource: none, adapter: conversational, capabilities: {retrieval_behavior: none}, %s
     implementation: implementations.passthrough.conversational.ConversationalImplementation%s}
"""
SHIMMY = "shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m}"

EXAMPLES = {
    "datasource not in datasources": [HTTP % ("", "b.yaml", "")],
    "unknown capability key": [
        CHAT.replace("retrieval_behavior: none", "retrieval_behavior: none, supports_realtime_audio: true, supports_interruption: true").replace(
            "passthrough, datasource", "openai_realtime, datasource"
        )
        % ("", "")
    ],
    "reranker globally disabled but adapter sets reranker_provider": [
        CHAT % ("", ", reranker_provider: cohere")
        + "reranker: {enabled: false, provider: cohere}\nrerankers: {cohere: {enabled: true, api_key: '${COHERE_API_KEY}', model: m}}\n"
    ],
    "file not imported": [
        "# file: config/example.yaml\nmessages: {}\n# file: config/adapters/pdf-generator.yaml\nadapters: []\n",
        (
            "# file: config/example.yaml\nmessages: {}\n"
            "# file: config/stt.yaml\nstt: {enabled: false}\n# file: config/tts.yaml\ntts: {enabled: false}\n# file: config/ocr.yaml\nocr: {}\n# file: config/video.yaml\nvideo: {}\n"
        ),
    ],
    "hard-coded secret": [
        f"inference: {{{SHIMMY}, lmstudio: {{enabled: true, base_url: 'http://localhost:1234/v1', api_key: lm-studio, model: m}}}}\n"
    ],
    "malformed url": [f"inference: {{{SHIMMY}, azure: {{enabled: false, endpoint: 'https://<your-resource-name>.openai.azure.com/', model: m}}}}\n"],
    "default provider disabled": [
        "vision: {enabled: false, provider: openai}\nvisions: {openai: {enabled: false}}\n",
        "image: {enabled: false, provider: openai}\nimage_generation: {openai: {enabled: false}}\n",
        "video: {enabled: false, provider: xai}\nvideo_generation: {xai: {enabled: false}}\n",
        "reranker: {enabled: false, provider: cohere}\nrerankers: {cohere: {enabled: false}}\n",
        "tts: {enabled: false, provider: openai}\nstt: {enabled: false, provider: openai}\ntts_providers: {openai: {enabled: false}}\nstt_providers: {openai: {enabled: false}}\n",
    ],
    "disabled adapter references disabled provider/adapter": [
        CHAT % ("enabled: false,", ", inference_provider: groq") + f"inference: {{{SHIMMY}, groq: {{enabled: false, model: m}}}}\n"
    ],
    "allowed_search_providers provider not in inference": [
        CHAT.replace("passthrough, datasource", "web-search, datasource")
        % (
            "web_search: {provider: duckduckgo},",
            ", allowed_search_providers: [{name: a, provider: duckduckgo}, {name: b, provider: searxng, query_url: 'https://s.example.org'}]",
        )
    ],
    "missing file": [
        (
            f"# file: bin/orbit\n# file: config/example.yaml\ninference: {{{SHIMMY}, llama_cpp: {{enabled: true, model_path: models/x.gguf}}}}\n"
            "internal_services: {backend: {type: sqlite, sqlite: {database_path: orbit.db}}}\n"
        )
    ],
    "ollama model not in presets": [
        CHAT % ("", ", inference_provider: ollama, model: 'glm-4.7:cloud'")
        + f"inference: {{{SHIMMY}, ollama: {{enabled: true, use_preset: small}}}}\nollama_presets: {{small: {{base_url: 'http://localhost:11434', model: 'llama3.2:3b'}}}}\n"
    ],
    "type outlier": [
        HTTP % ("", "[b.yaml, c.yaml]", ""),
        f"inference: {{{SHIMMY}, ollama_cloud: {{enabled: true, api_key: '${{K}}', model: m, think: low}}, ollama: {{enabled: true, base_url: 'http://localhost:11434', model: m, think: true}}}}\n",
        "datasources: {qdrant: {host: localhost, port: 6333, timeout: 5}}\n",
        "stt_providers: {xai: {enabled: true, api_key: '${XAI_API_KEY}', format: false}}\n",
    ],
    "embedding provider not registered": [
        "embedding: {enabled: true, provider: nvidia}\nembeddings: {nvidia: {api_key: '${NVIDIA_API_KEY}', model: m}}\n",
        "embedding: {enabled: true, provider: sentence_transformers}\nembeddings: {sentence_transformers: {mode: local, model: m}}\n",
    ],
    "non-string mapping key": ["security: {throttling: {enabled: false, priority_multipliers: {1: 3.0, 5: 2.0, 10: 1.0}}}\n"],
    "same scalar in config.yaml and import": [
        "# file: config/config.yaml\nimport: [example.yaml, base.yaml]\nreranker: {enabled: false}\n# file: config/example.yaml\nreranker: {enabled: true, provider: cohere}\n"
    ],
    "undeclared env var": ["# file: config/example.yaml\n# ${NOT_LOOKED_AT}\nmessages: {}\n# file: env.example\nOTHER=1\n"],
}


def test_every_pattern_has_an_example() -> None:
    patterns = read_facts("not-defects")
    assert {each["check"] for each in patterns} == set(EXAMPLES)
    assert sum(len(examples) for examples in EXAMPLES.values()) >= len(patterns)


@pytest.mark.parametrize(("check", "index"), [(check, index) for check, examples in EXAMPLES.items() for index in range(len(examples))])
def test_what_looks_wrong_and_is_right_is_left_alone(check: str, index: int) -> None:
    verdict = run_rules(example_config(EXAMPLES[check][index]), RULES)
    assert [(each.code, each.key, each.message) for each in verdict.diagnostics if each.severity > Severity.INFO] == []
