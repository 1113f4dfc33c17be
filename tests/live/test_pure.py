"""What needs no network: addresses, proxies, the match ladder, lists and errors in all their shapes, events."""

from collections.abc import Iterable
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbitcfg.effective.address import Address, is_loopback, parse_address, proxy
from orbitcfg.live import shapes
from orbitcfg.live.match import match_model
from orbitcfg.live.shapes import Body
from orbitcfg.live.sse import ChatStream, EventDecoder, LineDecoder
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.probe import Fit, ListedModel
from orbitcfg.observed.product import NameStyle, version_number

URLS = {
    "http://localhost:11435": Address("http", "localhost", 11435),
    "http://localhost:11435/v1/": Address("http", "localhost", 11435, "/v1"),
    "https://api.openai.com/v1": Address("https", "api.openai.com", 443, "/v1"),
    "http://[::1]:8080": Address("http", "::1", 8080),
    "http://user:secret@host/": Address("http", "host", 80),
    "localhost:11435": None,
    "ftp://host": None,
    "http://": None,
    "http://host:port": None,
    "http://a b/": None,
    "": None,
}


@pytest.mark.parametrize("url", URLS)
def test_the_parts_of_an_address(url: str) -> None:
    """Or that it is none."""
    assert parse_address(url) == URLS[url]


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    """It never raises."""
    parse_address(text)


def test_loopback_is_known_in_each_form() -> None:
    """By name and by number."""
    assert [is_loopback(host) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1", "a.localhost", "10.0.0.1", "example.org", "0.0.0.0")] == [
        *[True] * 5,
        *[False] * 3,
    ]


PROXIES: tuple[dict[str, str], ...] = (
    {},
    {"HTTP_PROXY": "http://p:1"},
    {"ALL_PROXY": "http://p:1"},
    {"https_proxy": "http://p:1"},
    {"HTTP_PROXY": "http://p:1", "NO_PROXY": "localhost"},
    {"HTTP_PROXY": "http://p:1", "NO_PROXY": "127.0.0.1"},
    {"HTTP_PROXY": "http://p:1", "NO_PROXY": "*"},
    {"ALL_PROXY": "http://p:1", "NO_PROXY": ".example.org, localhost"},
    {"ALL_PROXY": "http://p:1", "NO_PROXY": "example.org"},
    {"HTTP_PROXY": "http://p:1", "NO_PROXY": "::1"},
)


