"""A server's process: started on a port, waited for, ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_S, STOP_S = 600, 10
"""The first ends a hang: how long a start takes depends on what else the machine does."""


def free_port() -> int:
    """A loopback port that nobody has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def libraries(root: Path) -> Mapping[str, str]:
    """The environment in which programs of an unpacked package find their libraries."""
    return {"PATH": os.environ["PATH"], "HOME": str(root), "LD_LIBRARY_PATH": str(root / "usr/lib/x86_64-linux-gnu")}


@contextmanager
def started(command: Sequence[str | Path], folder: Path, port: int, environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A server that takes connections on a port; what it says lies in `log` of the folder."""
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            _wait(server, port, folder / "log")
            yield server
        finally:
            _end(server)


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


def _end(server: "subprocess.Popen[bytes]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
            server.wait(STOP_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
