"""No secret reaches an output: a marker in every variable and in every secret place is found nowhere."""

import re
from pathlib import Path

import pytest

from orbitcfg.document.source import Source
from orbitcfg.masking import values
from tests.program import run
from tests.shared import PROJECT

MARKER = "canary-5f1c9e"
COMMANDS = (
    ["validate", "config"],
    ["validate", "config", "-v"],
    ["validate", "config", "-v", "--strict-env"],
    ["validate", "config", "--format", "json"],
    ["validate", "config", "--format", "concise", "-v"],
    ["validate", "config", "--format", "sarif"],
    ["validate", "config", "--format", "github"],
    ["validate", "config", "--format", "gitlab"],
    ["validate", "config", "--format", "junit"],
    ["validate", "config", "--fix", "--dry-run", "--unsafe-fixes"],
    ["env", "config"],
    ["env", "config", "--format", "json"],
    ["diff", "config", "config", "--format", "json"],
    ["resolve", "config"],
    ["resolve", "config", "--format", "json"],
    ["resolve", "config", "--annotate"],
    ["resolve", "config", "--symbolic"],
    ["providers", "config", "--all"],
    ["providers", "config", "--all", "--format", "json"],
    ["providers", "config", "--all", "--format", "markdown"],
    ["why", "auth.default_admin_password", "config"],
    ["why", "inference", "config", "--format", "json"],
    ["why", "auth.default_admin_password", "config", "--format", "json"],
)


PLAINTEXT = f"""
auth: {{default_admin_password: {MARKER}1}}
general: {{inference_provider: openai, port: "http://user:{MARKER}2@host/"}}
embedding: {{enabled: false, provider: ollama}}
inference:
  openai:
    enabled: true
    api_key: "{MARKER}3"
    api_key: '{MARKER}4'
    base_url: https://admin:{MARKER}5@example.org/v1
    model: gpt
    temperature: nine
    client_secret: {MARKER}6 # comment
internal_services:
  redis: {{enabled: true, host: h, port: "x", password: {MARKER}7}}
  mongodb:
    password:
      - {MARKER}8
"""


def test_no_plaintext_secret_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by a code frame, nor by a message, nor by a value."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(PLAINTEXT, "utf-8")
    for command in COMMANDS:
        outcome = run(command, capsys, monkeypatch, tmp_path)
        shown = set(re.findall(rf"{MARKER}\d", outcome.stdout + outcome.stderr))
        assert shown <= {f"{MARKER}8"}, command


def test_no_secret_is_printed_that_stands_in_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, an adapter's name, a provider, a file: whatever is named may be an address by mistake."""
    address = f"https://u:{MARKER}/x@h"
    text = f"import: ['{address}/a.yaml']\ngeneral: {{'{address}': 1, inference_provider: '{address}'}}\nauth: {{default_admin_password: a}}\n"
    adapter = f"{{name: '{address}', enabled: true, inference_provider: '{address}', model: '{address}'}}"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(
        f"{text}adapters: [{adapter}]\nembedding: {{}}\ninference: {{'{address}': {{base_url: '{address}'}}}}\n", "utf-8"
    )
    formats = ("full", "concise", "json", "sarif", "github", "gitlab", "junit")
    for command in (*(["validate", "config", "-v", "--format", name] for name in formats), *(each for each in COMMANDS if each[0] == "providers")):
        outcome = run(command, capsys, monkeypatch, tmp_path)
        assert MARKER not in outcome.stdout + outcome.stderr, command