@pytest.mark.parametrize("variables", PROXIES, ids=str)
def test_the_proxy_is_the_one_that_httpx_would_take(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is what ORBIT's clients do."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with httpx.Client() as client:
        for url in (
            "http://localhost:11435",
            "http://127.0.0.1:11435",
            "http://[::1]:1",
            "https://api.example.org",
            "http://example.org",
            "http://notexample.org",
        ):
            address = parse_address(url)
            assert address
            direct = client._transport_for_url(httpx.URL(url)) is client._transport
            assert (proxy(address, variables) is None) == direct, url


def models(*names: str, aliases: tuple[str, ...] = ()) -> tuple[ListedModel, ...]:
    return tuple(ListedModel(name, aliases) for name in names)


LADDER = (
    ("tiny", models("other", "tiny"), "exact", Fit.EXACT, "tiny"),
    ("llama3.2", models("llama3.2:latest"), "ollama", Fit.ALIAS, "llama3.2:latest"),
    ("LLAMA3.2", models("llama3.2:latest"), "ollama", Fit.ALIAS, "llama3.2:latest"),
    ("library/llama3.2", models("llama3.2:latest"), "ollama", Fit.ALIAS, "llama3.2:latest"),
    ("registry.ollama.ai/library/llama3.2:1b", models("llama3.2:1b"), "ollama", Fit.ALIAS, "llama3.2:1b"),
    ("llama3.2", models("llama3.2:1b"), "ollama", Fit.NEAR, "llama3.2:1b"),
    ("llama3.2", models("llama3.2:latest"), "exact", Fit.NORMALISED, "llama3.2:latest"),
    ("teeny", models("tiny", aliases=("teeny", "tiny")), "exact", Fit.ALIAS, "tiny"),
    ("gemma-3-1b-it-Q4_0", models("gemma-3-1b-it-q4-0"), "shimmy", Fit.NORMALISED, "gemma-3-1b-it-q4-0"),
    ("Mistral 7B_v0.3.Q5_K_M", models("mistral-7b-v0.3.q5-k-m"), "shimmy", Fit.NORMALISED, "mistral-7b-v0.3.q5-k-m"),
    ("gemma.gguf", models("/models/gemma.gguf"), "exact", Fit.NORMALISED, "/models/gemma.gguf"),
    ("gemma", models("C:\\models\\gemma.gguf"), "exact", Fit.NORMALISED, "C:\\models\\gemma.gguf"),
    ("tiny-alpa", models("tiny-alpha", "big"), "exact", Fit.NEAR, "tiny-alpha"),
    ("gpt-5", models("tiny-alpha"), "exact", Fit.NONE, None),
    ("claude-sonnet-4-5", models("claude-sonnet-4-5-20250929"), "dated", Fit.ALIAS, "claude-sonnet-4-5-20250929"),
    ("claude-3-5-haiku-latest", models("claude-3-5-haiku-20241022"), "dated", Fit.ALIAS, "claude-3-5-haiku-20241022"),
    ("claude-sonnet-4", models("claude-sonnet-4-5-20250929"), "dated", Fit.NEAR, "claude-sonnet-4-5-20250929"),
    ("claude-sonnet-4-5", models("claude-sonnet-4-5-20250929"), "exact", Fit.NEAR, "claude-sonnet-4-5-20250929"),
    (None, models("tiny"), "exact", Fit.ANY, None),
    ("tiny", (), "exact", Fit.NONE, None),
    ("llama3.2:1b", models("llama3.2-1b.GGUF"), "exact", Fit.NORMALISED, "llama3.2-1b.GGUF"),
)


@pytest.mark.parametrize(("asked", "listed", "names", "fit", "name"), LADDER, ids=lambda value: str(value)[:40])
def test_the_ladder(asked: str | None, listed: tuple[ListedModel, ...], names: NameStyle, fit: Fit, name: str | None) -> None:
    """Only the first two rungs, and a model that nobody names, are passes."""
    match = match_model(ExpectedModel(asked, ("a",), ("inference",)), listed, names)
    assert (match.fit, match.listed.name if match.listed else None) == (fit, name)
    assert fit.is_served == (fit in (Fit.EXACT, Fit.ALIAS, Fit.ANY))


LISTS = {
    '{"object":"list","data":[{"id":"a","object":"model"}]}': ("a",),
    '{"object":"list","data":null}': (),
    '{"models":null}': (),
    '{"models":[{"name":"a:latest","model":"a:latest"}]}': ("a:latest",),
    '{"models":[{"name":"x"}],"data":[{"id":"a"},{"id":"a"},{"id":"/m/b.gguf","extra":{}}]}': ("a", "/m/b.gguf"),
    '{"models":[{"name":"models/gemini-2.5-pro"}]}': ("models/gemini-2.5-pro",),
    '{"models":[{"key":"lm"}]}': ("lm",),
    '[{"id":"a"}]': ("a",),
    '{"data":[1, "x"]}': (),
    '{"data":[{"object":"model"}]}': None,
    '{"error":"Unexpected endpoint"}': None,
    '{"data":{}}': None,
    "not json": None,
    "": None,
}


@pytest.mark.parametrize("body", LISTS)
def test_a_list_in_any_shape(body: str) -> None:
    """Each name once, or that it is no list."""
    found = shapes.model_list(Body.of(body), [])
    assert (None if found is None else tuple(model.name for model in found)) == LISTS[body]


ERRORS = {
    '[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]': "API key not valid.",
    '{"error":{"message":"m","type":"t","param":null,"code":404}}': "m",
    '{"error":"Unauthorized"}': "Unauthorized",
    '{"detail":"Invalid API key"}': "Invalid API key",
    '{"detail":[{"msg":"field required","loc":["body"]}]}': "field required",
    '{"object":"error","message":"m","type":"NotFoundError","param":null,"code":404}': "m",
    '{"message":"invalid api token"}': "invalid api token",
    "404 page not found": "404 page not found",
    "a\n b": "a b",
    "": "",
    "<!doctype html><title>x</title>": "x",
    "<html><title>502 Bad Gateway</title><body>nginx</body></html>": "Bad Gateway",
    "<html><body>x</body></html>": "",
    '{"error":{}}': '{"error": {}}',
    "x" * 9000: "x" * 4096,
}


@pytest.mark.parametrize("body", ERRORS, ids=lambda body: body[:30])
def test_an_error_in_any_shape(body: str) -> None:
    """In the server's own words, in one line."""
    assert Body.of(body).error_text == ERRORS[body]


@given(st.text())
def test_any_body_is_read(body: str) -> None:
    """Without an exception."""
    shapes.model_list(Body.of(body), [])
    assert isinstance(Body.of(body).error_text, str)
    assert isinstance(Body.of(body).error_code, str)


CHUNK = '{"object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}'


def decoded(decoder: EventDecoder | LineDecoder, chunks: Iterable[bytes]) -> list[str]:
    """All that a decoder makes of bytes that come in these pieces."""
    return [*(piece for chunk in chunks for piece in decoder.feed(chunk)), *decoder.feed(b"", final=True)]


def test_events_are_read_in_all_their_forms() -> None:
    """Comments are no events; old Shimmys' doubled `data:`, carriage returns and several lines of data are understood."""
    text = f": hello\n\ndata: {CHUNK}\r\n\r\ndata: data: {CHUNK}\n\nevent: x\ndata:{CHUNK}\r\rdata: a\ndata: b\n\ndata: [DONE]\n\ndata: cut"
    assert decoded(EventDecoder(), [text.encode()]) == [CHUNK, CHUNK, CHUNK, "a\nb", "[DONE]"]


def test_a_letter_may_be_cut_in_two() -> None:
    """Its bytes wait for each other."""
    text = "data: Grüße\n\n".encode()
    assert decoded(EventDecoder(), [text[:9], text[9:]]) == ["Grüße"]
    assert decoded(LineDecoder(), [text[:9], text[9:]]) == ["data: Grüße"]


def test_a_line_end_may_be_cut_in_two() -> None:
    """A carriage return and its line feed are one end of a line, not a blank line."""
    assert decoded(EventDecoder(), [b"data: a\r", b"\ndata: b\r\n\r", b"\n"]) == ["a\nb"]


_STREAMS = st.lists(
    st.sampled_from([b"data: ", b"data:", b": ", b"\n", b"\r", b"\r\n", "Grüße".encode(), "🦙".encode(), b"\xff", b"\xc3", b"[DONE]"]), max_size=30
).map(b"".join)


@given(_STREAMS, st.lists(st.integers(0, 200)))
def test_any_chunks_of_the_same_bytes_give_the_same_events(stream: bytes, cuts: list[int]) -> None:
    """And the same lines."""
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[start:end] for start, end in pairwise(places)]
    assert decoded(EventDecoder(), chunks) == decoded(EventDecoder(), [stream])
    assert decoded(LineDecoder(), chunks) == decoded(LineDecoder(), [stream])


