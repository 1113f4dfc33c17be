"""Addresses that nobody can call: what is reported, and what is proposed instead."""

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.report.consequence import Consequence
from orbitcfg.rules import RULES
from tests.trees import example_config

NO_SCHEME = "is no address that begins with `http://` or `https://`"
PORT = "has no colon, or two, between host and port"
FOREIGN = "holds a placeholder of another system, which ORBIT does not fill"
NOT_CALLED = "is no address that can be called"
WHOLE = "write a whole address, such as `https://llm.example.org`"


def reported(example: str, prefix: str = "ORB41") -> list[tuple[str, str, str | None]]:
    """Code, message and help of what the rules of one prefix say, and of all that fails inside of a rule."""
    found = run_rules(example_config(example), RULES).diagnostics
    return [(each.code, each.message, each.help) for each in found if each.code.startswith((prefix, "ORB901"))]


def openai(url: str) -> str:
    """The default provider with an address of its own."""
    return f"general: {{inference_provider: openai}}\ninference: {{openai: {{enabled: true, model: m, api_key: k, base_url: '{url}'}}}}\n"


@pytest.mark.parametrize(
    ("url", "fault", "remedy"),
    [
        ("http://[::1", f"{NOT_CALLED}: its port is `:1`, which is no number", WHOLE),
        ("http://gpu:99999/v1", f"{NOT_CALLED}: its port is none up to 65535", WHOLE),
        ("https://https://api.mistral.ai/v1", "holds its scheme twice", "write `https://api.mistral.ai/v1`"),
        ("https:/api.mistral.ai/v1", NO_SCHEME, "write `https://api.mistral.ai/v1`"),
        ("https//api.mistral.ai/v1", NO_SCHEME, "write `https://api.mistral.ai/v1`"),
        ("api.openai.com/v1", NO_SCHEME, "write `https://api.openai.com/v1`"),
        ("localhost:8080/v1", NO_SCHEME, "write `http://localhost:8080/v1`"),
        ("gpu:8080/v1", NO_SCHEME, "write `http://gpu:8080/v1`"),
        ("192.168.1.4:8080/v1", NO_SCHEME, "write `http://192.168.1.4:8080/v1`"),
        ("llm.lan/v1", NO_SCHEME, "write `http://llm.lan/v1`"),
        ("htps://api.openai.com/v1", NO_SCHEME, "write `https://api.openai.com/v1`"),
        ("hhttp://gpu:8080/v1", NO_SCHEME, "write `http://gpu:8080/v1`"),
        ("tcp://gpu:8080/v1", NO_SCHEME, "write `http://gpu:8080/v1`"),
        ("http;//gpu:8080/v1", NO_SCHEME, "write `http://gpu:8080/v1`"),
        ("http/gpu:8080/v1", NO_SCHEME, "write `http://gpu:8080/v1`"),
        ("ftp://gpu:8080/v1", f"{NOT_CALLED}: it does not begin with `http://` or `https://`", WHOLE),
        ("http://localhost,8080/v1", PORT, "write `http://localhost:8080/v1`"),
        ("http://localhost;8080/v1", PORT, "write `http://localhost:8080/v1`"),
        ("http://gpu:/8080/v1", PORT, "write `http://gpu:8080/v1`"),
        ("http://gpu:8080:8080/v1", PORT, "write `http://gpu:8080/v1`"),
        ("http://localhost8080/v1", PORT, "write `http://localhost:8080/v1`"),
        ("<http://gpu:8080/v1>", "is in quotes or brackets", "write `http://gpu:8080/v1`"),
        ("[the server](http://gpu:8080/v1)", "is in quotes or brackets", "write `http://gpu:8080/v1`"),
        ("http://$GPU_HOST:8080/v1", FOREIGN, "write `http://${GPU_HOST}:8080/v1`"),
        ("http://%GPU_HOST%:8080/v1", FOREIGN, "write `http://${GPU_HOST}:8080/v1`"),
        ("http://{{ GPU_HOST }}:8080/v1", FOREIGN, "write `http://${GPU_HOST}:8080/v1`"),
        ("http://192.168.1.x:8080/v1", "is a placeholder, where the address of a server belongs", "write the server's own address"),
        ("http://xxx.xxx.xxx.xxx:8080/v1", "is a placeholder, where the address of a server belongs", "write the server's own address"),
        ("http://server-ip:8080/v1", "is a placeholder, where the address of a server belongs", "write the server's own address"),
    ],
)
def test_an_address_that_nobody_can_call_is_told_once_with_the_meant_one(url: str, fault: str, remedy: str) -> None:
    assert reported(openai(url)) == [("ORB410", f"`{url}` {fault}", remedy)]


