"""The architecture holds: floors, one home for each library, no cycle, no module too large."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "orbitcfg"
FLOORS = (
    ("redact", "text", "spelling", "globs", "errors", "address", "phantoms", "diagnostics"),
    ("tree", "keypath", "events", "graph", "endpoint", "observation", "finding", "report"),
    ("syntax", "emit", "files", "replacement", "gittree", "decode", "display", "switches"),
    ("repository", "trace"),
    ("load", "environment", "catalog"),
    ("compile",),
    ("effective", "references", "roots"),
    ("config",),
    ("rules", "suppress", "baseline", "live", "smoke", "edit", "usage", "difference", "variables"),
    ("judge", "explain", "selection"),
    (
        "settings",
        "settings_shape",
        "settings_file",
        "project",
        "recall",
        "mend",
        "generation",
        "inventory",
        "comparison",
        "declaration",
        "doctor",
        "checkup",
        "support",
        "app",
        "__init__",
    ),
    ("cli",),
    ("__main__",),
)
MIXED_FLOORS = (0, 1, 10)
"""On these, a module may also import those listed above it."""

HOMES = {
    "yaml": ("syntax", "emit"),
    "ruamel": ("edit",),
    "dotenv": ("environment",),
    "jsonschema": ("catalog",),
    "referencing": ("catalog",),
    "httpx": ("live",),
    "certifi": ("live",),
    "llama_cpp": ("smoke",),
    "typer": ("cli",),
    "rich": ("cli",),
}
"""The only modules that know a library."""


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


def place(part: str) -> tuple[int, int]:
    """The floor of a part of the package, and its place on it."""
    return next((floor, parts.index(part)) for floor, parts in enumerate(FLOORS) if part in parts)


def inner(tree: ast.Module) -> set[str]:
    """The parts of the package that a module imports."""
    return {name.split(".")[1] for name in imported(tree) if name.startswith("orbitcfg.")}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_lower_floors_only(name: str) -> None:
    """Or its own sub-package, or on a mixed floor what stands before it."""
    part = name.split(".", maxsplit=1)[0]
    floor, position = place(part)
    for other in inner(MODULES[name]) - {part, "__version__"}:
        if other not in {each.split(".")[0] for each in MODULES}:
            continue
        other_floor, other_position = place(other)
        below = other_floor < floor or (other_floor == floor and floor in MIXED_FLOORS and other_position < position)
        assert below, f"{name} imports {other}"


@pytest.mark.parametrize("name", MODULES)
def test_a_library_has_one_home(name: str) -> None:
    """Only there is it imported."""
    for library in {each.split(".")[0] for each in imported(MODULES[name])} & HOMES.keys():
        assert name.split(".", maxsplit=1)[0] in HOMES[library], f"{name} imports {library}"


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


def _is_page(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is long by its documentation alone."""
    page = ast.get_docstring(node, clean=False) or ""
    return (node.end_lineno or 0) - node.lineno - page.count("\n") < 60
