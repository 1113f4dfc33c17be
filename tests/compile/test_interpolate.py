"""What placeholders become in each mode."""

import pytest

from orbitcfg.compile.environment import Environment, EnvVariable
from orbitcfg.compile.interpolate import InterpolationMode, interpolate, secrets_backend
from orbitcfg.document.events import PlaceholderIgnored, PlaceholderUnclosed, PlaceholderUsed
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Mapping, Unknown, plain
from orbitcfg.document.yaml_reader import parse

ENVIRONMENT = Environment({"SET": EnvVariable("value", "environment"), "EMPTY": EnvVariable("", "environment")})


def filled(text: str, mode: InterpolationMode) -> tuple[object, list[object]]:
    node, _ = parse(Source("x.yaml", text))
    assert isinstance(node, Mapping)
    tree, events = interpolate(node, ENVIRONMENT, mode)
    assert tree is not None
    return plain(tree), list(events)


@pytest.mark.parametrize(
    ("text", "orbit", "unknown"),
    [
        ("${SET}", "value", "value"),
        ("${SET:-d}", "value", "value"),
        ("${EMPTY}", "", ""),
        ("${EMPTY:-d}", "d", "d"),
        ("${UNSET:-d}", "d", "d"),
        ("${UNSET:-}", "", Unknown("${UNSET:-}")),
        ("${UNSET}", "", Unknown("${UNSET}")),
        ("a ${SET} b ${UNSET} c", "a value b  c", Unknown("a ${SET} b ${UNSET} c")),
        ("${UNSET:-a:-b}", "a:-b", "a:-b"),
        ("$SET", "$SET", "$SET"),
        ("${}", "${}", "${}"),
    ],
)
def test_a_text_with_placeholders(text: str, orbit: str, unknown: str) -> None:
    for mode, expected in ((InterpolationMode.ORBIT, orbit), (InterpolationMode.UNKNOWN, unknown), (InterpolationMode.SYMBOLIC, text)):
        value, _ = filled(f"a: '{text}'", mode)
        assert value == {"a": expected}
        assert isinstance(value, dict)
        assert isinstance(value["a"], Unknown) is (mode is InterpolationMode.UNKNOWN and isinstance(unknown, Unknown))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: ['${SET}', {b: '${SET}'}]", {"a": ["value", {"b": "value"}]}),
        ("a: [['${SET}']]", {"a": [["${SET}"]]}),
        ("a: [[{b: '${SET}'}]]", {"a": [[{"b": "${SET}"}]]}),
        ("'${SET}': 1", {"${SET}": 1}),
        ("secrets_management: {l: ['${SET}']}", {"secrets_management": {"l": ["value"]}}),
    ],
)
def test_orbit_looks_into_lists_but_not_into_lists_within_them(text: str, value: object) -> None:
    assert filled(text, InterpolationMode.ORBIT)[0] == value


def test_what_is_met_is_noted() -> None:
    _, events = filled("a: ['${SET}', ['${SET}']]\n'${K}': '${OPEN'\n", InterpolationMode.ORBIT)
    kinds = [type(each) for each in events]
    assert kinds == [PlaceholderUsed, PlaceholderIgnored, PlaceholderIgnored, PlaceholderUnclosed]


@pytest.mark.parametrize(("provider", "backend"), [("aws", "aws"), ("AWS", "aws"), ("gcp", "gcp"), ("env", None), ("''", None), ("5", None)])
def test_a_secrets_backend_is_known_in_any_letter_case(provider: str, backend: str | None) -> None:
    node, _ = parse(Source("x.yaml", f"secrets_management: {{provider: {provider}}}"))
    assert secrets_backend(node) == backend


def test_with_a_secrets_backend_every_value_is_not_known_but_those_of_its_own_section() -> None:
    """That section ORBIT fills beforehand, from the environment alone."""
    text = "secrets_management: {provider: aws, region: '${SET}'}\na: '${SET}'\nb: '${UNSET:-d}'\n"
    for mode in (InterpolationMode.UNKNOWN, InterpolationMode.ORBIT):
        value, _ = filled(text, mode)
        assert isinstance(value, dict)
        assert [isinstance(each, Unknown) for each in (value["secrets_management"]["region"], value["a"], value["b"])] == [False, True, True]
    assert filled(text, InterpolationMode.LOADER)[0] == {"secrets_management": {"provider": "aws", "region": "value"}, "a": "value", "b": "d"}
