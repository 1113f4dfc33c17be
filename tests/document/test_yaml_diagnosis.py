"""What is said of a text that is no YAML: the slip, its place, what to do, and where ORBIT gives up."""

from pathlib import Path

import pytest

from orbitcfg.commands.validate.command import validate
from orbitcfg.document import yaml_faults, yaml_values
from orbitcfg.document.events import FileFault, FileProblem, OddBlank
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Node
from orbitcfg.document.yaml_reader import parse
from orbitcfg.lint.runner import run_rules
from orbitcfg.rules import RULES
from tests.trees import example_config

RENDER = "render the file first, or put the value in quotes if it is meant literally"
HELM = "this is a template (Helm, Jinja): `{{ … }}` is no YAML value"
COMMA = "put a `,` between the items, and quotes around text that holds `: `, `,`, `[`, `]`, `{` or `}`"
KEY = "write it as `key: value`, or indent it further if it goes on with the line above"
VARIABLE_OR_QUOTES = "write `${NAME}` for a variable, or put the whole value in single quotes if the `!` belongs to it"
QUOTE_WITH_MARK = "put the whole value in single quotes, with its `!`: without it the value is another one"
QUOTE = "put the value in quotes"
EOF = "before the end of the file"

SLIPS = {
    "a tab in the indentation": ("a:\n  b: 1\n\tc: 2\n", "3:1 '\\t'", "there is a tab in the indentation", "indent with blanks", None),
    "tabs in an indentation that reads on": (
        "a:\n  b: x\n  \t\tc: y\n",
        "3:3 '\\t\\t'",
        "there is a tab in the indentation",
        "indent with blanks",
        None,
    ),
    "a tab behind a colon": (
        "a:\n  b:\tc\n",
        "2:5 '\\t'",
        "there is a tab where YAML takes blanks alone",
        "write a blank in place of the tab",
        None,
    ),
    "a non-breaking blank behind a colon": (
        "a:\n  port:\u00a03000\n  host: x\n",
        "2:8 '\\xa0'",
        "a non-breaking blank (U+00A0) comes after the `:`",
        "write an ordinary blank in its place",
        "3:7",
    ),
    "a non-breaking blank behind a dash": (
        "a:\n  - x\n  -\u00a0y\n  - z\n",
        "3:4 '\\xa0'",
        "a non-breaking blank (U+00A0) comes after the `-`",
        "write an ordinary blank in its place",
        "4:3",
    ),
    "a wide blank in the indentation": (
        "a:\n  b: 1\n\u2003\u2003 c\nd: 1\n",
        "3:1 '\\u2003'",
        "a blank of another kind (U+2003) is in the indentation",
        "write an ordinary blank in its place",
        "4:1",
    ),
    "an invisible character in the indentation": (
        "a:\n  b: 1\n  \u200bc\n  d: 1\n",
        "3:3 '\\u200b'",
        "an invisible character (U+200B) is in the indentation",
        "write an ordinary blank in its place",
        "4:3",
    ),
    "Helm as a value": ("a:\n  model: {{ .Values.model }}\n", "2:10 '{{ .Values.model }}'", HELM, RENDER, None),
    "Helm around a file": ("{{- if .Values.x }}\na: b\n", "1:1 '{{- if .Values.x }}'", HELM, RENDER, None),
    "Helm before text": ("a: {{ x }}/v1\n", "1:4 '{{ x }}'", HELM, RENDER, None),
    "Jinja": ("a: 1\n{% if x %}\nb: 2\n", "2:1 '{% if x %}'", HELM.replace("{{ … }}", "{% … %}"), RENDER, None),
    "a conflict": (
        "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\nc: 1\n",
        "2:1 '<<<<<<< HEAD\\nb: 2\\n=======\\nb: 3\\n>>>>>>> x'",
        "line 2 is a merge-conflict marker",
        "resolve the conflict (lines 2 to 6)",
        "3:1",
    ),
    "two conflicts": (
        "<<<<<<< a\nb: 2\n=======\n>>>>>>> x\n<<<<<<< a\n=======\n>>>>>>> x\n",
        "1:1 '<<<<<<< a\\nb: 2\\n=======\\n>>>>>>> x'",
        "line 1 is a merge-conflict marker",
        "resolve the 2 conflicts, the first in lines 1 to 4",
        "2:2",
    ),
    "an end of a conflict that stayed": (
        "b: 2\n>>>>>>> x\nc: 3\n",
        "2:1 '>>>>>>> x'",
        "line 2 is a merge-conflict marker",
        "resolve the conflict (line 2)",
        None,
    ),
    "an open quote that another value's closes": (
        'a:\n  b: "x # why\n  c: 1\n  keep: "10m"\n  d: 2\n',
        "2:6 '\"'",
        "a quote opened here is not closed before line 4",
        'close it with `"` on line 2',
        "4:10",
    ),
    "an open quote up to the end": (
        "a:\n  b: 'x\n  c: 1\n",
        '2:6 "\'"',
        f"a quote opened here is not closed {EOF}",
        "close it with `'` on line 2",
        "4:1",
    ),
    "an open quote on the only line": ("a: 'x", '1:4 "\'"', f"a quote opened here is not closed {EOF}", "close it with `'` on line 1", None),
    "an open quote around a key": ('"a: x\nb: 1\n', "1:1 '\"'", f"a quote opened here is not closed {EOF}", 'close it with `"` on line 1', "3:1"),
    "an apostrophe in quotes": (
        "a: 'don't'\nb: 1\n",
        "1:8 \"'t'\"",
        "text follows the closing quote",
        "write `''` for a `'` inside the quotes",
        None,
    ),
    "a quote in quotes": ('a: "say "hi""\n', '1:9 \'"hi""\'', "text follows the closing quote", 'write `\\"` for a `"` inside the quotes', None),
    "text behind quotes": ('a: "x" y\nb: 1\n', "1:6 '\" y'", "text follows the closing quote", "put the whole value in quotes", None),
    "a Windows path": (
        'a: "C:\\models"\n',
        "1:7 '\\\\m'",
        "`\\m` is no escape that double quotes know",
        "put the value in single quotes, where a backslash is only a backslash",
        None,
    ),
    "a Windows path to a user": (
        'a: "C:\\Users"\n',
        "1:7 '\\\\U'",
        "`\\U` is no escape that double quotes know",
        "put the value in single quotes, where a backslash is only a backslash",
        None,
    ),
    "an open bracket": (
        "g:\n  port: [3000\nauth:\n  a: 1\n",
        "2:9 '['",
        "a `[` opened here is not closed before line 3",
        "close it with `]` on line 2",
        "3:5",
    ),
    "an open bracket up to the end": (
        "g:\n  port: [3000\n",
        "2:9 '['",
        f"a `[` opened here is not closed {EOF}",
        "close it with `]` on line 2",
        None,
    ),
    "an open brace": (
        "a: {x: 1, y: 2\nb:\n  - c\n",
        "1:4 '{'",
        "a `{` opened here is not closed before line 2",
        "close it with `}` on line 1",
        "2:2",
    ),
    "an open list of several lines": (
        "a: [\n  1,\n  2\nb: 3\n",
        "1:4 '['",
        "a `[` opened here is not closed before line 4",
        "close it with `]` on line 3",
        "4:2",
    ),
    "a bracket closed by a brace": ("a: [1, 2}\nb: 1\n", "1:4 '['", "a `[` opened here is closed by `}`", "write `]` in place of `}`", "1:9"),
    "text behind a bracket": ("a: [a-z]+\nb: 1\n", "1:4 '[a-z]+'", "text follows the closing `]`", QUOTE, None),
    "a missing comma between quotes": ('a: ["x" "y"]\nb: 1\n', "1:9 '\"y\"'", "no item of the `[` opened on line 1 can stand here", COMMA, None),
    "a question in brackets": (
        "a: [who is there?]\n",
        "1:17 '?'",
        "within `[` a text without quotes ends before its `?`",
        "put the text in quotes",
        None,
    ),
    "a missing comma in braces": ("a: {x: 1 y: 2}\n", "1:11 ':'", "no item of the `{` opened on line 1 can stand here", COMMA, None),
    "a line too far right": (
        "a:\n    b: 1\n     c: 2\n    d: 3\n",
        "3:1 '     '",
        "line 3 is indented by 5, its neighbours by 4",
        "remove one blank",
        None,
    ),
    "a line too far left": ("a:\n    b: 1\n   c: 2\n    d: 3\n", "3:1 '   '", "line 3 is indented by 3, its neighbours by 4", "add one blank", None),
    "a first line too far right": (
        "a:\n  o:\n     e: 1\n    m: x\n    b: y\n",
        "3:1 '     '",
        "line 3 is indented by 5, line 4 by 4",
        "remove one blank",
        "4:5",
    ),
    "a key of an item too far left": (
        "l:\n  - n: x\n   e: 1\n    c: 1\n",
        "3:1 '   '",
        "line 3 is indented by 3, line 4 by 4",
        "add one blank",
        None,
    ),
    "the first line of all": (" a: 1\nb: 2\nc: 3\n", "1:1 ' '", "line 1 is indented by 1, line 2 by 0", "remove one blank", "2:1"),
    "a first item too far right": (
        "l:\n   - n: x\n    e: 1\n    c: 1\n",
        "2:1 '   '",
        "line 2 is indented by 3, the lines that it belongs to by 2",
        "remove one blank",
        "3:5",
    ),
    "an item too far left": ("a:\n  b:\n    - x\n  - y\n    - z\n", "4:1 '  '", "line 4 is indented by 2, its neighbours by 4", "add 2 blanks", None),
    "a second colon": ("a:\n  b: key: it's more # why\n  c: 1\n", '2:6 "key: it\'s more"', "the value holds `: `, as only a key may", QUOTE, None),
    "no blank behind a colon": ("a:\n  port:3000\n  host: x\n", "2:7 ':'", "no blank follows the `:`", "write a blank behind the `:`", "3:7"),
    "no blank behind a dash": ("a:\n  - x\n  -y\n  - z\n", "3:3 '-'", "no blank follows the `-`", "write a blank behind the `-`", "4:3"),
    "a line without a key": ("a:\n  b: 1\n  hello there\n  c: 2\n", "3:3 'hello there'", "line 3 is no `key: value`", KEY, "4:3"),
    "a first line without a key": ("a:\n  hello there\n  c: 2\n", "2:3 'hello there'", "line 2 is no `key: value`", KEY, "3:4"),
    "an at sign": ("a: @x\n", "1:4 '@x'", "no value can begin with `@`", QUOTE, None),
    "a backquote": ("a: `x`\n", "1:4 '`x`'", "no value can begin with a backquote", QUOTE, None),
    "an asterisk": ("a: *.example.com\n", "1:4 '*.example.com'", "a value that begins with `*` is an alias, and this is no name of one", QUOTE, None),
    "an ampersand": ("a: &.x\n", "1:4 '&.x'", "a value that begins with `&` is an anchor, and this is no name of one", QUOTE, None),
    "an unknown alias": ("a: *x\n", "1:4 '*x'", "`x` is no anchor of the lines above", "put the value in quotes, or define the anchor above", None),
    "an anchor twice": ("a: &x 1\nb: &x 2\n", "2:4 '&x'", "this anchor has the name of the one on line 1", "give it a name of its own", None),
    "an unknown tag": ("a: !Ref x\n", "1:4 '!Ref'", "ORBIT does not know the tag `!Ref`", VARIABLE_OR_QUOTES, None),
    "a value that begins like a tag": ("a: !Secret\n", "1:4 '!Secret'", "ORBIT does not know the tag `!Secret`", QUOTE_WITH_MARK, None),
    "a broken tag": ("a: !<x\n", "1:4 '!<x'", "a value that begins with `!` has a tag, and this is no name of one", QUOTE, None),
    "an unknown tag handle": ("a: !x!y z\n", "1:4 '!x!y'", "`!x!` begins no tag that is known here", QUOTE, None),
    "a comparison": (
        "a: >=3\n",
        "1:4 '>=3'",
        "behind `>` the text begins on the next line",
        "put the value in quotes, or move the text to the lines below",
        None,
    ),
    "no such day": ("a: 2024-13-01\n", "1:4 '2024-13-01'", "this cannot be read as a date: there is no such day or time", QUOTE, None),
    "a tag that does not fit": ("a: !!int x\n", "1:4 '!!int'", "this cannot be read as `int`", "remove the tag", None),
    "a merge of a number": (
        "a:\n  <<: 3\n",
        "2:7 '3'",
        "`<<` takes a mapping, or a list of mappings",
        "write an alias of a mapping behind `<<:`",
        None,
    ),
    "a list as a key": ("[a]: 1\n", "1:1 '['", "a list or a mapping cannot be a key", "put text that begins with `[` or `{` in quotes", None),
    "a list behind a key": ("a: - b\n", "1:4 '-'", "a list cannot begin here", "move the `-` to a line of its own below the key", None),
    "a question mark": ("a: ? b\n", "1:4 '?'", "a `?` cannot be here", QUOTE, None),
    "a list and a key": ("- a\nb: 1\n", "2:1 'b'", "this line belongs to nothing above it", "indent it like its neighbours", None),
    "YAML of a later day": ("%YAML 3.0\n---\na: 1\n", "1:1 '%YAML'", "ORBIT reads YAML 1.1 alone", "remove the `%YAML` line", None),
    "a control character": ("a: \x07\n", "1:4 '\\x07'", "the character U+0007 is not allowed in YAML", "remove the character", None),
}
"""Title to text, and then place, message, remedy, and where it was noticed."""


