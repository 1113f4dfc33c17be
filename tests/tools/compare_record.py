"""Runs one checkout's `orbitcfg` on a corpus, all in this process, and writes down what each run prints."""

import gc
import io
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

PLAN = "plan.json"
INPUTS = "inputs"

_SECONDS = re.compile(r"\d+\.\d\d s$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program."""

    group: str
    """The file that it is recorded in, without its ending."""
    folder: str
    """Where it runs, below the inputs."""
    arguments: list[str]
    """`{root}` in them stands for the absolute path of the folder `root`."""
    variables: dict[str, str] = field(default_factory=dict)
    """Its environment, beside what every run has."""
    root: str = "."
    writes: str = ""
    """A pattern for the files below its folder that are recorded too."""

    @property
    def label(self) -> str:
        """What tells it from the other runs of its group."""
        return f"{self.folder}$ orbitcfg {shlex.join(self.arguments)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a corpus asks for: its runs, and the input files in which `{root}` stands for the absolute path of their folder."""

    runs: list[Run]
    rooted: list[str]


def plan_of(corpus: Path) -> Plan:
    """The plan of a corpus."""
    content = json.loads((corpus / PLAN).read_text("utf-8"))
    return Plan([Run(**each) for each in content["runs"]], content["rooted"])


def record(code: Path, corpus: Path, folder: Path) -> int:
    """Writes one file a group; gives the number of runs."""
    _import_from(code)
    plan = plan_of(corpus)
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch).resolve()
        shutil.copytree(corpus / INPUTS, place / INPUTS, symlinks=True)
        (place / "home").mkdir()
        for name in plan.rooted:
            file = place / INPUTS / name
            file.write_text(file.read_text("utf-8").replace("{root}", str(file.parent)), "utf-8")
        for run in plan.runs:
            transcript = _transcript(run, place)
            found[run.group][run.label] = [_portable(line, {place: "<scratch>", code: "<code>"}) for line in transcript]
    for group, outputs in found.items():
        file = folder / f"{group}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(outputs, indent=1, ensure_ascii=False), "utf-8")
    return sum(map(len, found.values()))


def _import_from(code: Path) -> None:
    """Has `orbitcfg` come from this checkout, in which nothing is written."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(code))
    origin = import_module("orbitcfg").__file__ or ""
    if not Path(origin).resolve().is_relative_to(code):
        raise SystemExit(f"{code} holds no package `orbitcfg`: it would come from {origin}")
    sys.modules["__main__"].__package__ = None  # or the usage would begin with `python -m` and this package
    gc.set_threshold(100_000)


def _transcript(run: Run, place: Path) -> list[str]:
    """All that a run prints, and writes where that is wanted, line by line; a line keeps its ending."""
    folder = place / INPUTS / run.folder
    arguments = [each.replace("{root}", str(place / INPUTS / run.root)) for each in run.arguments]
    os.environ.clear()
    os.environ.update(_environment(place) | run.variables)
    with chdir(folder):
        status, stdout, stderr = _outcome(arguments)
    told = ["--- stderr\n", *_SECONDS.sub("0.00 s", stderr).splitlines(keepends=True)] if stderr else []
    written = []
    for file in sorted(folder.glob(run.writes)) if run.writes else ():
        if file.is_file():
            written += [f"--- {file.relative_to(folder)}\n", *_text(file.read_bytes()).splitlines(keepends=True)]
    return [*stdout.splitlines(keepends=True), *told, *written, f"--- exit {status}\n"]


def _environment(place: Path) -> dict[str, str]:
    """What every run has: no cache, an empty home, one width."""
    nowhere = os.path.abspath(os.devnull)
    return {
        "PATH": os.defpath,
        "HOME": str(place / "home"),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "XDG_CACHE_HOME": nowhere,
        "LOCALAPPDATA": nowhere,
    }


def _outcome(arguments: list[str]) -> tuple[int, str, str]:
    """The exit status and both streams."""
    run = import_module("orbitcfg.cli").run
    whole = import_module("orbitcfg.cli.outcome").Program
    out, err = io.BytesIO(), io.BytesIO()
    sys.argv = ["orbitcfg", *arguments]
    with io.TextIOWrapper(out, "utf-8", newline="") as stdout, io.TextIOWrapper(err, "utf-8", newline="") as stderr:
        with redirect_stdout(stdout), redirect_stderr(stderr):
            status = whole(lambda: run(arguments))()
        stdout.flush()
        stderr.flush()
        return status, _text(out.getvalue()), _text(err.getvalue())


def _text(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")


def _portable(text: str, names: Mapping[Path, str]) -> str:
    for path, name in names.items():
        text = text.replace(str(path), name)
    return text
