"""The language server in a real Neovim, by its own client: `make test-editors`. Where there is none, Debian's is fetched into a folder of the user's cache."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.shared import PROJECT, SHARED

ROOT = Path(os.environ.get("ORBITCFG_TEST_NEOVIM") or Path.home() / ".cache" / "orbitcfg-test-neovim")
SCRIPT = Path(__file__).with_suffix(".lua")
_RELATIONS = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")


def neovim() -> tuple[list[str], dict[str, str]]:
    """The command, and the variables that it needs."""
    found = shutil.which("nvim")
    if found:
        return [found], {}
    if not shutil.which("apt-get"):
        raise SystemExit("there is no Neovim here, nor Debian's to be fetched: install neovim")
    if not (ROOT / "usr" / "bin" / "nvim").is_file():
        _fetch()
    libraries = sorted({str(each.parent) for each in (ROOT / "usr" / "lib").rglob("*.so*")})
    return [str(ROOT / "usr" / "bin" / "nvim")], {
        "LD_LIBRARY_PATH": ":".join(libraries),
        "VIMRUNTIME": str(ROOT / "usr" / "share" / "nvim" / "runtime"),
    }


def _fetch() -> None:
    """Downloads Debian's package with what it needs and this machine lacks, and unpacks it; nothing is installed."""
    options = [f"--no-{each}" for each in _RELATIONS]
    listed = subprocess.run(["apt-cache", "depends", "--recurse", *options, "neovim"], capture_output=True, text=True, check=True).stdout
    wanted = sorted({line for line in listed.splitlines() if line[:1].isalnum() and not _is_installed(line)})
    ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", "-qq", *wanted], cwd=folder, check=True, stderr=subprocess.DEVNULL)
        for package in sorted(Path(folder).glob("*.deb")):
            subprocess.run(["dpkg", "-x", str(package), str(ROOT)], check=True)


def _is_installed(package: str) -> bool:
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True, text=True, check=False)
    return done.stdout == "install ok installed"


def drive(root: Path, steps: list[dict[str, Any]]) -> list[Any]:
    """What came of each step."""
    command, variables = neovim()
    with tempfile.TemporaryDirectory() as home:
        out = Path(home) / "out.json"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "PYTHONPATH": str(PROJECT),
            "ORBITCFG_ROOT": str(root),
            "ORBITCFG_OUT": str(out),
            "ORBITCFG_COMMAND": f"{sys.executable} -m orbitcfg lsp",
            "ORBITCFG_STEPS": json.dumps(steps),
            **variables,
        }
        arguments = ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {SCRIPT}", "-c", "cquit 1"]
        subprocess.run([*command, *arguments], env=environment, check=True, timeout=300, stderr=subprocess.DEVNULL)
        found: list[Any] = json.loads(out.read_text("utf-8"))
    return found


def _wrong(what: str, *, holds: bool, found: object) -> Iterator[str]:
    if not holds:
        yield f"{what}: {found}"


def check_example(folder: Path) -> Iterator[str]:
    """What is wrong in an example."""
    root = Path(shutil.copytree(PROJECT / "examples" / "multi-provider", folder / "multi"))
    research, cloud = "config/adapters/research.yaml", "config/providers/cloud.yaml"
    slip = {"does": "diagnostics", "file": research, "needle": "anthropic", "with": "antropic", "code": "ORB501", "actions": True}
    steps: list[dict[str, Any]] = [
        slip,
        {"does": "hover", "file": research, "needle": "inference_provider", "offset": 3},
        {"does": "definition", "file": research, "needle": "inference_provider: anthropic", "offset": 22, "to": "cloud.yaml"},
        {"does": "completion", "file": cloud, "needle": "max_tokens", "offset": 3},
        {"does": "rename", "file": "config/providers/local.yaml", "needle": "use_preset: laptop", "offset": 14, "to": "notebook"},
        {"does": "rename", "file": "config/config.yaml", "needle": "ORBIT_PORT", "offset": 3, "to": "PORT_OF_ORBIT"},
    ]
    made, hover, definition, completion, preset, variable = drive(root, steps)
    yield from _wrong("a slip is found", holds=["ORB501", 7, 24] in made["during"] and "ORB501" not in str(made["after"]), found=made)
    yield from _wrong("a fix is offered", holds=any("ORB501" in title for title in made["actions"]), found=made["actions"])
    yield from _wrong("hover", holds="Provider that answers" in str(hover), found=hover)
    yield from _wrong("definition", holds=definition == [cloud, 2], found=definition)
    yield from _wrong("completion", holds="temperature" in completion, found=completion)
    yield from _wrong("a preset is renamed", holds=preset == ["config/providers/local.yaml"], found=preset)
    yield from _wrong("a variable is renamed", holds=set(variable) >= {"config/config.yaml", "env.example"}, found=variable)


def check_shipped(folder: Path) -> Iterator[str]:
    """What is wrong in the tree that ORBIT ships."""
    root = Path(shutil.copytree(SHARED / "orbit" / "config", folder / "shipped" / "config")).parent
    passthrough = "config/adapters/passthrough.yaml"
    steps: list[dict[str, Any]] = [
        {"does": "diagnostics", "file": passthrough, "needle": "ollama_cloud", "with": "ollama_clod", "code": "ORB501", "actions": True},
        {"does": "hover", "file": passthrough, "needle": "inference_provider", "offset": 3},
        {"does": "completion", "file": passthrough, "needle": "inference_provider", "offset": 3},
        {"does": "definition", "file": passthrough, "needle": "ollama_cloud", "offset": 2, "to": "inference.yaml"},
        {"does": "rename", "file": passthrough, "needle": 'simple-chat"', "offset": 2, "to": "plain-chat"},
    ]
    made, hover, completion, definition, renamed = drive(root, steps)
    yield from _wrong("a slip is found", holds=any(each[0] == "ORB501" for each in made["during"]), found=made)
    yield from _wrong("a fix is offered", holds=any("ORB501" in title for title in made["actions"]), found=made["actions"])
    yield from _wrong("hover", holds="Provider that answers" in str(hover), found=hover)
    yield from _wrong("completion", holds="embedding_provider" in completion, found=completion)
    yield from _wrong("definition", holds="config/inference.yaml" in definition, found=definition)
    yield from _wrong("an adapter is renamed", holds=passthrough in renamed, found=renamed)


def check() -> list[str]:
    """What is wrong; nothing if all is well."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        return [*check_example(place), *(check_shipped(place) if SHARED.is_dir() else ())]


if __name__ == "__main__":
    FOUND = check()
    print("\n".join(FOUND) or "Neovim shows, finds, completes and renames what the language server knows\n1 passed, 0 failed")
    sys.exit(bool(FOUND))
