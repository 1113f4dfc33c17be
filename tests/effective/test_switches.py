"""How each consumer reads a switch: the one table of what is on."""

import pytest

from orbitcfg.document.tree import KeyPath, Unknown
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_CHOICE, WITHOUT_MODEL
from orbitcfg.effective.switches import all_on, truth
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


KINDS = (
    "passthrough", "fetch", "openai_realtime", "openai_realtime_translation", "gemini_live", "image_generation", "video_generation",
    "document_generation", "audio_generation", "web-search",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_adapter_asks_follows_from_its_type(kind: str) -> None:
    entry = {"name": "fast", "provider": "shimmy", "model": "m"}
    made = config({"adapters": [adapter("one", type=kind, inference_provider="shimmy", allowed_models=[entry])]})
    rows = {(use.service, use.state) for use in made.uses if use.adapter is not None and use.service in ("inference", "rewriting")}
    asks = set() if kind in WITHOUT_MODEL else {("rewriting" if kind in GENERATORS else "inference", "ok")}
    choices = {("inference", "ignored" if kind in WITHOUT_CHOICE else "ok")}
    assert rows == asks | choices
    assert frozenset(KINDS) - {"passthrough"} == WITHOUT_CHOICE
