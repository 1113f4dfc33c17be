"""How fast the static commands are, beside what does less."""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.timing import peak_mib, print_ratio, side_by_side
from tests.shared import SHARED

BIN = Path(sys.executable).parent
ORBITCFG = str(BIN / "orbitcfg")
TREE = SHARED / "orbit" / "config"
_PURE = "import pathlib, sys, yaml\nfor path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')): yaml.safe_load(path.read_text('utf-8'))"


def resolve() -> None:
    """Cold `resolve` against a process that only reads the same files as ORBIT does."""
    commands = {"orbitcfg": [ORBITCFG, "resolve", "--symbolic", str(TREE)], "safe_load": [sys.executable, "-c", _PURE, str(TREE)]}
    times = side_by_side(commands, SHARED)
    print_ratio("resolve against yaml.safe_load of the same 49 files", times, "orbitcfg", "safe_load", 0.6)


def validate() -> None:
    """Cold `validate` with all rules against check-jsonschema with a schema that says next to nothing."""
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "trivial.json"
        schema.write_text('{"type": "object"}', "utf-8")
        files = [str(path) for path in sorted(TREE.rglob("*.yaml"))]
        commands = {
            "orbitcfg": [ORBITCFG, "validate", "--no-env", "--no-cache", str(TREE)],
            "check-jsonschema": [str(BIN / "check-jsonschema"), "--schemafile", str(schema), *files],
            "yamllint": [str(BIN / "yamllint"), str(TREE)],
        }
        times = side_by_side(commands, SHARED)
    print_ratio("validate, all rules, against check-jsonschema with a trivial schema", times, "orbitcfg", "check-jsonschema", 1.0)
    print_ratio("validate, all rules, against yamllint", times, "orbitcfg", "yamllint", 1.0)


def scaling() -> None:
    """1, 10 and 100 times the adapters."""
    for command in ("validate", "resolve"):
        for times in (1, 10, 100):
            with tempfile.TemporaryDirectory() as folder:
                _grow(Path(folder), times)
                took, memory = peak_mib(
                    [ORBITCFG, command, "--symbolic", "config"] if command == "resolve" else [ORBITCFG, command, "--no-env", "--no-cache", "config"],
                    Path(folder),
                )
                print(f"{command} with {times:>3} x the adapters: {took:6.2f} s, {memory:5.0f} MiB")


def _grow(folder: Path, times: int) -> None:
    """A copy of the tree with each adapter file copied so many times, its adapters under new names."""
    shutil.copytree(TREE, folder / "config", copy_function=shutil.copyfile)
    adapters = folder / "config" / "adapters"
    adapters.chmod(0o755)
    names = []
    for path in sorted(adapters.glob("*.yaml")):
        text = path.read_text("utf-8")
        for number in range(1, times):
            copy = adapters / f"{path.stem}-{number}.yaml"
            copy.write_text(text.replace('- name: "', f'- name: "c{number}-'), "utf-8")
            names.append(f"adapters/{copy.name}")
    root = folder / "config" / "adapters.yaml"
    root.chmod(0o644)
    root.write_text(root.read_text("utf-8").rstrip("\n") + "\n" + "".join(f'  - "{name}"\n' for name in names), "utf-8")
