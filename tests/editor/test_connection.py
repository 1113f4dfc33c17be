"""Messages as they come and go, without a configuration."""

import io
import json
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from threading import Event
from typing import Any

import lsprotocol.types
import pytest

from orbitcfg.editor.protocol import types
from orbitcfg.editor.protocol.connection import ClientConnection, Responder, UnknownMethodError, Worker
from orbitcfg.editor.protocol.params import Params
from orbitcfg.editor.protocol.stream import MAX_MESSAGE_BYTES, format_message
from orbitcfg.editor.server import EditorServer
from orbitcfg.errors import UsageError

SHAPES = [each for each in vars(types).values() if isinstance(each, type) and each.__module__ == types.__name__]


def request(method: str, number: object = 1, **params: object) -> bytes:
    return format_message({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def notification(method: str, **params: object) -> bytes:
    return format_message({"jsonrpc": "2.0", "method": method, "params": params})


INITIALIZE = request("initialize", 0)
END = request("shutdown", 99) + notification("exit")


def answered(method: str, params: Params) -> object:
    """What requests are answered with here."""
    match method:
        case "echo":
            return params.value
        case "position":
            return params.position("position")
        case "refused":
            raise UsageError("it cannot be")
        case "fault":
            raise LookupError("a secret of the configuration")
    raise UnknownMethodError(method)


class Client:
    """A connection over bytes that are there already."""

    def __init__(self, sent: bytes, answer: Callable[[str, Params], object] = answered) -> None:
        self.told: list[object] = []
        self.written = io.BytesIO()
        self.connection = ClientConnection(io.BytesIO(sent), self.written, {"initialize": lambda _: "hello", "tell": self.tell}, self.route)
        self.answer, self.worker = answer, Worker()

    def tell(self, params: Params) -> None:
        self.told.append(params.value)
        if params.at("fault"):
            raise LookupError

    def route(self, method: str, _params: Params) -> Responder:
        return Responder(lambda params: self.answer(method, params), self.worker)

    def serve(self) -> int:
        """The status, once everything is answered."""
        status, done = self.connection.serve(), Event()
        self.worker.do(done.set)
        assert done.wait(10)
        return status

    @property
    def messages(self) -> list[dict[str, Any]]:
        rest, found = self.written.getvalue(), []
        while rest:
            header, _, rest = rest.partition(b"\r\n\r\n")
            length = int(header.removeprefix(b"Content-Length: "))
            found.append(json.loads(rest[:length]))
            rest = rest[length:]
        return found

    def reply(self, number: object) -> Any:
        """The result of a request, or the code and the words of its error."""
        (found,) = [each for each in self.messages if each.get("id") == number and "method" not in each]
        return found["result"] if "result" in found else (found["error"]["code"], found["error"]["message"])


def served(*sent: bytes) -> Client:
    client = Client(INITIALIZE + b"".join(sent) + END)
    assert client.serve() == 0
    return client


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (INITIALIZE + END, 0),
        (INITIALIZE + request("shutdown"), 0),
        (INITIALIZE + notification("exit"), 1),
        (INITIALIZE, 1),
        (b"", 1),
        (b"Content-Length: 99\r\n\r\n{", 1),
    ],
    ids=["exit after shutdown", "gone after shutdown", "exit alone", "gone", "never there", "gone within a message"],
)
def test_the_status_says_whether_the_client_took_its_leave(sent: bytes, status: int) -> None:
    assert Client(sent).serve() == status


def test_requests_are_answered() -> None:
    client = served(request("echo", 1, a=[1]), request("position", "two", position={"line": 1, "character": 2}))
    assert client.reply(0) == "hello"
    assert client.reply(1) == {"a": [1]}
    assert client.reply("two") == {"line": 1, "character": 2}
    assert client.reply(99) is None


@pytest.mark.parametrize(
    ("sent", "reply"),
    [
        (request("nobody"), (-32601, "there is no `nobody`")),
        (request("position"), (-32602, "`position.line` is not a number")),
        (request("position", 1, position={"line": True, "character": 1}), (-32602, "`position.line` is not a number")),
        (request("refused"), (-32803, "it cannot be")),
        (request("initialize"), (-32600, "`initialize` comes too late")),
        (request("shutdown", 2) + request("echo"), (-32600, "`echo` comes too late")),
    ],
)
def test_what_cannot_be_answered_is_said(sent: bytes, reply: tuple[int, str]) -> None:
    client = Client(INITIALIZE + sent + END)
    client.serve()
    assert client.reply(1) == reply


def test_a_fault_is_told_without_what_it_says() -> None:
    client = served(request("fault"), notification("tell", fault=1), request("echo", 2))
    code, message = client.reply(1)
    assert code == -32603
    assert message.startswith("a fault inside orbitcfg: LookupError at test_connection.py:")
    assert client.reply(2) == {}
    logged = [each["params"]["message"].partition(" at ")[0] for each in client.messages if each.get("method") == "window/logMessage"]
    assert logged == ["a fault inside orbitcfg: LookupError"] * 2
    assert b"secret" not in client.written.getvalue()


