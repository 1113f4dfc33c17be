"""Addresses that lead astray: what is told of them, and that what is meant is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbitcfg.document.source import Source
from orbitcfg.document.tree import Mapping
from orbitcfg.document.yaml_reader import parse
from orbitcfg.effective.block import plain_block
from orbitcfg.effective.families import FAMILIES
from orbitcfg.effective.meant import ClientReading, is_placeholder, slip_of
from orbitcfg.effective.request import OrdinaryRequest, path_of, target_of
from orbitcfg.effective.urls import BaseAddress
from tests.effective.measured import CATALOG


def reading(section: str, name: str) -> ClientReading:
    """How the client of a provider reads its address."""
    tree, _ = parse(Source("a.yaml", f"{section}: {{{name}: {{}}}}"))
    assert isinstance(tree, Mapping)
    block = plain_block(tree, CATALOG, (section, name))
    client, key = block.row.provider.client, block.row.provider.url.keys[0]
    assert client is not None
    family, path = FAMILIES[client.family], path_of(block, client, "m") or ""
    default = str(block.default(key) or "")
    return ClientReading(
        lambda text: target_of(client, family, BaseAddress(text, given=text, key=key), path), path, block.row.provider.url.paths, default
    )


READINGS = {
    name: reading(*name)
    for name in (
        ("inference", "openai"),
        ("inference", "vllm"),
        ("inference", "shimmy"),
        ("inference", "anthropic"),
        ("inference", "ollama"),
        ("inference", "ollama_remote"),
        ("inference", "azure"),
        ("inference", "zai"),
        ("inference", "huggingface"),
        ("embeddings", "ollama"),
        ("embeddings", "cohere"),
        ("embeddings", "voyage"),
        ("rerankers", "jina"),
        ("rerankers", "cohere"),
        ("visions", "ollama"),
        ("image_generation", "ollama"),
        ("stt_providers", "cohere"),
    )
}
"""One of each family that takes an address, and more of Ollama's."""


@pytest.mark.parametrize("provider", READINGS, ids=".".join)
@given(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", " ", "http://", "https://", "HTTP://", "http:/", "http://http://", '"http://', "\u200bhttp://", "ftp://"]),
        st.sampled_from(
            ["gpu", "gpu:8000", "localhost:11434", "10.0.0.7:8000", "172.17.0.11434", "192.168.1.5.8080", "[::1]:8000", "a b", "llm.example.org"]
        ),
        st.sampled_from(
            ["", "/", "//", "/v1", "/v1/", "//v1", "/v1/v1", "/api", "/api/chat", "/v1/chat/completions", "/v1/messages", "/llm/v1", "/v2", "/v 1"]
        ),
        st.sampled_from(["", " ", "\n", ",", ";", '"', "?x=1", "#f", "\t", " // local", "\udc80"]),
    )
)
def test_what_is_meant_is_right(provider: tuple[str, str], text: str) -> None:
    """A call gets out with it, and nothing more is to be said of it."""
    slip = slip_of(text, READINGS[provider])
    if slip is None:
        assert isinstance(READINGS[provider].target_of(text), OrdinaryRequest)
    elif slip.meant is not None:
        assert isinstance(READINGS[provider].target_of(slip.meant), OrdinaryRequest)
        assert slip_of(slip.meant, READINGS[provider]) is None