def test_a_broken_line_with_a_secret_is_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A syntax error quotes nothing of it."""
    (tmp_path / "config").mkdir()
    for line in (f"password: *{MARKER}", f"password: {MARKER}: {MARKER}", f"api_key: @{MARKER}", f"token: !!int {MARKER}", f'secret: "{MARKER}'):
        (tmp_path / "config" / "config.yaml").write_text(f"auth: {{}}\n{line}\n", "utf-8")
        for form in ("full", "json"):
            outcome = run(["validate", "config", "--format", form, "-v"], capsys, monkeypatch, tmp_path)
            assert outcome.status == 1
            assert MARKER not in outcome.stdout + outcome.stderr, line


def masked(text: str) -> str:
    """A whole file as its lines are shown."""
    source = Source("a.yaml", text)
    return "\n".join(source.masked_line(number).text for number in range(1, text.count("\n") + 2))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('api_key:\n      "sk-SECRET"\nmodel: m', "api_key:\n      ***\nmodel: m"),
        ("api_key: # mine\n\n  # not here\n  sk-SECRET # there\nmodel: m", "api_key: # mine\n\n  # not here\n  *** # there\nmodel: m"),
        ("? api_key\n: sk-SECRET\nmodel: m", "? api_key\n: ***\nmodel: m"),
        ("- ? api_key\n  :\n    sk-SECRET\n- m", "- ? api_key\n  :\n    ***\n- m"),
        ("- api_key: |-\n    sk: SECRET\n\n      more\n  model: m", "- api_key: |-\n    ***\n\n      ***\n  model: m"),
        ("api_key: !!str >\n  - SECRET\nmodel: m", "api_key: ***\n  ***\nmodel: m"),
        ("api_key: SECRET\n  more\nmodel: m", "api_key: ***\n  ***\nmodel: m"),
        ('api_key: "SECRET # a\nmore\\"\n b" # c\nmodel: "m"', 'api_key: ***\n***\n *** # c\nmodel: "m"'),
        ("api_key: 'it''s\n  SECRET'\nmodel: m", "api_key: ***\n  ***\nmodel: m"),
        ('{"api_key":\n  "SECRET", "model": "m"}', '{"api_key":\n  ***, "model": "m"}'),
        ("api_key:\nSECRET", "api_key:\n***"),
        ("- --token\n- SECRET\n- m", "- --token\n- ***\n- m"),
        ('["--token",\n "SECRET", "m"]', '["--token",\n ***, "m"]'),
        ("token:\n  - SECRET\n  - SECRET\nmodel: m", "token:\n  - ***\n  - ***\nmodel: m"),
        ("token: [SECRET, SECRET]  # two", "token: [***]  # two"),
        ("{token: {value: SECRET}, model: m}", "{token: {***}, model: m}"),
        ("token: []\nkey: {}", "token: []\nkey: {}"),
    ],
)
def test_a_secret_below_its_key_is_masked(text: str, shown: str) -> None:
    """On whatever line and in whatever style it stands; what comes after it is shown."""
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "token:\n  limit: a\n  model: m",
        "token:\n  [a, b]",
        "password:\nmodel: m\n  size: 3",
        "api_key: ${KEY}\n   model: m",
        "api_key:\n  ${KEY}",
        "api_key:\n  12",
        "prompt: |\n  some text\n  more of it",
        "max_tokens: 12\nstop_tokens: [a, b]\nkey_file: ./key.pem\nheader_name: X-API-Key\nkeyspace: k",
        "args: [--max-tokens, many, --token, 12, --key-file, k.pem]",
        "args: [--token, '${TOKEN}', '--key=${KEY}']",
        "authorization: Bearer ${TOKEN}",
        "url: https://${TOKEN}@example.org/?key=${KEY}&q=a",
        "image: redis:7@sha256:abc\nmail: mailto:a@example.org\nto: a@example.org",
        "url: http://h:8080/a@b, http://[::1]:80/a@b, http://${H}:${P}/a@b, http://${H:-h}:${P:-1}/a@b, http://HOST:PORT/a@b, http://h:{port}/a@b",
        "urls: [http://a:80,http://b:90/x@y, mongodb://h1:27017,h2:27017/db?x=a@b, docker://redis:alpine/x@sha256:abc, http://h:$PORT/a@b]",
        "text: Basic authentication, a Bearer token, Basic Text-based search",
        "password: ${PASSWORD:?not set}",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    """Mappings, lists, numbers and placeholders below such a key, and names that only look like one."""
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *((f"{name}: SECRET", f"{name}: ***") for name in ("Authorization", "cookie", "set-cookie", "pass", "passwd", "db_pwd", "access_key_id")),
        *((f"{name}: SECRET", f"{name}: ***") for name in ("api_key_2", "apiKey2", "token1", "x-api-key")),
        ("a: Bearer SECRET", "a: Bearer ***"),
        ("a: 'Basic dXNlcjpwdw=='", "a: 'Basic ***'"),
        ("a: http://h/?q=1&api_key=SECRET&b=2", "a: http://h/?q=1&api_key=***&b=2"),
        ("a: http://h/?X-Amz-Signature=SECRET", "a: http://h/?X-Amz-Signature=***"),
        ("a: http://h/?token=${T:-SECRET}", "a: http://h/?token=${T:-***}"),
        ("a: https://SECRET@h/p", "a: https://***@h/p"),
        ("a: https://user:SEC@RET@h/p", "a: https://***@h/p"),
        ("a: user:SECRET@h:1", "a: ***@h:1"),
        ("a: 'https://user:SEC/RET?x@h:1/v1'", "a: 'https://***@h:1/v1'"),
        ('a: ["--token", "SECRET", "m"]', 'a: ["--token", "***", "m"]'),
        ("a: run --password=SECRET --api-key SECRET m", "a: run --password=*** --api-key *** m"),
    ],
)
def test_a_secret_within_a_line_is_masked(text: str, shown: str) -> None:
    """By its name, or by its shape under any name."""
    assert masked(text) == shown


def test_a_column_stands_where_it_stood_once_a_line_is_masked() -> None:
    """Before a secret, within one, and behind it."""
    line = Source("a.yaml", "api_key:\n  'SECRET' # end").masked_line(2)
    assert (line.text, [line.column(each) for each in (0, 2, 5, 10, 11)]) == ("  *** # end", [0, 2, 2, 5, 6])


def test_a_value_outside_of_files_is_masked_too() -> None:
    """Plain lists and mappings, as a report shows them."""
    value = {"args": ["--token", "SECRET", "--n", "a", "--password=SECRET"], "max_tokens": 3, "headers": {"Authorization": "Bearer SECRET"}}
    assert values.masked_value("block", value) == {
        "args": ["--token", "***", "--n", "a", "--password=***"],
        "max_tokens": 3,
        "headers": {"Authorization": "***"},
    }


BELOW = f"""
general: {{inference_provider: openai, port: x}}
inference:
  openai:
    enabled: true
    api_key:
      "{MARKER}1"
    api_key:
      "{MARKER}2"
    ? client_secret
    : {MARKER}3
    model: gpt
    temperature: nine
    password: |
      {MARKER}4
    password: >-
      {MARKER}5
    args: ["--token", "{MARKER}6"]
    args:
      - --token
      - {MARKER}7
    base_url: https://{MARKER}8@example.org/v1?api_key={MARKER}9
