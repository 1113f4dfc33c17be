"""What ORBIT's clients send as a key, compared with what they did."""

import json
from collections.abc import Iterator

import pytest

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import shipped_store
from orbitcfg.effective.clients import header_fault
from orbitcfg.effective.families import FAMILIES
from tests.shared import read_facts

CATALOG = Catalog(shipped_store())
SECTIONS = {
    "inference": "inference",
    "embedding": "embeddings",
    "reranking": "rerankers",
    "moderation": "moderations",
    "vision": "visions",
    "image_generation": "image_generation",
    "video_generation": "video_generation",
    "stt": "stt_providers",
    "tts": "tts_providers",
    "ocr": "ocr",
}
REFUSALS = ("LocalProtocolError", "UnicodeEncodeError", "Newline, carriage return")
"""What the errors of clients hold that do not send a header."""


def runs() -> Iterator[tuple[str, str, str, bool | None]]:
    """Provider, family and key of each run, and whether the key was sent; None where that does not show."""
    for row in read_facts("addresses/addresses")["rows"]:
        section = SECTIONS[row["service"]]
        entry = CATALOG.at(None, (section, row["provider"]))
        # runs with the oldest libraries say nothing of today's
        if entry is None or entry.provider.client is None or row.get("sdk") == "floor":
            continue
        tried = row["rows"].get("key", {})
        # of a key that is in no header nothing shows
        if "0123456789" not in json.dumps(tried.get("normal", {}).get("call", {}).get("auth_headers")):
            continue
        for run in tried.values():
            key, call = run.get("value"), run.get("call", {})
            if isinstance(key, str) and "0123456789" in key and "${" not in key:
                refused = any(each in json.dumps([run.get("init"), call]) for each in REFUSALS)
                yield row["provider"], entry.provider.client.family, key, True if call.get("requests") else False if refused else None


def test_each_key_is_sent_or_not_as_it_was() -> None:
    """By every client that could be tried."""
    seen = [run for run in runs() if run[-1] is not None]
    assert len(seen) > 600
    wrong = [(provider, key) for provider, family, key, sent in seen if bool(header_fault(key, FAMILIES[family])) == sent]
    assert wrong == []


def test_the_place_is_told_and_nothing_of_the_key() -> None:
    """Counted from 1."""
    openai = FAMILIES["openai"]
    assert header_fault("sk-1234 ", openai) == "ends in a blank (U+0020, character 8), which no header can carry"
    assert header_fault("\ufeffsk-1", openai) == "begins with an invisible character (U+FEFF, character 1), which no header can carry"
    assert header_fault("sk-1234", openai) == ""


@pytest.mark.parametrize(
    ("block", "library"), [(("inference", "ollama"), "aiohttp"), (("rerankers", "cohere"), "aiohttp"), (("inference", "cohere"), "httpx")]
)
def test_the_client_is_that_of_the_block(block: tuple[str, str], library: str) -> None:
    """Which differs from service to service."""
    row = CATALOG.at(None, block)
    assert row is not None
    assert row.provider.client is not None
    assert FAMILIES[row.provider.client.family].library == library
