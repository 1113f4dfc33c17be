"""Each of the silent failures of inference is reported, by the rule and with the severity that the facts ask for."""

from dataclasses import dataclass

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import RULES
from orbitcfg.settings.model import Settings
from tests.shared import read_facts
from tests.trees import example_config

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True)
class Case:
    """A configuration with the failure, and who tells of it how loudly."""

    code: str
    severity: Severity
    example: str
    strict_env: bool = False


def block(name: str, settings: str, *, rest: str = "") -> str:
    """The default provider with these settings."""
    return f"general: {{inference_provider: {name}}}\ninference: {{{name}: {{enabled: true, {settings}}}}}\n{rest}"


def adapter(lines: str, *, rest: str = "", kind: str = "passthrough", capabilities: str = "retrieval_behavior: none") -> str:
    """One adapter with these keys."""
    style = "Multimodal" if kind.endswith("_generation") else "Conversational"
    return (
        f"adapters:\n  - {{name: chat, type: {kind}, datasource: none, adapter: {style.lower()}, "
        f"implementation: implementations.passthrough.{style.lower()}.{style}Implementation, capabilities: {{{capabilities}}}{', ' if lines else ''}{lines}}}\n{rest}"
    )


def inference(*blocks: str) -> str:
    """The healthy default, with more providers beside it."""
    return "inference: {shimmy: {enabled: true, base_url: 'http://localhost:11435', model: llama-3.2-3b}, " + ", ".join(blocks) + "}\n"


PRESETS = "ollama_presets: {small: {base_url: 'http://localhost:11434', model: 'llama3.2:3b', think: true}, big: {model: 'llama3.1:8b'}}\n"
IMAGES = "image: {enabled: true, provider: openai}\nimage_generation: {openai: {enabled: true, api_key: k0123456789abc, model: m}}\nrewriters: {image: {template: x}}\n"

