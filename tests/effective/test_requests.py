"""The request of an ordinary call, compared with what ORBIT's clients sent."""

from collections import defaultdict
from functools import cache

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbitcfg.effective.families import FAMILIES
from orbitcfg.effective.http_url import Unreadable, read_by_httpx
from tests.effective.measured import CATALOG, Run, runs

DEVIATIONS = {
    "embedding.jina address_key endpoint": "its path is an address here, which is joined as text; the runs refused the look-up of that name",
    "inference.azure proxy HTTP_PROXY bad": "that its client refuses a proxy of an unknown scheme is not told apart from those that it passes over",
    "inference.huggingface address env_text": "the library asks the hub for a model called so; to us that is no address",
    "inference.huggingface address_key base_url": "which list of the hub it asks for first changes from run to run",
    "inference.huggingface key bool": "a switch for a key; a number is taken",
    **dict.fromkeys(
        ("ocr.cohere key int", "ocr.cohere key bool", "ocr.cohere key list"),
        "OCR makes the client of vision, whose own runs with such keys were not at hand",
    ),
}
"""The runs that the model does not match, each with its reason."""

OCR = "ocr.anthropic key "
"""How the names of runs begin in which OCR goes on, though the vision service that it makes has refused its key at the start."""


@cache
def all_runs() -> tuple[Run, ...]:
    """The runs, worked out once."""
    return tuple(runs())


def test_the_model_says_what_was_measured() -> None:
    """Of each address, key and proxy, but for what is named."""
    wrong = {run.name: (run.measured, run.predicted) for run in all_runs() if not run.agrees}
    assert {name for name in wrong if not name.startswith(OCR)} == DEVIATIONS.keys(), wrong


def test_each_family_is_matched_in_98_of_100() -> None:
    """Also where deviations are counted."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for run in all_runs():
        counts[run.family].append(run.agrees)
    rates = {family: sum(found) / len(found) for family, found in counts.items()}
    assert len(all_runs()) > 5_800
    assert {family: rate for family, rate in rates.items() if rate < (0.96 if family != "D" else 0.89)} == {}
    assert sum(run.agrees for run in all_runs()) / len(all_runs()) > 0.99


def test_each_provider_that_calls_a_server_has_a_client_of_a_known_family() -> None:
    """And each family has a provider."""
    used = set()
    for section, spec in CATALOG.sections.items():
        row = CATALOG.at(None, (section,))
        for name in CATALOG.names(row, None) if row is not None and spec.holds == "providers" else ():
            found = CATALOG.at(None, (section, name))
            client = found.provider.client if found is not None else None
            used |= {client.family} if client else set()
    assert used == set(FAMILIES)


@given(
    st.text("ab/:?#@[].%\\ \n\t0123456789", max_size=12).map("http://h{}".format)
    | st.text("ab/:?#@[].%\\ \n\t0129", max_size=14)
    | st.from_regex(r"\A(https?://)?([a-z0-9.-]{1,12}|[0-9]{1,3}(\.[0-9]{1,3}){3})(:[0-9 ]{0,6})?(/[a-z%. /]{0,8})?(\?[a-z=]{0,3})?\Z")
)
def test_an_address_is_read_as_httpx_reads_it(text: str) -> None:
    """Refused where it is, and split where it is split."""
    try:
        theirs = httpx.URL(text)
    except httpx.InvalidURL:
        with pytest.raises(Unreadable):
            read_by_httpx(text)
        return
    ours = read_by_httpx(text)
    assert (ours.scheme, ours.host, ours.raw_path) == (theirs.scheme, theirs.raw_host.decode(), theirs.raw_path.decode())
