"""How doctor behaves: towards servers, towards keys, towards whoever waits."""

import signal
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from orbitcfg import EndpointFilter
from orbitcfg.commands.doctor.checkup import CheckupListener
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import Request, SmokeWhen
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.files.store import Disk
from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import CheckResult, CheckState, ProbeFault
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from orbitcfg.observed.observation import Ending, EngineRun, ModelChoice, Observations
from orbitcfg.report.style import Style
from tests.live.doubles import Answer, Asked, serving
from tests.live.doubles.openai import OpenAi
from tests.live.doubles.shimmy import Shimmy
from tests.live.setups import Setup, codes, probed, provider, shimmy
from tests.live.test_faults import never_answers, scripted
from tests.shared import PROJECT

MARKER = "canary-7d20ab"

MODELS = EndpointFilter(services=("inference",))
"""Model servers alone: other tests look at what else ORBIT needs."""


def test_a_local_server_gets_one_request_at_a_time(tmp_path: Path) -> None:
    """Parallel probes hurt servers that compute on a CPU; two providers at one server count as one server."""
    inside = []
    most = []
    lock = threading.Lock()

    def counting(asked: Asked) -> Answer:
        with lock:
            inside.append(1)
            most.append(len(inside))
        time.sleep(0.02)
        with lock:
            inside.pop()
        return Shimmy("1.7.4")(asked)

    with serving(counting) as server:
        expected = (ExpectedModel("tiny-alpha", ("a",), ("inference",)),)
        targets = [ProbeTarget(name, "openai", "local", f"{server.url}/v1", server.url, expected, "/models") for name in ("shimmy", "openai", "vllm")]
        probed(targets)
    assert max(most) == 1
    assert len(most) > 6


def test_servers_are_asked_side_by_side() -> None:
    """Each answers only once all of them are asked."""
    everywhere = threading.Barrier(8)
    met = []

    def together(asked: Asked) -> Answer:
        if asked.path == "/v1/models":
            met.append(everywhere.wait(30))
        return Shimmy("1.7.4")(asked)

    with ExitStack() as stack:
        servers = [stack.enter_context(serving(together)) for _ in range(8)]
        targets = [
            ProbeTarget("shimmy", "openai", "local", f"{server.url}/v1", server.url, (), "/v1/models", models_from_root=True) for server in servers
        ]
        results = probed(targets, ProbeOptions(timeout_s=40.0))
    assert sorted(met) == list(range(8))
    assert all(result.model_list.models for result in results)


def test_a_secret_goes_over_https_or_to_this_machine_only() -> None:
    """To another machine over http it is kept back; the dummy key that ORBIT sends is none."""
    with serving(Shimmy("2.6.5")) as server:
        target = ProbeTarget(
            "shimmy", "openai", "local", f"http://far.invalid:{server.port}/v1", "", (), "/v1/models", models_from_root=True, key=MARKER
        )
        places = {f"far.invalid:{server.port}": f"127.0.0.1:{server.port}"}
        [mapped] = probed([target], ProbeOptions(places=places))
        assert [asked.bearer for asked in server.asked if asked.path == "/v1/models"] == [MARKER, None]
        assert not mapped.access.key_withheld
        server.asked.clear()
        # A name that leads here, but that nobody can tell from another machine's.
        name = socket.gethostname()
        [other] = probed([replace(target, url=f"http://{name}:{server.port}/v1")])
        assert {asked.bearer for asked in server.asked} <= {None}
        assert other.access.key_withheld


def test_the_deadline_ends_everything(tmp_path: Path) -> None:
    """What is not done by then is not checked."""
    with scripted(never_answers) as port:
        setup = shimmy(tmp_path, f"http://127.0.0.1:{port}")
        checkup = setup.check(choice=MODELS, timeout_s=60.0, deadline_s=0.5)
    assert [row.state for row in checkup.checks] == [CheckState.OK, CheckState.OK, *[CheckState.UNCHECKED] * 5]
    assert {row.detail.rpartition(": ")[2].rpartition(", ")[2] for row in checkup.checks[2:]} == {"the deadline of the run passed"}


