"""Hostile servers: they get nothing, break nothing, and what they send is told as a finding about them."""

import json
from collections.abc import Iterator
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.live.chat import _native, _openai
from orbitcfg.live.products import known_products, recognise
from orbitcfg.live.shapes import Body, model_list
from orbitcfg.live.sse import ChatStream, EventDecoder
from orbitcfg.observed.check import CheckState
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.probe import ChatReply
from tests.live.doubles import Answer, Asked, Handler, as_events, as_json, chunk, completion, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.vllm import Vllm
from tests.live.hostile import NONSENSE, RAW, RAWS, leaks, rendered, run
from tests.live.setups import codes, found, provider, shimmy

ROOM = 100_000
"""Tokens of context, so that none is missing."""
KEY = "sk-canary+/&<0123456789abcdef"


@pytest.mark.parametrize("seed", [1, 28])
def test_thirty_hostile_servers_get_nothing(seed: int) -> None:
    """No fault inside orbitcfg, no part of a key in any output, no run over its time."""
    assert run(seed) == []


def variants(value: object) -> Iterator[str]:
    """JSON texts of a value with one place of it, each in turn, holding each kind of nonsense."""
    for place in count():
        texts = [_with(value, place, each) for each in (*NONSENSE, RAW)]
        if texts[0] is None:
            return
        yield from (text for text in texts[:-1] if text is not None)
        yield from (str(texts[-1]).replace(f'"{RAW}"', raw) for raw in RAWS)