def test_the_last_line_needs_no_end() -> None:
    """A reply in one line without a line feed is a line, as ORBIT's client takes it; an event without its blank line is none."""
    assert decoded(LineDecoder(), [b'{"done":', b"true}"]) == ['{"done":true}']
    assert decoded(EventDecoder(), [b"data: 1\n\ndata: 2"]) == ["1"]


STREAMS = {
    "complete": ([CHUNK, "[DONE]"], "hi", []),
    "no end": ([CHUNK], "hi", ["it ends before it is done"]),
    "after the end": ([CHUNK, "[DONE]", CHUNK], "hi", ["it goes on after `[DONE]`"]),
    "no JSON": (["nonsense", CHUNK, "[DONE]"], "hi", ["a frame is no JSON object"]),
    "no choices": (['{"object":"chat.completion.chunk"}', CHUNK, "[DONE]"], "hi", ["a frame has no `choices`"]),
    "a usage frame": (['{"object":"chat.completion.chunk","choices":[],"usage":{"completion_tokens":3}}', CHUNK, "[DONE]"], "hi", []),
    "Azure's first frame": (['{"object":"","choices":[],"prompt_filter_results":[]}', CHUNK, "[DONE]"], "hi", []),
    "nulls": (['{"object":"chat.completion.chunk","choices":[{"delta":{"content":null,"role":null}}]}', CHUNK, "[DONE]"], "hi", []),
    "another object": ([CHUNK.replace("chat.completion.chunk", "text"), "[DONE]"], "hi", ["`object` is not `chat.completion.chunk`"]),
    "no delta": (['{"object":"chat.completion.chunk","choices":[{}]}', CHUNK, "[DONE]"], "hi", ["a choice has no `delta`"]),
    "content that is a list": (
        ['{"object":"chat.completion.chunk","choices":[{"delta":{"content":[]}}]}', CHUNK, "[DONE]"],
        "hi",
        ["`content` is a list, not a text"],
    ),
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_compared_with_the_format(name: str) -> None:
    """What came, and how it differs."""
    frames, text, defects = STREAMS[name]
    state = ChatStream()
    for frame in frames:
        state.take_event(frame)
    state.close()
    assert ("".join(state.text), state.defects) == (text, defects)


def test_versions_are_compared_by_number() -> None:
    """Not by letters."""
    assert version_number("2.10.0") == (2, 10, 0)
    assert version_number("v1.7.4-rc1") == (1, 7, 4)
    assert version_number("b9001") is None
    assert version_number(None) is None