"""


def test_no_secret_below_its_key_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by a code frame, nor by the way of a value, nor by a diff."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(BELOW, "utf-8")
    ways = [["why", f"inference.openai.{key}", "config"] for key in ("api_key", "client_secret", "password", "args", "args[1]", "base_url")]
    page = ["doctor", "config", "--dry-run", "--html", "page.html"]
    for command in (*COMMANDS, *ways, page):
        outcome = run(command, capsys, monkeypatch, tmp_path)
        assert set(re.findall(rf"{MARKER}\d", outcome.stdout + outcome.stderr)) == set(), command
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "config.yaml").write_text(re.sub(rf"{MARKER}(\d)", rf"{MARKER}\1x", BELOW), "utf-8")
    for form in ("full", "json"):
        outcome = run(["diff", "config", "new", "--format", form], capsys, monkeypatch, tmp_path)
        assert "args[1]" in outcome.stdout
        assert MARKER not in outcome.stdout + outcome.stderr
    assert MARKER not in (tmp_path / "page.html").read_text("utf-8")


def test_no_secret_of_an_address_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing listens, neither the findings nor the requests, nor the page tell it."""
    address = f"http://{MARKER}1@127.0.0.1:1/v1?api_key={MARKER}2"
    for form in ("full", "json"):
        outcome = run(["doctor", "--url", address, "--provider", "vllm", "--format", form, "--html", "page.html"], capsys, monkeypatch, tmp_path)
        assert "http://***@127.0.0.1:1/v1?api_key=***" in outcome.stdout
        assert MARKER not in outcome.stdout + outcome.stderr + (tmp_path / "page.html").read_text("utf-8")


def test_examples_hold_no_key() -> None:
    """Nothing in the examples looks like a real key."""
    for path in (PROJECT / "examples").rglob("*.yaml"):
        assert not re.search(r"sk-[A-Za-z0-9]{8}", path.read_text("utf-8")), path
