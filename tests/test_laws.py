"""Laws that hold for any input."""

import json

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orbitcfg.commands.resolve.command import resolve
from orbitcfg.commands.validate.command import validate
from orbitcfg.compile.imports import load
from orbitcfg.compile.merge import merge_imports
from orbitcfg.document import yaml_reader
from orbitcfg.document.graph import ImportGraph
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Scalar, plain, walk
from orbitcfg.document.yaml_loaders import FastLoader, TooManyNodesError
from orbitcfg.document.yaml_reader import parse
from orbitcfg.document.yaml_values import DoubtfulError
from orbitcfg.document.yaml_writer import annotated_yaml, to_yaml
from orbitcfg.files.store import Memory
from tests.shared import drawn

FRAGMENTS = st.sampled_from(
    [
        "a",
        "b:",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        "\n  ",
        "&x ",
        "*x",
        "<<: ",
        "? ",
        "| \n",
        ">\n",
        "'",
        '"',
        "#",
        "!!int ",
        "!t ",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "\t",
        "yes",
        "0o7",
        "12:30",
        "2026-01-01",
        "${X}",
        "${X:-d}",
        "import: x.yaml\n",
        "é",
        "\ufeff",
        "\u2028",
        "\x00",
        "=",
        "~",
        "1e5",
        "@",
        "`",
    ]
)
YAML_TEXTS = st.lists(FRAGMENTS, max_size=24).map("".join)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT | st.dates() | st.binary(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT | st.integers() | st.booleans(), below, max_size=4), max_leaves=20
)

quick = settings(max_examples=drawn(100), suppress_health_check=[HealthCheck.too_slow])


def pure(text: str) -> object:
    """What ORBIT's reader makes of a text; an exception's class where it raises."""
    try:
        return yaml.safe_load(text.removeprefix("\ufeff"))
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return "refused"


@quick
@given(YAML_TEXTS)
@example("&a [*a]")
@example("? [a]\n: b")
@example("- !!timestamp x")
@example("!!int ")
@example("[a?b]")
@example("a: \ud800b")
@example("{a?b: c}")
@example("x: &x 1\ny: {a?b: c}")
@example("- !\n- x\n")
@example("a: ! # c\n")
@example("[!, a]")
@example("{a: !!str, b: 1}")
@example("{a: !!null, b: 1}")
@example("{? !!null, b}")
@example("a: |#\n  x\n")
@example("a: >-#c\n  x\n")
@example("a: |2+#\n  x\n")
@example("a: ('|#')")
@example("<<: {a: 1}\n<<: {b: 2}\n")
def test_parse_agrees_with_orbits_reader(text: str) -> None:
    """The same value, or no value where ORBIT has none; and never an exception."""
    text = text.lstrip("\ufeff")
    node, events = parse(Source("x.yaml", text))
    expected = pure(text)
    if node is None:
        assert events
        assert expected in ("refused", None) or is_recursive(expected)
    else:
        assert repr(plain(node)) == repr(expected)


@quick
@given(YAML_TEXTS)
@example("a: 1\na: [yes, {b: 'no', 010: x}]\n\u00a0c: 12:30\n")
@example("- {a: , ? b}\n-\n- - 1e5\n# x\n\n- |\n  y\n")
def test_events_give_what_composing_gives(text: str) -> None:
    """The same nodes at the same places, noticed alike; or nothing, so that it is composed."""
    source, unread = Source("x.yaml", text), (yaml.YAMLError, TooManyNodesError, DoubtfulError)
    try:
        found = yaml_reader._by_events(source, 50)
    except unread:
        with pytest.raises(unread):
            yaml_reader._composed(source, FastLoader, 50, doubt=True)
    else:
        assert found is None or found == yaml_reader._composed(source, FastLoader, 50, doubt=True)


def is_recursive(value: object) -> bool:
    """Whether a value holds itself."""
    try:
        json.dumps(value, default=str, skipkeys=True)
    except (ValueError, RecursionError):
        return True
    return False


