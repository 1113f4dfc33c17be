"""How far the catalogue has drifted from an ORBIT: `make drift ORBIT=FOLDER`, where the folder holds ORBIT's `server/`.

Keys that its code reads and the catalogue lacks, with file and line; rows whose key no code names any more; providers and classes on either side. Rows that are explained in
`drift.toml` are left out, and so is what it explains and no longer occurs.
"""

import argparse
import ast
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orbitcfg.catalog.code import SERVICES, Code, named_of, nodes_of, parsed, read_code
from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import shipped_store
from orbitcfg.effective.adapters import buildable
from orbitcfg.project.code_reader import read_modules
from tests.shared import FACTS
from tests.tools.facts import write
from tests.tools.releases import keys, names_anywhere

EXPLAINED = Path(__file__).with_name("drift.toml")
_CONFIG_NAMES = ("config", "cfg", "settings", "conf", "caps", "capabilities")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the report: what kind, which name, and where it stands."""

    kind: str
    name: str
    place: str = ""


def report(modules: Mapping[str, bytes]) -> list[Row]:
    """Every row, explained or not."""
    code = read_code(modules.values())
    known = set(names_anywhere())
    read = _keys_read(modules)
    rows = [Row("key without a row", name, place) for name, place in sorted(read.items()) if name not in known]
    named = {name: pointer for pointer, name in keys()}
    rows += [Row("row without code", name, pointer) for name, pointer in sorted(named.items()) if name not in code.names]
    rows += _providers(code)
    rows += _classes(code)
    return rows


def _keys_read(modules: Mapping[str, bytes]) -> dict[str, str]:
    """The names that code asks of a mapping that is called after a configuration, each with its first place."""
    found: dict[str, str] = {}
    for path, source in modules.items():
        tree = parsed(source)
        for node in nodes_of(tree) if tree is not None else ():
            for name in _asked(node):
                found.setdefault(name, f"{path}:{getattr(node, 'lineno', 0)}")
    return found


def _asked(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Attribute(value=holder, attr="get"), args=[ast.Constant(value=str(name)), *_]) if _is_config(holder):
            yield from named_of(name)
        case ast.Subscript(value=holder, slice=ast.Constant(value=str(name)), ctx=ast.Load()) if _is_config(holder):
            yield from named_of(name)


def _is_config(holder: ast.expr) -> bool:
    """Whether an expression is called after a configuration."""
    match holder:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower().strip("_").endswith(_CONFIG_NAMES)
        case ast.Call(func=ast.Attribute(attr="get", value=inner)):
            return _is_config(inner)
        case ast.BoolOp(values=[first, *_]):
            return _is_config(first)
    return False


def _providers(code: Code) -> Iterator[Row]:
    catalog = Catalog(shipped_store())
    for service, section in ((service, section) for service, sections in SERVICES.items() for section in sections):
        row = catalog.at(None, (section,))
        ours = {name for name, each in row.properties.items() if catalog.row(each).effect is None} if row is not None else set()
        theirs = set(code.providers.get(service, ()))
        yield from (Row(f"provider of {section} without a row", name) for name in sorted(theirs - ours))
        yield from (Row(f"provider of {section} without code", name) for name in sorted(ours - theirs))


def _classes(code: Code) -> Iterator[Row]:
    ours = {path.rpartition(".")[2] for path in buildable(Catalog(shipped_store())).implementations}
    yield from (Row("class without code", name) for name in sorted(ours - set(code.classes)))
    retrievers = {name for name in code.classes if name.endswith("Retriever") and _descends(code, name, "BaseRetriever")}
    yield from (Row("class without a row", name) for name in sorted(retrievers - ours))


def _descends(code: Code, name: str, base: str) -> bool:
    seen, pending = set[str](), [name]
    while pending:
        each = pending.pop()
        if each == base:
            return True
        if each not in seen:
            seen.add(each)
            pending += code.classes.get(each, ())
    return False


def explained() -> dict[tuple[str, str], str]:
    """The rows that are known, each with its reason."""
    parts = tomllib.loads(EXPLAINED.read_text("utf-8"))
    return {(each["kind"], name): each["reason"] for each in parts.get("rows", ()) for name in each["names"]}


def main() -> None:
    """Prints the rows that nothing explains; the status is 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orbit", type=Path, help="the folder that holds ORBIT's `server/`")
    parser.add_argument("--all", action="store_true", help="also what is explained, with its reason")
    parser.add_argument("--record", action="store_true", help="keep what the code says as test data: names, and nothing else of it")
    options = parser.parse_args()
    modules = read_modules(str(options.orbit))
    if not modules.sources:
        sys.exit(f"there is no `server/` with modules in {options.orbit}")
    if options.record:
        write("orbit-code", read_code(modules.sources.values(), is_whole=modules.is_whole).as_json(), FACTS)
    reasons = explained()
    rows = report({os.path.relpath(path, os.path.realpath(options.orbit)): source for path, source in modules.sources.items()})
    left = [row for row in rows if (row.kind, row.name) not in reasons]
    for row in rows if options.all else left:
        reason = reasons.get((row.kind, row.name))
        print(f"{row.kind}: {row.name}" + (f" ({row.place})" if row.place else "") + (f": {reason}" if reason else ""))
    gone = sorted(set(reasons) - {(row.kind, row.name) for row in rows})
    for kind, name in gone:
        print(f"explained, and not there: {kind}: {name}")
    print(f"{len(left)} to fix, {len(rows) - len(left)} explained, {len(gone)} explanations to take out")
    if not modules.is_whole:
        print("some of its modules were not read: they are no regular files, too large or too many, so a row without code may have some")
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
