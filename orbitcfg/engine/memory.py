"""How much memory this machine has to give."""

import os
import re

_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB$", re.MULTILINE)
_LIMITS = (
    ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.current"),
    ("sys/fs/cgroup/memory/memory.limit_in_bytes", "sys/fs/cgroup/memory/memory.usage_in_bytes"),
)
"""Where a container's limit and use stand, in the newer and the older form."""


def free_bytes(root: str = "/") -> int | None:
    """The bytes that a new process may use, within the container's limit where there is one; None where the system does not say."""
    machine = _machine(root)
    limited = [limit for limit in (_limit(root, *names) for names in _LIMITS) if limit is not None]
    return min([*([machine] if machine is not None else []), *limited], default=None)


def _machine(root: str) -> int | None:
    found = _AVAILABLE.search(_text(os.path.join(root, "proc/meminfo")))
    if found:
        # what the kernel calls kB are 1024 bytes
        return int(found[1]) * 1024
    return _windows() if os.name == "nt" else None


def _limit(root: str, limit_name: str, use_name: str) -> int | None:
    limit, use = _text(os.path.join(root, limit_name)).strip(), _text(os.path.join(root, use_name)).strip()
    # `max` says that there is no limit
    return max(int(limit) - int(use), 0) if limit.isdecimal() and use.isdecimal() else None


def _text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read(1 << 16)
    except OSError:
        return ""


def _windows() -> int | None:
    """What `GlobalMemoryStatusEx` calls the available physical memory."""
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_uint32),
            ("load", ctypes.c_uint32),
            *((name, ctypes.c_uint64) for name in ("total", "available", "page_total", "page_free", "virtual", "virtual_free", "extended")),
        )

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name is there on Windows only
    return int(status.available) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
