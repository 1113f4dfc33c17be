"""What lies around the configuration, and which programs of servers are on this machine."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterable, Mapping

from orbitcfg.effective.address import parse_address
from orbitcfg.files.store import Files
from orbitcfg.live.products import product_meant_by
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.host import ServerProgram

CONTAINER_FILES = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "Dockerfile",
    "docker/docker-compose.yml",
    "docker/Dockerfile",
)
MAX_BYTES = 256 * 1024
RUN_S = 2.0
ORBIT_PORT = 3000
_BIND_TO_ALL = re.compile(r"--bind[ =\"',]+0\.0\.0\.0|SHIMMY_BIND_ADDRESS\W+0\.0\.0\.0")


def container_file(files: Files, folder: str) -> tuple[str | None, bool]:
    """The compose file or Dockerfile in a project's folder, and whether it starts Shimmy for all addresses without a key."""
    for name in CONTAINER_FILES:
        path = os.path.join(folder, name)
        if files.is_file(path):
            try:
                text = files.read(path, MAX_BYTES).decode("utf-8", "replace")
            except OSError:
                return files.name(path), False
            return files.name(path), bool(_BIND_TO_ALL.search(text)) and "SHIMMY_API_KEY" not in text
    return None, False


def orbit_at(port: object) -> str | None:
    """Where something answers on ORBIT's own port of this machine."""
    number = ORBIT_PORT if port is None else port
    if not isinstance(number, int) or not 0 < number < 65536:
        return None
    try:
        with socket.create_connection(("127.0.0.1", number), timeout=0.3):
            return f"http://127.0.0.1:{number}"
    except OSError:
        return None


def programs(targets: Iterable[ProbeTarget], variables: Mapping[str, str], limit_s: float = RUN_S) -> tuple[ServerProgram, ...]:
    """The programs of the servers that are meant to run on this machine. Shimmy's is asked for its version, its models and its GPU; the others are only looked for."""
    names = []
    for target in targets:
        address, product = parse_address(target.url), product_meant_by(*target.providers)
        if address and address.is_loopback and product and product.program and product.program not in names:
            names.append(product.program)
    return tuple(_program(name, variables, min(limit_s, RUN_S)) for name in names)


def _program(name: str, variables: Mapping[str, str], limit_s: float) -> ServerProgram:
    # empty, not None, with which `which` would look into the PATH of this very process
    path = shutil.which(name, path=variables.get("PATH", ""))
    if path is None:
        home = variables.get("HOME") or variables.get("USERPROFILE") or ""
        # `cargo install` puts programs there, also where PATH does not have it
        beside = shutil.which(name, path=os.path.join(home, ".cargo", "bin")) if home else None
        return ServerProgram(name, None, beside)
    if name != "shimmy":
        return ServerProgram(name, path)
    status, version, wrong = _run([path, "--version"], variables, limit_s)
    if status != 0:
        return ServerProgram(name, path, fault=(wrong or version).strip().partition("\n")[0][:200] or f"it ends with {status}")
    status, names, _ = _run([path, "list", "--short"], variables, limit_s)
    _, gpu, _ = _run([path, "gpu-info"], variables, limit_s)
    listed = tuple(names.split("\n")[:-1]) if status == 0 else None
    return ServerProgram(name, path, version=version.strip().removeprefix("shimmy "), models=listed, gpu=_backend(gpu))


def _backend(text: str) -> str:
    """The line of `shimmy gpu-info` that names what it computes with."""
    line = next((line for line in text.splitlines() if "Backend:" in line or "Engine:" in line), "")
    return line.partition(":")[2].replace("✅", "").strip()


def _run(command: list[str], variables: Mapping[str, str], limit_s: float) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a program that ends by itself; -1 where it does not run or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program of PATH with fixed arguments
            command, capture_output=True, text=True, errors="replace", timeout=limit_s, check=False, env=dict(variables), stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return -1, "", str(error) if isinstance(error, OSError) else "it does not end"
    return done.returncode, done.stdout, done.stderr
