"""What a model can do, by what its server says of it, and by one small text to embed."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.observed.ability import Ability
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.nearest import nearest
from orbitcfg.observed.probe import ListedModel
from tests.live.doubles import Answer, Asked, Handler, as_json, as_text, completion, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.lmstudio import LmStudio
from tests.live.doubles.ollama import Ollama
from tests.live.setups import Setup, codes, found, is_clean, only, provider
from tests.shared import read_facts

CHATS = ("completion",)
ROUTER: list[dict[str, Any]] = read_facts("llama-server/b10434-router")


@dataclass(frozen=True)
class Able(Ollama):
    """An Ollama that says what its models can do."""

    can: dict[str, tuple[str, ...]] = field(default_factory=dict)
    vector: tuple[float, ...] = (0.5, 0.25)

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        name = asked.json["model"] if asked.method == "POST" else ""
        can = self.can.get(name if ":" in name else f"{name}:latest", ())
        match asked.path:
            case "/api/show" if can:
                return as_json({"capabilities": list(can)})
            case "/api/embeddings" if "embedding" in can:
                return as_json({"embedding": list(self.vector)})
            case "/api/embeddings":
                return as_json({"error": "this model does not support embeddings"}, 500)
        return super().__call__(asked)


def able(**can: tuple[str, ...]) -> Able:
    models = {name.replace("_", "-") + ":latest": abilities for name, abilities in can.items()}
    return Able(tuple(models), 8192, can=models)


CANNOT: dict[str, tuple[tuple[str, ...], dict[str, Any], str, str]] = {
    "chat": (("embedding",), {}, "cannot chat, as Ollama 0.13.0 says: it refuses each chat", "name a model that can chat"),
    "think": (
        CHATS,
        {"think": True},
        "cannot think, as Ollama 0.13.0 says: each chat is answered 400",
        "write `think: false`, or name a model that can think",
    ),
    "think low": (
        CHATS,
        {"think": "low"},
        "cannot think, as Ollama 0.13.0 says: each chat is answered 400",
        "write `think: false`, or name a model that can think",
    ),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_a_model_cannot_do_is_told(name: str, tmp_path: Path) -> None:
    can, block, fact, remedy = CANNOT[name]
    with serving(able(m=can)) as server:
        checkup = provider(tmp_path, "ollama", server.url, "m", **block).check()
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.message, diagnostic.help) == ("ORB736", f"`m` {fact}", remedy)
    assert checkup.verdict
    assert [each.state for each in checkup.verdict.adapters] == ["fails"]
    assert [(row.state, row.detail) for row in checkup.checks if row.kind is CheckKind.MODEL] == [
        (CheckState.FAILED, f"`m` is listed, and cannot {name.partition(' ')[0]}")
    ]


@pytest.mark.parametrize("think", [False, None, True])
def test_what_a_model_can_do_is_silent(think: bool | None, tmp_path: Path) -> None:
    with serving(able(m=(*CHATS, "thinking") if think else CHATS)) as server:
        assert is_clean(provider(tmp_path, "ollama", server.url, "m", **({} if think is None else {"think": think})).check())


def test_an_ollama_that_does_not_say_is_believed(tmp_path: Path) -> None:
    with serving(Able(("m:latest",), 8192)) as server:
        assert is_clean(provider(tmp_path, "ollama", server.url, "m", think=True).check())


def test_a_model_that_can_is_proposed(tmp_path: Path) -> None:
    with serving(able(nomic_embed=("embedding",), chatty=CHATS)) as server:
        diagnostic = only(provider(tmp_path, "ollama", server.url, "nomic-embed").check())
    assert diagnostic.help == "write `model: chatty:latest`"


def test_tools_need_a_model_that_calls_them(tmp_path: Path) -> None:
    setup = Setup(tmp_path, "ollama", {"model": "m"}, adapter={"type": "mcp_agent", "capabilities": {"mcp_servers": ["files"]}})
    with serving(able(m=CHATS)) as server:
        checkup = replace(setup, block={"model": "m", "base_url": server.url}).write().check()
    assert ("ORB736", "`m` cannot call tools, as Ollama 0.13.0 says: each chat with tools is answered 400") in found(checkup)


def embedding(folder: Path, url: str, model: str) -> Setup:
    """A retriever whose texts an Ollama embeds; the same one chats."""
    setup = Setup(folder, "ollama", {"base_url": url, "model": "chatty"}, adapter={"embedding_provider": "ollama", "embedding_model": model}).write()
    config = folder / "config/config.yaml"
    config.write_text(
        config.read_text().replace("enabled: false", "enabled: true") + f"embeddings: {{ollama: {{base_url: '{url}', model: other}}}}\n"
    )
    return setup


def of(code: str, checkup: Any) -> list[tuple[str, str]]:
    return [(each.message, each.help) for each in checkup.report.diagnostics if each.code == code and "chat-0" in (each.affects or ())]


def test_a_chat_model_that_shall_embed_is_told(tmp_path: Path) -> None:
    with serving(able(chatty=CHATS, nomic_embed_text=("embedding",))) as server:
        checkup = embedding(tmp_path, server.url, "chatty").check()
    assert of("ORB736", checkup) == [
        (
            "`chatty` cannot embed, as Ollama 0.13.0 says: it refuses each text, and ORBIT stores zeros",
            "write `embedding_model: nomic-embed-text:latest`",
        )
    ]


def test_no_chat_model_is_proposed_for_embeddings(tmp_path: Path) -> None:
    with serving(able(chatty=CHATS)) as server:
        alone = embedding(tmp_path, server.url, "nomic-embed-text").check()
    assert of("ORB732", alone) == [("Ollama 0.13.0 does not list `nomic-embed-text`", "run `ollama pull nomic-embed-text`")]
    with serving(able(chatty=CHATS, mxbai_embed_large=("embedding",), all_minilm=("embedding",))) as server:
        checkup = embedding(tmp_path, server.url, "nomic-embed-text").check()
    [(_, remedy)] = of("ORB732", checkup)
    assert remedy.startswith(
        "run `ollama pull nomic-embed-text`, or write one of `mxbai-embed-large:latest`, `all-minilm:latest` as `embedding_model`"
    ) or (remedy == "run `ollama pull nomic-embed-text`, or write `embedding_model: mxbai-embed-large:latest`")


def test_one_text_is_embedded(tmp_path: Path) -> None:
    double = able(chatty=CHATS, nomic_embed_text=("embedding",))
    with serving(double) as server:
        checkup = embedding(tmp_path, server.url, "nomic-embed-text").check(generate=True)
        assert {"model": "nomic-embed-text", "prompt": "hello"} in [asked.json for asked in server.asked if asked.path == "/api/embeddings"]
    rows = [(row.state, row.detail) for row in checkup.checks if row.kind is CheckKind.EMBED and "nomic" in row.detail]
    assert rows == [(CheckState.OK, "`nomic-embed-text`: 2 numbers")]
    assert of("ORB769", checkup) == []


@pytest.mark.parametrize(
    ("double", "fact"),
    [
        (Able(("chatty:latest", "nomic-embed-text:latest"), 8192), "no vector (500: this model does not support embeddings)"),
        (replace(able(chatty=CHATS, nomic_embed_text=("embedding",)), vector=(0.0, 0.0)), "a vector of zeros"),
    ],
    ids=["refused", "zeros"],
)
def test_a_text_that_is_not_embedded_is_told(double: Handler, fact: str, tmp_path: Path) -> None:
    with serving(double) as server:
        checkup = embedding(tmp_path, server.url, "nomic-embed-text").check(generate=True)
    [(message, remedy)] = of("ORB769", checkup)
    assert message == f"Ollama 0.13.0 answers a text for `nomic-embed-text` with {fact}, and ORBIT stores zeros"
    assert remedy == "name a model that embeds texts"


def test_a_text_that_is_refused_for_another_reason_is_not_the_models_fault(tmp_path: Path) -> None:
    """Another model would be refused as well."""
    inner = able(chatty=CHATS, nomic_embed_text=("embedding",))

    def answer(asked: Asked) -> Answer:
        return as_json({"error": "Rate limit reached"}, 429) if asked.path == "/api/embeddings" else inner(asked)

    with serving(answer) as server:
        checkup = embedding(tmp_path, server.url, "nomic-embed-text").check(generate=True)
    [(_, remedy)] = of("ORB769", checkup)
    assert remedy == "follow the server's message: it is about who calls or how often, not about the model"


def test_nothing_is_embedded_unasked(tmp_path: Path) -> None:
    with serving(able(chatty=CHATS, nomic_embed_text=("embedding",))) as server:
        embedding(tmp_path, server.url, "nomic-embed-text").check()
        assert "/api/embeddings" not in server.paths()


def router(*names: str) -> Handler:
    """The recorded router, with these of its models."""
    [listed] = [row["body"] for row in ROUTER if row["name"] == "models"]
    [properties] = [row["body"] for row in ROUTER if row["name"] == "props"]

    def answer(asked: Asked) -> Answer:
        match asked.path:
            case "/v1/models":
                rows = [row for row in json.loads(listed)["data"] if row["id"] in names]
                return as_json({"data": rows, "object": "list"}, server="llama.cpp")
            case "/props":
                return as_json(json.loads(properties), server="llama.cpp")
            case "/health":
                return as_json({"status": "ok"}, server="llama.cpp")
            case "/v1/chat/completions":
                return as_json(completion(asked.json["model"], "hi"))
        return as_text("File Not Found", 404)

    return answer


@pytest.mark.parametrize("names", [("tiny-one",), ("tiny-one", "tiny-two")])
def test_a_router_goes_by_the_name(names: tuple[str, ...], tmp_path: Path) -> None:
    """With one model only, too."""
    with serving(router(*names)) as server:
        checkup = provider(tmp_path, "llama_cpp", f"{server.url}/v1", "qwen3-8b", mode="api").check()
    assert codes(checkup) == ["ORB732"]


def test_a_model_that_a_router_could_not_load_is_told(tmp_path: Path) -> None:
    with serving(router("cut", "tiny-one")) as server:
        diagnostic = only(provider(tmp_path, "llama_cpp", f"{server.url}/v1", "cut", mode="api").check())
    assert (diagnostic.code, diagnostic.message) == ("ORB737", "llama-server b1-7e4c0a9 lists `cut`, and could not load it")


def test_a_server_with_one_model_still_answers_any_name(tmp_path: Path) -> None:
    with serving(LlamaServer()) as server:
        assert codes(provider(tmp_path, "llama_cpp", f"{server.url}/v1", "qwen3-8b", mode="api").check()) == ["ORB733"]


def test_lm_studio_says_what_its_models_are_for(tmp_path: Path) -> None:
    inner = LmStudio()

    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/v0/models":
            return as_json({"object": "list", "data": [{"id": "qwen2.5-7b-instruct", "object": "model", "type": "embeddings"}]})
        return inner(asked)

    with serving(answer) as server:
        checkup = provider(tmp_path, "lmstudio", f"{server.url}/v1", "qwen2.5-7b-instruct", api_key="lm-studio").check()
    assert "ORB736" in codes(checkup)


def test_the_nearest_comes_first() -> None:
    models = [ListedModel(name) for name in ("gemma3:1b", "qwen3:8b", "qwen3:4b-q8", "nomic-embed-text", "qwen*")]
    expected = ExpectedModel("qwen3:4b", ("a",), ("inference",))
    assert [model.name for model in nearest(expected, models)] == ["qwen3:4b-q8", "qwen3:8b", "gemma3:1b"]
    texts = ExpectedModel("nomic", ("a",), ("embedding",))
    assert [model.name for model in nearest(texts, [*models, ListedModel("x", can=frozenset({Ability.EMBED}))])] == ["nomic-embed-text", "x"]