@quick
@example(b"&0 0e0")
@given(st.binary(max_size=60) | YAML_TEXTS.map(lambda text: text.encode("utf-8")))
def test_validate_and_resolve_never_raise(content: bytes) -> None:
    """Any bytes as root file give a report, and a value or none."""
    files = Memory({"/config/config.yaml": content, "/config/x.yaml": b"adapters: [{name: a}]\n"})
    assert not validate("/config", files=files, process={}).crashed
    assert resolve("/config", files=files, process={}).report is not None


@quick
@example("- ---\n- ...\n")
@given(YAML_TEXTS)
def test_a_plain_scalars_span_parses_to_its_value(text: str) -> None:
    """Where a value came from can be read again; a byte order mark is one at the start of a text alone."""
    source = Source("x.yaml", text.replace("\ufeff", ""))
    node, _ = parse(source)
    for _, each in walk(node) if node is not None else ():
        span = each.origin.span
        if isinstance(each, Scalar) and isinstance(each.value, str) and span.text and span.text[0] not in "|>!&" and "\n" not in span.text:
            # indented: at the start of a line `---` and `...` are marks of a document
            again, _ = parse(Source("again", f" {span.text}"))
            assert isinstance(again, Scalar)
            assert again.value == each.value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb\n", "|\n  a\n  b\n"),
        (" a\nb", '" a\\nb"\n'),
        ("\na", '"\\na"\n'),
        ("a\tb", '"a\\tb"\n'),
        ("é", "é\n"),
        ("yes", "'yes'\n"),
        ("=", "'='\n"),
        ("12:30", "'12:30'\n"),
    ],
)
def test_text_is_written_plainly_where_that_reads_back(value: str, text: str) -> None:
    """Of several lines as a block, and in quotes where YAML takes it for another thing."""
    assert to_yaml(value) == text


@quick
@given(VALUES)
@example("a\n b\n")
@example({"a": "\n\n", "b": "x: y", "c": "12:30", "d": "yes", "e": "\x85", "f": "\ufeff"})
@example([[("a", 1), ("b", [2])], {"x", "y"}])
def test_yaml_output_reads_back(value: object) -> None:
    """What is printed is what it was, also to ORBIT's reader."""
    assert repr(yaml.safe_load(to_yaml(value))) == repr(value)


@quick
@given(VALUES, TEXT)
def test_annotated_yaml_output_reads_back(value: object, label: str) -> None:
    """Comments change nothing."""
    assert repr(yaml.safe_load(annotated_yaml(to_yaml(value), lambda _: label))) == repr(value)


def graph(*texts: str) -> ImportGraph:
    """A root that imports files with these texts, the first being its own."""
    names = [f"{index}.yaml" for index in range(len(texts) - 1)]
    root = f"import: {json.dumps(names)}\n{texts[0]}"
    contents = {"/config.yaml": root.encode()} | {f"/{name}": text.encode() for name, text in zip(names, texts[1:], strict=True)}
    return load(Memory(contents), "/config.yaml")[0]


def merged(*texts: str) -> object:
    """The merged value of such a graph."""
    tree, _ = merge_imports(graph(*texts))
    return plain(tree) if tree is not None else None


MAPPINGS = st.dictionaries(
    st.sampled_from("abcd"),
    st.recursive(st.integers() | st.none(), lambda below: st.dictionaries(st.sampled_from("abcd"), below, max_size=3), max_leaves=6),
    max_size=4,
)


@quick
@given(MAPPINGS)
def test_merging_nothing_or_itself_changes_nothing(value: dict[str, object]) -> None:
    """With an empty file, and with a copy of itself (it has no lists)."""
    text = json.dumps(value)[1:-1]
    block = to_yaml(value) if text else ""
    assert merged(block, "{}") == value
    assert merged(block, to_yaml(value)) == value


@quick
@given(MAPPINGS, MAPPINGS)
def test_the_earlier_value_wins(first: dict[str, object], second: dict[str, object]) -> None:
    """Each leaf of the earlier file stands in the result."""
    result = merged("", to_yaml(first), to_yaml(second))
    root, _ = parse(Source("x", to_yaml(first)))
    assert root is not None
    for path, node in walk(root):
        if isinstance(node, Scalar):
            found = result
            for key in path:
                assert isinstance(found, dict)
                found = found[key]
            assert found == node.value
