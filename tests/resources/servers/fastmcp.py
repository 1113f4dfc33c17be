"""FastMCP, over http and over pipes: the server that most servers of tools are made with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.resources.servers.starting import free_port, started
from tests.tools.build_resources import ROOT

PYTHON = ROOT / "fastmcp" / "bin" / "python"

_SERVER = """
import sys
from fastmcp import FastMCP

server = FastMCP("real", version="1.2.3")

@server.tool
def add(first: int, second: int) -> int:
    return first + second

if len(sys.argv) > 1:
    server.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]), show_banner=False)
else:
    server.run(show_banner=False)
"""


def script(folder: Path) -> Path:
    """The file of a server with one tool."""
    path = folder / "server.py"
    path.write_text(_SERVER)
    return path


@contextmanager
def fastmcp(folder: Path) -> Iterator[int]:
    """The port of a server with one tool."""
    port = free_port()
    with started([PYTHON, script(folder), str(port)], folder, port, {"HOME": str(folder), "PATH": "/usr/bin:/bin"}):
        yield port