def test_before_it_is_initialized_nothing_is_answered() -> None:
    client = Client(request("echo") + notification("tell") + INITIALIZE + END)
    client.serve()
    assert client.reply(1) == (-32002, "`echo` comes before `initialize`")
    assert client.told == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"Content-Length: 2\r\n\r\n{]", -32700),
        (b"Content-Length: 2\r\n\r\n\xff\xfe", -32700),
        (format_message([[]]), -32600),
        (b"Content-Length: 9999\r\n\r\n" + b"[" * 9999, -32700),
        (b"Content-Length: 4\r\n\r\nnull", -32600),
        (format_message({"method": 7}), -32600),
        (format_message({"id": [], "method": "echo"}), -32600),
        (b"Content-Length: %d\r\n\r\n%s" % (MAX_MESSAGE_BYTES + 1, bytes(MAX_MESSAGE_BYTES + 1)), -32700),
    ],
    ids=["no JSON", "no text", "a batch", "deep", "null", "no method", "no id", "too long"],
)
def test_nonsense_ends_nothing(sent: bytes, code: int) -> None:
    client = served(sent, request("echo"))
    assert [each["error"]["code"] for each in client.messages if "error" in each] == [code]
    assert client.reply(1) == {}


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\n\r\n",
        b"Content-Type: x; charset=utf-8\r\nContent-Length:%d\r\n\r\n",
        b"noise\r\n\r\nContent-Length: x\r\nContent-Length: %d\n\n",
    ],
)
def test_headers_are_read_as_they_come(header: bytes) -> None:
    content = request("echo", 5).partition(b"\r\n\r\n")[2]
    assert served(header % len(content) + content).reply(5) == {}


def test_what_is_told_is_taken_in_its_order() -> None:
    assert served(*(notification("tell", number=each) for each in range(3)), notification("unknown")).told == [
        {"number": 0},
        {"number": 1},
        {"number": 2},
    ]


def test_answers_of_the_client_and_cancels_of_nothing_are_passed_over() -> None:
    client = served(
        format_message({"id": "orbitcfg-0", "result": None}), notification("$/cancelRequest", id=77), notification("$/cancelRequest", id=[])
    )
    assert [each["id"] for each in client.messages] == [0, 99]


def test_what_tries_edits_keeps_no_hover_waiting() -> None:
    server = EditorServer({}, io.BytesIO(), io.BytesIO())
    usual, trying = (server.responder(f"textDocument/{method}", Params({})).worker for method in ("hover", "codeAction"))
    assert usual is server.responder("textDocument/completion", Params({})).worker
    assert usual is not trying


def test_a_request_that_is_cancelled_is_dropped() -> None:
    """One that waits is never done; what comes of one that is under way is not sent."""
    under_way, cancelled, done = Event(), Event(), []

    def answer(method: str, params: Params) -> object:
        done.append(method)
        under_way.set()
        assert cancelled.wait(10)
        return "too late"

    client = Client(INITIALIZE)
    client.answer = answer
    client.connection.serve()
    client.connection.reader = io.BytesIO(request("first", 1) + request("second", 2))
    client.connection.serve()
    assert under_way.wait(10)
    client.connection.reader = io.BytesIO(notification("$/cancelRequest", id=1) + notification("$/cancelRequest", id=2) + END)
    client.connection.serve()
    cancelled.set()
    emptied = Event()
    client.worker.do(emptied.set)
    assert emptied.wait(10)
    assert done == ["first"]
    assert [client.reply(number) for number in (1, 2)] == [(-32800, "cancelled")] * 2


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_shape_is_the_protocols(shape: Any) -> None:
    """The library that has all of them is the oracle."""
    known = getattr(lsprotocol.types, shape.__name__)
    if issubclass(shape, Enum):
        assert {each.name: each.value for each in shape} == {each.name: known[each.name].value for each in shape}
    else:
        names = {each.name for each in known.__attrs_attrs__}
        assert {each.name for each in fields(shape)} <= names
        needed = {each.name for each in known.__attrs_attrs__ if each.default is not None}
        assert needed <= {each.name for each in fields(shape)}


def test_a_shape_is_sent_by_the_protocols_names() -> None:
    at = types.Range(types.Position(0, 0), types.Position(0, 2))
    found = types.DocumentSymbol("a", types.SymbolKind.Module, at, at, children=[types.DocumentSymbol("b", types.SymbolKind.Object, at, at)])
    assert json.loads(format_message(found).partition(b"\r\n\r\n")[2]) == {
        "name": "a",
        "kind": 2,
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}},
        "selectionRange": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}},
        "children": [
            {
                "name": "b",
                "kind": 19,
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}},
                "selectionRange": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}},
            }
        ],
    }
