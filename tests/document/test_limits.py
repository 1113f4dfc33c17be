"""What is at a limit is read, what is beyond it is refused."""

import pytest

from orbitcfg.document import yaml_reader
from orbitcfg.document.decode import decode_source
from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Node
from orbitcfg.document.yaml_reader import parse
from orbitcfg.limits import MAX_DEPTH, MAX_FILE_BYTES


def read(text: str) -> Node | FileProblem:
    """The root of a text, or why it has none."""
    node, events = parse(Source("x.yaml", text))
    if node is not None:
        return node
    (fault,) = events
    assert isinstance(fault, FileFault)
    return fault.problem


@pytest.mark.parametrize(("size", "problem"), [(MAX_FILE_BYTES, None), (MAX_FILE_BYTES + 1, FileProblem.TOO_LARGE)])
def test_a_file_of_the_largest_size_is_read(size: int, problem: FileProblem | None) -> None:
    source, fault = decode_source("x.yaml", b"#" * size)
    assert (len(source.text), fault and fault.problem) == (0 if problem else size, problem)


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_the_deepest_nesting_is_read(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    assert not isinstance(read(opening * (MAX_DEPTH + 1) + closing * (MAX_DEPTH + 1)), FileProblem)
    assert read(opening * (MAX_DEPTH + 2) + closing * (MAX_DEPTH + 2)) is FileProblem.TOO_DEEP


def test_as_many_aliases_as_may_be_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alias counts as the nodes that it stands for: here a list and its two items."""
    text = "- &a [1, 2]\n- *a\n- *a\n"
    monkeypatch.setattr(yaml_reader, "MAX_NODES", 10)
    assert not isinstance(read(text), FileProblem)
    monkeypatch.setattr(yaml_reader, "MAX_NODES", 9)
    assert read(text) is FileProblem.TOO_MANY_ALIASES


def test_an_alias_of_an_alias_counts_what_both_stand_for(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "- &a [1, 2]\n- &b [*a, *a]\n- *b\n"
    monkeypatch.setattr(yaml_reader, "MAX_NODES", 18)
    assert not isinstance(read(text), FileProblem)
    monkeypatch.setattr(yaml_reader, "MAX_NODES", 17)
    assert read(text) is FileProblem.TOO_MANY_ALIASES
