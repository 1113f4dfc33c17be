"""Protocol doubles: real HTTP servers on free loopback ports that answer as the products do, one file each."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)

    @property
    def bearer(self) -> str | None:
        """The key that it carries."""
        kind, _, key = self.headers.get("authorization", "").partition(" ")
        return key if kind.lower() == "bearer" else self.headers.get("x-api-key")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. `frames` are sent one by one, chunked; without status the connection is closed."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    frames: tuple[bytes, ...] | None = None
    pause_s: float = 0.0
    reason: str | None = None


Handler = Callable[[Asked], Answer]


def as_json(value: object, status: int = 200, **headers: str) -> Answer:
    """A JSON answer, compact as the servers write it."""
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return Answer(status, body, {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}})


def as_text(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> Answer:
    """A text answer."""
    return Answer(status, text.encode(), {"content-type": kind})


def as_events(values: list[object], *, done: bool = True) -> Answer:
    """A stream of events."""
    frames = [b"data: " + json.dumps(value, separators=(",", ":")).encode() + b"\n\n" for value in values]
    return Answer(200, headers={"content-type": "text/event-stream"}, frames=(*frames, *([b"data: [DONE]\n\n"] if done else [])))


EMPTY_404 = Answer(404)
EMPTY_502 = Answer(502)
CLOSED = Answer(0)


@dataclass
class Double:
    """A running double. `asked` are the requests that it got."""

    url: str
    port: int
    asked: list[Asked]
    handler: Handler

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [f"{each.method} {each.path}" for each in self.asked]


@contextmanager
def serving(  # noqa: C901 - the server's classes live in it
    handler: Handler, port: int = 0, *, context: Any = None, host: str = "127.0.0.1"
) -> Iterator[Double]:
    """A server that answers as the handler says; it is gone afterwards. `double.handler` may be changed while it runs."""

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def version_string(self) -> str:
            return ""

        def log_message(self, *_words: Any) -> None:
            """Silent."""

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", 0))
            # `self.path` has two slashes at the beginning made one
            asked = Asked(
                self.command, self.requestline.split()[1], {name.lower(): text for name, text in self.headers.items()}, self.rfile.read(length)
            )
            double.asked.append(asked)
            self.answer(double.handler(asked))

        do_POST = do_HEAD = do_OPTIONS = do_DELETE = do_GET  # noqa: N815 - http.server's names

        def answer(self, answer: Answer) -> None:
            self.close_connection = True
            if answer.status == 0:
                return
            self.send_response_only(answer.status, answer.reason)
            for name, text in answer.headers.items():
                self.send_header(name, text)
            self.send_header("connection", "close")
            if answer.frames is None:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if answer.frames is None:
                self.wfile.write(answer.body)
                return
            for frame in answer.frames:
                if answer.pause_s:
                    stopped.wait(answer.pause_s)
                self.wfile.write(frame)
                self.wfile.flush()

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that goes away is no error."""

    stopped = threading.Event()
    server = Server((host, port), Requests)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    place = f"[{host}]" if ":" in host else host
    scheme = "https" if context is not None else "http"
    double = Double(f"{scheme}://{place}:{server.server_port}", server.server_port, [], handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield double
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def chunk(model: str, delta: dict[str, object], finish: str | None = None) -> dict[str, object]:
    """One frame of a chat completion."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1795539108, "model": model, "choices": [choice]}


def completion(model: str, text: str, finish: str = "stop", usage: tuple[int, int] = (0, 0)) -> dict[str, object]:
    """A whole chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1795539108, "model": model, "choices": [choice], "usage": counted}
