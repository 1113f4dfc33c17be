"""ORBIT's default installation, broken in fourteen ways: cause and cure stand within the first ten rows of 80 columns, of `validate` where the files tell it, else of `doctor`.

What is printed is recorded in `breakages.txt`, without the source lines of frames, which are ORBIT's; `pytest --write-golden` writes it anew.
"""

import re
import socket
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.live.doubles import serving
from tests.live.doubles.ollama import Ollama
from tests.program import run
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

LINES = 10
GOLDEN = Path(__file__).parent / "breakages.txt"
PASSWORD = "ORBIT_DEFAULT_ADMIN_PASSWORD"
CLOSED = "http://127.0.0.1:9"
OLLAMA = 'base_url: "http://localhost:11434"'
_FRAME = re.compile(r" *\d+ \|| +\|")
_PORT = re.compile(r"\b\d{5}\b")


@dataclass(frozen=True, slots=True)
class Breakage:
    """A file, what is written in it and what takes its place, and what must be said of it."""

    name: str
    file: str
    written: str
    instead: str
    cause: str
    command: tuple[str, ...] = ("validate",)
    environment: dict[str, str] = field(default_factory=lambda: {PASSWORD: "of-a-test"})
    times: int = 1
    """How often it is replaced; -1 for everywhere."""
    also: tuple[tuple[str, str, str], ...] = ()
    """What else is changed: file, what is written, what takes its place."""
    models: tuple[str, ...] = ()
    """Those of the server that doctor meets; none where there is no server."""


def slip(url: str) -> dict[str, Any]:
    """A breakage of the address of Ollama, which only doctor can see."""
    return {"file": "ollama.yaml", "written": OLLAMA, "instead": f'base_url: "{url}"', "times": -1, "command": ("doctor", "--smoke", "never")}


CLOUD_ON = ("inference.yaml", "  ollama_cloud:\n    enabled: false", "  ollama_cloud:\n    enabled: true")
CLOUD_USED = ("adapters/passthrough.yaml", 'inference_provider: "ollama"', 'inference_provider: "ollama_cloud"')

BREAKAGES = (
    Breakage("wrong port", **slip(CLOSED), cause=r"127\.0\.0\.1:9`.*ollama\.yaml:\d+, ORB703"),
    Breakage("misspelt host", **slip("http://locahost:11434"), cause=r"`locahost`.*ollama\.yaml:\d+, ORB702"),
    Breakage("compose name", **slip("http://ollama:11434"), cause=r"`ollama` is not known here.*ollama\.yaml:\d+, ORB702"),
    Breakage("lost import", "config.yaml", '  - "ollama.yaml"\n', "", r"config/ollama\.yaml, ORB112"),
    Breakage("preset renamed", "ollama.yaml", "  smollm2-1.7b-cpu:", "  smollm2-1.7b:", r"no preset `smollm2-1\.7b-cpu`.*inference\.yaml:\d+, ORB420"),
    Breakage("indentation slip", "adapters/passthrough.yaml", '    type: "passthrough"', '     type: "passthrough"', r"ORB101\]: line \d+ is indented by 5"),
    Breakage("open quote", "ollama.yaml", OLLAMA, OLLAMA[:-1], r"a quote opened here is not closed.*ollama\.yaml:10, ORB101"),
    Breakage("provider off", "inference.yaml", '    enabled: true\n    use_preset: "smollm2', '    enabled: false\n    use_preset: "smollm2', r"ORB502\].*`inference\.ollama\.enabled` is off"),
    Breakage(
        "model missing",
        "adapters/passthrough.yaml",
        'model: "gemma4-e2b-cpu"',
        'model: "gemma4-e2b-gpuu"',
        r"does not list `gemma4-e2b-gpuu`",
        command=("doctor", "--smoke", "never"),
        models=("gemma4-e2b-cpu:latest", "gemma4:e2b", "SmolLM2:latest"),
    ),
    Breakage("key unset", "config.yaml", 'inference_provider: "ollama"', 'inference_provider: "ollama_cloud"', r"`inference\.ollama_cloud` has no API key, and `OLLAMA_CLOUD_API_KEY` is not set here", also=(CLOUD_ON, CLOUD_USED), command=("validate", "--strict-env")),
    Breakage("address variable unset", "ollama.yaml", OLLAMA, "base_url: ${OLLAMA_HOST_URL}", r"`base_url` is empty, as `\$\{OLLAMA_HOST_URL\}` is", times=-1, command=("validate", "--strict-env")),
    Breakage("admin password unset", "config.yaml", "general:", "general:", rf"depends on the variable {PASSWORD}", environment={}),
    Breakage("conflict markers", "inference.yaml", "inference:\n", "<<<<<<< HEAD\ninference:\n=======\ninference:\n>>>>>>> main\n", r"ORB101.*line 1 is a merge-conflict marker|line 1 is a merge-conflict marker.*ORB101"),
    Breakage("open bracket", "adapters/passthrough.yaml", 'available_skills:\n        - "pdf-generation"\n        - "word-generation"\n', 'available_skills: ["pdf-generation",\n        "word-generation"\n', r"ORB101\]: a `\[` opened here is not closed"),
)  # fmt: skip