def test_checks_are_reported_as_they_end(tmp_path: Path) -> None:
    """Before the run is over."""
    heard: list[tuple[str, CheckResult]] = []
    planned: list[int] = []
    with serving(Shimmy("1.7.4")) as server:
        setup = shimmy(tmp_path, server.url)
        listener = CheckupListener(
            planned=lambda checkup: planned.append(len(checkup.targets)), check=lambda target, check: heard.append((target.label, check))
        )
        checkup = doctor(str(setup.folder), Request(MODELS, smoke="never"), files=Disk(str(tmp_path)), process={}, listener=listener)
    assert planned == [1]
    label = checkup.results[0].target.label
    assert [check for each, check in heard if each == label] == list(checkup.results[0].checks)
    assert len(heard) == len(checkup.checks)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupt_prints_what_is_done(tmp_path: Path) -> None:
    """Exit status 130; the rest is marked as not checked."""
    asked = threading.Event()

    def hangs(connection: socket.socket, ended: threading.Event) -> None:
        if connection.recv(65536):  # the attempt to connect sends nothing
            asked.set()
        ended.wait()

    with scripted(hangs) as port:
        shimmy(tmp_path, f"http://127.0.0.1:{port}")
        command = [
            sys.executable,
            "-m",
            "orbitcfg",
            "doctor",
            str(tmp_path),
            "--service",
            "inference",
            "--timeout",
            "60",
            "--smoke",
            "never",
            "--no-env",
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=PROJECT) as run:
            assert asked.wait(30)
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=300)
    assert (run.returncode, err) == (130, "")
    assert out.startswith("ORBIT would start. Its adapter would answer. 1 of 1 endpoint could not be looked at to the end.\n\nPlan: 1 endpoint")
    assert "✓ connect" in out
    assert "not checked: interrupted" in out
    assert out.splitlines()[-1].startswith("interrupted; 0 errors, 0 warnings; 2 of ")


def test_a_check_that_throws_costs_nobody_else_anything(tmp_path: Path) -> None:
    """It becomes rows that were not checked."""
    with serving(Shimmy("1.7.4")) as server:
        good = ProbeTarget("shimmy", "openai", "local", f"{server.url}/v1", server.url, (), "/v1/models", models_from_root=True)
        broken = replace(good, provider="broken", models_path=cast("str", 5), models_from_root=False)
        seen = probed([broken, good])
    assert seen[1].model_list.models is not None
    assert seen[0].fault is ProbeFault.INTERNAL
    assert {row.detail for row in seen[0].checks[2:]} == {"not checked: a fault inside orbitcfg: TypeError"}


def test_no_output_holds_a_secret(tmp_path: Path) -> None:
    """Text with `-v` and JSON, with a server that echoes the key, credentials in the address, which go in place of the key, and a proxy with a password."""
    basic = f"Basic {b64encode(f'user:{MARKER}1'.encode()).decode()}"
    for credentials, sent in (("", f"Bearer {MARKER}2"), (f"user:{MARKER}1@", basic)):
        with serving(OpenAi("right")) as server:
            url = server.url.replace("://", f"://{credentials}")
            setup = provider(tmp_path, "openai", f"{url}/v1", "gpt-5", api_key="${OPENAI_API_KEY}")
            process = {"OPENAI_API_KEY": f"{MARKER}2", "ALL_PROXY": f"http://user:{MARKER}3@127.0.0.1:9"}
            checkup = setup.check(process, generate=True, billable=True)
        assert {asked.headers.get("authorization") for asked in server.asked} - {None} == {sent}
        for form in FORMATS["doctor"]:
            text = render(checkup, form, Style(verbose=True))
            assert MARKER not in text, form
            assert basic.removeprefix("Basic ") not in text, form
            assert "401" in text
        assert MARKER not in repr(checkup.results)


def test_a_home_directory_is_shown_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In rows, findings and JSON."""
    monkeypatch.setenv("HOME", "/home/somebody")
    with serving(Shimmy("1.7.4", ("/home/somebody/models/x.gguf",))) as server:
        checkup = shimmy(tmp_path, server.url, "y").check()
    for form in FORMATS["doctor"]:
        text = render(checkup, form, Style(verbose=True))
        assert "somebody" not in text
        assert "~/models/x.gguf" in text


RUN = EngineRun(Ending.ANSWERED, ModelChoice.FALLBACK, "built-in self-test model", text="hello", expected="hello", first_token_ms=5.0)


def test_the_engine_stands_beside_a_server_that_is_not_there(tmp_path: Path) -> None:
    """As a row of its own; the endpoint stays an error. It runs where the default server is not to be had, always, or never."""
    asked: list[str | None] = []

    def engine(_config: object, folder: str | None, _process: object) -> Observations:
        asked.append(folder)
        return Observations(engine=RUN)

    def check(setup: Setup, when: SmokeWhen) -> list[str]:
        request = Request(smoke=when)
        checkup = doctor(str(setup.folder), request, files=Disk(str(tmp_path)), process={}, smoke=engine)
        return [code for code in codes(checkup) if code.startswith("ORB7")] + [row.detail for row in checkup.machine]

    row = "embedded, `built-in self-test model`: 'hello'; it stands in for no server"
    absent = shimmy(tmp_path, "http://127.0.0.1:9")
    assert check(absent, "auto") == ["ORB703", row]
    assert check(absent, "never") == ["ORB703"]
    with serving(Shimmy("1.7.4")) as server:
        present = shimmy(tmp_path, server.url)
        assert check(present, "auto") == []
        assert check(present, "always") == [row]
    assert asked == [str(tmp_path)] * 2