@pytest.mark.parametrize(
    ("provider", "text", "what", "meant"),
    [
        (("inference", "ollama"), "http://localhost:11434/v1", "names the beginning of a path that ORBIT adds as a whole", "http://localhost:11434"),
        (
            ("embeddings", "ollama"),
            "http://localhost:11434/api",
            "names the beginning of a path that ORBIT adds as a whole",
            "http://localhost:11434",
        ),
        (("visions", "ollama"), "http://gpu:11434/", "ends in a slash too many", "http://gpu:11434"),
        (("inference", "ollama_remote"), "http://gpu:11434/v1", "names the beginning of a path that ORBIT adds as a whole", "http://gpu:11434"),
        (
            ("inference", "ollama"),
            "http://gpu:11434/api/chat",
            "is the address of an endpoint, and ORBIT puts its path behind it once more",
            "http://gpu:11434",
        ),
        (("inference", "ollama"), "http://172.17.0.11434", "has no colon between IP address and port", "http://172.17.0.1:11434"),
        (("inference", "vllm"), "http://192.168.1.5.8000/v1", "has no colon between IP address and port", "http://192.168.1.5:8000/v1"),
        (
            ("inference", "azure"),
            "https://a.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-06-01",
            "is the address of an endpoint, and ORBIT puts its path behind it once more",
            "https://a.openai.azure.com/openai/deployments/d",
        ),
        (("inference", "vllm"), "http://gpu:8000//v1", "has two slashes in its path", "http://gpu:8000/v1"),
        (("inference", "vllm"), "http://gpu:8000/v1,", "ends in a comma or a semicolon", "http://gpu:8000/v1"),
        (("inference", "vllm"), "http://gpu:8000/v1?x=1", "holds a `?`, behind which ORBIT puts the path of its call", "http://gpu:8000/v1"),
        (("rerankers", "jina"), "https://api.jina.ai/v1/v1", "holds `/v1` twice", "https://api.jina.ai/v1"),
        (("inference", "openai"), "https://api.openai.com/v1/v1", "holds `/v1` twice", "https://api.openai.com/v1"),
        (("embeddings", "cohere"), "https://api.cohere.ai/v1", "names the beginning of a path that ORBIT adds as a whole", "https://api.cohere.ai"),
        (("inference", "vllm"), "http://gpu:8000/v1\n", "holds a blank, a line end or a character that nobody sees", "http://gpu:8000/v1"),
        (("inference", "vllm"), "http://gpu:8000/v1 // gpu", "holds a comment with slashes, which is none to YAML", "http://gpu:8000/v1"),
        (
            ("inference", "vllm"),
            "http://gpu:8000/\udc80",
            "`http://gpu:8000/\\udc80` is no address that can be called: it holds a byte that is no text",
            None,
        ),
        (
            ("inference", "vllm"),
            "http://192.168.1.300:8000/v1",
            "`http://192.168.1.300:8000/v1` is no address that can be called: `192.168.1.300` is no IPv4 address",
            None,
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_is_meant(provider: tuple[str, str], text: str, what: str, meant: str | None) -> None:
    slip = slip_of(text, READINGS[provider])
    assert slip is not None
    assert (slip.what, slip.meant) == (what, meant)


@pytest.mark.parametrize(
    ("provider", "text"),
    [
        (("inference", "ollama"), "http://localhost:11434 "),
        (("inference", "ollama"), "http://localhost:11434\n"),
        (("inference", "ollama_remote"), "gpu"),
        (("inference", "ollama_remote"), "http://gpu:11434/?x=1#f"),
        (("inference", "vllm"), "http://gpu:8000/v1/"),
        (("inference", "vllm"), "http://gpu:8000/llm"),
        (("inference", "azure"), "https://acme.openai.azure.com/openai/deployments/gpt?x=1"),
        (("inference", "azure"), "https://acme.services.ai.azure.com/models"),
        (("inference", "huggingface"), "https://abc.endpoints.huggingface.cloud/v1/chat/completions"),
        (("embeddings", "cohere"), "https://api.cohere.com/v2"),
        (("image_generation", "ollama"), "http://localhost:11434/v1/"),
        (("inference", "openai"), "http://user@llm.example.org/v1"),
        (("inference", "openai"), "http://user:password@llm.example.org:8000/v1"),
        (("inference", "openai"), "http://[::1]:8000/v1"),
    ],
)
def test_what_a_client_copes_with_is_no_slip(provider: tuple[str, str], text: str) -> None:
    assert slip_of(text, READINGS[provider]) is None


def test_placeholders_are_told_from_names() -> None:
    texts = ("https://<your-resource-name>.openai.azure.com/", "http://your-remote-server:11434", "http://my-server:8000", "https://{{ host }}/v1")
    assert [text for text in texts if not is_placeholder(text)] == []
    names = ("http://gpu:8000/v1", "http://yourself.example.org", "http://myhost:8000", "https://api.openai.com/v1", "http://replacement:80")
    assert [text for text in names if is_placeholder(text)] == []