def fault(text: str) -> FileFault:
    """Why a text is no YAML."""
    node, (found,) = parse(Source("x.yaml", text))
    assert node is None
    assert isinstance(found, FileFault)
    return found


def place(span: Span | Source) -> str:
    """Line, column and text of a place."""
    assert isinstance(span, Span)
    return f"{span.begins.line}:{span.begins.column} {span.text!r}"


@pytest.mark.parametrize("title", SLIPS)
def test_a_slip_is_named_where_it_stands(title: str) -> None:
    text, *expected = SLIPS[title]
    found = fault(text)
    noticed = None if found.noticed is None else f"{found.noticed.begins.line}:{found.noticed.begins.column}"
    assert found.problem is FileProblem.SYNTAX
    assert [place(found.place), found.detail, found.remedy, noticed] == expected


@pytest.mark.parametrize(
    "text", ["a: “x”\n", "a:\n  b: “x” and ‘y’\n", 'a: "{{ x }}"\n', "a: x {{ y }}\n", "a: |\n  <<<<<<< HEAD\n", "a: don't\n", "a:\n  - b\n   - c\n"]
)
def test_what_yaml_takes_is_taken(text: str) -> None:
    node, events = parse(Source("x.yaml", text))
    assert (isinstance(node, Node), events) == (True, [])


