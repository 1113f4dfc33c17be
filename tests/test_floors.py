"""The architecture holds: floors, one home for each library, no cycle, no module too large."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "orbitcfg"
ROOMS = (
    ("cached", "record"),
    ("dataclass",),
    ("errors", "limits", "model_purpose", "plural", "release", "signals", "suggest", "version"),
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
    "masking": {"cached", "dataclass", "record"},
    "files": {"cached", "dataclass", "record", "errors"},
    "cli": {"commands", "report", "settings", "cached", "dataclass", "record", "errors", "signals", "editor"},
}
"""Rooms that may not even see all of those above them. `cli` also uses what the package itself exports."""

OUTSIDE = {"__init__", "__main__"}
"""The door of the package, and the way in."""

HOMES = {
    "yaml": tuple(f"document/yaml_{name}" for name in ("loaders", "values", "events", "reader", "faults", "comments", "writer")),
    "ruamel": ("edit",),
    "dotenv": ("compile/environment",),
    "jsonschema": ("catalog",),
    "referencing": ("catalog",),
    "pathspec": ("files",),
    "watchfiles": ("files",),
    "httpx": ("live",),
    "certifi": ("live",),
    "psycopg": ("live/resources",),
    "pymongo": ("live/resources",),
    "pymysql": ("live/resources",),
    "redis": ("live/resources",),
    "llama_cpp": ("engine",),
    "typer": ("cli",),
    "rich": ("report", "cli"),
    "sqlglot": ("effective/intent/sql_guard",),
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


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a module, walked once for all that ask."""
    return tuple(ast.walk(tree))


@cache
def imported(tree: ast.Module) -> frozenset[str]:
    """The dotted names that a module imports."""
    names: set[str] = set()
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


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


@pytest.mark.parametrize("name", MODULES)
def test_a_module_stays_small(name: str) -> None:
    """At most 400 lines, and no function over 60."""
    assert (PACKAGE / f"{name.replace('.', '/')}.py").read_text("utf-8").count("\n") <= 400
    for node in nodes(MODULES[name]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60 or _is_page(node), f"{node.name} is too long"


@pytest.mark.parametrize("name", MODULES)
def test_words_stand_behind_what_they_are_about(name: str) -> None:
    """A text by itself opens a module, a class or a function, or says what the constant or the field right before it is."""
    for holder in nodes(MODULES[name]):
        body = getattr(holder, "body", None)
        for before, each in pairwise(body if isinstance(body, list) else ()):
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str):
                assert isinstance(before, ast.Assign | ast.AnnAssign), f"nothing that line {each.lineno} is about"
                assert each.lineno == (before.end_lineno or 0) + 1, f"line {each.lineno} stands by itself"


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in ("live", "engine") and name != "engine.engine"])
def test_json_of_others_is_read_in_one_place(name: str) -> None:
    """By `observed.foreign_json`, which knows bounds and types; `engine.engine` is a program of its own and reads what orbitcfg writes."""
    calls = {ast.unparse(node.func) for node in nodes(MODULES[name]) if isinstance(node, ast.Call)}
    assert {each for each in calls if each in ("json.loads", "json.load") or each.endswith(".json")} == set()


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) == "live" and name not in ("live.log", "live.resources.visit")])
def test_what_a_server_said_is_recorded_by_the_gate_alone(name: str) -> None:
    """Nothing of a log is set from outside, and no text is made of a reply's parts."""
    for node in nodes(MODULES[name]):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value).split(".")[-1] == "log":
                assert target.attr in ("fault", "fault_detail"), f"{name} sets `{ast.unparse(target)}`"
        if isinstance(node, ast.JoinedStr):
            parts = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute) and ast.unparse(each.value) == "reply"}
            assert parts <= {"status", "ms", "fault", *_GATED} or name == "live.http", f"{name} makes a text of `reply.{parts}`"


_GATED = {"error", "finish", "chunks", "first_token_ms", "tokens_per_s", "size"}
"""Parts of a chat completion or an embedded text, which are without secrets once they are recorded."""


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
    """But for private ones, and for the parts of published shapes and of the editors' protocol, whose names stand there."""
    homes = defaultdict(set)
    for name, tree in MODULES.items():
        if name == "editor.protocol.types":
            continue
        for type_name in _types(tree):
            homes[type_name].add(name)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def _types(tree: ast.Module) -> Iterator[str]:
    for node in nodes(tree):
        match node:
            case ast.ClassDef(name=name, bases=bases) if not name.startswith("_") and "Shape" not in map(ast.unparse, bases):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                yield name


WRITER = "files.atomic"
"""The one module that opens files for writing, and makes, renames and links them."""

WRITING = {
    *("write_text", "write_bytes", "touch", "mkdir", "makedirs", "mkfifo", "mknod", "symlink", "symlink_to", "link", "link_to", "hardlink_to"),
    *(
        "mkstemp",
        "mkdtemp",
        "NamedTemporaryFile",
        "TemporaryFile",
        "TemporaryDirectory",
        "SpooledTemporaryFile",
        "FileHandler",
        "extract",
        "extractall",
    ),
    *("unlink", "rmdir", "rmtree", "chmod", "chown", "utime"),
    *("truncate", "copy", "copy2", "copyfile", "copyfileobj", "copytree", "move", "make_archive", "unpack_archive", "sendfile"),
}
"""Functions and methods that put something on the disk, by whatever module; `copy` and its like only of `shutil`."""

