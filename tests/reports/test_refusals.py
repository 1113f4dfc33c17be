"""Reports about servers that turn requests away, or answer otherwise than they are asked."""

from pathlib import Path

import pytest

from tests.reports.servers import answer_beside_server

SAID = {
    "99-ollama-slash-live": ("ORB411", "http://127.0.0.1:18104//api/chat", "write `http://127.0.0.1:18104`", "--- exit 1"),
    "106-ollama-403": ("ORB722", "refuses requests for this host name (403)", "OLLAMA_HOST=0.0.0.0", "--- exit 1"),
    "108-proxy-localhost": ("✓ server   Ollama 0.12.3", "0 errors, 0 warnings", "--- exit 0"),
    "113-vllm-key-missing": ("ORB721", "refuses requests without a key (401", "write `api_key: ${VLLM_API_KEY}`", "--- exit 1"),
    "115-vllm-key-blank": ("ORB403", "ends in a blank", "--- exit 1"),
    "117-vllm-double-slash-live": ("ORB713", "it is at `http://127.0.0.1:18122/v1`", "--- exit 1"),
    "118-lmstudio-200-error": ("ORB713", "write `base_url: http://127.0.0.1:18123/v1`", "--- exit 1"),
    "120-gateway-without-model-list": ("404: it has no list, and only `--generate` shows what it serves", "✓ reply"),
    "122-quota-429": ("ORB723", "has no credit left for the key (429", "waiting does not help", "--- exit 1"),
    "124-stream-cut": ("ORB762", "breaks off in the middle: answers are cut off"),
    "128-port-of-nothing": (
        "ORB703",
        "nothing listens at `http://127.0.0.1:1`",
        "connection refused: port 1 ",
        "start it: `ollama serve`",
        "--- exit 1",
    ),
    "130-docker-compose-localhost": ("warning[ORB752]", "`docker-compose.yml`", "write the service's name", "`http://host.docker.internal:18135`"),
    "131-stream-ignored": ("ORB764", "users get an empty answer", "one whole reply, which is no stream", "--- exit 1"),
}
"""What the answer to each case holds."""

UNSAID = {
    "108-proxy-localhost": "proxy",
    "120-gateway-without-model-list": "ORB713",
    "122-quota-429": "help: wait",
    "131-stream-ignored": "an error",
}
"""What it must not hold."""


@pytest.mark.parametrize("case", SAID)
def test_what_a_right_answer_says_is_said(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing that would lead astray."""
    told = answer_beside_server(case, tmp_path, capsys, monkeypatch)
    assert [words for words in SAID[case] if words not in told] == [], told
    assert case not in UNSAID or UNSAID[case] not in told, told
