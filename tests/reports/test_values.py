"""Reports about keys, `.env` files, YAML, units and values."""

import shlex
from pathlib import Path

import pytest

from tests.program import run
from tests.reports import files_of
from tests.shared import read_facts

SAID = {
    "19-bedrock-no-profile": ("ORB540", "to be had by an inference profile alone", "us.anthropic.claude-3-7-sonnet-20250219-v1:0", "ORB305"),
    "22-env-crlf": ("0 errors, 0 warnings, 0 info", "--- exit 0"),
    "24-env-key-newline": ("ORB403", "`OPENAI_API_KEY` ends in a line feed", "no header can carry", ".env:2", "--- exit 1"),
    "26-env-key-bearer": ("ORB449", "`Bearer` is sent twice", "401", ".env:2"),
    "27-env-bom": ("ORB214", "byte order mark", "before 1.2.3", "`OPENAI_API_KEY` is then not set", ".env:1"),
    "29-env-hash-cut": ("ORB215", "`ORBIT_DEFAULT_ADMIN_PASSWORD` ends before ` #`", ".env:1", "single quotes"),
    "31-env-colon-line": ("ORB211", "the line is no assignment, so it is skipped", ".env:2"),
    "33-env-in-config-folder": ("ORB210", "ORBIT does not read this file, which sets 2 variables that are not set here", "config/.env"),
    "35-env-empty-overrides-shell": ("ORB212", "the empty value here replaces it", "ORB401", "`OPENAI_API_KEY` is empty (.env:2)", "--- exit 1"),
    "37-env-invisible-char": ("ORB403", "an invisible character (U+200B", ".env:2", "--- exit 1"),
    "39-key-litellm-form": ("ORB203", "which ORBIT does not fill", "write `${OPENAI_API_KEY}`"),
    "41-key-handlebars-form": ("ORB203", "which ORBIT does not fill", "write `${OPENAI_API_KEY}`"),
    "43-key-colon-default-form": ("ORB202", "no variable is called so", "write `${OPENAI_API_KEY}`", "--- exit 1"),
    "45-tab-indent": ("ORB101", "there is a tab in the indentation", "config/inference.yaml:4", "--- exit 1"),
    "47-nbsp-indent": ("ORB109", "begins with a non-breaking blank", "config/inference.yaml:4"),
    "49-smart-quotes": ("ORB309", "`model` is in typographic quotes", "ORB410", "--- exit 1"),
    "51-helm-template": ("ORB101", "this is a template (Helm, Jinja)", "render the file first", "--- exit 1"),
    "55-windows-path": ("ORB101", "no escape that double quotes know", "single quotes", "--- exit 1"),
    "57-number-password": ("ORB303", "a bare number is no password", "--- exit 1"),
    "59-two-docs": ("ORB103", "a second YAML document begins here", "--- exit 1"),
    "61-camel-case-key": ("write `api_key`", "write `base_url`"),
    "63-empty-section": ("`safety` is null", "`reranker` is null", "ORBIT would not start", "--- exit 1"),
    "67-list-instead-of-mapping": ("`inference` is a list, and needs a mapping", "ORBIT would not start", "--- exit 1"),
    "69-norway": ("`no` is the boolean false", "`fallback_language` is the boolean `false`, and needs text"),
    "71-json-comment": ("begins no comment in YAML", "write `true`", "ORB411", "write `http://localhost:11434`", "--- exit 1"),
    "73-timeout-in-seconds": ("ORB308", "`total` is in milliseconds: 120 is 0.12 s", "write `120000`"),
    "75-timeout-lmstudio-ignored": ("ORB306", "ORBIT does not read `timeout` here", "60 seconds"),
    "76-keep-alive-minus-one": ("ORB303", "Ollama refuses a text without a unit (400)", "write `-1` without quotes"),
    "79-n-ctx-key": ("ORBIT does not read `n_ctx` here", "OLLAMA_CONTEXT_LENGTH", "Modelfile"),
    "81-no-num-ctx": ("ORB450", "ORBIT tells the server no context size", "OLLAMA_CONTEXT_LENGTH=32768", "4096 tokens or so"),
    "83-chat-model-is-embedding": ("ORB541", "`nomic-embed-text` embeds texts"),
    "85-rewriter-global-provider": ("0 errors, 1 warning", "ORB502", "--- exit 0"),
    "89-openrouter-vs-openai-name": ("error[ORB540]", "`openai/gpt-4o` is the name that a gateway gives", "write `gpt-4o`", "--- exit 1"),
    "91-env-backslash-n": ("ORB215", "`\\n` is a line feed and `\\t` is a tab", "`GGUF`", "single quotes"),
    "93-model-trailing-blank": ("ORB309", "`model` ends in a blank", "write `qwen3:4b`"),
    "94-mongodb-adapter-base-url": ("`base_url`", "`datasources.mongodb`"),
}
"""What the answer to each case holds."""

SECRETS = ("abcdefghijklmnopqrstuvwxyz012345", "summer", "2026\n", "pw-123456", "tiny.gguf")
"""What stands in the env files of the cases, and is never shown."""


def told(case: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the commands of a case print, infos in full, with the variables that its setup exports."""
    fact = read_facts("reports")[case]
    for line in (fact["setup"] or "").splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        monkeypatch.setenv(name, value)
    written = files_of(case, folder)
    commands = [shlex.split(each)[1:] for each in fact["command"].split(";")]
    commands = [[*each, "-v"] if each[0] == "validate" else each for each in commands]
    return "".join(run(each, capsys, monkeypatch, written).transcript for each in commands)


@pytest.mark.parametrize("case", SAID)
def test_what_a_right_answer_says_is_said(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    answer = told(case, tmp_path, capsys, monkeypatch)
    assert [words for words in SAID[case] if words not in answer] == []
    if ".env" in read_facts("reports")[case]["files"]:
        assert [secret for secret in SECRETS if secret in answer] == []
