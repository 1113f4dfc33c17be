"""The commands `smoke` and `models` as a user runs them: exit statuses, and which stream gets what."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from orbitcfg.engine import selftest
from tests.engine.damaged import GOOD
from tests.tools.selftest_model import built

PROGRAM = (sys.executable, "-m", "orbitcfg")


def environment(folder: Path, **variables: str) -> Mapping[str, str]:
    return {**os.environ, "HOME": str(folder), "COLUMNS": "200", **variables}


def ran(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60, env=environment(folder, **variables)
    )


def test_the_self_test_ends_well(tmp_path: Path) -> None:
    done = ran(tmp_path, "smoke", "--self-test")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"text       ' {selftest.ANSWER}'\n" in done.stdout


def test_json_alone_is_on_stdout(tmp_path: Path) -> None:
    done = ran(tmp_path, "smoke", "--self-test", "--format", "json", "--stream")
    assert json.loads(done.stdout)["known_answer"] is True
    assert done.stderr == f" {selftest.ANSWER}\n"


def test_a_damaged_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(GOOD[:-1])
    done = ran(tmp_path, "smoke", "--model", "x.gguf")
    assert done.returncode == 1
    assert f"error[ORB801]: `x.gguf` ends within its weights: {len(GOOD) - 1:,} of {len(GOOD):,} bytes are there\n" in done.stderr
    assert ran(tmp_path, "smoke", "--model", "x.gguf", "--fail-on", "never").returncode == 0


def test_without_a_configuration_it_is_a_usage_error(tmp_path: Path) -> None:
    done = ran(tmp_path, "smoke")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no configuration found" in done.stderr


def test_without_the_engine_the_one_command_is_told(tmp_path: Path) -> None:
    """An interpreter that finds no llama_cpp, since a finder of its own refuses it."""
    program = """
import importlib.util, sys
whole = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "llama_cpp" else whole(name, package)
from orbitcfg.cli import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "smoke", "--self-test"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(tmp_path),
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "the embedded engine is not installed" in done.stderr
    assert "    CMAKE_ARGS=" in done.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_engine_too(sent: int, tmp_path: Path) -> None:
    """While it generates without end."""
    path = tmp_path / "loop.gguf"
    path.write_bytes(built("one two three", loop=True).written())
    command = [*PROGRAM, "smoke", "--model", "loop.gguf", "--max-tokens", "100000000", "--raw", "--stream", "--timeout", "50"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)) as process:
        assert process.stderr
        assert process.stderr.read(10) == b" one two t"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
        process.send_signal(sent)
        assert process.wait(20) == 128 + sent
    assert len(children) == 1
    deadline = time.monotonic() + 60
    while Path(f"/proc/{children[0]}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{children[0]}").exists()


def test_models_are_printed_and_findings_are_notes(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/My Model.gguf").write_bytes(GOOD)
    (tmp_path / "models/page.gguf").write_bytes(b"<!doctype html>")
    done = ran(tmp_path, "models", "--for", "shimmy")
    assert done.returncode == 0
    assert "  Shimmy 2.x              my-model\n" in done.stdout
    assert done.stderr == "info[ORB801]: `models/page.gguf` is a web page (models/page.gguf)\n"
    assert [each["path"] for each in json.loads(ran(tmp_path, "models", "--format", "json").stdout)["models"]] == [
        "models/My Model.gguf",
        "models/page.gguf",
    ]


def test_an_unknown_server_is_a_usage_error(tmp_path: Path) -> None:
    done = ran(tmp_path, "models", "--for", "olama")
    assert done.returncode == 2
    assert "did you mean `ollama`?" in done.stderr


def test_a_folder_of_ones_own_is_searched(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/x.gguf").write_bytes(GOOD)
    assert "mine/x.gguf\n" in ran(tmp_path, "models", "--dir", "mine").stdout
    assert "mine/x.gguf\n" not in ran(tmp_path, "models").stdout
