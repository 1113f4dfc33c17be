"""Nothing of a file steers a terminal or a build server: neither on the way to a stream, nor in a format that has escapes."""

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orbitcfg.commands.formats import FORMATS
from orbitcfg.document.yaml_writer import to_yaml
from orbitcfg.report import terminal
from orbitcfg.report.json_text import json_text
from orbitcfg.report.terminal import printable
from tests.program import run

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
COMMAND = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)
OF_ANOTHER = re.compile(r"^\s*(?:::(?!(?:error|warning|notice) (?:file|title)=))|##\w*\[", re.MULTILINE)
"""A command that is none of a report for GitHub."""

HOSTILE = (
    "x\x1b]0;title\x07\x1b[8m\x9b31m\u202e\u2066\u2028\u200e\n::error::owned\n  ##[section]owned ##vso[task.setvariable variable=x] ##teamcity[x]"
)
"""Sets the title, hides text, turns its direction, begins commands of GitHub and Azure."""

texts = st.text(st.sampled_from("a: ##[-\n\t\r:\x1b\x07\x9b\x85\u202e\u2028\ufeff\U000e0041")) | st.text()


@given(texts)
def test_an_output_has_neither_controls_nor_commands(text: str) -> None:
    shown = printable(text)
    assert STEERING.search(shown) is None
    assert re.search(COMMAND, shown) is None
    assert printable(shown) == shown


@given(texts)
def test_of_escapes_only_our_own_colours_come_through(text: str) -> None:
    assert STEERING.search(re.sub(r"\x1b\[(?:0|1|2|4|(?:1;)?3[0-7])m", "", printable(text, in_color=True))) is None


def test_what_is_no_steering_is_left_alone() -> None:
    text = "ä → 日本\tb\n a::b # c\n- ::x"
    assert printable(text) == text
    assert printable("\x1b[1;31merror\x1b[0m", in_color=True) == "\x1b[1;31merror\x1b[0m"
    assert printable("::error file=a::b\n", has_commands=True) == "::error file=a::b\n"


@given(texts)
def test_json_escapes_what_steers_and_reads_back_alike(text: str) -> None:
    written = json_text({text: [text]})
    assert STEERING.search(written) is None
    assert json.loads(written) == json.loads(json.dumps({text: [text]}))


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text(st.sampled_from("a: #[-\n\t:\x1b\x07\x9b\x85\u202e\u2028\ufeff\U000e0041")))
def test_yaml_escapes_what_steers_and_reads_back_alike(text: str) -> None:
    written = to_yaml({text: [text, {"a": text}]})
    assert STEERING.search(written) is None
    assert re.search(COMMAND, written) is None
    assert yaml.safe_load(written) == {text: [text, {"a": text}]}


def hostile_tree(folder: Path) -> None:
    """A configuration that names everything with characters that steer."""
    quoted = json.dumps(HOSTILE)
    folder.joinpath("config").mkdir()
    folder.joinpath("config", "config.yaml").write_text(
        f"general: {{{quoted}: 1, inference_provider: {quoted}, port: {quoted}}}\nauth: {{default_admin_password: '${{P:-a}}'}}\n"
        f"import: [{quoted}]\ninference: {{{quoted}: {{enabled: true}}, ollama: {{enabled: true, base_url: {quoted}, model: {quoted}}}}}\n"
        f"adapters: [{{name: {quoted}, enabled: true, model: {quoted}, type: {quoted}, adapter: {quoted}, implementation: {quoted}}}]\n"
        f"prompt: {quoted}\n",
        "utf-8",
    )
    folder.joinpath("new").mkdir()
    folder.joinpath("new", "config.yaml").write_text(f"prompt: {quoted}\ngeneral: {{{quoted}: 2}}\n", "utf-8")


COMMANDS = [
    *([command, "config", "--format", name] for command in ("validate", "resolve", "providers", "env", "doctor") for name in FORMATS[command]),
    *(["diff", "config", "new", "--format", name] for name in FORMATS["diff"]),
    *(["why", key, "config", "--format", name] for key in ("adapters", "general", "inference.ollama.model") for name in FORMATS["why"]),
    ["validate", "config", "-v", "--color", "always"],
    ["validate", "config", "--fix", "--dry-run", "--unsafe-fixes"],
    ["resolve", "config", "--symbolic"],
    ["resolve", "config", "--annotate"],
    ["resolve", "config", "--adapter", "nobody"],
    ["resolve", "config", "--check", "new/config.yaml"],
    ["providers", "config", "--adapter", "nobody", "--all"],
    ["doctor", "config", "--adapter", "nobody"],
    ["why", HOSTILE, "config"],
    ["validate", HOSTILE],
    ["validate", "config", "--select", HOSTILE],
    ["schema", HOSTILE],
    ["rule", HOSTILE],
]


def test_no_command_lets_a_file_steer(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In no format, and not by an error either."""
    hostile_tree(tmp_path)
    for command in COMMANDS:
        extra = ["--dry-run"] if command[0] == "doctor" else []
        outcome = run([*command, *extra], capsys, monkeypatch, tmp_path)
        assert outcome.status in {0, 1, 2}, (command, outcome.stderr)
        for text in (outcome.stdout, outcome.stderr):
            plain = re.sub(r"\x1b\[(?:0|1|2|4|(?:1;)?3[0-7])m", "", text) if "always" in command else text
            assert STEERING.search(plain) is None, command
            command_line = OF_ANOTHER if command[-1] == "github" else COMMAND
            assert command_line.search(plain) is None, command


@pytest.mark.parametrize("content", ['"\\n::error::owned\\u001b" = 1', 'roots = ["\\u001b]0;t\\u0007"]', 'format = "\\n::error::owned"', "a = \x1b"])
def test_an_error_about_the_settings_is_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile_tree(tmp_path)
    (tmp_path / "orbitcfg.toml").write_text(content, "utf-8")
    outcome = run(["validate", "config"], capsys, monkeypatch, tmp_path)
    assert STEERING.search(outcome.stdout + outcome.stderr) is None
    assert re.search(COMMAND, outcome.stdout + outcome.stderr) is None


def test_a_long_text_is_encoded_as_one() -> None:
    """In parts, so that its bytes are not there all at once; what the encoding lacks at its end is replaced at its begin as well."""
    long = f"→{'x' * 2_500_000}✓"
    assert [len(piece) for piece in terminal.pieces(long)] == [1_000_000, 1_000_000, 500_002]
    assert terminal.encodable(long, "utf-8") is long
    assert terminal.encodable(long, "latin-1") == f"->{'x' * 2_500_000}+"
