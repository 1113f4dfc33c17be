"""Chroma."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.resources.servers.starting import free_port, libraries, started
from tests.tools.build_resources import ROOT

_RUN = "from chromadb.cli.cli import app; app()"


@contextmanager
def chroma_server(folder: Path) -> Iterator[int]:
    """The port of a Chroma that holds nothing yet."""
    port, root = free_port(), ROOT / "chroma"
    command = (root / "bin/python", "-c", _RUN, "run", "--path", folder / "data", "--host", "127.0.0.1", "--port", str(port))
    with started(command, folder, port, {**libraries(root), "ANONYMIZED_TELEMETRY": "False"}):
        yield port
