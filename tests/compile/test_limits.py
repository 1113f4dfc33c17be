"""What a configuration may come to: at a limit it is read, beyond it it is refused in words, at the place that goes beyond it."""

import pytest
import yaml

from orbitcfg.commands.resolve.command import resolve
from orbitcfg.compile import environment, imports
from orbitcfg.compile.environment import Environment, EnvVariable, read_environment
from orbitcfg.compile.imports import load
from orbitcfg.compile.interpolate import InterpolationMode, _Interpolator, _OverLimit
from orbitcfg.document import yaml_reader
from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import plain
from orbitcfg.document.yaml_values import ValueReader
from orbitcfg.files.store import Memory
from orbitcfg.limits import MAX_CHAIN, MAX_FILE_BYTES

Fault = tuple[FileProblem, str]


def fault(texts: dict[str, str], root: str = "/c.yaml") -> Fault | None:
    """Why files are refused, and what stands at the place of it; None where they are read."""
    graph, events = load(Memory({name: text.encode() for name, text in texts.items()}), root)
    faults = [event for event in events if isinstance(event, FileFault)]
    if not faults:
        return None
    (found,) = faults
    assert graph.root.root is None
    assert isinstance(found.place, Span)
    return found.problem, found.place.text


def chain(length: int, line: str = "import: f{}.yaml\n") -> dict[str, str]:
    """Files of which each imports the next."""
    files = {f"/f{n}.yaml": line.format(n + 1, n + 1) for n in range(length)}
    return {"/c.yaml": "import: f0.yaml\n", **files, f"/f{length}.yaml": "x: {a: 1}\n"}


def test_a_chain_of_imports_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_CHAIN", 5)
    assert fault(chain(4)) is None
    assert fault(chain(5)) == (FileProblem.TOO_LONG_A_CHAIN, "f5.yaml")


def test_the_longest_chain_is_read() -> None:
    assert fault(chain(MAX_CHAIN - 1)) is None


@pytest.mark.parametrize("line", ["import: [f{}.yaml, f{}.yaml]\n", "a: {{import: f{}.yaml}}\nb: {{import: f{}.yaml}}\n"])
def test_imports_that_double_at_each_step_are_counted_before_they_are_merged(line: str) -> None:
    assert fault(chain(60, line)) == (FileProblem.TOO_MANY_IMPORTS, "f47.yaml")


def test_one_file_may_be_imported_often_and_no_oftener(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_IMPORTS", 3)
    files = {"/a.yaml": "x: [1]\n"}
    assert fault({**files, "/c.yaml": "import: [a.yaml, a.yaml, a.yaml]\n"}) is None
    assert fault({**files, "/c.yaml": "import: [a.yaml, a.yaml, a.yaml, ./a.yaml]\n"}) == (FileProblem.TOO_MANY_IMPORTS, "./a.yaml")


def test_so_many_files_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_FILES", 3)
    files = {f"/{name}.yaml": "x: 1\n" for name in "abc"}
    assert fault({**files, "/c.yaml": "import: [a.yaml, b.yaml]\n"}) is None
    assert fault({**files, "/r.yaml": "import: [a.yaml, b.yaml, c.yaml]\n"}, "/r.yaml") == (FileProblem.TOO_MANY_FILES, "c.yaml")


def test_values_count_as_often_as_imports_repeat_them(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"/a.yaml": "x: [1, 2]\n", "/c.yaml": "import: [a.yaml, ./a.yaml]\n"}
    monkeypatch.setattr(imports, "MAX_NODES", 12)
    assert fault(files) is None
    monkeypatch.setattr(imports, "MAX_NODES", 11)
    assert fault(files) == (FileProblem.TOO_MANY_NODES, "./a.yaml")


def test_levels_of_imported_files_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"/a.yaml": "x: {y: {z: 1}}\n", "/c.yaml": "k: {l: {import: a.yaml}}\n"}
    monkeypatch.setattr(imports, "MAX_DEPTH", 4)
    assert fault(files) is None
    monkeypatch.setattr(imports, "MAX_DEPTH", 3)
    assert fault(files) == (FileProblem.TOO_DEEP_AN_IMPORT, "a.yaml")


def test_nothing_is_resolved_of_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_FILES", 1)
    result = resolve("/c.yaml", files=Memory({"/c.yaml": b"import: a.yaml\n", "/a.yaml": b"x: 1\n"}), process={})
    assert result.tree is None
    assert [each.message for each in result.report.diagnostics] == ["with this import the configuration has over 2,000 files"]


def variables(text: str) -> tuple[dict[str, str], list[FileProblem]]:
    """What an env file sets, and why it is not read to its end."""
    found, events = read_environment(Memory({"/p/.env": text.encode()}), "/p", {})
    return {name: each.value for name, each in found.variables.items()}, [event.problem for event in events if isinstance(event, FileFault)]


