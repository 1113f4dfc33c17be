"""What of two values for one path stays, and what is reported of the other."""

import pytest

from orbitcfg.compile.imports import load
from orbitcfg.compile.merge import merge_imports
from orbitcfg.document.events import Loss, ValueLost
from orbitcfg.document.tree import plain
from orbitcfg.files.store import Memory


def merged(first: str, second: str) -> tuple[object, list[Loss]]:
    """The value of a root that imports two files with `k`, and what was lost there."""
    files = Memory({"/c.yaml": b"import: [a.yaml, b.yaml]", "/a.yaml": f"k: {first}".encode(), "/b.yaml": f"k: {second}".encode()})
    tree, events = merge_imports(load(files, "/c.yaml")[0])
    assert tree is not None
    value = plain(tree)
    assert isinstance(value, dict)
    return value["k"], [event.loss for event in events if isinstance(event, ValueLost)]


@pytest.mark.parametrize(
    ("first", "second", "value", "losses"),
    [
        ("1", "1", 1, []),
        ("1", "2", 1, [Loss.SCALAR]),
        ("1", "true", 1, [Loss.SCALAR]),
        ("1", "1.0", 1, [Loss.SCALAR]),
        ("0", "false", 0, [Loss.SCALAR]),
        ("''", "null", "", [Loss.SCALAR]),
        ("null", "1", None, [Loss.SCALAR]),
        ("null", "null", None, []),
        ("[1]", "null", [1], []),
        ("{a: 1}", "null", {"a": 1}, []),
        ("null", "[1]", None, [Loss.NULL]),
        ("null", "{a: 1}", None, [Loss.NULL]),
        ("null", "[]", None, []),
        ("null", "{}", None, []),
        ("[1]", "1", [1], [Loss.MISMATCH]),
        ("1", "[1]", 1, [Loss.MISMATCH]),
        ("[1]", "{a: 1}", [1], [Loss.MISMATCH]),
        ("{a: 1}", "[1]", {"a": 1}, [Loss.MISMATCH]),
        ("false", "[]", False, [Loss.MISMATCH]),
        ("[1, 2]", "[2]", [1, 2, 2], []),
        ("[]", "[1]", [1], []),
        ("[1]", "[]", [1], []),
        ("{a: 1}", "{b: 2}", {"a": 1, "b": 2}, []),
    ],
)
def test_the_earlier_value_stays(first: str, second: str, value: object, losses: list[Loss]) -> None:
    """Lists grow and mappings unite; of anything else the second is lost, and a null has nothing to lose."""
    assert merged(first, second) == (value, losses)
