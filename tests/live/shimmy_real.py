"""Doctor against the real Shimmy 1.7.4: `make test-shimmy`, where cargo is on the machine. The first run builds it, which takes some minutes.

Not collected by the other tests: `python -m pytest tests/live/shimmy_real.py`.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from orbitcfg.observed.check import CheckState, ProbeFault
from orbitcfg.report.diagnostics import Severity
from tests.engine.server import wait_for
from tests.live.setups import apply, codes, is_clean, only, shimmy
from tests.tools.selftest_model import built

VERSION = "1.7.4"
ROOT = Path(os.environ.get("SHIMMY_ROOT") or Path.home() / ".cache" / "orbitcfg-test-shimmy")


@pytest.fixture(scope="session")
def binary() -> Path:
    """The program, built where it is not there yet."""
    path = ROOT / "bin" / "shimmy"
    if not path.exists():
        cargo = shutil.which("cargo")
        if cargo is None:
            pytest.fail("cargo is not on this machine: Debian's packages cmake, clang and libclang-dev, and https://rustup.rs")
        subprocess.run([cargo, "install", "shimmy", "--version", VERSION, "--locked", "--root", str(ROOT)], check=True)
    return path


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder as Shimmy starts in: two models that say one sentence, a third that never ends."""
    folder = tmp_path / "work" / "models"
    folder.mkdir(parents=True)
    for name, loop in (("tiny-alpha", False), ("Tiny_Beta", False), ("tiny-loop", True)):
        (folder / f"{name}.gguf").write_bytes(built(f"{name} one two three", loop=loop).written())
    return folder


@contextmanager
def running(binary: Path, models: Path, *options: str, wait_at: int | None = None, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A server in the folder above the models; it is gone afterwards."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(models.parent), **variables}
    command = [str(binary), "serve", *options]
    with subprocess.Popen(command, cwd=models.parent, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            if wait_at is not None:
                wait_for(server, f"http://127.0.0.1:{wait_at}/health")
            yield server
        finally:
            server.kill()


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_healthy_shimmy_is_clean(binary: Path, models: Path, port: int, tmp_path: Path) -> None:
    """Every row ticked, chats too, and the program's own list agrees."""
    with running(binary, models, "--bind", f"127.0.0.1:{port}", wait_at=port):
        process = {"PATH": f"{binary.parent}:{os.environ['PATH']}"}
        checkup = shimmy(tmp_path, f"http://127.0.0.1:{port}").check(process, generate=True)
    assert is_clean(checkup), (checkup.checks, checkup.report.diagnostics)
    [result] = checkup.results
    assert (result.identity.product and result.identity.product.id, result.identity.version) == ("shimmy", VERSION)
    assert {model.name: model.has_file for model in result.model_list.models or ()} == {
        "phi3-lora": False,
        "tiny-alpha": True,
        "tiny-beta": True,
        "tiny-loop": True,
    }
    assert [one.text.strip() for one in result.chats] == ["tiny-alpha one two three"] * 2


def test_a_wrong_model_is_fixed_to_the_letter(binary: Path, models: Path, port: int, tmp_path: Path) -> None:
    """The file's name is not the model's."""
    with running(binary, models, "--bind", f"127.0.0.1:{port}", wait_at=port):
        setup = shimmy(tmp_path, f"http://127.0.0.1:{port}", "Tiny_Beta")
        diagnostic = only(setup.check())
        assert (diagnostic.code, diagnostic.help) == ("ORB732", "write `model: tiny-beta`")
        apply(diagnostic, tmp_path)
        assert is_clean(setup.check(generate=True))


def test_the_phantom_is_reported(binary: Path, models: Path, port: int, tmp_path: Path) -> None:
    """It is listed, and answers with an empty 502."""
    with running(binary, models, "--bind", f"127.0.0.1:{port}", wait_at=port):
        setup = shimmy(tmp_path, f"http://127.0.0.1:{port}", "phi3-lora")
        assert codes(setup.check()) == ["ORB741"]
        assert codes(setup.check(generate=True)) == ["ORB741", "ORB761"]


def test_a_shimmy_that_moved_is_found(binary: Path, models: Path, tmp_path: Path) -> None:
    """Its port was taken when it started, so it listens on the next free one."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 11435))
        taken.listen()
        with running(binary, models, wait_at=11436):
            taken.close()
            setup = shimmy(tmp_path, "http://127.0.0.1:11435")
            diagnostic = only(setup.check())
            assert diagnostic.code == "ORB703"
            assert diagnostic.help.startswith("write `base_url: http://127.0.0.1:11436`")
            apply(diagnostic, tmp_path)
            assert is_clean(setup.check())


def test_a_damaged_file_is_reported(binary: Path, models: Path, port: int, tmp_path: Path) -> None:
    """Only a chat shows it."""
    (models / "broken.gguf").write_bytes((models / "tiny-alpha.gguf").read_bytes()[:500])
    with running(binary, models, "--bind", f"127.0.0.1:{port}", wait_at=port):
        setup = shimmy(tmp_path, f"http://127.0.0.1:{port}", "broken")
        assert codes(setup.check()) == []
        diagnostic = only(setup.check(generate=True))
    assert (diagnostic.code, diagnostic.message) == ("ORB761", "Shimmy 1.7.4 answers a chat with `broken` by 502 with nothing in it")
    assert diagnostic.help.startswith("check the file with `shimmy probe broken`")


def test_a_long_prompt_kills_it(binary: Path, models: Path, port: int, tmp_path: Path) -> None:
    """Doctor then finds the port closed, and warned of the context before."""
    with running(binary, models, "--bind", f"127.0.0.1:{port}", wait_at=port) as server:
        setup = shimmy(tmp_path, f"http://127.0.0.1:{port}", context_window=65536)
        assert codes(setup.check(), Severity.WARNING) == ["ORB744"]
        words = {"model": "tiny-alpha", "messages": [{"role": "user", "content": "one two three " * 1500}], "stream": False}
        with pytest.raises(httpx.TransportError):
            httpx.post(f"http://127.0.0.1:{port}/v1/chat/completions", json=words, timeout=60)
        server.wait(20)
        checkup = setup.check()
    assert checkup.results[0].fault is ProbeFault.REFUSED
    assert {row.state for row in checkup.results[0].checks} == {CheckState.OK, CheckState.FAILED, CheckState.UNCHECKED}