def test_braces_in_quotes_are_no_template() -> None:
    assert fault('a: "{{ x }}" y\n').detail == "text follows the closing quote"


def test_a_key_behind_a_non_breaking_blank_is_noted() -> None:
    source = Source("x.yaml", 'a:\n \u00a0 b: 1\n "\u00a0c": 2\n')
    _, events = parse(source)
    assert events == [OddBlank("\u00a0 b", Span(source, 4, 5))]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n" + " " * 20_000 + "b: 2\nc: [",
        "a: 1\n" + "\n" * 20_000 + " b: 2\n",
        "a: b: c\n" + "[" * 40_000,
        "a: {{ " + "{" * 40_000,
        'a: "' + '\\"' * 20_000,
        "a: " + "'" * 40_001,
        "a:\n" + "\t" * 20_000 + "b",
        "a:\n b:" + "\u00a0" * 20_000 + "\n c: d",
        "a: " + ": " * 20_000,
        "<<<<<<< a\n" * 20_000 + "b: c: d",
        "".join(f"{' ' * (number % 50)}k: v\n" for number in range(5_000)),
    ],
    ids=range(11),
)
def test_a_hostile_text_is_a_fault_like_any_other(text: str) -> None:
    assert fault(text).problem in (FileProblem.SYNTAX, FileProblem.TOO_DEEP)


