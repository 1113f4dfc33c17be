"""`make mutants`: changes the code in small ways, one at a time, and counts the changes that no test notices.

A sample of mutants, drawn with a seed, is laid into copies of the project; each is judged by the tests that run its line, the quickest first.
"""

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from queue import SimpleQueue

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("compile", "effective", "rules", "lint", "masking", "live/match.py")
"""What decides; the rest shows or moves what was decided."""

MAP = ".mutants.json"
MAX_TESTS = 120
"""Tests a mutant: of those that run its line the quickest of each module, in turns."""

TIMEOUT_S = 120
"""A mutant that runs longer has been noticed."""

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A stretch of a file, as offsets in bytes, and what stands there instead."""

    file: str
    line: int
    start: int
    end: int
    text: str
    was: str

    @property
    def label(self) -> str:
        """Where it is, and what it changes."""
        return f"{self.file}:{self.line}: `{self.was}` became `{self.text}`"


class _Sites(ast.NodeVisitor):
    """Every place of a module where a small change makes another program."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file = file
        self.source = source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found: list[Mutant] = []

    def _offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column

    def _add(self, node: ast.expr | ast.stmt, text: str) -> None:
        start, end = self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno or 0, node.end_col_offset or 0)
        self._replace(node.lineno, start, end, text)

    def _replace(self, line: int, start: int, end: int, text: str) -> None:
        was = self.source[start:end].decode()
        if was != text:
            self.found.append(Mutant(self.file, line, start, end, text, was))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """The body and the defaults: annotations, decorators and the page change nothing that a test could see."""
        for default in [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]:
            self.visit(default)
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        for statement in body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Words for people are compared elsewhere."""

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            old, new = _COMPARISONS[type(operator)]
            start, end = self._offset(left.end_lineno or 0, left.end_col_offset or 0), self._offset(right.lineno, right.col_offset)
            between = self.source[start:end].decode()
            if between.count(old) == 1:
                at = start + len(between[: between.index(old)].encode())
                self._replace(left.end_lineno or node.lineno, at, at + len(old), new)
            left = right
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            start, end = self._offset(left.end_lineno or 0, left.end_col_offset or 0), self._offset(right.lineno, right.col_offset)
            between = self.source[start:end].decode()
            if between.count(old) == 1:
                at = start + len(between[: between.index(old)].encode())
                self._replace(left.end_lineno or node.lineno, at, at + len(old), new)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            start = self._offset(node.lineno, node.col_offset)
            self._replace(node.lineno, start, self._offset(node.operand.lineno, node.operand.col_offset), "")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        match node.value:
            case bool():
                self._add(node, str(not node.value))
            case int():
                self._add(node, str(node.value + 1))
            case str() if node.value.isidentifier():
                self._add(node, repr(node.value + "x"))

    def visit_Continue(self, node: ast.Continue) -> None:
        self._add(node, "break")

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not isinstance(node.value, ast.Constant):
            self._add(node.value, "None")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._add(node.test, f"not ({ast.unparse(node.test)})")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        self._add(node.test, f"not ({ast.unparse(node.test)})")
        self.generic_visit(node)


def mutants(rooms: Sequence[str]) -> Iterator[Mutant]:
    """Every mutant of some rooms that still is Python."""
    for room in rooms:
        place = PROJECT / "orbitcfg" / room
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            source = path.read_bytes()
            sites = _Sites(path.relative_to(PROJECT).as_posix(), source)
            sites.visit(ast.parse(source))
            yield from (each for each in sites.found if _is_python(source, each))


def _is_python(source: bytes, mutant: Mutant) -> bool:
    try:
        compile(_mutated(source, mutant), mutant.file, "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _mutated(source: bytes, mutant: Mutant) -> bytes:
    return source[: mutant.start] + mutant.text.encode() + source[mutant.end :]


class CoverageMap:
    """Which tests run which line, the quickest first. Made by one run of all tests, and kept until the code changes."""

    def __init__(self) -> None:
        newest = max(path.stat().st_mtime for folder in ("orbitcfg", "tests") for path in (PROJECT / folder).rglob("*.py"))
        kept = PROJECT / MAP
        if not kept.is_file() or kept.stat().st_mtime < newest:
            print("one run of all tests, to see which lines each of them runs", flush=True)
            environment = {**os.environ, "ORBITCFG_LINES": str(kept)}
            subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "tests.tools.lines"], cwd=PROJECT, env=environment, check=False)
        self.lines: dict[str, dict[str, list[str]]] = json.loads(kept.read_text("utf-8"))

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests to try a mutant with. What is run at import alone is tried with those of the whole file."""
        lines = self.lines.get(mutant.file, {})
        found = lines.get(str(mutant.line)) or sorted({each for tests in lines.values() for each in tests})
        return list(islice(_in_turns(found), MAX_TESTS))


def _in_turns(tests: Sequence[str]) -> Iterator[str]:
    """The tests, one of each module in turn: different modules notice different things."""
    modules: dict[str, list[str]] = {}
    for each in tests:
        modules.setdefault(each.partition("::")[0], []).append(each)
    for row in zip_longest(*modules.values()):
        yield from (each for each in row if each is not None)


class Workbench:
    """Copies of the project in which mutants are tried, one at a time in each."""

    def __init__(self, folder: Path, copies: int) -> None:
        self.free: SimpleQueue[Path] = SimpleQueue()
        shared = PROJECT.parent / "shared"
        if shared.is_dir():
            (folder / "shared").symlink_to(shared)
        for number in range(copies):
            copy = folder / f"copy{number}"
            shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(".venv*", ".git", "__pycache__", "node_modules", ".*_cache", ".hypothesis"))
            self.free.put(copy)

    def survives(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Whether none of the tests notices the mutant; one that never ends is noticed."""
        copy = self.free.get()
        path = copy / mutant.file
        source = path.read_bytes()
        try:
            path.write_bytes(_mutated(source, mutant))
            return not tests or _passes(copy, tests)
        finally:
            path.write_bytes(source)
            self.free.put(copy)


def _passes(copy: Path, tests: Sequence[str]) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "ORBITCFG_TESTS": json.dumps(tests)}
    files = dict.fromkeys(each.partition("::")[0] for each in tests)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tests.tools.chosen", *files]
    try:
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=TIMEOUT_S, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def main() -> None:
    """Tries a sample and prints what survived; the exit status is 1 where fewer die than are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", default=ROOMS, help="folders or files below orbitcfg/")
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--at-least", type=float, default=0.85, help="the share that must die")
    options = parser.parse_args()
    coverage = CoverageMap()
    everything = list(mutants(options.rooms))
    sample = random.Random(options.seed).sample(everything, min(options.sample, len(everything)))
    print(f"{len(sample)} of {len(everything)} mutants, seed {options.seed}", flush=True)
    survivors = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        workbench = Workbench(Path(folder), options.jobs)
        tries = [(each, pool.submit(workbench.survives, each, coverage.tests(each))) for each in sample]
        for mutant, tried in tries:
            if tried.result():
                survivors.append(mutant)
                print(mutant.label, flush=True)
    share = 1 - len(survivors) / len(sample) if sample else 1.0
    print(f"{len(sample) - len(survivors)} of {len(sample)} died: {share:.0%}")
    sys.exit(share < options.at_least)


if __name__ == "__main__":
    main()
