"""`doctor --watch` as it is run: a real server, a real change on the disk, and Ctrl-C."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands.test_use import ADAPTER
from tests.live.doubles import serving
from tests.live.doubles.ollama import Ollama
from tests.shared import PROJECT


def until_waiting(lines: Iterator[str]) -> list[str]:
    """What is told of one look, to the line that says that more is waited for."""
    told = []
    for line in lines:
        told.append(line.rstrip())
        if line.endswith("Ctrl-C ends\n"):
            return told
    raise AssertionError(told)


@pytest.mark.skipif(sys.platform == "win32" or find_spec("watchfiles") is None, reason="POSIX signals, and watchfiles")
def test_a_model_that_is_corrected_is_looked_for_again_at_once(tmp_path: Path) -> None:
    """And what was wrong with it is told to be gone."""
    with serving(Ollama(("llama3.2:latest",))) as server:
        root = tmp_path / "config" / "config.yaml"
        root.parent.mkdir()
        text = (
            "general: {inference_provider: ollama}\nauth: {default_admin_password: a-password}\nembedding: {enabled: false}\n"
            f"inference: {{ollama: {{enabled: true, base_url: '{server.url}', model: llama9}}}}\nadapters:\n{ADAPTER}"
        )
        root.write_text(text, "utf-8")
        command = [sys.executable, "-m", "orbitcfg", "doctor", str(tmp_path), "--watch", "--no-env", "--service", "inference", "--smoke", "never"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=PROJECT) as run:
            assert run.stderr is not None
            first = until_waiting(iter(run.stderr.readline, ""))
            asked = len(server.asked)
            root.write_text(text.replace("llama9", "llama3.2"), "utf-8")
            second = until_waiting(iter(run.stderr.readline, ""))
            run.send_signal(signal.SIGINT)
            out, rest = run.communicate(timeout=60)
        assert len(server.asked) > asked
    assert (run.returncode, rest) == (130, "")
    assert len(first) == 1
    assert [line for line in second if line.startswith("gone error")] == [second[0]]
    assert second[0].startswith("gone error[ORB732] ")
    assert second[-1].endswith("config/config.yaml` has changed; waiting for changes, Ctrl-C ends")
    assert [out.count(words) for words in ("does not list `llama9`", "`llama3.2` is listed as `llama3.2:latest`")] == [2, 1]
