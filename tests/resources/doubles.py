"""Servers that say what a test has them say, on sockets of the loopback."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Converse = Callable[[socket.socket], None]


@contextmanager
def server(converse: Converse, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server that talks so with each who connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_accept, args=(listening, converse, tls), daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            # wakes the thread that accepts
            listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, converse: Converse, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        Thread(target=_talk, args=(connection, converse, tls), daemon=True).start()


def _talk(connection: socket.socket, converse: Converse, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), connection:
        connection.settimeout(10)
        if tls is None:
            converse(connection)
        else:
            with tls.wrap_socket(connection, server_side=True) as secured:
                converse(secured)


def greets(words: bytes) -> Converse:
    """Says something unasked, and waits."""

    def converse(connection: socket.socket) -> None:
        connection.sendall(words)
        connection.recv(4096)

    return converse


def replies(words: bytes) -> Converse:
    """Answers whatever comes first, and waits."""

    def converse(connection: socket.socket) -> None:
        if connection.recv(4096):
            connection.sendall(words)
            connection.recv(4096)

    return converse


def breaks_off(words: bytes, *, unasked: bool) -> Converse:
    """Says something, and goes."""

    def converse(connection: socket.socket) -> None:
        if unasked or connection.recv(4096):
            connection.sendall(words)

    return converse


def silent(connection: socket.socket) -> None:
    """Listens, and says nothing."""
    while connection.recv(4096):
        pass


def free_port() -> int:
    """A loopback port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