WRITING_FLAGS = {"O_WRONLY", "O_RDWR", "O_CREAT", "O_APPEND", "O_TRUNC"}
ARCHIVES = {"ZipFile", "TarFile", "GzipFile", "BZ2File", "LZMAFile"}


def written(tree: ast.Module) -> list[str]:
    """The calls of a module that open a file for writing, or put something on the disk in another way, and names of such that it imports."""
    buffers = {
        ast.unparse(target)
        for node in nodes(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value) in ("io.BytesIO()", "BytesIO()")
        for target in node.targets
    }
    calls = [ast.unparse(node) for node in nodes(tree) if isinstance(node, ast.Call) and _writes(node, buffers)]
    imported = [
        each.name
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("os", "shutil", "tempfile")
        for each in node.names
        if each.name in WRITING | {"open", "fdopen", "rename", "renames", "replace", "remove", "removedirs"}
    ]
    return calls + imported


def _writes(call: ast.Call, buffers: set[str]) -> bool:
    module, _, name = ast.unparse(call.func).rpartition(".")
    arguments = [*call.args, *(each.value for each in call.keywords)]
    if call.args and ast.unparse(call.args[0]) in {"os.devnull", *buffers}:
        return False
    if module == "os" and name == "open":
        return any(flag in ast.unparse(each) for each in arguments for flag in WRITING_FLAGS)
    if name in ("open", "fdopen", *ARCHIVES):
        # the mode of `Path.open` is the first argument, that of all others the second
        modes = [each.value for each in call.keywords if each.arg == "mode"] + call.args[:2]
        texts = [each.value for each in modes if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        is_hidden = (module, name) == ("", "open") and len(texts) < len([each for each in call.keywords if each.arg == "mode"] + call.args[1:2])
        return is_hidden or any(set(text) <= set("rwaxbtU+") and set(text) & set("wax+") for text in texts)
    if module == "os":
        return name in WRITING | {"rename", "renames", "replace", "remove", "removedirs"}
    if name == "connect" and module == "sqlite3":
        # a plain path would be made where it is missing
        return not (call.args and "?mode=ro" in ast.unparse(call.args[0]) and any(each.arg == "uri" for each in call.keywords))
    # `str.replace` takes two texts, `Path.replace` one path
    if name == "rename" or (name == "replace" and len(arguments) == 1):
        return True
    return name in WRITING and (module == "shutil" or not name.startswith("copy"))


@pytest.mark.parametrize("name", [name for name in MODULES if name != WRITER])
def test_a_file_is_written_by_the_one_writer(name: str) -> None:
    """Which refuses what must not be written, and leaves a file whole; text on a stream, and what is kept in memory, are no files."""
    assert written(MODULES[name]) == []


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'w')",
        "open(path, mode='ab')",
        "open(path, mode)",
        "open(path, mode=mode)",
        "open('w', 'x', encoding='utf-8')",
        "io.open(path, 'r+b')",
        "Path(path).open('w')",
        "os.fdopen(descriptor, 'wb')",
        "os.open(path, os.O_RDWR | os.O_CREAT)",
        "Path(path).write_text(text)",
        "Path(path).write_bytes(content)",
        "zipfile.ZipFile(path, 'w')",
        "gzip.open(path, 'wt')",
        "tarfile.open(path, mode='x')",
        "os.replace(new, old)",
        "os.makedirs(path)",
        "shutil.copy(new, old)",
        "tempfile.NamedTemporaryFile()",
        "logging.FileHandler(path)",
        "Path(old).rename(new)",
        "Path(old).replace(new)",
        "Path(old).unlink()",
        "os.remove(path)",
        "os.chmod(path, 511)",
        "shutil.rmtree(path)",
        "sqlite3.connect(path)",
    ],
)
def test_a_way_round_the_writer_is_seen(code: str) -> None:
    assert written(ast.parse(code)) == [code]


@pytest.mark.parametrize("code", ["from os import replace", "from shutil import copy as get", "from tempfile import mkstemp"])
def test_a_writer_that_is_imported_is_seen(code: str) -> None:
    assert written(ast.parse(code)) == [code.split()[3]]


@pytest.mark.parametrize(
    "code",
    [
        "open(path)",
        "open(path, 'rb')",
        "os.open(path, os.O_RDONLY)",
        "os.open(os.devnull, os.O_WRONLY)",
        "sqlite3.connect('file:x?mode=ro', uri=True)",
        "text.replace('a', 'b')",
        "value.copy()",
    ],
)
def test_what_only_reads_is_no_writing(code: str) -> None:
    assert written(ast.parse(code)) == []
    assert written(ast.parse("buffer = io.BytesIO()\nzipfile.ZipFile(buffer, 'w')")) == []
    assert written(MODULES[WRITER]) != []
