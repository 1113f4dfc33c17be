"""`orbitcfg doctor` as a user meets it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from orbitcfg.commands.doctor.html import page
from orbitcfg.commands.doctor.json import DoctorReport
from orbitcfg.live.plan import EndpointFilter
from orbitcfg.report.diagnostics import Severity
from tests.live.doubles import serving
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.shimmy import Shimmy
from tests.live.setups import Setup, codes, provider, shimmy
from tests.program import run
from tests.shared import PROJECT

NOTHING = ("--smoke", "never", "--no-env")


def masked(text: str, **values: object) -> str:
    """A text with what changes from run to run named."""
    for name, value in values.items():
        text = text.replace(str(value), f"<{name}>")
    return re.sub(r" +\d+ ms", " N ms", re.sub(r"[\d.]+ GiB", "<number> GiB", text))


def test_a_healthy_run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict, the plan, a tick for each check, and how many were made."""
    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url)
        outcome = run(["doctor", *NOTHING], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert masked(outcome.stdout, url=server.url, port=server.port) == (
        "ORBIT would start. Its adapter would answer.\n"
        "\n"
        "Plan: 1 endpoint, 4 resources, no request costs money\n"
        "  shimmy at <url>/v1 (the default, chat-0)\n"
        "    its name, a connection, who it is, its list of models\n"
        "  resources: logs (2), server, files\n"
        "\n"
        "shimmy at <url>/v1 (the default, chat-0)\n"
        "  ✓ name     127.0.0.1 N ms\n"
        "  ✓ connect  port <port> on 127.0.0.1 N ms\n"
        "  ✓ server   Shimmy 1.7.4 N ms\n"
        "  ✓ health   ready\n"
        "  ✓ access   its list wants no key N ms\n"
        "  ✓ models   1 model N ms\n"
        "  ✓ model    `tiny-alpha` is listed\n"
        "\n"
        "what else ORBIT needs\n"
        "  ✓ file     the log file at logs: is not there yet: ORBIT makes it\n"
        "  ✓ folder   the folder of the request log at logs: is not there yet: ORBIT makes it\n"
        "  ✓ port     ORBIT's own port at 0.0.0.0:9: it is free\n"
        "  ✓ folder   the folder of uploads at ./uploads: <number> GiB free\n"
        "\n"
        "info[ORB746]: `temperature` and `top_p` have no effect on Shimmy 1.7.4 (config/inference.yaml:5)\n"
        "info[ORB755]: `shimmy` needs `openai`, `httpx`, `h2` in ORBIT's environment (config/inference.yaml:4)\n"
        "\n"
        "0 errors, 0 warnings; 13 of 13 checked; ORBIT 2.15.9 (5b961247), the newest known\n"
    )


def test_a_fault_stands_at_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 1, or 0 where the run is for advice."""
    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url, "tiny_alpha")
        outcome = run(["doctor", *NOTHING], capsys, monkeypatch, tmp_path)
        advisory = run(["doctor", *NOTHING, "--fail-on", "never"], capsys, monkeypatch, tmp_path)
    assert (outcome.status, advisory.status) == (1, 0)
    assert (
        "error[ORB732]: Shimmy 1.7.4 does not list `tiny_alpha`\n"
        " --> config/inference.yaml:5:12\n"
        "  |\n"
        "5 |     model: tiny_alpha\n"
        "  |            ^^^^^^^^^^\n"
        "  = help: write `model: tiny-alpha`\n"
    ) in outcome.stdout
    assert "  ✗ model    `tiny_alpha` is not listed: the server writes `tiny-alpha`\n" in outcome.stdout
    assert outcome.stdout.endswith("1 error, 0 warnings; 13 of 13 checked; ORBIT 2.15.9 (5b961247), the newest known\n")


def test_the_json_fits_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is all that stdout holds, and the findings of the same run."""
    with serving(Shimmy("2.6.5")) as server:
        shimmy(tmp_path, server.url, "tiny_alpha")
        outcome = run(["doctor", *NOTHING, "--format", "json", "--generate"], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stderr) == (1, "")
    result = json.loads(outcome.stdout)
    jsonschema.validate(result, DoctorReport.model_json_schema())
    assert result["findings"] == {"error": 1, "warning": 0, "info": 2}
    assert result["endpoints"][0]["product"] == "Shimmy"
    assert result["endpoints"][0]["listed"] == ["tiny-alpha"]
    assert [check["state"] for check in result["endpoints"][0]["checks"]] == [*["ok"] * 6, "failed", "unchecked", "unchecked"]
    assert (result["checked"], result["checks"]) == (13, 15)
    assert result["endpoints"][0]["requests"][0].startswith(f"GET {server.url}/v1/models, authorization: *** → 200 application/json")


def test_verbose_shows_each_request(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the head of its reply, the key masked."""
    with serving(Ollama(context=4096)) as server:
        provider(tmp_path, "ollama", server.url, "llama3.2")
        outcome = run(["doctor", *NOTHING, "-v"], capsys, monkeypatch, tmp_path)
    assert f"      GET {server.url}/api/tags → 200 application/json, " in outcome.stdout


def test_a_dry_run_touches_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints the plan and stops."""
    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url)
        outcome = run(["doctor", *NOTHING, "--dry-run", "--generate"], capsys, monkeypatch, tmp_path)
    assert server.asked == []
    assert outcome.status == 0
    assert "its list of models, 2 chat completions\n" in outcome.stdout
    assert outcome.stdout.endswith("0 checked: only the plan was asked for; ORBIT 2.15.9 (5b961247), the newest known\n")


def test_an_address_alone_needs_no_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`--url` with `--provider`."""
    with serving(Shimmy("1.7.4")) as server:
        command = ["doctor", "--url", server.url, "--provider", "shimmy", *NOTHING]
        healthy = run(command, capsys, monkeypatch, tmp_path)
        wrong = run([*command, "--model", "tiny_alpha"], capsys, monkeypatch, tmp_path)
    assert healthy.status == 0
    assert healthy.stdout.endswith("0 errors, 0 warnings; 6 of 6 checked; ORBIT 2.15.9 (5b961247), the newest known\n")
    assert wrong.status == 1
    assert "error[ORB732]: Shimmy 1.7.4 does not list `tiny_alpha`\n  = help: write `--model tiny-alpha`\n" in wrong.stdout


USAGE = {
    "no configuration": (["doctor"], "no configuration found"),
    "an address without a provider": (["doctor", "--url", "http://127.0.0.1:9"], "--url needs --provider NAME"),
    "a provider that is none": (["doctor", "--url", "http://127.0.0.1:9", "--provider", "shimy"], "did you mean `shimmy`?"),
    "a map that is none": (["doctor", "--map", "ollama=11434"], "--map takes HOST:PORT=HOST:PORT, not `ollama=11434`"),
    "a threshold that is none": (["doctor", "--fail-on", "uncheked"], "did you mean `unchecked`?"),
}


@pytest.mark.parametrize("name", USAGE)
def test_bad_usage_is_reported(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 2, on stderr."""
    command, words = USAGE[name]
    (tmp_path / ".git").mkdir()
    outcome = run(command, capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert words in outcome.stderr


def test_an_unknown_adapter_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the one that is meant."""
    shimmy(tmp_path, "http://127.0.0.1:9")
    outcome = run(["doctor", "--adapter", "chat0", *NOTHING], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stderr) == (2, "orbitcfg: there is no adapter `chat0`: did you mean `chat-0`?\n")


def _with_a_second_adapter(folder: Path, more: str = "") -> None:
    """One whose address is that of a variable."""
    block = "  ollama:\n    enabled: true\n    base_url: ${OLLAMA_HOST_URL}\n    model: m\n"
    entry = "- {name: second, enabled: true, type: passthrough, inference_provider: ollama}\n"
    for name, text in {"inference.yaml": block, "adapters.yaml": entry, "config.yaml": more}.items():
        path = folder / "config" / name
        path.write_text(path.read_text() + text)


def test_what_could_not_be_checked_can_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`--fail-on unchecked`."""
    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url)
        assert run(["doctor", *NOTHING, "--fail-on", "unchecked"], capsys, monkeypatch, tmp_path).status == 0
        _with_a_second_adapter(tmp_path, "secrets_management: {provider: aws}\n")
        assert run(["doctor", *NOTHING], capsys, monkeypatch, tmp_path).status == 0
        assert run(["doctor", *NOTHING, "--fail-on", "unchecked"], capsys, monkeypatch, tmp_path).status == 1


def test_the_choice_of_endpoints(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Enabled ones by default; `--all`, `--adapter`, `--provider` and `--service` choose others."""
    block = {"base_url": "http://127.0.0.1:9", "model": "tiny-alpha"}
    Setup(tmp_path, "shimmy", block, (None, "other"), adapter={"enabled": False}).write()

    def planned(*options: str) -> list[str]:
        outcome = run(["doctor", "--dry-run", "--format", "json", *options, *NOTHING], capsys, monkeypatch, tmp_path)
        assert outcome.status == 0, outcome.stderr
        return [user for endpoint in json.loads(outcome.stdout)["plan"] for user in endpoint["users"]]

    assert planned() == ["the default"]
    assert planned("--all", "--service", "inference") == ["the default", "chat-0", "chat-1"]
    assert planned("--adapter", "chat-1") == ["chat-1"]
    assert planned("--provider", "shimmy") == ["the default", "chat-0", "chat-1"]
    assert planned("--all", "--service", "embedding") == ["the default"]


def test_one_healthy_local_server_costs_three_requests(tmp_path: Path) -> None:
    """Its list of models, its health, and which of the models have a file."""
    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url).check()
    assert server.paths() == ["GET /v1/models", "GET /health", "GET /api/models"]


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_on_a_terminal_rows_come_and_stay(tmp_path: Path) -> None:
    """With a moving line while it runs, in colour, and the whole result at the end."""
    import os
    import pty

    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url)
        leader, follower = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
        with subprocess.Popen(
            [sys.executable, "-m", "orbitcfg", "doctor", str(tmp_path), *NOTHING], stdout=follower, stderr=follower, cwd=PROJECT, env=environment
        ) as doctor:
            os.close(follower)
            text = _all_of(leader)
        os.close(leader)
    assert doctor.returncode == 0
    moving, result = text.split("ORBIT would start. Its adapter would answer.")
    assert "Plan: 1 endpoint, 4 resources, no request costs money" in moving
    assert "Plan: 1 endpoint, 4 resources, no request costs money" in result
    assert "\x1b[1;32m✓\x1b[0m model" in text
    assert "\x1b[?25l" in text, "the cursor is hidden while rows move"
    assert text.rstrip().endswith("0 errors, 0 warnings; 13 of 13 checked; ORBIT 2.15.9 (5b961247), the newest known")


def _all_of(terminal: int) -> str:
    import os

    parts = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()


def test_an_unset_address_is_said_first(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The only adapter has no address: a failed row, and the reason why nothing was checked."""
    provider(tmp_path, "ollama", "${OLLAMA_HOST_URL}", "m")
    outcome = run(["doctor", *NOTHING, "--fail-on", "unchecked"], capsys, monkeypatch, tmp_path)
    assert outcome.status == 1
    first, why, cure, empty, plan = outcome.stdout.splitlines()[:5]
    assert first.startswith("ORBIT would start. 1 of 1 adapter would not answer: chat-0 (ORB303).")
    assert why == "  `base_url` is empty, as `${OLLAMA_HOST_URL}` is: an empty address cannot be called (config/inference.yaml:4, ORB303)"
    assert cure == "  First: set `OLLAMA_HOST_URL`, or write the value itself (config/inference.yaml:4)."
    assert (empty, plan) == ("", "Plan: 0 endpoints, 1 more that cannot be asked, 4 resources, no request costs money")
    reason = "`ollama` has no address: `inference.ollama.base_url` is `${OLLAMA_HOST_URL}`, which is not set here"
    assert f"  ✗ address  {reason} (config/inference.yaml:4) (the default, chat-0)\n" in outcome.stdout
    assert f"error[ORB757]: nothing could be checked: {reason}\n --> config/inference.yaml:4:15\n" in outcome.stdout
    assert "  = help: set `OLLAMA_HOST_URL`, or name the file that does with `--env-file`\n" in outcome.stdout


def test_a_dead_adapter_is_on_the_page_beside_a_live_one(tmp_path: Path) -> None:
    """It turns the page red."""
    with serving(Shimmy("1.7.4")) as server:
        setup = shimmy(tmp_path, server.url)
        _with_a_second_adapter(tmp_path)
        checkup = setup.check()
    assert checkup.verdict
    assert {adapter.name: adapter.state for adapter in checkup.verdict.adapters} == {"chat-0": "answers", "second": "fails"}
    assert (checkup.verdict.basis, checkup.verdict.starts) == ("files and servers", True)
    shown = page(checkup)
    assert '<header class="failed">' in shown
    assert "1 of 2 adapters would not answer: second (ORB303)." in shown


def test_what_keeps_orbit_from_starting_is_said_first(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its servers say, and whatever is left out."""
    with serving(Shimmy("1.7.4")) as server:
        shimmy(tmp_path, server.url)
        root = tmp_path / "config" / "config.yaml"
        root.write_text(root.read_text().replace(":-of-a-test", ""))
        outcome = run(["doctor", *NOTHING], capsys, monkeypatch, tmp_path)
        ignored = run(["doctor", *NOTHING, "--ignore", "ORB207"], capsys, monkeypatch, tmp_path)
        told = json.loads(run(["doctor", *NOTHING, "--format", "json"], capsys, monkeypatch, tmp_path).stdout)
    sentence = "ORBIT would not start: `auth.default_admin_password` is empty (config/config.yaml:2, ORB207)"
    assert outcome.status == 1
    assert outcome.stdout.startswith(sentence)
    assert "error[ORB207]: `auth.default_admin_password` is empty, so ORBIT does not start\n" in outcome.stdout
    assert (ignored.status, ignored.stdout.startswith(sentence)) == (0, True)
    assert (told["verdict"]["basis"], told["verdict"]["starts"]) == ("files and servers", False)


def test_a_dead_server_worsens_the_verdict(tmp_path: Path) -> None:
    """The adapter fails by what was seen, not by the files; a dry run rests on the files."""
    setup = shimmy(tmp_path, "http://127.0.0.1:9")
    for checkup, basis, state in ((setup.check(), "files and servers", "fails"), (setup.check(dry_run=True), "files", "answers")):
        assert checkup.verdict
        assert (checkup.verdict.basis, [each.state for each in checkup.verdict.adapters]) == (basis, [state])


PROVIDERS = {
    "switched off": (["ollama"], "`ollama` is defined and switched off (config/inference.yaml:8); `--all` includes it"),
    "used by nothing": (["vllm"], "`vllm` is defined, and nothing that is on uses it (config/inference.yaml:10); `--all` includes it"),
    "nowhere": (["shimy"], "there is no provider in use `shimy`: did you mean `shimmy`?"),
    "nowhere at all": (["shimy", "--all"], "there is no provider `shimy`: did you mean `shimmy`?"),
}


def _with_idle_providers(folder: Path) -> None:
    shimmy(folder, "http://127.0.0.1:9")
    path = folder / "config" / "inference.yaml"
    path.write_text(f"{path.read_text()}  ollama:\n    enabled: false\n    model: m\n  vllm:\n    enabled: true\n    base_url: http://127.0.0.1:9\n")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_that_is_not_in_use_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its place, and how to look at it nevertheless."""
    _with_idle_providers(tmp_path)
    arguments, words = PROVIDERS[name]
    outcome = run(["doctor", *NOTHING, "--provider", *arguments], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stderr) == (2, f"orbitcfg: {words}\n")


def test_all_means_the_providers_that_nothing_uses_too(tmp_path: Path) -> None:
    """They have no users, and where one is dead that is an error which strikes nobody."""
    _with_idle_providers(tmp_path)
    checkup = Setup(tmp_path).check(choice=EndpointFilter(providers=("vllm",), every=True))
    assert [(target.provider, target.users) for target in checkup.targets] == [("vllm", ())]
    assert codes(checkup, Severity.ERROR) == ["ORB703"]
    assert checkup.verdict
    assert [each.state for each in checkup.verdict.adapters] == ["answers"]


def test_an_option_is_corrected_as_an_option(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`--url` without its scheme."""
    outcome = run(["doctor", "--url", "localhost:1", "--provider", "shimmy", *NOTHING], capsys, monkeypatch, tmp_path)
    assert outcome.status == 1
    assert "error[ORB701]: `localhost:1` is no address that can be called\n  = help: write `--url http://localhost:1`\n" in outcome.stdout
    assert outcome.stdout.startswith("Plan: "), "there is no verdict on a configuration that nobody wrote"


def test_the_roots_of_the_settings_are_heeded(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By doctor and by models."""
    (tmp_path / "deploy").mkdir()
    shimmy(tmp_path / "deploy", "http://127.0.0.1:9")
    (tmp_path / "orbitcfg.toml").write_text('roots = ["deploy/config/config.yaml"]\n')
    (tmp_path / ".git").mkdir()
    doctor = run(["doctor", *NOTHING, "--dry-run", "--format", "json"], capsys, monkeypatch, tmp_path)
    assert json.loads(doctor.stdout)["verdict"]["root"] == "deploy/config/config.yaml"
    models = run(["models", "--no-env", "--format", "json"], capsys, monkeypatch, tmp_path)
    assert json.loads(models.stdout)["orbit_dir"] == str(tmp_path / "deploy")
