"""What of a value is shown."""

import pytest

from orbitcfg.compile.environment import Environment, EnvVariable
from orbitcfg.compile.interpolate import InterpolationMode, interpolate
from orbitcfg.document.masked import masked_node
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Mapping
from orbitcfg.document.yaml_reader import parse
from orbitcfg.masking.names import is_secret_name
from orbitcfg.masking.stretches import mask_stretches, merged_stretches
from orbitcfg.masking.values import is_only_placeholders, mask_defaults, masked_value, without_defaults


@pytest.mark.parametrize(
    ("text", "masked", "bare"),
    [
        ("${A:-x}", "${A:-***}", "${A}"),
        ("${A:-}", "${A:-}", "${A}"),
        ("${A}", "${A}", "${A}"),
        ("Bearer ${A:-x} ${B:-y:-z}", "Bearer ${A:-***} ${B:-***}", "Bearer ${A} ${B}"),
        ("a:-b", "a:-b", "a:-b"),
    ],
)
def test_a_default_is_masked_or_left_out(text: str, masked: str, bare: str) -> None:
    assert (mask_defaults(text), without_defaults(text)) == (masked, bare)


@pytest.mark.parametrize(
    ("text", "is_only"), [("${A}", True), ("Bearer ${A}${B:-x}", True), ("x${A}", False), ("${A}x", False), ("", False), ("Bearer x", False)]
)
def test_text_with_nothing_written_out(text: str, is_only: bool) -> None:
    assert is_only_placeholders(text) is is_only


@pytest.mark.parametrize(
    ("stretches", "merged", "text"),
    [
        ([(1, 3), (2, 5)], [(1, 5)], "a***f"),
        ([(1, 5), (2, 3)], [(1, 5)], "a***f"),
        ([(1, 3), (3, 5)], [(1, 3), (3, 5)], "a******f"),
        ([(1, 2), (4, 5)], [(1, 2), (4, 5)], "a***cd***f"),
        ([], [], "abcdef"),
    ],
)
def test_stretches_that_overlap_are_masked_as_one(stretches: list[tuple[int, int]], merged: list[tuple[int, int]], text: str) -> None:
    assert merged_stretches(stretches) == merged
    assert mask_stretches("abcdef", merged) == text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("api_key", "sk-1", "***"),
        ("api_key", "", ""),
        ("api_key", "${KEY}", "${KEY}"),
        ("api_key", "${KEY:-sk-1}", "${KEY:-***}"),
        ("api_key", "x${KEY}", "***"),
        ("api_key", "12345", "12345"),
        ("api_key", 5, 5),
        ("api_key", True, True),
        ("api_key", None, None),
        ("max_tokens", "sk-1", "sk-1"),
        ("url", "http://user:word@host", "http://***@host"),
        ("args", ["--token", "abc", "--port", "80"], ["--token", "***", "--port", "80"]),
        ("a", {"password": "x", "b": [{"secret": "y"}]}, {"password": "***", "b": [{"secret": "***"}]}),
    ],
)
def test_a_value_under_a_key(name: str, value: object, shown: object) -> None:
    assert masked_value(name, value) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain: ${SET}", {"plain": "${SET}"}),
        ("plain: a ${SET:-x} b", {"plain": "a ${SET:-x} b"}),
        ("plain: ${UNSET:-x}", {"plain": "x"}),
        ("api_key: ${SET:-x}", {"api_key": "${SET}"}),
        ("api_key: x ${SET}", {"api_key": "***"}),
        ("api_key: ${UNSET:-sk-1}", {"api_key": "***"}),
        ("args: [--token, abc]", {"args": ["--token", "***"]}),
    ],
)
def test_what_a_variable_gave_is_shown_as_it_was_written(written: str, shown: object) -> None:
    node, _ = parse(Source("x.yaml", written))
    assert isinstance(node, Mapping)
    filled, _ = interpolate(node, Environment({"SET": EnvVariable("value", "environment")}), InterpolationMode.ORBIT)
    assert filled is not None
    assert masked_node(filled) == shown


@pytest.mark.parametrize(
    "word",
    [
        "key",
        "apikey",
        "token",
        "secret",
        "password",
        "passphrase",
        "passwd",
        "pass",
        "pwd",
        "credential",
        "credentials",
        "dsn",
        "authorization",
        "cookie",
    ],
)
def test_each_word_names_a_secret(word: str) -> None:
    assert [is_secret_name(name) for name in (word, word.upper(), f"my_{word}", f"my-{word}", f"my{word.capitalize()}", f"{word}_2")] == [True] * 6
    assert is_secret_name(f"{word}_limit") is False


@pytest.mark.parametrize("ending", ["connection_string", "access_key_id"])
def test_each_ending_names_a_secret(ending: str) -> None:
    assert is_secret_name(f"my_{ending}")
    assert not is_secret_name(f"{ending}_count")