CASES = {
    "A1": Case("ORB404", WARNING, inference("vertex: {enabled: true, model: m}")),
    "A2": Case("ORB502", ERROR, adapter("", rest="general: {inference_provider: groq}\ninference: {groq: {api_key: '${K}', model: m}}\n")),
    "A3": Case("ORB303", ERROR, "inference: {shimmy: {enabled: 'no', base_url: 'http://localhost:1', model: m}}\n"),
    "A4": Case("ORB304", ERROR, block("vllm", "mode: api, base_url: null, model: m")),
    "A5": Case("ORB304", ERROR, block("ollama_cloud", "api_key: '${K}', base_url: null, model: m")),
    "A6": Case("ORB413", ERROR, block("openrouter", "api_key: '${K}', base_url: 'https://llm.example.org/v1', model: m")),
    "A7": Case("ORB306", INFO, block("llama_cpp", "mode: api, base_url: 'http://localhost:8080', api_key: '${K}', model: m")),
    "A8": Case("ORB303", ERROR, block("vllm", "mode: API, base_url: 'http://localhost:8000/v1', model: m")),
    "A9": Case("ORB414", ERROR, block("llama_cpp", "base_url: 'http://localhost:8080', model: m")),
    "A10": Case("ORB412", WARNING, block("lmstudio", "base_url: 'http://localhost:1234', api_key: lm-studio, model: m")),
    "A11": Case("ORB303", ERROR, block("sglang", "base_url: 'http://localhost:30000/v1', top_k: 40, model: m")),
    "A12": Case("ORB306", INFO, block("ollama", "base_url: 'http://localhost:11434', model: m, repeat_penalty: 1.1")),
    "A13": Case("ORB306", WARNING, block("gemini", "api_key: '${K}', model: m, disable_safety: true")),
    "A14": Case("ORB306", INFO, block("vertexai", "model: m, project_id: p")),
    "A15": Case("ORB401", ERROR, block("aws", "access_key: '', secret_access_key: '', region: us-east-1, model: m")),
    "A16": Case("ORB415", WARNING, block("azure", "endpoint: 'https://a.openai.azure.com/', api_key: '${K}', deployment: d, api_version: v")),
    "A17": Case("ORB402", ERROR, block("watson", "url: 'https://x.example.org', api_key: '${K}', model: m")),
    "A18": Case("ORB303", ERROR, block("huggingface", "endpoint_url: 'https://x.example.org', api_key: '${K}', model: m")),
    "A19": Case("ORB306", INFO, block("vllm", "mode: api, base_url: 'http://localhost:8000/v1', model: m, timeout: {total: 1000}")),
    "A20": Case("ORB403", ERROR, block("vllm", "mode: api, base_url: 'http://localhost:8000/v1', model: m, retry: null")),
    "A21": Case("ORB434", WARNING, "# environment: GROQ_API_KEY=one\n" + block("groq", "api_key: '${OTHER:-two}', model: m")),
    "A22": Case("ORB205", WARNING, block("groq", "api_key: your-key, model: m")),
    "A23": Case("ORB401", ERROR, "# environment: OLLAMA_API_KEY=k\n" + block("ollama_cloud", "model: m")),
    "A24": Case("ORB303", WARNING, "# environment: HEAT=0.3\n" + block("shimmy", "base_url: 'http://localhost:1', model: m, temperature: '${HEAT}'")),
    "A25": Case("ORB433", WARNING, inference() + "inferences: {shimmy: {model: other}}\n"),
    "A26": Case("ORB438", WARNING, block("shimmy", "base_url: 'http://localhost:1', model: m, context_window: 4096, max_tokens: 4096", rest="chat_history: {enabled: true}\n")),
    "A27": Case("ORB432", WARNING, block("openai", "api_key: '${K}', model: o4-mini")),
    "A28": Case("ORB303", ERROR, block("xai", "api_key: '${K}', model: grok-4.5, reasoning_effort: high")),
    "A30": Case("ORB531", WARNING, adapter("rewrite_provider: nvidia", kind="image_generation", rest=IMAGES + inference("nvidia: {enabled: true, api_key: '${K}', model: m}"))),
    "B1": Case("ORB420", ERROR, block("ollama", "use_preset: smal", rest=PRESETS)),
    "B2": Case("ORB421", WARNING, block("ollama", "use_preset: small, temperature: 0.1", rest=PRESETS)),
    "B3": Case("ORB422", INFO, "general: {inference_provider: ollama}\ninference: {ollama: {use_preset: small}}\n" + PRESETS),
    "B4": Case("ORB306", INFO, block("vllm", "mode: api, base_url: 'http://localhost:8000/v1', model: m, use_preset: small", rest=PRESETS)),
    "B5": Case("ORB423", WARNING, adapter("inference_provider: llama_cpp, model: two", rest=inference("llama_cpp: {enabled: true, use_preset: one}") + "llama_cpp_presets: {one: {model_path: a.gguf}, two: {model_path: b.gguf}}\n")),
    "B6": Case("ORB423", WARNING, adapter("inference_provider: ollama_remote, model: big", rest=inference("ollama_remote: {enabled: true, base_url: 'http://localhost:1', model: m}") + PRESETS)),
    "B7": Case("ORB424", INFO, adapter("inference_provider: ollama, model: big", rest=inference("ollama: {enabled: true, use_preset: small}") + PRESETS)),
    "B8": Case("ORB424", WARNING, adapter("inference_provider: ollama, model: 'gemma3:4b'", rest=inference("ollama: {enabled: true, use_preset: small}") + PRESETS)),
    "C1": Case("ORB502", ERROR, adapter("inference_provider: groq", rest=inference("groq: {enabled: false, api_key: '${K}', model: m}"))),
    "C2": Case("ORB522", WARNING, adapter("model: other")),
    "C3": Case("ORB532", WARNING, adapter("inference_provider: shimmy, model: one, allowed_models: [{name: two, provider: shimmy, model: two}]")),
    "C4": Case("ORB523", WARNING, adapter("inference_provider: shimmy, effort: high")),
    "C5": Case("ORB523", WARNING, adapter("inference_provider: ollama, effort: high", rest=inference("ollama: {enabled: true, use_preset: small}") + PRESETS)),
    "C6": Case("ORB523", WARNING, adapter("inference_provider: openrouter, effort: high", rest=inference("openrouter: {enabled: true, api_key: '${K}', model: m}"))),
    "C7": Case("ORB301", WARNING, adapter("provider: shimmy")),
    "C8": Case("ORB306", INFO, adapter("inference_provider: shimmy, top_p: 0.5")),
    "C9": Case("ORB524", WARNING, adapter("inference_provider: llama_cpp, model: other", rest=inference("llama_cpp: {enabled: true, model_path: a.gguf}"))),
    "C10": Case("ORB530", INFO, adapter("inference_provider: shimmy, context_window: 131072")),
    "C11": Case("ORB305", ERROR, adapter("inference_provider: shimmy, allowed_models: [{name: two, provider: shimmy}]")),
    "C12": Case("ORB501", ERROR, adapter("inference_provider: shimmy, allowed_models: [{name: two, provider: nobody, model: m}]")),
    "C13": Case("ORB517", WARNING, adapter("inference_provider: shimmy, allowed_models: [{name: a, provider: shimmy, model: m}, {name: a, provider: shimmy, model: m}]")),
    "C14": Case("ORB440", WARNING, adapter("inference_provider: shimmy, model: 'gpt-oss:20b', allowed_models: [{name: 'gpt-oss:120b', provider: shimmy, model: 'gpt-oss:20b'}]")),
    "C15": Case("ORB518", WARNING, adapter("allowed_models: [{name: a, provider: shimmy, model: m}]", kind="image_generation", rest=IMAGES)),
    "C16": Case("ORB525", WARNING, adapter("inference_provider: shimmy, model: one, rewrite_provider: vllm", kind="image_generation", rest=IMAGES + inference("vllm: {enabled: true, mode: api, base_url: 'http://localhost:8000/v1', model: m}"))),
    "C17": Case("ORB552", WARNING, adapter("inference_provider: vllm, model: one", capabilities="retrieval_behavior: none, auto_skill_routing: true", rest=inference("vllm: {enabled: true, mode: api, base_url: 'http://localhost:8000/v1', model: m}") + "skill_routing: {auto_detect: true, router_provider: shimmy}\n")),
    "C18": Case("ORB522", WARNING, adapter("model: other", capabilities="retrieval_behavior: none, expose_as_skill: true, skill_name: Talk")),
    "C19": Case("ORB526", ERROR, adapter("inference_provider: shimmy", kind="mcp_agent", rest="mcp_clients: {enabled: true, servers: [{name: a, command: b}]}\n")),
    "C20": Case("ORB527", ERROR, adapter("inference_provider: groq", capabilities="retrieval_behavior: none, web_search: true", rest=inference("groq: {enabled: true, api_key: '${K}', model: m}"))),
    "C22": Case("ORB528", WARNING, "vector_stores: {chroma: {enabled: true}}\nadapters:\n  - {name: a, type: retriever, datasource: http, adapter: intent, implementation: retrievers.implementations.intent.IntentAgentRetriever, capabilities: {retrieval_behavior: always}, config: {domain_config_path: d.yaml, template_library_path: t.yaml, store_name: chroma, function_model: m}}\n"),
    "C23": Case("ORB529", WARNING, "adapters:\n" + "".join(f"  - {{name: a{heat}, type: passthrough, datasource: none, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation, inference_provider: llama_cpp, temperature: 0.{heat}}}\n" for heat in (1, 2)) + inference("llama_cpp: {enabled: true, model_path: a.gguf}")),
    "D1": Case("ORB305", ERROR, "general: {port: 3000}\n# file: config/base.yaml\nauth: {default_admin_password: admin}\n"),
    "D2": Case("ORB502", ERROR, adapter("", rest="general: {inference_provider: groq}\ninference: {groq: {enabled: false, model: m}}\n")),
    "D3": Case("ORB532", WARNING, "adapters:\n  - {name: a, type: passthrough, datasource: none, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation}\n  - {name: b, type: passthrough, datasource: none, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation, inference_provider: shimmy, model: other}\n"),
    "D4": Case("ORB110", ERROR, "import: [gone.yaml]\n"),
    "D5": Case("ORB121", WARNING, "# file: config/example.yaml\nimport: [a.yaml, b.yaml]\n# file: config/a.yaml\nreranker: {enabled: false, provider: cohere}\n# file: config/b.yaml\nreranker: {enabled: false, provider: jina}\n"),
}  # fmt: skip

