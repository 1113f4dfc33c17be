"""Requests and answers: what a client asks is done in the order of its messages, what takes time beside it, and what is cancelled is dropped."""

import os
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from queue import SimpleQueue
from threading import Lock, Thread
from typing import BinaryIO, TypeAlias

from orbitcfg.dataclass import dataclass, field
from orbitcfg.editor.protocol.params import InvalidParamsError, Params
from orbitcfg.editor.protocol.stream import MalformedError, format_message, read_message
from orbitcfg.editor.protocol.types import MessageType
from orbitcfg.errors import UsageError
from orbitcfg.report.terminal import error_text

Handler: TypeAlias = Callable[[Params], object]
RequestId: TypeAlias = int | str

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
NOT_INITIALIZED, REQUEST_CANCELLED, REQUEST_FAILED = -32002, -32800, -32803


class UnknownMethodError(Exception):
    """Nobody answers a method: its name."""


@dataclass(frozen=True, slots=True)
class ResponseError:
    """Why there is no result."""

    code: int
    message: str


class Worker:
    """A thread that does what it is given, one after the other. It ends with the process."""

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], object]] = SimpleQueue()
        Thread(target=self._run, daemon=True).start()

    def do(self, work: Callable[[], object]) -> None:
        """Has something done."""
        self._work.put(work)

    def _run(self) -> None:
        while True:
            self._work.get()()


@dataclass(frozen=True, slots=True)
class Responder:
    """Who answers a request, and beside what else."""

    handler: Handler
    worker: Worker


@dataclass(eq=False)
class ClientConnection:
    """The connection to one client.

    `in_order` are the methods that are done before the next message is read, `responder` gives who answers the other requests.
    """

    reader: BinaryIO
    writer: BinaryIO
    in_order: Mapping[str, Handler]
    responder: Callable[[str, Params], Responder]
    is_initialized: bool = False
    is_shut_down: bool = False
    _pending: set[RequestId] = field(default_factory=set)
    _writing: Lock = field(default_factory=Lock)
    _numbers: "count[int]" = field(default_factory=count)

    def serve(self) -> int:
        """Answers until the client ends; gives the exit status that the protocol asks for: 0 after `shutdown`, else 1."""
        while True:
            try:
                message = read_message(self.reader)
            except MalformedError as error:
                self._refuse(None, PARSE_ERROR, str(error))
                continue
            except EOFError:
                break
            if isinstance(message, dict) and message.get("method") == "exit":
                break
            self._receive(message)
        return 0 if self.is_shut_down else 1

    def notify(self, method: str, params: object) -> None:
        """Tells the client something."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object) -> None:
        """Asks the client to do something; whether it did is its own matter."""
        self._send({"jsonrpc": "2.0", "id": f"orbitcfg-{next(self._numbers)}", "method": method, "params": params})

    def _receive(self, message: object) -> None:
        method = message.get("method") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(method, str):
            # the answer to what the client was asked has no method
            if not isinstance(message, dict) or not ("result" in message or "error" in message):
                self._refuse(None, INVALID_REQUEST, "the message is neither a request nor an answer")
            return
        params = Params(message.get("params"))
        if "id" not in message:
            self._take_notification(method, params)
        elif isinstance(message["id"], int | str):
            self._take_request(message["id"], method, params)
        else:
            self._refuse(None, INVALID_REQUEST, "the `id` is neither a number nor a text")

    def _take_notification(self, method: str, params: Params) -> None:
        if method == "$/cancelRequest":
            number = params.at("id")
            if isinstance(number, int | str) and self._settle(number):
                self._refuse(number, REQUEST_CANCELLED, "cancelled")
            return
        handler = self.in_order.get(method) if self.is_initialized and not self.is_shut_down else None
        if handler is not None:
            self.attempt(lambda: handler(params))

    def _take_request(self, number: RequestId, method: str, params: Params) -> None:
        if self.is_shut_down or (method == "initialize" and self.is_initialized):
            self._refuse(number, INVALID_REQUEST, f"`{method}` comes too late")
            return
        if not self.is_initialized and method != "initialize":
            self._refuse(number, NOT_INITIALIZED, f"`{method}` comes before `initialize`")
            return
        self.is_initialized = True
        if method == "shutdown":
            self.is_shut_down = True
            self._send({"jsonrpc": "2.0", "id": number, "result": None})
            return
        self._pending.add(number)
        if method in self.in_order:
            self._answer(number, self.in_order[method], params)
        else:
            responder = self.responder(method, params)
            responder.worker.do(lambda: self._answer(number, responder.handler, params))

    def _answer(self, number: RequestId, handler: Handler, params: Params) -> None:
        """Answers a request, unless it was cancelled while it waited. What comes of one that is cancelled meanwhile is dropped."""
        if number in self._pending:
            outcome = self.attempt(lambda: handler(params))
            if self._settle(number):
                key = "error" if isinstance(outcome, ResponseError) else "result"
                self._send({"jsonrpc": "2.0", "id": number, key: outcome})

    def attempt(self, work: Callable[[], object]) -> object:
        """What some work gives; a ResponseError where it cannot be done."""
        try:
            return work()
        except UnknownMethodError as error:
            return ResponseError(METHOD_NOT_FOUND, f"there is no `{error}`")
        except InvalidParamsError as error:
            return ResponseError(INVALID_PARAMS, str(error))
        except UsageError as error:
            return ResponseError(REQUEST_FAILED, error_text(error))
        except Exception as error:  # noqa: BLE001 - a fault in one answer is told, and ends neither the other answers nor the editor's diagnostics
            message = _fault_text(error)
            self.notify("window/logMessage", {"type": MessageType.Error, "message": message})
            return ResponseError(INTERNAL_ERROR, message)

    def _settle(self, number: RequestId) -> bool:
        """Whether a request was still to be answered: from now on it is not."""
        try:
            self._pending.remove(number)
        except KeyError:
            return False
        return True

    def _refuse(self, number: RequestId | None, code: int, message: str) -> None:
        self._send({"jsonrpc": "2.0", "id": number, "error": ResponseError(code, message)})

    def _send(self, message: object) -> None:
        content = format_message(message)
        # a client that is gone is found out by the reader; ValueError: the stream is closed
        with self._writing, suppress(OSError, ValueError):
            self.writer.write(content)
            self.writer.flush()


def _fault_text(error: Exception) -> str:
    """A fault of orbitcfg's own, without what the error says: that may be a value of the configuration."""
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    place = f" at {os.path.basename(last.filename)}:{last.lineno}" if last else ""
    return f"a fault inside orbitcfg: {type(error).__name__}{place}"
