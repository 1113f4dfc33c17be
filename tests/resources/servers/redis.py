"""Redis, and memcached beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.resources.servers.starting import free_port, libraries, started
from tests.tools.build_resources import ROOT


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[int]:
    """The port of a Redis that keeps nothing."""
    port, root = free_port(), ROOT / "redis"
    command: list[str | Path] = [root / "usr/bin/redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", *options]
    with started(command, folder, port, libraries(root)):
        yield port


@contextmanager
def redis_over_tls(folder: Path, certificate: Path, key: Path) -> Iterator[int]:
    """The port of a Redis that speaks TLS alone."""
    port = free_port()
    options = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-auth-clients", "no", "--tls-port", str(port), "--port", "0")
    root = ROOT / "redis"
    command: list[str | Path] = [root / "usr/bin/redis-server", "--bind", "127.0.0.1", "--save", "", *options]
    with started(command, folder, port, libraries(root)):
        yield port


@contextmanager
def memcached(folder: Path) -> Iterator[int]:
    """The port of a memcached."""
    port, root = free_port(), ROOT / "memcached"
    with started([root / "usr/bin/memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", str(port)], folder, port, libraries(root)):
        yield port
