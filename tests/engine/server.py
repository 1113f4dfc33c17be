"""llama-cpp-python's own server, on a free loopback port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

START_S = 600
"""Ends a hang: how long a start takes depends on what else the machine does."""


@contextmanager
def served(model: Path, *options: str) -> Iterator[str]:
    """The URL of a server that serves a model; it is gone afterwards."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--host", "127.0.0.1", "--port", str(port), *options]
    environment = {name: value for name, value in os.environ.items() if name not in ("HOST", "PORT")}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as server:
        try:
            wait_for(server, f"http://127.0.0.1:{port}/v1/models")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def wait_for(server: "subprocess.Popen[bytes]", url: str, *, status: int | None = None) -> None:
    """Waits until a server that was started answers at an address, with this status or with any."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        with suppress(httpx.TransportError):
            if status in (None, httpx.get(url, timeout=5).status_code):
                return
        time.sleep(0.05)
    raise AssertionError("the server did not start")
