"""How the engine is installed: the one command for this machine."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec

MINUTES = "one to three minutes"
"""How long the engine compiles, by the processor."""

_COMPILERS = ("c++", "g++", "clang++", "cl")
_PLACES = (
    os.path.join(os.path.dirname(__file__), "engine.cmake"),
    os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "engine.cmake"),
)
"""In the wheel it lies in the package, in the repository at its root."""


def pinned_requirement() -> str:
    """The engine and its exact version, as the extra `smoke` asks for it; the package's metadata is the one place that says so."""
    from importlib import metadata  # loads the standard library's mail parser

    wanted = [each for each in metadata.requires("orbitcfg") or () if each.startswith("llama")]
    return next(each.partition(";")[0].strip() for each in wanted if "smoke" in each)


def build_flags() -> Mapping[str, str]:
    """The variables under which pip builds the engine: without llama.cpp's helper library, and for every CPU of this kind."""
    cmake = next(path for path in _PLACES if os.path.exists(path))
    project = shlex.quote(f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={cmake}")
    return {"CMAKE_ARGS": f"-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF {project}"}


def install_command(*, windows: bool = os.name == "nt") -> str:
    """The command that installs the engine for this very Python; for PowerShell on Windows."""
    flags = build_flags()["CMAKE_ARGS"]
    pip = ("-m", "pip", "install") if find_spec("pip") else None
    words = [sys.executable, *pip, pinned_requirement()] if pip else ["uv", "pip", "install", "--python", sys.executable, pinned_requirement()]
    if windows:
        return f'$env:CMAKE_ARGS = "{flags}"; & ' + " ".join(f'"{word}"' if " " in word else word for word in words)
    return f"CMAKE_ARGS={shlex.quote(flags)} {shlex.join(words)}"


def has_compiler(which: Callable[[str], str | None] = shutil.which) -> bool:
    """Whether a C++ compiler is on PATH."""
    return any(which(name) for name in _COMPILERS)


def advice(which: Callable[[str], str | None] = shutil.which) -> str:
    """What to do where the engine is missing."""
    compiler = (
        "" if has_compiler(which) else "no C++ compiler was found: install one first (Debian: `apt install g++`, macOS: `xcode-select --install`)\n"
    )
    return f"the embedded engine is not installed\n{compiler}run this, it compiles for {MINUTES}:\n\n    {install_command()}\n"
