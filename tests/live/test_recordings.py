"""The doubles answer as the recorded servers did, and doctor reads the recordings themselves."""

import json
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.observed.check import CheckKind, CheckState
from tests.live.doubles import Asked, Handler, serving
from tests.live.doubles.shimmy import Shimmy, without_gpu
from tests.live.doubles.vllm import Vllm
from tests.live.recorded import FRAMING, Recorded
from tests.live.setups import codes, provider
from tests.shared import read_facts

KEY = "recorded-key-of-the-test"
CHANGING = frozenset({"timestamp", "uptime_seconds", "created", "id", "size_bytes", "system_fingerprint"})
DOUBLES: dict[str, tuple[str, Handler]] = {
    "1.7.4": ("shimmy/1.7.4-known-answer", Shimmy("1.7.4", ("tiny-alpha", "tiny-beta"), ("phi3-lora",))),
    "2.5.0": ("shimmy/2.5.0-gpu", Shimmy("2.5.0", ("tiny-alpha", "tiny-beta"))),
    "2.6.5": ("shimmy/2.6.5-gpu", Shimmy("2.6.5", ("tiny-alpha", "tiny-beta"))),
    "2.5.0 without a GPU": ("shimmy/2.5.0-no-usable-gpu", Shimmy("2.5.0", ("gemma-3-270m-q4-k-m",), reply=without_gpu)),
    "2.6.5 without a GPU": ("shimmy/2.6.5-no-usable-gpu", Shimmy("2.6.5", ("tiny-alpha", "tiny-beta"), reply=without_gpu)),
    "vllm": ("vllm/0.32.0", Vllm(("tiny-alpha", "tiny-beta"))),
}
COMPARED = frozenset(
    {"health", "models", "models-double-v1", "models-trailing-slash", "api-tags", "chat", "chat-stream", "chat-stream-omitted", "chat-unknown-model"}
    | {"no-such-path", "unknown-path", "version", "models-with-origin"}
)


def recorded(name: str) -> dict[str, Any]:
    """One file of recordings."""
    value: dict[str, Any] = read_facts(name)
    return value


def status_of(row: dict[str, Any]) -> int:
    """The status of a recorded reply; 0 where the server closed the connection."""
    return int(row["status"].split()[1]) if row["status"] else 0


def asked_of(row: dict[str, Any]) -> Asked:
    """The recorded request."""
    request = row["request"]
    body = json.dumps(request["body"]).encode() if "body" in request else b""
    headers = {name.lower(): text for name, text in dict(request.get("headers") or {}).items()}
    return Asked(request["method"], request["path"], headers, body)


def shape(value: Any) -> Any:
    """A JSON value with what changes between runs left out, and rows of a list by the first."""
    match value:
        case dict():
            return {key: None if key in CHANGING else shape(each) for key, each in sorted(value.items())}
        case list():
            return [shape(each) for each in value]
    return value


def frames(body: str) -> list[Any]:
    """The data of a stream's events."""
    parts = [line.removeprefix("data: ") for line in body.split("\n") if line.startswith("data:")]
    return [part if part == "[DONE]" else shape(json.loads(part)) for part in parts]


def comparable(body: str, kind: str) -> Any:
    """A body as it is compared."""
    if kind.startswith("text/event-stream"):
        return frames(body)
    return shape(json.loads(body)) if kind.startswith("application/json") else body


@pytest.mark.parametrize("name", DOUBLES)
def test_a_double_answers_as_the_server_did(name: str) -> None:
    """Status, headers and body of every kind of request that doctor makes; vLLM's further keys are left out."""
    file, double = DOUBLES[name]
    recording = recorded(file)
    compared = 0
    for row in recording["rows"]:
        if row["name"] not in COMPARED or "…" in row["body"]:
            continue
        answer = double(asked_of(row))
        headers = {header.lower(): text for header, text in [*recording["common_headers"], *row["headers"]]}
        body = b"".join(answer.frames).decode() if answer.frames is not None else answer.body.decode()
        if name == "vllm" and row["name"] == "models-trailing-slash":
            continue  # a redirect, which the double does not imitate
        assert answer.status == status_of(row), row["name"]
        if name == "vllm":
            assert answer.headers.get("server") == headers["server"]
        else:
            ours = {header.lower() for header in answer.headers} - FRAMING - {"cache-control"}
            assert ours == set(headers) - FRAMING - {"cache-control"}, row["name"]
            kind = headers.get("content-type", "")
            assert comparable(body, kind) == comparable(row["body"], kind), row["name"]
        compared += 1
    assert compared >= 5


REPLAYED = {
    "1.7.4": ("shimmy/1.7.4-known-answer", "shimmy", "", "tiny-alpha", "Shimmy 1.7.4", []),
    "2.5.0": ("shimmy/2.5.0-gpu", "shimmy", "", "tiny-alpha", "Shimmy 2.5.0", []),
    "2.6.5": ("shimmy/2.6.5-gpu", "shimmy", "", "tiny-alpha", "Shimmy 2.6.5", []),
    "1.7.4, the phantom": ("shimmy/1.7.4", "shimmy", "", "phi3-lora", "Shimmy 1.7.4", ["ORB741", "ORB761"]),
    "1.7.4, a template that leaks": ("shimmy/1.7.4", "shimmy", "", "gemma-3-270m-q4-k-m", "Shimmy 1.7.4", []),
    "2.5.0 without a GPU": ("shimmy/2.5.0-no-usable-gpu", "shimmy", "", "gemma-3-270m-q4-k-m", "Shimmy 2.5.0", ["ORB761"]),
    "2.6.5 without a GPU": ("shimmy/2.6.5-no-usable-gpu", "shimmy", "", "tiny-alpha", "Shimmy 2.6.5", ["ORB761"]),
    "2.6.5, another case": ("shimmy/2.6.5-gpu", "shimmy", "", "Tiny-Alpha", "Shimmy 2.6.5", ["ORB732"]),
    "vllm": ("vllm/0.32.0", "vllm", "/v1", "tiny-alpha", "vLLM 0.32.0", []),
}


@pytest.mark.parametrize("name", REPLAYED)
def test_doctor_reads_the_recordings(name: str, tmp_path: Path) -> None:
    """The product, its version, and what is wrong, from the bytes that the real servers sent."""
    file, kind, path, model, product, expected = REPLAYED[name]
    with serving(Recorded(file)) as server:
        checkup = provider(tmp_path, kind, server.url + path, model, max_tokens=12).check(generate=True)
    assert [row.detail for row in checkup.checks if row.kind is CheckKind.IDENTIFY] == [product]
    assert [code for code in codes(checkup) if code not in ("ORB764", "ORB766")] == expected, (checkup.report.diagnostics, checkup.checks)


def test_a_recorded_key_is_wanted(tmp_path: Path) -> None:
    """Shimmy 2.6.5 and vLLM with a key, called without one."""
    for file, kind, path in (("shimmy/2.6.5-with-api-key", "shimmy", ""), ("vllm/0.32.0-with-api-key", "vllm", "/v1")):
        with serving(Recorded(file, key=KEY)) as server:
            checkup = provider(tmp_path, kind, server.url + path, "tiny-alpha", max_tokens=12).check()
        assert codes(checkup) == ["ORB721"], checkup.checks
        assert [row.state for row in checkup.checks if row.kind is CheckKind.AUTHORISE] == [CheckState.FAILED]