def test_the_fix_writes_the_address_that_the_help_names() -> None:
    (found,) = [each for each in run_rules(example_config(openai("api.openai.com/v1")), RULES).diagnostics if each.code == "ORB410"]
    assert found.fix is not None
    assert [getattr(edit, "replacement", None) for edit in found.fix.edits] == ["'https://api.openai.com/v1'"]


def test_ollamas_client_fixes_a_missing_scheme_and_no_broken_bracket() -> None:
    block = "general: {inference_provider: ollama_remote}\ninference: {ollama_remote: {enabled: true, model: m, base_url: 'URL'}}\n"
    assert reported(block.replace("URL", "gpu")) == []
    assert reported(block.replace("URL", "[::1")) == [("ORB410", f"`[::1` {NOT_CALLED}: its port or its brackets are wrong", WHOLE)]


def test_a_broken_bracket_crashes_no_rule_of_azure_or_shimmy() -> None:
    azure = "azure: {enabled: true, endpoint: 'https://[x', api_key: k, deployment: d, api_version: '2024-06-01'}"
    assert reported(f"general: {{inference_provider: azure}}\ninference: {{{azure}}}\n") == [
        ("ORB410", f"`https://[x` {NOT_CALLED}: its brackets are wrong", WHOLE)
    ]
    shimmy = "inference: {shimmy: {enabled: true, base_url: 'https://[x', model: m}}\n"
    assert reported(shimmy) == [("ORB410", f"`https://[x` {NOT_CALLED}: its host is no name", WHOLE)]


def test_an_address_that_is_not_used_leads_to_another_provider_or_out() -> None:
    block = "general: {inference_provider: openrouter}\ninference: {openrouter: {enabled: true, api_key: k, model: m, base_url: 'URL'}}\n"
    always = "and the provider `openrouter` always calls `https://openrouter.ai/api/v1`"
    assert reported(block.replace("URL", "https://openrouter.ai/api/v2")) == [
        ("ORB413", f"`base_url` is `https://openrouter.ai/api/v2`, {always}", "remove the line")
    ]
    assert reported(block.replace("URL", "https://llm.example.org/v1")) == [
        ("ORB413", f"`base_url` is `https://llm.example.org/v1`, {always}", "use a provider that takes an address, such as `openai`")
    ]


@pytest.mark.parametrize(
    ("section", "provider", "loses"),
    [
        ("inference", "openai", "api_base"),
        ("rerankers", "cohere", "base_url"),
        ("tts_providers", "cohere", "base_url"),
        ("stt_providers", "xai", "base_url"),
    ],
)
def test_of_two_addresses_the_one_counts_that_the_catalogue_puts_first(section: str, provider: str, loses: str) -> None:
    block = "{enabled: true, api_key: k, base_url: 'https://one.example.org', api_base: 'https://two.example.org'}"
    ((_, message, remedy),) = reported(f"{section}: {{{provider}: {block}}}\n", "ORB435")
    assert (message.partition(" ")[0], remedy) == (f"`{loses}`", f"remove `{loses}`")


def test_a_placeholder_is_told_only_where_somebody_needs_the_address() -> None:
    block = "inference: {ollama_remote: {enabled: true, model: m, base_url: 'http://your-remote-server:11434'}}\n"
    told = ("ORB410", "`http://your-remote-server:11434` is a placeholder, where the address of a server belongs", "write the server's own address")
    assert reported(block) == []
    assert reported(f"general: {{inference_provider: ollama_remote}}\n{block}") == [told]


@pytest.mark.parametrize(
    ("host", "remedy"),
    [
        ("http://gpu", "write `gpu`"),
        ("gpu:9000", "write `gpu`, and `port: 9000`"),
        ("http://gpu:9000/v1", "write `gpu`, and `port: 9000`"),
        ("::1", "write `[::1]`"),
        ("gpu ", "write `gpu`"),
    ],
)
def test_where_a_host_belongs_nothing_else_does(host: str, remedy: str) -> None:
    told = reported(f"general: {{inference_provider: vllm}}\ninference: {{vllm: {{enabled: true, model: m, host: '{host}', port: 8000}}}}\n")
    assert told == [("ORB410", f"`{host}` is no host: a name or an IP address alone belongs here", remedy)]