def test_values_of_an_env_file_grow_to_the_limit_in_all() -> None:
    half = "x" * (MAX_FILE_BYTES // 2)
    assert variables(f"A={half}\nB=${{A}}\n") == ({"A": half, "B": half}, [])
    assert variables(f"A={half}\nB=${{A}}x\nC=1\n") == ({"A": half}, [FileProblem.TOO_MANY_CHARACTERS])


def test_an_env_file_that_doubles_a_value_is_refused() -> None:
    _, problems = variables("A0=xxxxx\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 60)))
    assert problems == [FileProblem.TOO_MANY_CHARACTERS]


def test_blanks_in_a_row_and_entries_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "MAX_BLANKS", 2)
    monkeypatch.setattr(environment, "MAX_ENTRIES", 1)
    assert variables("A=x  y\n") == ({"A": "x  y"}, [])
    assert variables("A=x   y\n") == ({}, [FileProblem.TOO_MANY_BLANKS])
    assert variables("A=x\nB=y\n") == ({"A": "x"}, [FileProblem.TOO_MANY_ENTRIES])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A}", "a"),
        ("x${A}y${B:-b}z", "xaybz"),
        ("${A:-b}", "a"),
        ("${B}", ""),
        ("${A:b}${A}", "${A:b}a"),
        ("${A:${A}", "${A:a"),
        ("${", "${"),
        ("${A", "${A"),
        ("$}{A}", "$}{A}"),
        ("${A:-${B}}", "a}"),
    ],
)
def test_placeholders_of_an_env_file_are_filled(text: str, value: str) -> None:
    """As python-dotenv fills them: an oracle compared both on a million texts."""
    from dotenv.variables import parse_variables

    known = {"A": EnvVariable("a", "x")}
    assert "".join(environment._parts(text, known, 1_000)) == value
    assert "".join(atom.resolve({"A": "a"}) for atom in parse_variables(text)) == value


def test_what_variables_give_is_counted() -> None:
    graph, _ = load(Memory({"/c.yaml": b"a: '${X}'\nb: '${X}'\n"}), "/c.yaml")
    tree = graph.root.root
    assert tree is not None

    def filled(left: int) -> tuple[object, list[FileProblem]]:
        interpolator = _Interpolator(Environment({"X": EnvVariable("four", "x")}), InterpolationMode.ORBIT, left=left)
        try:
            value: object = plain(interpolator.mapping(tree, ()))
        except _OverLimit:
            value = None
        return value, [event.problem for event in interpolator.events if isinstance(event, FileFault)]

    assert filled(8) == ({"a": "four", "b": "four"}, [])
    assert filled(7) == (None, [FileProblem.TOO_MANY_CHARACTERS])


def test_text_that_aliases_repeat_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "MAX_CHARACTERS", 400)
    few, many = ("s: &s '" + "x" * 100 + "'\nl: [" + "*s, " * count + "a]\n" for count in (2, 4))
    assert faults_of(few) == []
    assert faults_of(many) == [FileProblem.TOO_MANY_ALIASES]


def test_text_that_imports_repeat_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_CHARACTERS", 150)
    files = {"/a.yaml": f"x: {'y' * 60}\n"}
    assert fault({**files, "/c.yaml": "import: [a.yaml, ./a.yaml]\n"}) is None
    assert fault({**files, "/c.yaml": "import: [a.yaml, ./a.yaml, a.yaml]\n"}) == (FileProblem.TOO_MANY_NODES, "a.yaml")


def test_so_much_is_read_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_CHARACTERS", 150)
    files = {f"/f{number}.yaml": "#" * 60 + "\na: 1\n" for number in range(3)}
    assert fault({**files, "/c.yaml": "import: [f0.yaml]\n"}) is None
    assert fault({**files, "/c.yaml": "import: [f0.yaml, f1.yaml, f2.yaml]\n"}) == (FileProblem.TOO_MANY_NODES, "f1.yaml")


def test_too_many_nodes_are_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_NODES", 12)
    made: list[str] = []
    value = ValueReader.value

    def noted(self: ValueReader, node: yaml.ScalarNode, *, is_key: bool = False) -> object:
        made.append(node.value)
        return value(self, node, is_key=is_key)

    monkeypatch.setattr(ValueReader, "value", noted)
    files = {"/a.yaml": "a: [1, 2, 3]\n", "/b.yaml": "b: [1, 2, 3, 4, 5, 6]\n"}
    assert fault({**files, "/c.yaml": "import: [a.yaml, b.yaml]\n"}) == (FileProblem.TOO_MANY_NODES, "b.yaml")
    assert "3" in made
    assert "6" not in made


def faults_of(text: str) -> list[FileProblem]:
    """Why one file is refused."""
    return [event.problem for event in yaml_reader.parse(Source("a.yaml", text))[1] if isinstance(event, FileFault)]
