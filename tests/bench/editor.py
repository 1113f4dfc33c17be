"""The language server on the tree that ORBIT ships: what a person waits for."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from tests.bench.figures import Figure
from tests.bench.timing import QUIET, noise
from tests.shared import PROJECT, SHARED

TREE = SHARED / "orbit" / "config"
TYPED = "adapters/passthrough.yaml"
OPENED = "inference.yaml"
KEYSTROKES = 20
Message = dict[str, Any]


class TimedClient:
    """A client that notes when each message came."""

    def __init__(self, root: Path) -> None:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}
        self.root, self.number = root, 0
        self.started = time.perf_counter()
        self.child = subprocess.Popen([sys.executable, "-m", "orbitcfg", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.inbox: Queue[tuple[float, Message]] = Queue()
        Thread(target=self._listen, daemon=True).start()
        self.ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}})
        self.tell("initialized", {})

    def _listen(self) -> None:
        stream = self.child.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self.inbox.put((time.perf_counter(), json.loads(stream.read(length))))

    def cpu(self) -> float:
        """Seconds of a processor that the server has had."""
        threads = Path(f"/proc/{self.child.pid}/task")
        return sum(int(each.read_text().split()[0]) for each in threads.glob("*/schedstat")) / 1e9 if threads.is_dir() else 0.0

    def tell(self, method: str, params: Message, **more: object) -> float:
        """Sends a message; gives when."""
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        assert self.child.stdin is not None
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.child.stdin.flush()
        return time.perf_counter()

    def ask(self, method: str, params: Message) -> float:
        """Sends a request; gives how long its answer took."""
        self.number += 1
        sent = self.tell(method, params, id=self.number)
        while True:
            when, message = self.inbox.get(timeout=60)
            if message.get("id") == self.number:
                return when - sent

    def published(self, name: str, code: str | None, *, there: bool = True) -> float:
        """When the diagnostics of a file came that hold a code, or do not any more."""
        while True:
            when, message = self.inbox.get(timeout=60)
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and params["uri"].endswith(name):
                codes = {each["code"] for each in params["diagnostics"]}
                if code is None or (code in codes) is there:
                    return when

    def both(self, name: str, codes: tuple[str, str]) -> list[tuple[float, float]]:
        """When each of two codes first stood in the diagnostics of a file, by the clock and of the server's processor: it may be in one message."""
        seen: dict[str, tuple[float, float]] = {}
        while len(seen) < len(codes):
            when, message = self.inbox.get(timeout=60)
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and params["uri"].endswith(name):
                found = {each["code"] for each in params["diagnostics"]}
                seen |= {code: (when, self.cpu()) for code in codes if code in found and code not in seen}
        return [seen[code] for code in codes]

    def close(self) -> float:
        """Ends the server; gives the most memory that it had, in MB."""
        status = Path(f"/proc/{self.child.pid}/status")
        peak = int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024 if status.is_file() else 0.0
        self.ask("shutdown", {})
        self.tell("exit", {})
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait(timeout=20)
        return peak


def run() -> list[Figure]:
    """Medians of the times, by the clock or where that is noisy of a processor, and the most memory."""
    starts = [_start() for _ in range(5)]
    figures = [
        _figure("editor: start to first diagnostics", [first for first, _ in starts], 1.0),
        _figure("editor: start to those of the whole", [whole for _, whole in starts]),
    ]
    client = TimedClient(TREE)
    uri, text = _open(client, TYPED)
    client.published(TYPED, None)
    time.sleep(3)
    # a key that is unknown shows by the file alone, a provider that is unknown by the whole
    typed = text.replace("    enabled: true", "    enabld: true", 1).replace(
        'inference_provider: "ollama_cloud"', 'inference_provider: "ollama_clod"', 1
    )
    own: list[tuple[float, float]] = []
    whole: list[tuple[float, float]] = []
    for number in range(KEYSTROKES):
        sent, used = _change(client, uri, typed, 2 * number + 2), client.cpu()
        for times, (when, spent) in zip((own, whole), client.both(TYPED, ("ORB301", "ORB501")), strict=True):
            times.append((when - sent, spent - used))
        _change(client, uri, text, 2 * number + 3)
        client.published(TYPED, "ORB501", there=False)
        time.sleep(0.5)
    figures += [_figure("editor: a keystroke to its own file", own, 0.15), _figure("editor: a keystroke to the whole", whole, 0.15)]
    at = {"textDocument": {"uri": uri}, "position": {"line": 12, "character": 8}}
    for name, bound in (("hover", 0.05), ("completion", 0.05), ("definition", None), ("codeLens", None)):
        times = []
        for _ in range(20):
            used = client.cpu()
            times.append((client.ask(f"textDocument/{name}", at), client.cpu() - used))
        figures.append(_figure(f"editor: {name}", times, bound))
    return [*figures, Figure("editor: memory", client.close(), "MiB", bound=150, clock="")]


def _figure(what: str, times: list[tuple[float, float]], bound_s: float | None = None) -> Figure:
    """The medians of times by the clock and of a processor: the latter where the clock is noisy."""
    clocks, processors = zip(*times, strict=True)
    is_quiet = noise(clocks) <= QUIET
    chosen = clocks if is_quiet else processors
    return Figure(what, statistics.median(chosen), "s", "", None, bound_s, noise(chosen), "wall" if is_quiet else "cpu")


def _start() -> tuple[tuple[float, float], tuple[float, float]]:
    """How long it takes, with a file open in which something is wrong, until that is shown, and until everything is; each with what it took of a processor."""
    client = TimedClient(TREE)
    _open(client, OPENED)
    first = client.published(OPENED, None) - client.started, client.cpu()
    whole = client.published(TYPED, "ORB526") - client.started, client.cpu()
    client.close()
    return first, whole


def _open(client: TimedClient, name: str) -> tuple[str, str]:
    uri, text = (TREE / name).as_uri(), (TREE / name).read_text("utf-8")
    client.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}})
    return uri, text


def _change(client: TimedClient, uri: str, text: str, version: int) -> float:
    return client.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]})
