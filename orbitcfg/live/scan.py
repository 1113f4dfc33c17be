"""Where on this machine a server may be instead."""

import asyncio
import os
import re

from orbitcfg.live.http import HttpClient
from orbitcfg.live.identify import Answers, identify
from orbitcfg.live.reach import connect
from orbitcfg.observed.product import Product

_SCAN_TIMEOUT_S = 0.5
_TCP_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
# TCP_LISTEN, as the kernel writes it
_LISTENING = "0A"


async def find_elsewhere(client: HttpClient, product: Product, skipped: int) -> str | None:
    """The root of the first server of a product on its usual ports of this machine; None where there is none."""
    first, last = product.ports
    ports = [port for port in range(first, last + 1) if port not in (skipped, 0)]
    tried = await asyncio.gather(*(connect(("127.0.0.1",), port, _SCAN_TIMEOUT_S) for port in ports))
    for port, [attempt] in zip(ports, tried, strict=True):
        if attempt.fault is None:
            root = f"http://127.0.0.1:{port}"
            found = await identify(Answers(client, root), None)
            if found and found.id == product.id:
                return root
    return None


def port_owner(port: int) -> str | None:
    """The program that listens on a port of this machine, where the system says so (Linux, own processes)."""
    inodes = _inodes(port)
    if not inodes:
        return None
    for process in filter(str.isdecimal, _listdir("/proc")):
        if any(_link(f"/proc/{process}/fd/{handle}") in inodes for handle in _listdir(f"/proc/{process}/fd")):
            name = _text(f"/proc/{process}/comm").strip()
            return f"{name} (process {process})" if name else None
    return None


def _inodes(port: int) -> frozenset[str]:
    found = set()
    for table in _TCP_TABLES:
        for line in _text(table).splitlines()[1:]:
            parts = line.split()
            # the kernel writes ports in hexadecimal
            if len(parts) > 9 and parts[3] == _LISTENING and re.search(rf":{port:04X}$", parts[1]):
                found.add(f"socket:[{parts[9]}]")
    return frozenset(found)


def _listdir(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