def _with(value: object, place: int, new: object) -> str | None:
    """The value with what stands at a place, counted from outside in, replaced; None where there is no such place."""
    left = [place]

    def replaced(value: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            return new
        match value:
            case dict():
                return {key: replaced(each) for key, each in value.items()}
            case list():
                return [replaced(each) for each in value]
        return value

    text = json.dumps(replaced(value))
    return text if left[0] < 0 else None


def is_typed(value: object) -> bool:
    """Whether all fields of a value have the types that they are declared with, and it can be written out."""
    for each in fields(value):  # type: ignore[arg-type]
        held = getattr(value, each.name)
        if each.name in ("error", "name") and not isinstance(held, str):
            return False
        if each.name == "finish" and not isinstance(held, str | None):
            return False
        if each.name in ("tokens", "context") and not (held is None or (type(held) is int and 0 < held <= 2**53)):
            return False
    repr(value).encode()
    return True


BASE = ChatReply(ExpectedModel("m", ("a",), ("inference",)), stream=False, status=200)
ROW = {"id": "m", "aliases": ["n"], "object": "model", "owned_by": "x", "max_model_len": ROOM, "meta": {"n_ctx": ROOM}, "context_length": ROOM}
CHAT = completion("m", "hello", usage=(1, 2))
LINE = {"model": "m", "message": {"role": "assistant", "content": "hi", "thinking": "x"}, "done": True, "done_reason": "stop", "eval_count": 2}


def test_any_value_in_any_field_of_a_list_is_read_by_its_type() -> None:
    """A row is a row with a name, or it is none."""
    for text in variants({"object": "list", "data": [ROW], "models": [{"name": "m"}]}):
        odd: list[str] = []
        models = model_list(Body.of(text), odd) or ()
        assert all(is_typed(model) and all(isinstance(alias, str) for alias in model.aliases) for model in models), text[:200]


def test_any_value_in_any_field_of_a_chat_is_read_by_its_type() -> None:
    """Whole, in lines, and in events."""
    for text in variants(CHAT):
        assert is_typed(_openai(BASE, Body.of(text))), text[:200]
    for text in variants(LINE):
        stream = ChatStream()
        stream.take_line(text)
        assert is_typed(stream), text[:200]
        assert is_typed(_native(BASE, Body.of(text))), text[:200]
    for text in variants({**chunk("m", {"content": "hi", "reasoning": "x"}, "stop"), "usage": {"completion_tokens": 2}}):
        stream = ChatStream()
        stream.take_event(text)
        stream.close()
        assert is_typed(stream), text[:200]


def test_any_value_in_any_field_of_an_error_is_words() -> None:
    """Or nothing."""
    for value in ({"error": {"message": "m", "type": "t", "code": "c"}}, {"detail": [{"msg": "m"}]}, {"error": "m"}):
        for text in variants(value):
            body = Body.of(text)
            (body.error_text + body.error_code).encode()


def test_any_value_in_any_field_leaves_the_fingerprints_alone() -> None:
    """They fit, or do not."""
    paths = {each.path for known in known_products() for each in known.fingerprints}
    for text in variants({"models": [{"owned_by": "vllm"}], "error": {"type": "unavailable_error"}, "info": {"title": "x"}, "version": "1"}):
        for path in paths:
            recognise(path, 503, {}, Body.of(text))


ODD_REPLIES: dict[str, tuple[dict[str, object], str]] = {
    "aliases": ({**ROW, "aliases": 5}, "`aliases` is a number, not a list"),
    "an alias": ({**ROW, "aliases": [5]}, "an item of `aliases` is a number, not a text"),
    "a name": ({"id": ["m"], "name": "m"}, "`id` is a list, not a text"),
    "a context": ({**ROW, "max_model_len": "long"}, "`max_model_len` is a text, not a number"),
    "a huge context": ({**ROW, "max_model_len": 10**400}, "`max_model_len` is no number that counts anything"),
    "a map's": ({"id": "m", "meta": 5}, "`meta` is a number, not a map"),
}


@pytest.mark.parametrize("name", ODD_REPLIES)
def test_a_field_of_another_type_is_a_finding_about_the_server(name: str, tmp_path: Path) -> None:
    """And everything else of the reply counts."""
    row, words = ODD_REPLIES[name]

    def handler(asked: Asked) -> Answer:
        return as_json({"object": "list", "data": [row]}) if asked.path == "/v1/models" else Answer(404)

    with serving(handler) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check()
    assert found(checkup) == [("ORB767", f"the replies of the server at `{server.url}/v1` have fields of another type than they should: {words}")]
    assert {check.state for check in checkup.checks} == {CheckState.OK}


@pytest.mark.parametrize("finish", [["stop"], {"a": 1}, 5, True])
def test_a_finish_reason_of_another_type_is_a_finding(finish: object, tmp_path: Path) -> None:
    """In a stream and in a whole reply."""

    def handler(asked: Asked) -> Answer:
        if asked.method == "GET":
            return Vllm(("m",), ROOM)(asked)
        whole, last = completion("m", "hello"), chunk("m", {"content": "hello"}, "stop")
        for each in (whole, last):
            each["choices"][0]["finish_reason"] = finish  # type: ignore[index]
        return as_events([last]) if asked.json["stream"] else as_json(whole)

    with serving(handler) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check(generate=True)
        outputs = dict(rendered(checkup, str(tmp_path), {}))
    assert codes(checkup) == ["ORB767", "ORB767"]
    assert all("`finish_reason` is" in message for _, message in found(checkup))
    assert json.loads(outputs["json"])["endpoints"][0]["chats"][0]["finish"] is None


@pytest.mark.parametrize("number", ["1" * 4_301, "[" * 90 + "]" * 90])
def test_json_that_no_client_reads_is_no_list(number: str, tmp_path: Path) -> None:
    """Numbers of thousands of digits, and lists in lists in lists."""

    def handler(_asked: Asked) -> Answer:
        return Answer(200, f'{{"data": [{{"id": "m", "created": {number}}}]}}'.encode(), {"content-type": "application/json"})

    with serving(handler) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check()
    assert codes(checkup) == ["ORB712"]


def test_a_list_of_twelve_thousand_models_is_read_in_bounds(tmp_path: Path) -> None:
    """What is behind the bound is said not to be read."""
    rows = b",".join(b'{"id":"m%d"}' % number for number in range(12_000))
    with serving(lambda _asked: Answer(200, b'{"data":[%s]}' % rows)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m5").check()
    assert found(checkup) == [
        (
            "ORB767",
            f"the replies of the server at `{server.url}/v1` have fields of another type than they should: it lists 12,000 models, of which 10,000 are read",
        )
    ]


def echoing(text: str) -> dict[str, Handler]:
    """Servers that say a text in one place each."""

    def refusing(_asked: Asked) -> Answer:
        return as_json({"error": {"message": text}}, 401)

    def naming(asked: Asked) -> Answer:
        return LlamaServer((text,))(asked)

    def talking(asked: Asked) -> Answer:
        if asked.method == "GET":
            return Vllm(("m",), ROOM)(asked)
        half = len(text) // 2
        pieces = [chunk("m", {"content": text[:half]}), chunk("m", {"content": text[half:]}, text)]
        return as_events(list(pieces)) if asked.json["stream"] else as_json(completion("m", text, text))

    def leading(_asked: Asked) -> Answer:
        return Answer(302, headers={"location": f"http://other.example/{text}?a=1"})

    return {"error": refusing, "model": naming, "chat": talking, "redirect": leading, "cut": lambda _: Answer(500, f"{'x' * 280} {text}".encode())}


ESCAPED = {
    "plain": KEY,
    "cut at its start": KEY[3:],
    "cut at its end": KEY[:-3],
    "percent": "".join(f"%{ord(each):02x}" for each in KEY),
}


@pytest.mark.parametrize("form", ESCAPED)
def test_a_key_is_in_no_output_however_it_is_echoed(form: str, tmp_path: Path) -> None:
    """Whatever says it: an error, a name, an answer in pieces, a redirect, a text that is cut."""
    for place, handler in echoing(ESCAPED[form]).items():
        folder = tmp_path / place
        folder.mkdir()
        with serving(handler) as server:
            checkup = provider(folder, "vllm", f"{server.url}/v1", "m", api_key="${VLLM_API_KEY}").check({"VLLM_API_KEY": KEY}, generate=True)
            outputs = dict(rendered(checkup, str(folder), {"VLLM_API_KEY": KEY}))
        assert list(leaks(outputs, {"vllm": KEY})) == [], place
        assert "***" in outputs["json"], place


def test_an_invalid_redirect_is_a_finding(tmp_path: Path) -> None:
    """ORBIT's client takes such a reply for no HTTP."""
    with serving(lambda _asked: Answer(302, headers={"location": "http://[::1"})) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check()
    assert codes(checkup) == ["ORB707"]
    assert checkup.results[0].fault_detail == "Invalid URL in location header: Invalid port: ':1'."


def test_an_environment_file_chooses_no_program(tmp_path: Path) -> None:
    """A repository could bring one under the name of a server."""
    program = tmp_path / "bin" / "shimmy"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    (tmp_path / ".env").write_text(f"PATH={program.parent}\nHOME={tmp_path}\n")
    checkup = shimmy(tmp_path, "http://127.0.0.1:9").check({"PATH": "/usr/bin:/bin"})
    assert [each.path for each in checkup.host.programs] == [None]
    assert not (tmp_path / "ran").exists()


def test_no_cookie_comes_back(tmp_path: Path) -> None:
    """A server's cookie is in no later request, and breaks none."""

    def handler(asked: Asked) -> Answer:
        answer = Vllm(("m",), ROOM)(asked)
        return Answer(answer.status, answer.body, {**answer.headers, "set-cookie": "é=1; Path=/"})

    with serving(handler) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check()
    assert codes(checkup) == []
    assert [asked for asked in server.asked if "cookie" in asked.headers] == []


def test_a_stream_without_an_end_is_read_in_bounds() -> None:
    """And in a time that grows with it alone."""
    decoder, stream = EventDecoder(), ChatStream()
    for _ in range(1500):
        for data in decoder.feed(b"data: " + b"x" * 1018):
            stream.take_event(data)
    assert stream.defects == ["a frame is no JSON object"]


@pytest.mark.parametrize("version", [["1"], {"a": 1}, True])
def test_a_version_of_another_type_is_odd(version: object, tmp_path: Path) -> None:
    """And none."""

    def handler(asked: Asked) -> Answer:
        return as_json({"version": version}) if asked.path == "/version" else Vllm(("m",), ROOM)(asked)

    with serving(handler) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check()
    assert codes(checkup) == ["ORB767"]
    assert checkup.results[0].identity.version is None


def test_names_stay_comparable_where_a_key_shares_words_with_them(tmp_path: Path) -> None:
    """A key may hold the name of the model: what is compared is what the server said."""
    key = "tiny-alpha-of-the-lab"
    with serving(Vllm(("tiny-alpha", "tiny-alpha-of-the-lab"), ROOM, key)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "tiny-alpha", api_key=key).check()
    assert codes(checkup) == []
    assert [model.name for model in checkup.results[0].model_list.models or ()] == ["tiny-alpha", "***"]
