"""What a server says, without the secrets that it was sent."""

import base64
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orbitcfg.live.secrets import Secrets
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from orbitcfg.observed.probe import ChatReply, Fit, ListedModel, ModelList, ModelMatch
from orbitcfg.observed.product import Product
from tests.live.hostile import RUN, leaks, written

KEY = "sk-canary+/&<0123456789"
EXPECTED = ExpectedModel("canary-model-of-a-lab", ("a",), ("inference",))


def target(key: str = KEY, url: str = "http://localhost:1") -> ProbeTarget:
    return ProbeTarget("vllm", "openai", "local", url, url, (EXPECTED,), key=key)


SECRETS = Secrets.of([target(url="https://user:Tr0ub4dor-and-3@host/v1")], ["http://proxy:pass-of-a-proxy@host:1"])
SHOWN = {
    "a plain one": (f"before {KEY} after", "before *** after"),
    "of an address": ("the password is Tr0ub4dor-and-3", "the password is ***"),
    "of an address, as its header": (base64.b64encode(b"user:Tr0ub4dor-and-3").decode(), "***M="),
    "of a proxy": ("pass-of-a-proxy", "***"),
    "two in a row": (f"{KEY}{KEY}", "******"),
    "the first ten characters": (f"{KEY[:10]}…", "***…"),
    "fewer than eight in a row": (f"{KEY[:7]}…", f"{KEY[:7]}…"),
    "a name that the configuration shows": ("canary-model-of-a-lab", "canary-model-of-a-lab"),
    "cut after it is masked": ("x" * 295 + KEY, "x" * 295 + "***"),
    "cut": ("x" * 400, "x" * 299 + "…"),
    "half a character": ("a\ud800b", "a\ufffdb"),
    "other words": ("a quick brown fox needs 4,096 tokens & more", "a quick brown fox needs 4,096 tokens & more"),
    "an escape of something else": ("100%25 &amp; more\\n", "100%25 &amp; more\\n"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_text_as_it_is_shown(name: str) -> None:
    """The secrets alone are masked, and what is too long is cut after that."""
    text, shown = SHOWN[name]
    assert SECRETS.masked(text) == shown


@example("00000001}0000002", 159, "")
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=16, max_size=60), st.integers(0, 1000), st.text(max_size=20))
def test_no_part_of_a_key_is_left_however_it_is_written(key: str, seed: int, around: str) -> None:
    """Eight characters in a row are a part."""
    secrets = Secrets.of([target(key)])
    text = around + written(key, random.Random(seed)) + around
    assert list(leaks({"text": secrets.masked(text)}, {"key": key})) == [] or _is_repeated(key)


def _is_repeated(key: str) -> bool:
    """Whether what stands for a key could be a part of it."""
    return "***" in key or len(set(key)) < RUN // 2


@given(st.text(max_size=300))
def test_a_text_without_secrets_stays(text: str) -> None:
    """Where there are none to look for."""
    none = Secrets()
    assert none.masked(text) == none.masked(none.masked(text))


def test_a_short_key_is_masked_as_a_whole_alone() -> None:
    """Parts of it are ordinary words; and one of five characters is a dummy."""
    assert Secrets.of([target("lm-studio")]).masked("lm-studio is LM Studio") == "*** is LM Studio"
    assert Secrets.of([target("EMPTY")]).masked("EMPTY") == "EMPTY"


def test_results_are_masked_in_every_field_but_those_of_the_configuration() -> None:
    """In lists in maps as well."""
    match = ModelMatch(EXPECTED, Fit.NEAR, ListedModel(KEY, (KEY, "n"), 5))
    seen = (ModelList((ListedModel(KEY),), (match,)), ChatReply(EXPECTED, stream=True, text=KEY, finish=KEY, defects=(KEY,)), Product(KEY, KEY))
    hidden = ModelMatch(EXPECTED, Fit.NEAR, ListedModel("***", ("***", "n"), 5))
    reply = ChatReply(EXPECTED, stream=True, text="***", finish="***", defects=("***",))
    assert SECRETS.without(seen) == (ModelList((ListedModel("***"),), (hidden,)), reply, Product(KEY, KEY))


def test_the_end_of_a_long_key_is_masked_too() -> None:
    """Such as a certificate's or an account's."""
    key = "".join(f"{number:06x}" for number in range(4000))
    assert Secrets.of([target(key)]).masked(f"it ends in {key[-30:]}") == "it ends in ***"


def test_the_longest_text_takes_no_time() -> None:
    """Of a mebibyte only the beginning is looked at."""
    for text in ("%41" * 350_000, KEY * 50_000, "&#65;" * 200_000, "\\" * 1_000_000):
        assert len(SECRETS.masked(text)) <= 300
