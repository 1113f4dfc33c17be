"""A secret is known in whatever shape it stands, by every output of every command; and what only looks like one is shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands.doctor.request import Request
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.compile.environment import Environment
from orbitcfg.compile.interpolate import InterpolationMode, interpolate
from orbitcfg.document.masked import masked_node, of_masked_node
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Mapping, plain
from orbitcfg.document.yaml_reader import parse
from orbitcfg.document.yaml_writer import to_yaml
from orbitcfg.report.style import Style
from tests.commands.doctor.test_canary import written
from tests.program import run
from tests.shared import read_facts

DATA = Path(__file__).parent / "data"
CANARY = re.compile("CANARY|Q0FOQVJZ")
"""As text and in base64."""


def of(name: str) -> list[str]:
    """The shapes of a file of data, whose first line says what it is."""
    return (DATA / name).read_text("utf-8").rstrip("\n").split("\n", 1)[1].split("\n---\n")


SHAPES = [each["yaml"] for each in read_facts("secret-shapes")["shapes"]] + of("secrets.txt")
MORE = of("more-secrets.txt")


def lines(text: str, *, is_read: bool = True) -> list[str]:
    """A file's lines as a frame shows them, of one that could be read or not."""
    source = Source("a.yaml", text)
    if is_read:
        parse(source)
    return [source.masked_line(number).text for number in range(1, text.count("\n") + 2)]


def values(text: str) -> Iterator[object]:
    """What the text reads as, as it may be shown: with its placeholders filled, and as they are written."""
    root, _ = parse(Source("a.yaml", text))
    if isinstance(root, Mapping):
        filled, _ = interpolate(root, Environment({}), InterpolationMode.ORBIT)
        for node in filter(None, (filled, root)):
            yield (shown := masked_node(node))
            # by parts the whole is never there at once, and comes to the same
            assert of_masked_node(to_yaml, node) == to_yaml(shown)


@pytest.mark.parametrize("shape", SHAPES + MORE)
def test_a_secret_is_masked_in_lines_and_values(shape: str) -> None:
    text = f"a: 1\n{shape}\n" if not shape.startswith(("#", "  ")) else shape
    assert [line for line in lines(text) if CANARY.search(line)] == []
    assert [value for value in values(text) if CANARY.search(repr(value))] == []


@pytest.mark.parametrize("shape", SHAPES + MORE)
def test_a_secret_is_masked_in_a_file_that_cannot_be_read(shape: str) -> None:
    """There only the lines tell; a key that YAML would decode first, and an alias, they do not."""
    if "\\x" not in shape and "*x" not in shape:
        assert [line for line in lines(f"a: [\n{shape}\n", is_read=False) if CANARY.search(line)] == []


def test_what_is_no_secret_is_shown_as_it_is() -> None:
    text = (DATA / "plain.yaml").read_text("utf-8")
    assert lines(text) == text.split("\n")
    root, _ = parse(Source("a.yaml", text))
    assert isinstance(root, Mapping)
    assert masked_node(root) == plain(root)


def nested(shape: str, number: int) -> str:
    """A shape as an item of a list that no schema knows, whose line a frame shows."""
    indented = "\n".join(f"      {line}" for line in shape.split("\n"))
    return f"    # {number}\n{indented}"


def configuration() -> dict[str, str]:
    """Files in which each shape stands among the settings of an adapter of its own, so that it is looked at, shown and said of."""
    readable = [shape for shape in SHAPES if isinstance(parse(Source("a", f"a: 1\n{shape}\n"))[0], Mapping)]
    adapters = [
        f"- name: a{number}\n  type: passthrough\n  adapter: conversational\n  enabled: true\n  implementation: x.Y\n  config:\n{nested(shape, number)}"
        for number, shape in enumerate(readable)
    ]
    return {
        "config.yaml": "import: [adapters.yaml]\ngeneral: {inference_provider: ollama}\nauth: {default_admin_password: '${ADMIN:-CANARY1}'}\n"
        "inference: {ollama: {enabled: true, base_url: 'http://u:CANARYpw@127.0.0.1:1', model: m}}\n",
        "adapters.yaml": "adapters:\n" + "\n".join(adapters) + "\n",
    }


COMMANDS = (
    ["validate", "config", "-v"],
    ["validate", "config", "--fix", "--dry-run", "--unsafe-fixes"],
    ["resolve", "config", "--symbolic"],
    ["resolve", "config", "--annotate"],
    ["resolve", "config", "--adapter", "a2"],
    ["providers", "config"],
    ["env", "config"],
    ["diff", "new", "config"],
    ["doctor", "config", "--dry-run", "-v"],
)
"""Every command that looks at a configuration, with all that is noted beside its result."""


def results() -> dict[str, list[object]]:
    """What each of them finds in the working directory, by its name."""
    return {
        "validate": [orbitcfg.validate("config")],
        "resolve": [orbitcfg.resolve("config")],
        "providers": [orbitcfg.providers("config")],
        "env": [orbitcfg.env("config")],
        "why": [orbitcfg.why(key, "config") for key in ("adapters", "adapters[a3].config", "inference.ollama")],
        "diff": [orbitcfg.diff("new", "config")],
        "doctor": [orbitcfg.doctor("config", Request(dry_run=True))],
    }


def test_no_command_shows_a_secret_of_any_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, texts in (("config", configuration()), ("new", {name: text.replace("CANARY", "OTHER") for name, text in configuration().items()})):
        (tmp_path / folder).mkdir()
        for name, text in texts.items():
            (tmp_path / folder / name).write_text(text, "utf-8")
    for command in COMMANDS:
        outcome = run(command, capsys, monkeypatch, tmp_path)
        assert outcome.status in {0, 1}, (command, outcome.stderr)
        assert [line for line in (outcome.stdout + outcome.stderr).split("\n") if CANARY.search(line)] == [], command
    for name, found in results().items():
        rendered = ((form, render(each, form, Style(verbose=True))) for each in found for form in FORMATS[name])
        assert [form for form, text in rendered if CANARY.search(text)] == [], name
    assert [name for name, text in written(tmp_path, {}).items() if CANARY.search(text)] == []