def broken(folder: Path, breakage: Breakage, url: str | None) -> None:
    """The default installation below a folder, with one thing broken, and with Ollama at an address where one listens."""
    for source in (SHARED / "orbit" / "default-config").rglob("*.yaml"):
        target = folder / "config" / source.relative_to(SHARED / "orbit" / "default-config")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text("utf-8")
        for name, written, instead in ((breakage.file, breakage.written, breakage.instead), *breakage.also):
            if target == folder / "config" / name:
                assert written in text
                text = text.replace(written, instead, breakage.times)
        if url is not None and source.name == "ollama.yaml":
            text = text.replace(OLLAMA, f'base_url: "{url}"')
        # whatever listens on the machine that the test runs on is not asked
        text = text.replace("http://localhost:11434", CLOSED) if "doctor" in breakage.command else text
        target.write_text(text, "utf-8")


@pytest.fixture
def loopback_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is known but this machine's own."""
    resolve: Callable[..., Any] = socket.getaddrinfo

    def resolved(host: object, *arguments: Any, **options: Any) -> Any:
        if host not in ("localhost", "127.0.0.1", "::1", "0.0.0.0", None):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


def first_lines(breakage: Breakage, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the command prints first."""
    for name, value in breakage.environment.items():
        monkeypatch.setenv(name, value)
    with serving(Ollama(breakage.models)) if breakage.models else nullcontext() as server:
        broken(folder, breakage, server.url if server is not None else None)
        return run([*breakage.command, "config"], capsys, monkeypatch, folder).stdout.splitlines()[:LINES]


def in_rows(lines: list[str], rows: int) -> list[str]:
    """The lines that are seen whole in so many rows of a terminal of 80 columns."""
    return [line for number, line in enumerate(lines) if sum(max(1, -(-len(each) // 80)) for each in lines[: number + 1]) <= rows]


@pytest.mark.usefixtures("loopback_alone")
@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: str(breakage.name))
def test_the_cause_is_told_at_once(
    breakage: Breakage, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    lines = first_lines(breakage, tmp_path, capsys, monkeypatch)
    assert re.search(breakage.cause, "\n".join(lines)), "\n".join(lines)
    assert any(line.startswith("  First: ") for line in in_rows(lines, LINES)), "\n".join(lines)
    kept = (
        "\n".join(
            [f"$ orbitcfg {' '.join(breakage.command)}  # {breakage.name}", *(_PORT.sub("PORT", line) for line in lines if not _FRAME.match(line))]
        )
        + "\n"
    )
    recorded = dict(re.findall(r"^(\$ .*)\n((?:(?!\$ ).*\n)*)", GOLDEN.read_text("utf-8"), re.MULTILINE)) if GOLDEN.exists() else {}
    head, _, body = kept.partition("\n")
    if request.config.getoption("--write-golden"):
        recorded[head] = body
        GOLDEN.write_text("".join(f"{each}\n{text}" for each, text in recorded.items()), "utf-8")
    assert recorded[head] == body


def test_there_are_fourteen() -> None:
    assert len({breakage.name for breakage in BREAKAGES}) == 14
