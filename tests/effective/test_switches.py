"""How each consumer reads a switch: the one table for both places that read one."""

import pytest

from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Origin, Scalar, Unknown
from orbitcfg.effective import registry
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_CHOICE, WITHOUT_MODEL
from orbitcfg.effective.switches import is_on, is_truthy
from tests.effective.small import adapter, config

VALUES = (True, False, None, 0, 1, "", "true", "false", "False", "no", "yes", "y", "1", "on", "ON", "off", Unknown("${X}"))
WORDS = ["true", "yes", "y", "1", "on", "ON", Unknown("${X}")]
ON: dict[str, list[object]] = {
    "raw": [True, 1, "false", "False", "no", "off", *WORDS],
    "literal": [True, None, 0, 1, "", "false", "False", "no", "off", *WORDS],
    "registry": [True, None, 0, 1, "", "no", "off", *WORDS],
    "parsed": [True, *WORDS],
}
"""For each reading the values that are on; of the two places one parses a number too."""


def scalar(value: object) -> Scalar:
    return Scalar(value, Origin(Span(Source("x.yaml", ""), 0, 0)))


@pytest.mark.parametrize("reads", ON)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_switch_is_read_as_its_consumer_reads_it(reads: str, value: object) -> None:
    assert is_on(scalar(value), reads, default=False) is (repr(value) in map(repr, ON[reads]))
    if not (reads == "parsed" and type(value) is int):
        assert registry.is_on(value, reads) is (repr(value) in map(repr, ON[reads]))


@pytest.mark.parametrize("default", [True, False])
def test_a_missing_switch_is_what_its_default_says(default: bool) -> None:
    assert [is_on(None, reads, default=default) for reads in ON] == [default] * len(ON)
    assert is_truthy(None, default=default) is default


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_truth_is_pythons(value: object) -> None:
    assert is_truthy(scalar(value), default=False) is (isinstance(value, Unknown) or bool(value))


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