@pytest.mark.parametrize("host", ["gpu", "GPU-box", "10.0.0.7", "[::1]", "gpu.example.org"])
def test_a_host_is_no_mistake(host: str) -> None:
    assert reported(f"general: {{inference_provider: vllm}}\ninference: {{vllm: {{enabled: true, model: m, host: '{host}', port: 8000}}}}\n") == []


@pytest.mark.parametrize(
    ("url", "starts"), [("http://gpu:abc/v1", False), ("http://10.0.0.300/v1", False), ("gpu:8000/v1", True), ("http://http://gpu/v1", True)]
)
def test_a_client_that_cannot_be_made_ends_the_start(url: str, starts: bool) -> None:
    """That of the default provider: some faults come to light at the first request only."""
    (found,) = [each for each in run_rules(example_config(openai(url)), RULES).diagnostics if each.code == "ORB410"]
    assert (found.consequence is not Consequence.NO_START) is starts


@pytest.mark.parametrize(
    ("section", "provider", "url", "target"),
    [
        ("embeddings", "ollama", "http://localhost:11434/v1", "http://localhost:11434/v1/api/embeddings"),
        ("visions", "ollama", "http://localhost:11434/api", "http://localhost:11434/api/api/chat"),
        ("rerankers", "openai", "https://api.openai.com/v1/v1", "https://api.openai.com/v1/v1/chat/completions"),
        ("moderations", "openai", "https://api.openai.com/v1//", "https://api.openai.com/v1//moderations"),
        ("visions", "ollama_cloud", "https://ollama.com/api", "https://ollama.com/api/api/chat"),
    ],
)
def test_services_are_judged_by_their_own_clients(section: str, provider: str, url: str, target: str) -> None:
    ((code, message, _),) = reported(f"{section}: {{{provider}: {{enabled: true, base_url: '{url}'}}}}\n")
    assert code == "ORB411"
    assert message.endswith(f"an ordinary call goes to `{target}`")


def test_an_address_that_another_section_lends_is_judged_where_it_stands() -> None:
    sections = "moderations: {ollama: {}}\nmoderators: {ollama: {base_url: 'http://localhost:11434/'}}\n"
    (found,) = [each for each in run_rules(example_config(sections), RULES).diagnostics if each.code == "ORB411"]
    assert found.help == "write `http://localhost:11434`"


@pytest.mark.parametrize(
    "block",
    [
        "embeddings: {sentence_transformers: {mode: remote, base_url: 'https://api-inference.huggingface.co/models'}}",
        "embeddings: {mistral: {api_base: 'https://api.mistral.ai/v1/v1'}}",
        "inference: {deepseek: {enabled: true, base_url: 'https://api.deepseek.com'}}",
        "inference: {azure: {enabled: true, endpoint: 'https://acme.services.ai.azure.com/models'}}",
    ],
)
def test_what_the_vendor_wants_or_nobody_calls_is_no_mistake(block: str) -> None:
    assert [each for each in reported(f"{block}\n") if each[0] in ("ORB411", "ORB412")] == []


@pytest.mark.parametrize(
    ("origin", "remedy"),
    [
        ("https://chat.example.org/", "write `https://chat.example.org`"),
        ("HTTPS://Chat.example.org:443", "write `https://chat.example.org`"),
        ("https://chat.example.org/app", "write `https://chat.example.org`"),
        ("localhost:5173", "write `http://localhost:5173`"),
        ("https://*.example.org", "write an origin, such as `https://chat.example.org`"),
        ("https://a.example.org,https://b.example.org", "write an origin, such as `https://chat.example.org`"),
    ],
)
def test_an_origin_is_written_as_a_browser_sends_it(origin: str, remedy: str) -> None:
    assert reported(f"security: {{cors: {{allowed_origins: ['{origin}']}}}}\n", "ORB609") == [
        ("ORB609", f"no browser sends `{origin}` as its origin, so it allows nobody", remedy)
    ]


@pytest.mark.parametrize(
    "origins", ["'https://chat.example.org'", "'http://[::1]:3000'", "'chrome-extension://abc'", "'*', 'https://chat.example.org/'", "'null'"]
)
def test_what_a_browser_sends_is_no_mistake(origins: str) -> None:
    assert reported(f"security: {{cors: {{allowed_origins: [{origins}]}}}}\n", "ORB609") == []
