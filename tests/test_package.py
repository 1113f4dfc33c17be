"""The package's public API: one function a command, and the types of what they take and give."""

import ast
import doctest
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.cli.overview import COMMANDS
from orbitcfg.files.store import Memory
from tests.program import run as run_program
from tests.shared import PROJECT

PACKAGE = Path(orbitcfg.__file__).parent
SECRET = "canary-1c4e"
TREE = Memory({"/c/config.yaml": f"general: {{port: 3000}}\nauth: {{default_admin_password: {SECRET}}}\n".encode()})

UNNEEDED = (
    "pydantic",
    "jsonschema",
    "orbitcfg.observed",
    "orbitcfg.live",
    "orbitcfg.engine",
    "orbitcfg.edit",
    "orbitcfg.rules.live",
    "orbitcfg.rules.engine",
    "rich",
)


@pytest.mark.parametrize("name", orbitcfg.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(orbitcfg, name) is not None


def test_every_command_is_a_public_function() -> None:
    """But for the one that serves an editor."""
    commands = set(COMMANDS) - {"lsp"}
    assert commands <= set(orbitcfg.__all__)
    assert all(callable(getattr(orbitcfg, name)) for name in commands)


def test_no_public_name_is_that_of_a_room() -> None:
    """Python would give the room instead, once it is imported."""
    rooms = {path.stem for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert rooms.isdisjoint(orbitcfg.__all__)


def test_names_are_imported_at_their_first_use() -> None:
    code = "import sys, orbitcfg; print(sorted(name for name in sys.modules if name.startswith('orbitcfg')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert run.stdout == "['orbitcfg', 'orbitcfg.version']\n"


def test_validate_imports_no_more_than_it_needs() -> None:
    """Neither rules about what was seen of servers and engines, nor what publishes JSON."""
    code = "import sys; sys.argv = ['orbitcfg', 'validate', '--no-env', '--no-cache', 'examples/shimmy']; from orbitcfg.cli import Program, run"
    code += "; Program(lambda: run(sys.argv[1:]))(); print([name for name in sys.modules if name.startswith(" + repr(UNNEEDED) + ")])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert run.stdout.splitlines()[-1] == "[]"


def test_what_is_listed_is_what_is_found() -> None:
    """The type checker's imports, the table of homes, and `__all__` say the same."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    seen = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("orbitcfg.")
        for alias in node.names
        if alias.name != "__version__"
    }
    assert seen == {name: f"orbitcfg.{module}" for name, module in orbitcfg._HOMES.items()}
    assert sorted(["__version__", *seen]) == sorted(orbitcfg.__all__)


def test_results_print_short() -> None:
    """No sources, no values."""
    results = (
        orbitcfg.resolve("/c/config.yaml", files=TREE, process={}),
        orbitcfg.providers("/c/config.yaml", files=TREE, process={}),
        orbitcfg.providers("/c/config.yaml", files=TREE, process={}).config,
        orbitcfg.validate("/c/config.yaml", orbitcfg.Settings(select=("ORB602",)), files=TREE, process={}),
        orbitcfg.resolve("/c/config.yaml", files=Memory({"/c/config.yaml": b"- 1\n"}), process={}),
    )
    assert [repr(each) for each in results] == [
        "<Resolution: c/config.yaml, 2 sections, 4 errors, 1 warning, 0 info>",
        "<Usage: c/config.yaml, 1 row>",
        "<Config: c/config.yaml, 1 file, 2 sections>",
        "<Report: 0 errors, 1 warning, 0 info>",
        "<Resolution: ORBIT would not start, 1 error, 0 warnings, 0 info>",
    ]


def test_no_part_of_a_result_prints_sources() -> None:
    report = orbitcfg.validate("/c/config.yaml", files=TREE, process={})
    inventory = orbitcfg.env("/c/config.yaml", files=TREE, process={})
    explanation = orbitcfg.why("general.port", "/c/config.yaml", files=TREE, process={})
    for each in (*report.diagnostics, inventory, explanation):
        assert SECRET not in repr(each)


def test_the_examples_of_the_library_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the package's docstring give what they show; that of `docs/library.md` runs."""
    monkeypatch.chdir(PROJECT)
    assert doctest.testmod(orbitcfg).failed == 0
    section = (PROJECT / "docs" / "library.md").read_text("utf-8")
    names: dict[str, object] = {}
    exec(section.partition("```python\n")[2].partition("```")[0], names)
    assert isinstance(names["config"], dict)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_all_says_what_each_says_first(name: str) -> None:
    """It imports none of them."""
    page = inspect.cleandoc(import_module(f"orbitcfg.cli.{name}").command.__doc__)
    assert " ".join(page.partition("\n\n")[0].split()) == COMMANDS[name]


@pytest.mark.parametrize(
    ("argument", "unneeded"),
    [("--version", ("typer", "inspect", "dataclasses", "orbitcfg.report")), ("--help", ("orbitcfg.report", "orbitcfg.cli.validate"))],
)
def test_the_start_imports_no_more_than_it_says(argument: str, unneeded: tuple[str, ...]) -> None:
    """As long as it takes to import a command, nobody waits for its name."""
    code = f"import sys; from orbitcfg.cli import Program, run; Program(lambda: run([{argument!r}]))(); print([name for name in {unneeded!r} if name in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_version_is_the_same_with_typer(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the flag is more than the flag alone, so typer answers."""
    alone, twice = (run_program(arguments, capsys, monkeypatch) for arguments in (["--version"], ["--version", "--version"]))
    assert alone == twice
    assert alone.stdout.startswith(f"orbitcfg {orbitcfg.__version__}, for ORBIT ")