def test_few_trials_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads the text again."""
    trials: list[str] = []

    def fails_at_once(text: str) -> int:
        trials.append(text)
        return 0

    monkeypatch.setattr(yaml_faults, "_fails_at", fails_at_once)
    fault("".join(f"{' ' * level}k{level}:\n" for level in range(0, 90, 3)) + " " * 40 + "x: y\n  - z\n")
    assert len(trials) <= 10


def test_what_reads_is_not_diagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_values, "diagnosed", None)
    assert parse(Source("x.yaml", "a: [1, 'x']\n"))[1] == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("password: *hunter2", "`***` is no anchor of the lines above"),
        ("password: !hunter2 x", "ORBIT does not know the tag `***`"),
        ('password: "hun\\ter\\2"', "`***` is no escape that double quotes know"),
        ("model: *hunter2", "`hunter2` is no anchor of the lines above"),
    ],
)
def test_a_secret_is_not_quoted(line: str, message: str) -> None:
    found = run_rules(example_config(f"inference: {{}}\n{line}\n"), RULES).diagnostics
    assert [each.message for each in found if each.code == "ORB101"] == [message]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes("general: {port: 3000}\n".encode(encoding))
    found = {each.message: each.help for each in validate(tmp_path).diagnostics if each.code == "ORB102"}
    assert found == {"this is UTF-16 (Notepad, PowerShell's `>`)": "save the file as UTF-8"}


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("import: [sub]\n")
    (tmp_path / "sub").mkdir()
    found = [each.message for each in validate(tmp_path).diagnostics if each.code == "ORB111"]
    assert found == ["`sub` cannot be imported: it is a folder"]
