"""The architecture holds: floors, one home for each library, no cycle, no module too large."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "orbitcfg"
ROOMS = (
    ("errors", "limits", "plural", "suggest", "version"),
    ("masking",),
    ("files",),
    ("document",),
    ("report",),
    ("observed",),
    ("settings",),
    ("catalog",),
    ("compile",),
    ("effective",),
    ("project",),
    ("rules",),
    ("lint",),
    ("edit",),
    ("live",),
    ("engine",),
    ("commands",),
    ("editor",),
    ("cli",),
)
"""From the ground up: a room imports those that stand above it here, never one below."""

DOORS = {
    "masking": set(),
    "files": {"errors"},
    "cli": {"commands", "report", "settings", "errors", "editor"},
}
"""Rooms that may not even see all of those above them. `cli` also uses what the package itself exports."""

OUTSIDE = {"__init__", "__main__"}
"""The door of the package, and the way in."""

HOMES = {
    "yaml": ("document/yaml_reader", "document/yaml_comments", "document/yaml_writer"),
    "ruamel": ("edit",),
    "dotenv": ("compile/environment",),
    "jsonschema": ("catalog",),
    "referencing": ("catalog",),
    "pathspec": ("files",),
    "httpx": ("live",),
    "certifi": ("live",),
    "llama_cpp": ("engine",),
    "typer": ("cli",),
    "rich": ("report", "cli"),
    "pygls": ("editor",),
}
"""The only rooms, or modules of them, that know a library."""


def modules() -> dict[str, ast.Module]:
    """Every module of the package, by dotted name below it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[name] = ast.parse(path.read_text("utf-8"))
    return found


MODULES = modules()


def imported(tree: ast.Module) -> set[str]:
    """The dotted names that a module imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(name: str) -> str:
    """The room of a module."""
    return name.split(".", maxsplit=1)[0]


def floor(part: str) -> int:
    """How high a room stands."""
    return next(number for number, rooms in enumerate(ROOMS) if part in rooms)


def inner(tree: ast.Module) -> set[str]:
    """The rooms that a module imports."""
    return {name.split(".")[1] for name in imported(tree) if name.startswith("orbitcfg.") and name.split(".")[1] in {room(each) for each in MODULES}}


@pytest.mark.parametrize("name", [name for name in MODULES if name not in OUTSIDE])
def test_a_module_imports_lower_rooms_only(name: str) -> None:
    """Or its own."""
    own = room(name)
    for other in inner(MODULES[name]) - {own}:
        assert floor(other) < floor(own), f"{name} imports {other}"
        assert other in DOORS.get(own, {other}), f"{name} may not see {other}"


@pytest.mark.parametrize("name", MODULES)
def test_a_library_has_one_home(name: str) -> None:
    """Only there is it imported."""
    place = name.replace(".", "/")
    for library in {each.split(".")[0] for each in imported(MODULES[name])} & HOMES.keys():
        assert place.startswith(HOMES[library]), f"{name} imports {library}"


def test_no_module_imports_itself_in_a_circle() -> None:
    """Within sub-packages neither."""
    edges = defaultdict(set)
    for name, tree in MODULES.items():
        for other in imported(tree):
            target = other.removeprefix("orbitcfg.")
            if target in MODULES and target != name:
                edges[name].add(target)
            elif f"{target}.__init__" in MODULES and not name.startswith(f"{target}."):
                edges[name].add(f"{target}.__init__")
    done: set[str] = set()
    for start in list(edges):
        _visit(start, edges, (), done)


def _visit(name: str, edges: dict[str, set[str]], trail: tuple[str, ...], done: set[str]) -> None:
    assert name not in trail, " → ".join([*trail[trail.index(name) :], name])
    if name not in done:
        for other in sorted(edges.get(name, ())):
            _visit(other, edges, (*trail, name), done)
        done.add(name)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_stays_small(path: Path) -> None:
    """At most 400 lines, and no function over 60."""
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60 or _is_page(node), f"{node.name} is too long"


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) == "cli"])
def test_a_command_hands_over_at_once(name: str) -> None:
    """At most 25 lines beside its signature and its help."""
    for node in MODULES[name].body:
        if isinstance(node, ast.FunctionDef) and node.name == "command":
            assert (node.end_lineno or 0) - (node.body[0].end_lineno or 0) <= 25


def _is_page(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is long by its documentation alone."""
    page = ast.get_docstring(node, clean=False) or ""
    return (node.end_lineno or 0) - node.lineno - page.count("\n") < 60


def test_a_type_has_a_name_of_its_own() -> None:
    """But for private ones, and for the parts of published shapes, whose names are in their schemas."""
    homes = defaultdict(set)
    for name, tree in MODULES.items():
        for type_name in _types(tree):
            homes[type_name].add(name)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def _types(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name, bases=bases) if not name.startswith("_") and "Shape" not in map(ast.unparse, bases):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                yield name
