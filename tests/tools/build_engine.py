"""Builds the embedded engine into this Python, once, with the flags that make it quick: `python -m tests.tools.build_engine`.

It comes with its server, which the tests ask. Says beforehand what it takes, and while it compiles how far it is; Ctrl-C is safe.
"""

import os
import re
import subprocess
import sys
import time
from collections import deque
from importlib import metadata

from orbitcfg.engine import install

_STEP = re.compile(r"\[(\d+)/(\d+)\]")
_LAST_LINES = 30


def main() -> int:
    """Builds it where it is missing or another version; gives the exit status."""
    name, _, version = install.pinned_requirement().partition("==")
    if _installed(name) == version:
        print(f"the embedded engine is there: {name} {version}")
        return 0
    if not install.has_compiler():
        print("the embedded engine needs a C++ compiler: install one first (Debian: `apt install g++`, macOS: `xcode-select --install`)")
        return 1
    print(f"building the embedded engine once: {install.MINUTES}, Ctrl-C is safe", flush=True)
    return _built([sys.executable, "-m", "pip", "install", "--verbose", f"{name}[server]=={version}"])


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _built(command: list[str]) -> int:
    """Runs pip, and shows of its talk only the steps of the compiler; all of the end where it fails."""
    began = time.monotonic()
    last: deque[str] = deque(maxlen=_LAST_LINES)
    shown = -1
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env={**os.environ, **install.build_flags()}
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            last.append(line)
            step = _STEP.search(line)
            percent = int(step[1]) * 100 // int(step[2]) if step else shown
            if percent // _stride() > shown // _stride():
                shown = percent
                print(f"\r{percent} %" if sys.stdout.isatty() else f"{percent} %", end="" if sys.stdout.isatty() else "\n", flush=True)
    print(f"\rbuilt in {time.monotonic() - began:.0f} s" if pip.returncode == 0 else "\n" + "".join(last) + "the engine could not be built")
    return pip.returncode


def _stride() -> int:
    """How many percent pass between two reports."""
    return 1 if sys.stdout.isatty() else 25


if __name__ == "__main__":
    raise SystemExit(main())
