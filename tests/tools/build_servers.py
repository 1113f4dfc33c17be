"""Builds and installs the real model servers that `make test-servers` asks: `python -m tests.tools.build_servers`.

They lie in a folder of the user's cache (`ORBITCFG_TEST_SERVERS` names another) and are made once. llama-server comes from the sources that llama-cpp-python's own
package brings, Ollama from its Go module, LiteLLM from its package.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from orbitcfg.engine import install

ROOT = Path(os.environ.get("ORBITCFG_TEST_SERVERS") or Path.home() / ".cache" / "orbitcfg-test-servers")
OLLAMA_VERSION, LITELLM_VERSION, CMAKE_VERSION = "0.17.4", "1.108.7", "3.31.6"
ENGINE_VERSION = install.pinned_requirement().partition("==")[2]

LITELLM = ROOT / f"litellm-{LITELLM_VERSION}"
SOURCES = ROOT / f"llama-cpp-python-{ENGINE_VERSION}"
LLAMA_SERVER = ROOT / f"llama-server-of-{ENGINE_VERSION}"
OLLAMA = ROOT / f"ollama-{OLLAMA_VERSION}"

_LAST_LINES = 30
_FLAGS = (
    "-DCMAKE_BUILD_TYPE=None",
    "-DCMAKE_C_FLAGS=-O1",
    # most of the time goes into C++ that a model of 57,000 weights does not need quick
    "-DCMAKE_CXX_FLAGS=-O0",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_NATIVE=OFF",
    "-DGGML_OPENMP=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_OPENSSL=OFF",
)


def main() -> int:
    """Makes what is missing; gives the exit status."""
    if shutil.which("go") is None:
        print("Ollama is built by Go, which is missing")
        return 1
    if not install.has_compiler():
        print("llama-server and Ollama need a C++ compiler: apt install g++")
        return 1
    ROOT.mkdir(parents=True, exist_ok=True)
    for path, make in ((LITELLM, _litellm), (SOURCES, _sources), (LLAMA_SERVER, _llama_server), (OLLAMA, _ollama)):
        make_once(path, make)
    return 0


def make_once(path: Path, make: Callable[[Path], None]) -> None:
    """Makes something beside its place, and puts it there once it is whole: what was interrupted is made anew."""
    if path.exists():
        return
    began = time.monotonic()
    print(f"making {path.name}", flush=True)
    beside = path.with_name(f".{path.name}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    make(beside)
    beside.rename(path)
    print(f"made {path.name} in {time.monotonic() - began:.0f} s", flush=True)


def _run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Runs a program quietly; of one that fails the end of what it said is shown."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment, check=False)
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-_LAST_LINES:]))
        raise SystemExit(f"`{command[0]}` ended with {done.returncode}")


def _litellm(folder: Path) -> None:
    # its programs hold the path of the folder, which is another one afterwards: only its Python is called
    _run([sys.executable, "-m", "venv", folder])
    packages = [f"litellm[proxy]=={LITELLM_VERSION}", f"cmake=={CMAKE_VERSION}"]
    _run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *packages])


def _sources(folder: Path) -> None:
    requirement = install.pinned_requirement()
    name = requirement.partition("==")[0]
    _run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name, "--dest", folder, requirement])
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    archive.unlink()


def _llama_server(folder: Path) -> None:
    cmake: list[str | Path] = [LITELLM / "bin" / "python", "-m", "cmake"]
    build = folder / "build"
    source = _llama_cpp()
    _run([*cmake, "-S", source, "-B", build, *_FLAGS])
    jobs = str(os.cpu_count() or 1)
    _run([*cmake, "--build", build, "--target", "llama-server", "--parallel", jobs])
    shutil.move(build / "bin" / "llama-server", folder / "llama-server")
    shutil.rmtree(build)


def _ollama(folder: Path) -> None:
    """By `go install`. A Go module never holds a folder `vendor`, where llama.cpp keeps headers of others: those of llama-cpp-python's sources serve."""
    made = {"GOBIN": folder, "GOMODCACHE": folder / "modules", "GOCACHE": folder / "objects", "GOFLAGS": "-modcacherw"}
    flags = {"CGO_CPPFLAGS": f"-I{_llama_cpp() / 'vendor'}", "CGO_CFLAGS": "-O1 -g0", "CGO_CXXFLAGS": "-O1 -g0"}
    environment: Mapping[str, str] = {**os.environ, **{name: str(value) for name, value in {**made, **flags}.items()}}
    version = f"-X=github.com/ollama/ollama/version.Version={OLLAMA_VERSION}"
    _run(["go", "install", "-ldflags", f"-s -w {version}", f"github.com/ollama/ollama@v{OLLAMA_VERSION}"], environment)
    for name in ("modules", "objects"):
        shutil.rmtree(folder / name)


def _llama_cpp() -> Path:
    [package] = SOURCES.glob("llama_cpp_python-*")
    return package / "vendor" / "llama.cpp"


if __name__ == "__main__":
    raise SystemExit(main())
