"""The real server of llama-cpp-python, on a tiny model with a known answer."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orbitcfg.engine import selftest
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.report.diagnostics import Severity
from tests.engine.server import served
from tests.live.setups import Setup, apply, codes, is_clean, only

ALIAS, KEY = "tiny-known-answer", "a-key-of-the-real-server"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """One with an alias and no key, of a context of 256 tokens."""
    with served(Path(selftest.path()), "--model_alias", ALIAS, "--n_ctx", "256") as url:
        yield url


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """One with a key, whose model is named by its path."""
    with served(Path(selftest.path()), "--api_key", KEY) as url:
        yield url


def llama(folder: Path, url: str, model: str = ALIAS, **more: object) -> Setup:
    """The provider that talks to it."""
    return Setup(folder, "vllm", {"base_url": f"{url}/v1", "model": model, "max_tokens": 16, "temperature": 0.0, **more}).write()


def test_every_step_is_ticked(server: str, tmp_path: Path) -> None:
    """And both chats bring the known answer."""
    checkup = llama(tmp_path, server).check(generate=True)
    assert is_clean(checkup), (checkup.checks, checkup.report.diagnostics)
    [result] = checkup.results
    assert (result.identity.product and result.identity.product.name) == "llama-cpp-python's server"
    assert result.identity.version
    assert [(one.stream, one.text.strip(), one.finish, one.defects) for one in result.chats] == [
        (True, selftest.ANSWER, "stop", ()),
        (False, selftest.ANSWER, "stop", ()),
    ]
    assert result.chats[0].first_token_ms is not None
    assert result.chats[1].tokens


def test_it_answers_to_any_name(server: str, tmp_path: Path) -> None:
    """So another name is a warning, and the help leads to a clean run."""
    setup = llama(tmp_path, server, "gpt-4o")
    diagnostic = only(setup.check(generate=True))
    assert (diagnostic.code, diagnostic.severity, diagnostic.help) == ("ORB733", Severity.WARNING, f"write `model: {ALIAS}`")
    apply(diagnostic, tmp_path)
    assert is_clean(setup.check())


def test_a_missing_and_a_wrong_key_are_refused(guarded: str, tmp_path: Path) -> None:
    """Nothing of it is open, not even a health check; the right one is clean."""
    model = str(selftest.path())
    for block in ({}, {"api_key": "another-key"}):
        checkup = llama(tmp_path, guarded, model, **block).check()
        assert codes(checkup) == ["ORB721"]
        assert [row.state for row in checkup.checks if row.kind is CheckKind.AUTHORISE] == [CheckState.FAILED]
        assert checkup.results[0].access.error_text == "Invalid API key"
    right = llama(tmp_path, guarded, model, api_key="${VLLM_API_KEY}").check({"VLLM_API_KEY": KEY})
    assert is_clean(right), right.report.diagnostics
    assert KEY not in repr(right)


def test_a_path_is_listed_by_default(guarded: str, tmp_path: Path) -> None:
    """The stem of it is not the name, and the help gives both ways out."""
    stem = Path(selftest.path()).stem
    diagnostic = only(llama(tmp_path, guarded, stem, api_key="${VLLM_API_KEY}").check({"VLLM_API_KEY": KEY}))
    assert diagnostic.code == "ORB733"
    assert diagnostic.help.endswith(f"or start the server with `--model_alias {stem}`")


def test_a_wrong_path_is_fixed(server: str, tmp_path: Path) -> None:
    """`/v1` was left out."""
    setup = llama(tmp_path, server)
    path = tmp_path / "config" / "inference.yaml"
    path.write_text(path.read_text().replace(f"{server}/v1", server))
    diagnostic = only(setup.check())
    assert (diagnostic.code, diagnostic.help) == ("ORB713", f"write `base_url: {server}/v1`")
    apply(diagnostic, tmp_path)
    assert is_clean(setup.check())


def test_more_than_its_context_is_refused(server: str, tmp_path: Path) -> None:
    """The server's words and its status are shown."""
    checkup = llama(tmp_path, server, max_tokens=16, stop=[]).check()
    assert is_clean(checkup)
    long = {"model": ALIAS, "messages": [{"role": "user", "content": "hello " * 400}], "max_tokens": 16}
    refusal = httpx.post(f"{server}/v1/chat/completions", json=long, timeout=20)
    assert refusal.status_code == 400
    from orbitcfg.live.shapes import Body

    assert Body.of(refusal.text).error_code == "context_length_exceeded"
    assert "context length is 256 tokens" in Body.of(refusal.text).error_text


def test_a_server_that_has_ended_is_refused(tmp_path: Path) -> None:
    """Its port is free again."""
    with served(Path(selftest.path())) as url:
        setup = llama(tmp_path, url)
    diagnostic = only(setup.check())
    assert diagnostic.code == "ORB703"
    assert "it refuses connections until its model is loaded" in diagnostic.help
