"""Reports about addresses of servers and origins of browsers."""

from pathlib import Path

import pytest

from tests.reports import answer

SAID = {
    "01-ollama-url-v1": ("ORB411", "http://localhost:11434/v1/api/chat", "write `http://localhost:11434`", "--- exit 1"),
    "03-full-endpoint": (
        "ORB411",
        "the address of an endpoint",
        "/chat/completions/chat/completions",
        "write `http://localhost:8000/v1`",
        "--- exit 1",
    ),
    "05-ip-port-run-together": ("ORB410", "no colon between IP address and port", "write `http://172.17.0.1:11434`", "--- exit 1"),
    "07-no-scheme": ("ORB410", "no address that begins with `http://`", "write `http://localhost:1234/v1`", "--- exit 1"),
    "09-vllm-base-url-null": ("ORB304", "host and port are ignored", "https://api.openai.com/v1", "--- exit 1"),
    "11-slash-v1-vllm": ("0 errors, 0 warnings", "--- exit 0"),
    "13-bind-address": ("ORB419", "an address to listen at, not to call", "write `http://127.0.0.1:11434`"),
    "15-openai-gateway-url-key": ("ORB412", "has no `/v1`", "`http://litellm:4000/chat/completions`", "write `http://litellm:4000/v1`"),
    "17-azure-no-deployment-path": ("ORB415", "/openai/deployments/NAME"),
    "87-cors-origin-slash": (
        "ORB609",
        "no browser sends `https://chat.example.org/`",
        "no browser sends `chat.example.org`",
        "write `https://chat.example.org`",
    ),
}
"""What the answer to each case holds."""


@pytest.mark.parametrize("case", SAID)
def test_what_a_right_answer_says_is_said(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    told = answer(case, tmp_path, capsys, monkeypatch)
    assert [words for words in SAID[case] if words not in told] == [], told
