"""S3, by moto."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.resources.servers.starting import free_port, libraries, started
from tests.tools.build_resources import ROOT


@contextmanager
def moto_server(folder: Path) -> Iterator[int]:
    """The port of an S3 that holds nothing yet, and takes any keys."""
    port, root = free_port(), ROOT / "moto"
    with started((root / "bin/python", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)), folder, port, libraries(root)):
        yield port
