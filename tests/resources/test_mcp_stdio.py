"""MCP servers that ORBIT starts: what is seen without starting them, and what of those that are."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.resources.looking import look, rows

SERVER = str(Path(__file__).parent / "programs" / "mcp_server.py")
TOKEN = "canary-token-of-this-test"
GONE_S = 60
"""Within this a process that was killed is gone, whatever else the machine does."""


def seen(folder: Path, starts: str = "", variables: Mapping[str, str] = MappingProxyType({}), **values: object) -> ResourceResult:
    """What is seen of a server that ORBIT starts from this folder."""
    options = ProbeOptions(folder=str(folder), start_mcp=starts == "starts", variables={"PATH": str(folder / "bin"), **variables})
    return look("mcp_stdio", options, **values)


def started(folder: Path, mode: str, variables: Mapping[str, str] = MappingProxyType({}), **values: object) -> ResourceResult:
    """What is seen of the test's server, which leaves a note of itself."""
    return seen(folder, "starts", variables, command=sys.executable, args=[SERVER, mode, str(folder / "note")], **{"timeout": 5, **values})


def note(folder: Path) -> dict[str, object]:
    """What the server noted of itself."""
    read: dict[str, object] = json.loads((folder / "note").read_text())
    return read


def is_running(pid: object) -> bool:
    """Whether a process is there, and no zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def program(folder: Path, name: str = "server") -> Path:
    """A program in ORBIT's PATH that notes that it ran."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {folder}/ran\n")
    path.chmod(0o755)
    return path


def test_nothing_is_started_unasked(tmp_path: Path) -> None:
    path = program(tmp_path)
    result = seen(tmp_path, command="server", args=["-y"], env={"A": "1", "B": "", "C": "${UNSET}"})
    assert rows(result) == [
        f"ok command: `{path}`",
        "ok value: 1 of 3 empty",
        "unchecked tools: the program is not started: `--start-mcp` would ask it for its tools",
    ]
    assert result.remarks == ("`B` of its `env` is empty",)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("values", "fault", "at_key"),
    [
        ({}, ResourceFault.NOT_SET, "command"),
        ({"command": ["npx"]}, ResourceFault.BAD_VALUE, "command"),
        ({"command": "no-such-command"}, ResourceFault.NO_COMMAND, "command"),
        ({"command": "./bin/missing"}, ResourceFault.NO_COMMAND, "command"),
        ({"command": "a\0b"}, ResourceFault.NO_COMMAND, "command"),
        ({"command": "server", "args": "-y"}, ResourceFault.BAD_VALUE, "args"),
        ({"command": "server", "args": ["-p", 8080]}, ResourceFault.BAD_VALUE, "args"),
        ({"command": "server", "args": ["-u", "/no/such/server.py"]}, ResourceFault.NO_FILE, "args"),
        ({"command": "server", "env": ["A=1"]}, ResourceFault.BAD_VALUE, "env"),
        ({"command": "server", "env": {"PATH": "/nowhere"}}, ResourceFault.NO_COMMAND, "command"),
    ],
)
@pytest.mark.parametrize("starts", ["starts", ""])
def test_servers_that_cannot_start(values: dict[str, object], fault: ResourceFault, at_key: str, starts: str, tmp_path: Path) -> None:
    program(tmp_path)
    result = seen(tmp_path, starts, MappingProxyType({}), **{"command": None, **values})
    assert (result.fault, result.at[-1]) == (fault, at_key)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("args", [["/orbit/docs"], ["--log", "/var/log/x.log"], ["server.py"]])
def test_arguments_that_name_no_script_are_let_be(args: list[str], tmp_path: Path) -> None:
    program(tmp_path)
    assert seen(tmp_path, command="server", args=args).fault is None


def test_files_of_a_container_are_not_looked_for(tmp_path: Path) -> None:
    program(tmp_path, "docker")
    assert seen(tmp_path, command="docker", args=["run", "image", "/app/server.py"]).fault is None


def test_a_command_by_its_path_leads_from_orbits_folder(tmp_path: Path) -> None:
    program(tmp_path)
    assert seen(tmp_path, command="bin/server").fault is None


def test_a_started_server_tells_its_tools_and_is_gone(tmp_path: Path) -> None:
    result = started(tmp_path, "good", env={"SERVICE_TOKEN": "$KEY"}, variables={"KEY": TOKEN, "HOME": "/home/x", "OTHER_SECRET": "x"})
    assert rows(result)[-1] == "ok tools: pipes 2, 1 tool"
    found = note(tmp_path)
    environment = found["environment"]
    assert isinstance(environment, dict)
    # Python itself adds LC_CTYPE where there is no locale
    assert {name: text for name, text in environment.items() if name != "LC_CTYPE"} == {
        "PATH": f"{tmp_path}/bin",
        "HOME": "/home/x",
        "SERVICE_TOKEN": TOKEN,
    }
    assert found["folder"] == str(tmp_path)
    assert not is_running(found["pid"])


@pytest.mark.parametrize(
    ("mode", "fault"),
    [
        ("dies", ResourceFault.ENDED),
        ("refuses", ResourceFault.SERVER_ERROR),
        ("empty", ResourceFault.NO_TOOLS),
        ("floods", ResourceFault.ENDED),
        ("hangs", ProbeFault.SILENT),
        ("spawns", ProbeFault.SILENT),
    ],
)
def test_servers_that_do_not_do_it(mode: str, fault: object, tmp_path: Path) -> None:
    """Each is gone afterwards, and no secret of its environment is shown."""
    result = started(tmp_path, mode, env={"SERVICE_TOKEN": TOKEN}, timeout=1)
    assert result.fault is fault
    assert TOKEN not in str(result)
    assert not is_running(note(tmp_path)["pid"])


def test_secret_arguments_are_not_shown(tmp_path: Path) -> None:
    script = tmp_path / "echo.sh"
    script.write_text('#!/bin/sh\necho "refused: $*" >&2\nexit 1\n')
    script.chmod(0o755)
    result = seen(tmp_path, "starts", command="/bin/sh", args=[str(script), "--auth-token", TOKEN, f"--api-key={TOKEN}2", "--team", "blue"])
    assert result.fault is ResourceFault.ENDED
    assert (TOKEN in str(result), "blue" in result.detail) == (False, True)


def test_what_it_started_is_gone_too(tmp_path: Path) -> None:
    started(tmp_path, "spawns", timeout=1)
    pid = note(tmp_path)["pid"]
    ends_at = time.monotonic() + GONE_S
    while group := [each for each in Path("/proc").glob("[0-9]*") if _group(each) == pid and is_running(each.name)]:
        assert time.monotonic() < ends_at, group
        time.sleep(0.01)


def _group(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return 0


_RUN = """
import sys
from orbitcfg.signals import Unwinding
from tests.resources.test_mcp_stdio import started
from pathlib import Path
with Unwinding():
    started(Path(sys.argv[1]), "hangs", timeout=600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_takes_it_along(number: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, "-c", _RUN, str(tmp_path)], env=environment, start_new_session=True) as run:
        try:
            while not (tmp_path / "note").exists() or not (tmp_path / "note").read_text():
                assert run.poll() is None, "the server was not started"
                time.sleep(0.02)
            run.send_signal(number)
            run.wait(300)
        finally:
            run.kill()
    assert not is_running(note(tmp_path)["pid"])
