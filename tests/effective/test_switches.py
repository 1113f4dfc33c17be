"""How each consumer reads a switch: the one table of what is on."""

import pytest
import yaml

from orbitcfg.document.tree import KeyPath, Unknown, at
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_CHOICE, WITHOUT_MODEL
from orbitcfg.effective.switches import all_on, is_set, truth
from tests.effective.small import adapter, config

VALUES = (True, False, None, 0, 1, 2.5, "", "true", "false", "False", "no", "yes", "y", "1", "on", "ON", " on", "off")
WORDS = ["true", "yes", "y", "1", "on", "ON"]
ON: dict[str, list[object]] = {
    "raw": [True, 1, 2.5, "false", "False", "no", " on", "off", *WORDS],
    "mixed": [True, 1, 2.5, "false", "False", "no", " on", "off", *WORDS],
    "literal": [True, None, 0, 1, 2.5, "", "false", "False", "no", " on", "off", *WORDS],
    "registry": [True, None, 0, 1, 2.5, "", "no", " on", "off", *WORDS],
    "parsed": [True, 1, 2.5, *WORDS],
}
"""For each reading the values that are on."""


@pytest.mark.parametrize("reads", ON)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_switch_is_read_as_its_consumer_reads_it(reads: str, value: object) -> None:
    assert truth(value, reads) is (repr(value) in map(repr, ON[reads]))


@pytest.mark.parametrize("reads", ON)
def test_what_is_not_known_here_is_neither_on_nor_off(reads: str) -> None:
    assert truth(Unknown("${X}"), reads) is None


def test_one_that_is_off_decides_and_one_that_is_not_known_leaves_it_open() -> None:
    assert [all_on(states) for states in ([], [True], [True, None], [None, True], [None, False], [False, True])] == [
        True,
        True,
        None,
        None,
        False,
        False,
    ]


SWITCHES: list[tuple[dict[str, object], KeyPath, bool | None]] = [
    ({"safety": {"enabled": "no"}}, ("safety", "enabled"), False),
    ({"image": {"enabled": 0}}, ("image", "enabled"), True),
    ({"image": {}}, ("image", "enabled"), False),
    ({"vision": {"enabled": "${V}"}}, ("vision", "enabled"), None),
    ({"embeddings": {"openai": {"enabled": False}}}, ("embeddings", "openai", "enabled"), True),
    ({"embeddings": {"ollama": {"enabled": False}}}, ("embeddings", "ollama", "enabled"), False),
]
"""A switch is read, and has its default, as the catalogue says; one that nothing reads decides nothing."""


@pytest.mark.parametrize(("sections", "path", "state"), SWITCHES, ids=lambda each: str(each))
def test_a_switch_of_a_configuration_is_read_as_the_catalogue_says(sections: dict[str, object], path: KeyPath, state: bool | None) -> None:
    assert config(sections, process=None).switches.at(path) is state


HOLDERS: dict[str, tuple[KeyPath, bool | None]] = {
    "vision: {enabled: false}": (("vision",), False),
    "vision: {provider: openai}": (("vision",), True),
    "vision: {enabled: '${V}'}": (("vision",), None),
    "image: {provider: openai}": (("image",), False),
    "vision: false": (("vision",), True),
    "inference: {shimmy: {enabled: true}}": (("inference",), True),
    "nobody: {enabled: false}": (("nobody",), False),
    "nobody: {knows: {this: 1}}": (("nobody", "knows"), True),
    "embeddings: {openai: {enabled: false}}": (("embeddings", "openai"), True),
}
"""Whether a mapping is on by its own switch, which counts as missing with its default; one that none has turns nothing off."""


@pytest.mark.parametrize("text", HOLDERS)
def test_a_mapping_is_on_by_its_own_switch(text: str) -> None:
    path, state = HOLDERS[text]
    assert config(yaml.safe_load(text)).switches.of(path) is state


LEADING: dict[tuple[KeyPath, int], bool | None] = {
    (("outer", "inner", "key"), 0): False,
    (("outer", "inner", "key"), 1): None,
    (("outer", "inner", "key"), 2): True,
    (("outer", "inner"), 0): False,
    (("outer", "inner"), 1): None,
    # a switch is looked at where what holds it is
    (("outer", "inner", "enabled"), 0): False,
    (("outer", "inner", "enabled"), 1): True,
    (("outer", "enabled"), 0): True,
    (("outer",), 0): False,
    ((), 0): True,
    (("enabled",), 0): True,
}
"""For each path, and the depth from which on it is looked at, whether nothing on the way is off."""


@pytest.mark.parametrize(("path", "start"), LEADING)
def test_what_leads_to_a_path_is_on_where_each_mapping_on_the_way_is(path: KeyPath, start: int) -> None:
    made = config({"outer": {"enabled": False, "inner": {"enabled": "${E}", "key": 1}}})
    assert made.switches.leading_to(path, start) is LEADING[path, start]


def test_one_that_is_not_known_here_may_be_on() -> None:
    switches = config({"safety": {"enabled": False}, "vision": {"enabled": "${V}"}, "stt": {"enabled": True}}).switches
    assert [switches.is_on((section, "enabled")) for section in ("safety", "vision", "stt")] == [False, True, True]


def test_a_switch_that_is_no_scalar_is_true_for_python() -> None:
    assert config({"vision": {"enabled": [False]}}).switches.at(("vision", "enabled")) is True


def test_a_switch_that_the_catalogue_does_not_know_is_on_where_it_is_missing_and_else_has_pythons_truth() -> None:
    switches = config({"nobody": {"on": "false", "off": 0}}).switches
    assert [switches.at(("nobody", key)) for key in ("on", "off", "gone")] == [True, False, True]


def test_what_counts_as_set() -> None:
    tree = config({"a": {"null": None, "empty": "", "zero": 0, "off": False, "text": "x", "open": "${X:-}", "list": [], "map": {}}}).tree
    found = {key for key in ("null", "empty", "zero", "off", "text", "open", "list", "map", "gone") if is_set(at(tree, ("a", key)))}
    assert found == {"zero", "off", "text", "open", "list", "map"}


KINDS = (
    "passthrough", "fetch", "openai_realtime", "openai_realtime_translation", "gemini_live", "image_generation", "video_generation",
    "document_generation", "audio_generation", "web-search",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_adapter_asks_follows_from_its_type(kind: str) -> None:
    entry = {"name": "fast", "provider": "shimmy", "model": "m"}
    made = config({"adapters": [adapter("one", type=kind, inference_provider="shimmy", allowed_models=[entry])]})
    rows = {(use.service, use.state) for use in made.uses if use.adapter is not None and use.service in ("inference", "rewriting")}
    asks = set() if kind in WITHOUT_MODEL else {("rewriting" if kind in GENERATORS else "inference", "configured")}
    choices = {("inference", "ignored" if kind in WITHOUT_CHOICE else "configured")}
    assert rows == asks | choices
    assert frozenset(KINDS) - {"passthrough"} == WITHOUT_CHOICE
