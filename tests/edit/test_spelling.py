"""A name is certainly meant where one slip of letters makes it, and no other is as near."""

import pytest

from orbitcfg.suggest import certain


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("shimy", ["shimmy", "ollama"], "shimmy"),
        ("shimmmy", ["shimmy"], "shimmy"),
        ("shinmy", ["shimmy"], "shimmy"),
        ("shmimy", ["shimmy"], "shimmy"),
        ("Shimmy", ["shimmy"], "shimmy"),
        ("simple_chat", ["simple-chat"], "simple-chat"),
        ("shmmy2", ["shimmy"], None),
        ("shm", ["shim"], None),
        ("cat", ["cats"], None),
        ("qwen3-4b", ["qwen3-8b"], None),
        ("qwen3", ["qwen"], None),
        ("reader", ["header", "render"], None),
        ("opneia", ["openai"], None),
        ("anything", [], None),
        ("", ["shimmy"], None),
    ],
)
def test_certain_names(name: str, known: list[str], meant: str | None) -> None:
    assert certain(name, known) == meant
