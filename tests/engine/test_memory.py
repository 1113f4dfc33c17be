"""How much memory is free is read as the system tells it, within a container's limit."""

from pathlib import Path

import pytest

from orbitcfg.engine import memory

MEMINFO = "MemTotal:       24000000 kB\nMemFree:         1000000 kB\nMemAvailable:   20000000 kB\n"


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({}, None),
        ({"proc/meminfo": MEMINFO}, 20_000_000 * 1024),
        ({"proc/meminfo": "MemTotal: 5 kB\n"}, None),
        ({"proc/meminfo": MEMINFO, "sys/fs/cgroup/memory.max": "max\n", "sys/fs/cgroup/memory.current": "5\n"}, 20_000_000 * 1024),
        ({"proc/meminfo": MEMINFO, "sys/fs/cgroup/memory.max": "1000000\n", "sys/fs/cgroup/memory.current": "400000\n"}, 600_000),
        ({"sys/fs/cgroup/memory.max": "1000\n", "sys/fs/cgroup/memory.current": "4000\n"}, 0),
        (
            {"proc/meminfo": MEMINFO, "sys/fs/cgroup/memory/memory.limit_in_bytes": "900\n", "sys/fs/cgroup/memory/memory.usage_in_bytes": "300\n"},
            600,
        ),
    ],
)
def test_free_memory(files: dict[str, str], free: int | None, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert memory.free_bytes(str(tmp_path)) == free