UNDECIDABLE = {
    "A29": "whether a Python package is installed is not in the configuration",
    "B9": "the preset wins, as is written; whether a tag of that name exists only the server knows",
    "C21": "which object an intent adapter's own calls get depends on the other adapters; ORB532 reports it of the adapter",
    "D6": "what a running server has loaded is not in the configuration",
    "D7": "whether a server answers, and knows the model, is for `doctor`",
}


def ids() -> set[str]:
    """The ids of the checklist."""
    return set(read_facts("tables")["inference-resolution"])


def test_every_silent_failure_has_a_case_or_a_reason() -> None:
    assert len(ids()) == 69
    assert set(CASES) | set(UNDECIDABLE) == ids()
    assert not set(CASES) & set(UNDECIDABLE)


@pytest.mark.parametrize("fact", CASES)
def test_a_silent_failure_is_told(fact: str) -> None:
    case = CASES[fact]
    # what strikes nobody is no error: somebody takes the default
    example = case.example if "adapters:" in case.example else case.example + adapter("")
    verdict = run_rules(example_config(example, Settings(strict_env=case.strict_env)), RULES)
    found = {(each.code, each.severity) for each in verdict.diagnostics}
    assert (case.code, case.severity) in found, [(each.code, each.severity.label, each.key, each.message) for each in verdict.diagnostics]
    assert not verdict.crashed
