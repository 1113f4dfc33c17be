"""How fast the static commands are, beside what does less."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import orbit_like
from tests.bench.figures import Figure
from tests.bench.timing import Command, compared, sample, side_by_side, within
from tests.shared import PROJECT, SHARED

BIN = Path(sys.executable).parent
ORBITCFG = str(BIN / "orbitcfg")
TREE = SHARED / "orbit" / "config"
FINDINGS = 1
"""How what looks for mistakes ends where it has found some, as in the recorded tree."""
BARE, COMPOSE, SAFE_LOAD, ORBIT_LIKE, CHECK_JSONSCHEMA = "bare Python", "compose alone", "yaml.safe_load", "ORBIT-like load", "check-jsonschema"

_EACH_FILE = "import pathlib, sys, yaml\nfor path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')): {}"
_COMPLETION = {"_ORBITCFG_COMPLETE": "complete_bash", "COMP_WORDS": "orbitcfg why general.", "COMP_CWORD": "2"}

VARIABLES = "orbit.env"
"""The file that holds what ORBIT does not start without: what stops before its end has not done its work."""


def look(path: str, status: int = FINDINGS) -> Command:
    """A cold look at a configuration."""
    return Command((ORBITCFG, "validate", "--no-env", "--no-cache", path), status)


GROWN = 100
"""How many times the adapters there are for the figures of scale."""
SCALED = {
    "validate": look("config"),
    "resolve": Command((ORBITCFG, "resolve", "--env-file", VARIABLES, "config")),
    "resolve --symbolic": Command((ORBITCFG, "resolve", "--symbolic", "config")),
    "providers": Command((ORBITCFG, "providers", "--env-file", VARIABLES, "config")),
    "diff": Command((ORBITCFG, "diff", "HEAD")),
    "env": Command((ORBITCFG, "env", "--env-file", VARIABLES, "config")),
}


def start() -> list[Figure]:
    """The commands that need no configuration, from the start of the process to its end."""
    commands = {
        BARE: Command((sys.executable, "-c", "pass")),
        "--version": Command((ORBITCFG, "--version")),
        "--help": Command((ORBITCFG, "--help")),
        "rule ORB501": Command((ORBITCFG, "rule", "ORB501")),
    }
    samples = side_by_side(commands, PROJECT)
    return [within(name, taken, None if name == BARE else 0.08) for name, taken in samples.items()]


def cold() -> list[Figure]:
    """Cold runs on the recorded tree, all in turns, with all rules."""
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "trivial.json"
        schema.write_text('{"type": "object"}', "utf-8")
        variables = str(_variables(Path(folder)))
        files = [str(path) for path in sorted(TREE.rglob("*.yaml"))]
        commands = {
            "validate": look(str(TREE)),
            "resolve": Command((ORBITCFG, "resolve", "--env-file", variables, str(TREE))),
            "resolve --symbolic": Command((ORBITCFG, "resolve", "--symbolic", str(TREE))),
            "why": Command((ORBITCFG, "why", "general.port", "--env-file", variables, str(TREE))),
            CHECK_JSONSCHEMA: Command((str(BIN / "check-jsonschema"), "--schemafile", str(schema), *files)),
            "yamllint": Command((str(BIN / "yamllint"), str(TREE)), FINDINGS),
            "ryl": Command((str(BIN / "ryl"), "check", "--enable", "ALL", "--no-cache", str(TREE)), FINDINGS),
            ORBIT_LIKE: Command((sys.executable, orbit_like.__file__, str(TREE / "config.yaml"))),
            SAFE_LOAD: Command((sys.executable, "-c", _EACH_FILE.format("yaml.safe_load(path.read_text('utf-8'))"), str(TREE))),
            COMPOSE: Command((sys.executable, "-c", _EACH_FILE.format("yaml.compose(path.read_text('utf-8'), yaml.CSafeLoader)"), str(TREE))),
        }
        # a peer may have no program for this machine
        samples = side_by_side({name: command for name, command in commands.items() if shutil.which(command.words[0])}, SHARED)
    rows = (
        ("validate", CHECK_JSONSCHEMA, 0.5),
        ("validate", "yamllint", 1.0),
        ("validate", "ryl", None),
        ("validate", ORBIT_LIKE, 1.0),
        (COMPOSE, CHECK_JSONSCHEMA, None),
        ("resolve", ORBIT_LIKE, 0.4),
        ("resolve --symbolic", ORBIT_LIKE, 0.4),
        ("resolve --symbolic", SAFE_LOAD, 0.6),
        ("why", "validate", 0.5),
    )
    return [compared(name, samples, name, peer, bound) for name, peer, bound in rows if peer in samples]


def completion() -> list[Figure]:
    """A shell's completion of a key path, which reads the configuration that lies around it."""
    samples = side_by_side({"why": Command((ORBITCFG,))}, TREE, variables=_COMPLETION)
    return [within("completion of a key path", samples["why"], 0.25)]


def scaling() -> list[Figure]:
    """What a line costs with 100 times the adapters, beside what it costs with them once: processor time, one run of the former, the best of three of the latter."""
    with _grown(1) as once, _grown(GROWN) as often:
        figures = []
        for name, command in SCALED.items():
            small, large = min(sample(command, once).cpu for _ in range(3)), sample(command, often)
            each_once, each_often = (1e6 * cpu / _lines(folder) for cpu, folder in ((small, once), (large.cpu, often)))
            figures.append(Figure(f"{name}, {GROWN} x", each_often, "µs/line", "1 x", each_once, 1.2, None, "cpu"))
            figures.append(Figure(f"{name}, {GROWN} x", large.peak_mib, "MiB", bound=200, clock=""))
    return figures


def _lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.yaml"))


_COPIES_A_FILE = 10


@contextmanager
def _grown(times: int) -> Iterator[Path]:
    """A repository with a copy of the tree, each adapter in it so many times, under new names: a file more for ten of a file, since their number is limited."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(TREE, folder / "config", copy_function=shutil.copyfile)
        adapters = folder / "config" / "adapters"
        adapters.chmod(0o755)
        names = []
        for path in sorted(adapters.glob("*.yaml")):
            head, key, listed = path.read_text("utf-8").partition("adapters:\n")
            copies = [listed.rstrip().replace('- name: "', f'- name: "c{number}-') + "\n" for number in range(1, times)]
            for start in range(0, len(copies), _COPIES_A_FILE):
                copy = adapters / f"{path.stem}-{start}.yaml"
                copy.write_text(head + key + "".join(copies[start : start + _COPIES_A_FILE]), "utf-8")
                names.append(f"adapters/{copy.name}")
        root = folder / "config" / "adapters.yaml"
        root.chmod(0o644)
        root.write_text(root.read_text("utf-8").rstrip("\n") + "\n" + "".join(f'  - "{name}"\n' for name in names), "utf-8")
        _variables(folder)
        committed(folder)
        yield folder


def _variables(folder: Path) -> Path:
    """Writes the file of variables into a folder."""
    path = folder / VARIABLES
    path.write_text("ORBIT_DEFAULT_ADMIN_PASSWORD=of-no-server\n", "utf-8")
    return path


def committed(folder: Path, message: str = "begin") -> None:
    """A folder as a repository, with all that is in it committed."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for arguments in (("init", "--quiet"), ("add", "."), ("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", message)):
        subprocess.run(("git", *arguments), cwd=folder, env=environment, check=True)
