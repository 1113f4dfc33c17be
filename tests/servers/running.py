"""The real servers, each on a free loopback port, with the tiny model; they are gone afterwards with all that they started."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml

from orbitcfg.engine import selftest
from tests.engine.server import wait_for
from tests.tools import build_servers

MODEL = "tiny"
KEY, WRONG_KEY = "sk-of-a-test-0123456789", "sk-of-nobody-9876543210"
_STOP_S = 10


def free_port() -> int:
    """A loopback port that nobody has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def dead_url() -> str:
    """An address that nobody listens at."""
    return f"http://127.0.0.1:{free_port()}"


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path, url: str, variables: Mapping[str, str] | None = None, *, health: str | None = None
) -> Iterator[str]:
    """A server that answers at an address, with a home of its own and no key, proxy or setting of the user's; at the path `health` it says when it is ready."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": "*", **(variables or {})}
    with (folder / "log").open("wb") as log:
        # a group of its own, as some start others
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_for(server, url)
            if health is not None:
                wait_for(server, f"{url}{health}", status=200)
            yield url
        finally:
            _end(server)


def _end(server: "subprocess.Popen[bytes]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
            server.wait(_STOP_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


@contextmanager
def llama_server(folder: Path, *options: str) -> Iterator[str]:
    """The root address of a llama-server."""
    port, program = free_port(), build_servers.LLAMA_SERVER / "llama-server"
    command: list[str | Path] = [program, "-m", selftest.path(), "--alias", MODEL, "-c", "512", "--host", "127.0.0.1", "--port", str(port), *options]
    # it answers while it still loads the model
    with running(command, folder, f"http://127.0.0.1:{port}", health="/health") as url:
        yield url


@contextmanager
def ollama(folder: Path, others: Mapping[str, str]) -> Iterator[str]:
    """The root address of an Ollama that has the model, and others of the same weights with more in their Modelfiles; its store is `models` in the folder."""
    place, program = f"127.0.0.1:{free_port()}", build_servers.OLLAMA / "ollama"
    variables = {"OLLAMA_HOST": place, "OLLAMA_MODELS": str(folder / "models")}
    with running([program, "serve"], folder, f"http://{place}", variables) as url:
        environment = {**variables, "HOME": str(folder), "PATH": os.environ["PATH"]}
        for name, more in {MODEL: "", **others}.items():
            (folder / "Modelfile").write_text(f"FROM {selftest.path()}\n{more}")
            subprocess.run([program, "create", name, "-f", folder / "Modelfile"], env=environment, check=True, capture_output=True)
        yield url


@contextmanager
def litellm(folder: Path) -> Iterator[str]:
    """The root address of a LiteLLM proxy with a key of its own, before a llama-server."""
    port, behind = free_port(), folder / "llama-server"
    behind.mkdir()
    with ExitStack() as stack:
        upstream = stack.enter_context(llama_server(behind))
        settings = {
            "model_list": [{"model_name": MODEL, "litellm_params": {"model": f"openai/{MODEL}", "api_base": f"{upstream}/v1", "api_key": "none"}}],
            "general_settings": {"master_key": KEY},
            "litellm_settings": {"telemetry": False},
        }
        (folder / "litellm.yaml").write_text(yaml.safe_dump(settings))
        start = "from litellm.proxy.proxy_cli import run_server; run_server()"
        options = ["--config", "litellm.yaml", "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
        command: list[str | Path] = [build_servers.LITELLM / "bin" / "python", "-c", start, *options]
        # it would look up prices of models elsewhere
        variables = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        yield stack.enter_context(running(command, folder, f"http://127.0.0.1:{port}", variables))


@contextmanager
def nginx(folder: Path, upstream: str, *, certificate: Path | None = None) -> Iterator[str]:
    """The root address of an nginx before a server; with a certificate and its key in one file it speaks TLS."""
    port, program = free_port(), shutil.which("nginx")
    if program is None:
        pytest.fail("nginx is not on this machine: apt install nginx-light")
    tls = f"ssl_certificate {certificate}; ssl_certificate_key {certificate};" if certificate else ""
    places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; {places} server {{ listen 127.0.0.1:{port}{' ssl' if tls else ''}; {tls}\n"
        f"location / {{ proxy_pass {upstream}; proxy_buffering off; }} }} }}\n"
    )
    with running([program, "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"], folder, f"http://127.0.0.1:{port}"):
        yield f"{'https' if tls else 'http'}://{'localhost' if tls else '127.0.0.1'}:{port}"
