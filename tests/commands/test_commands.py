"""The commands as a user meets them: results, notes, exit statuses, and every way in which a process ends."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

import orbitcfg
from orbitcfg.cli.overview import COMMANDS
from orbitcfg.cli.waiting import Waiting
from tests.program import run, written_to_terminal
from tests.shared import PROJECT

SHIMMY = PROJECT / "examples" / "shimmy"
BROKEN = PROJECT / "examples" / "broken"
TWO_SKILLS = """\
general: {inference_provider: shimmy}
inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}}
adapters:
  - name: chat
    type: passthrough
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    capabilities:
      available_skills:
        - pdf
        - word
"""
FOLDED = """\
error[ORB501]: adapter `chat`: `available_skills` names `pdf`, which no adapter offers as a skill: calling the skill fails
  --> config.yaml:10:11
   |
10 |         - pdf
   |           ^^^
   = help: write it as `skill_name`, beside `expose_as_skill: true`, in the `capabilities` of the adapter that is to offer it
   = also: adapter `chat`: `available_skills` names `word`, which no adapter offers as a skill: calling the skill fails (config.yaml:11)
"""
WARNING_AND_INFO = """\
general: {inference_provider: shimmy}
inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, temperature: 9, timeout: 3}}
"""
pytestmark = pytest.mark.usefixtures("no_network")
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """The real program, started."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": os.path.abspath(os.devnull), **environment}
    command = [sys.executable, "-m", "orbitcfg", *arguments]
    return subprocess.Popen(command, cwd=folder, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_clean_configuration_exits_0(capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env", "-q"], capsys, monkeypatch, SHIMMY)
    assert (outcome.status, outcome.stderr) == (0, "")


def test_errors_exit_1_and_the_threshold_moves_that(capsys: Capture, monkeypatch: Patch) -> None:
    assert run(["validate", "--no-env"], capsys, monkeypatch, BROKEN).status == 1
    assert run(["validate", "--no-env", "--fail-on", "never"], capsys, monkeypatch, BROKEN).status == 0
    assert run(["validate", "--no-env", "--fail-on", "info"], capsys, monkeypatch, SHIMMY).status == 1
    assert run(["validate", "--no-env", "--select", "ORB112"], capsys, monkeypatch, BROKEN).status == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["validate", "nowhere"], "no configuration at `nowhere`: it is neither a file nor a folder"),
        (["validate", "--format", "jsn"], "--format takes full, concise, json, sarif, github, gitlab, junit, not `jsn`: did you mean `json`?"),
        (["validate", "--fail-on", "warn"], "--fail-on takes error, warning, info, never, not `warn`"),
        (["validate", "--color", "sometimes"], "--color takes auto, always, never, not `sometimes`"),
        (["validate", "--select", "ORB1000"], "there is no rule `ORB1000`"),
        (["validate", "--env-file", "nowhere"], "there is no env file `nowhere`"),
        (["validate", "C:\\orbit\\config.yaml"], "no configuration at `C:\\orbit\\config.yaml`: it is neither a file nor a folder"),
        (["validate", "a\0b"], "no configuration at"),
        (["resolve", "--format", "json", "--annotate"], "--annotate needs YAML: JSON has no comments"),
        (["resolve", "--output", "nowhere/x"], "cannot write `nowhere/x`: there is no folder `nowhere`"),
        (["why", "general.prot"], "there is no key `general.prot`: did you mean `general.port`?"),
        (["why", "[["], "there is no key `[[`"),
        (["rule", "unknown-kee"], "there is no rule `unknown-kee`: did you mean `unknown-key`?"),
        (["schema", "adaptors"], "there is no schema `adaptors`: did you mean `adapters`?"),
    ],
)
def test_bad_usage_exits_2_and_says_why(arguments: list[str], told: str, capsys: Capture, monkeypatch: Patch) -> None:
    monkeypatch.setenv("ORBIT_DEFAULT_ADMIN_PASSWORD", "x")
    outcome = run(arguments, capsys, monkeypatch, SHIMMY)
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert outcome.stderr.startswith(f"orbitcfg: {told}")


def test_no_configuration_anywhere_exits_2(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / ".git").mkdir()
    outcome = run(["validate"], capsys, monkeypatch, tmp_path)
    assert outcome.status == 2
    assert "no configuration found" in outcome.stderr


def test_the_configuration_is_found_from_below(capsys: Capture, monkeypatch: Patch) -> None:
    assert run(["validate", "--no-env"], capsys, monkeypatch, SHIMMY / "config").status == 0


def test_an_imported_file_is_judged_within_its_configuration(capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env", "--format", "json", "config/inference.yaml"], capsys, monkeypatch, BROKEN)
    found = json.loads(outcome.stdout)
    assert found["summary"]["files"] == 3
    assert found["diagnostics"]
    for each in found["diagnostics"]:
        assert "config/inference.yaml" in [each["file"], *(place["file"] for place in each["related"])]


def test_a_file_that_nothing_imports_is_judged_alone(capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env", "--format", "concise", "config/stores.yaml"], capsys, monkeypatch, BROKEN)
    told = "config/stores.yaml: warning[ORB112] `config/config.yaml` does not import this file, so ORBIT does not read it; add it to an `import`\n"
    assert (outcome.status, outcome.stdout) == (0, told)


def test_why_refuses_where_the_root_gives_no_configuration(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config.yaml").write_text("general: [\n", "utf-8")
    outcome = run(["why", "general.port", "config.yaml"], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith("error[ORB101]")


def test_why_tells_what_became_of_a_key(capsys: Capture, monkeypatch: Patch) -> None:
    told = json.loads(run(["why", "--format", "json", "inference.ollama.use_preset"], capsys, monkeypatch, SHIMMY).stdout)
    assert [(step["kind"], step["line"]) for step in told["steps"]] == [("written", 13)]


def test_what_two_configurations_share_is_told_once(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"config/{name}.yaml").write_text(f"import: [shared.yaml]\nof_{name}: 1\n", "utf-8")
    (tmp_path / "config/shared.yaml").write_text("general: {of_both: 1}\n", "utf-8")
    outcome = run(["validate", "--no-env", "--format", "concise", "config/a.yaml", "config/b.yaml"], capsys, monkeypatch, tmp_path)
    places = [line.partition(" ")[0] for line in outcome.stdout.splitlines() if "ORB301" in line]
    assert places == ["config/a.yaml:2:1:", "config/shared.yaml:1:11:", "config/b.yaml:2:1:"]


def test_one_root_named_twice_is_looked_at_once(capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env", "--format", "json", ".", "config", "config/config.yaml"], capsys, monkeypatch, SHIMMY)
    assert json.loads(outcome.stdout)["summary"]["files"] == 4


def test_several_configurations_are_one_report(capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env", "--format", "json", "shimmy", "broken"], capsys, monkeypatch, PROJECT / "examples")
    assert json.loads(outcome.stdout)["summary"]["files"] == 7


def test_resolve_prints_what_orbit_sees(capsys: Capture, monkeypatch: Patch) -> None:
    monkeypatch.setenv("ORBIT_DEFAULT_ADMIN_PASSWORD", "hunter2")
    monkeypatch.setenv("SHIMMY_URL", "http://gpu:11435")
    hidden = yaml.safe_load(run(["resolve"], capsys, monkeypatch, SHIMMY).stdout)
    assert hidden["auth"] == {"default_admin_password": "${ORBIT_DEFAULT_ADMIN_PASSWORD}"}
    shown = yaml.safe_load(run(["resolve", "--show-secrets"], capsys, monkeypatch, SHIMMY).stdout)
    assert shown["auth"] == {"default_admin_password": "hunter2"}
    assert shown["inference"]["shimmy"]["base_url"] == "http://gpu:11435"
    assert shown == orbitcfg.resolve(SHIMMY).value


def test_resolve_prints_nothing_where_orbit_would_not_start(capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["resolve", "--no-env"], capsys, monkeypatch, SHIMMY)
    assert (outcome.status, outcome.stdout) == (1, "")
    verdict, orbit, finding = outcome.stderr.splitlines()[:3]
    assert verdict == "ORBIT would not start: `auth.default_admin_password` is empty (config/config.yaml:12, ORB207)."
    assert orbit == "for ORBIT 2.15.9 (5b961247), the newest known"
    assert finding == "error[ORB207]: `auth.default_admin_password` is empty, so ORBIT does not start"


@pytest.mark.parametrize(("command", "status"), [("resolve", 0), ("providers", 1), ("env", 0)])
def test_the_verdict_comes_first_on_stderr(command: str, status: int, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    """`providers` ends with 1 where ORBIT would not start, `resolve` where the loader itself would raise alone."""
    (tmp_path / "config.yaml").write_text("general: {inference_provider: nowhere}\nauth: {default_admin_password: a-b-c}\n", "utf-8")
    outcome = run([command, "config.yaml"], capsys, monkeypatch, tmp_path)
    assert (outcome.status, outcome.stderr.splitlines()[0].split(":")[0]) == (status, "ORBIT would not start")
    assert run([command, "config.yaml", "--format", "json"], capsys, monkeypatch, tmp_path).stdout.startswith("{")


def test_resolve_says_what_else_there_is(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config.yaml").write_text("general: {inference_provider: nowhere}\nauth: {default_admin_password: a-b-c}\n", "utf-8")
    assert run(["resolve", "config.yaml"], capsys, monkeypatch, tmp_path).stderr.splitlines()[-1].endswith(": run `orbitcfg validate`")
    assert run(["resolve", "--symbolic", "config.yaml"], capsys, monkeypatch, tmp_path).stderr == "for ORBIT 2.15.9 (5b961247), the newest known\n"


def test_providers_heeds_the_roots_of_the_settings(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.orbitcfg]\nroots = ["deploy/one.yaml"]\n', "utf-8")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "one.yaml").write_text((SHIMMY / "config" / "config.yaml").read_text("utf-8"), "utf-8")
    assert json.loads(run(["providers", "--format", "json"], capsys, monkeypatch, tmp_path).stdout)["verdict"]["root"] == "deploy/one.yaml"


def test_a_symbolic_resolution_is_the_same_everywhere(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    first = run(["resolve", "--symbolic"], capsys, monkeypatch, SHIMMY).stdout
    monkeypatch.setenv("SHIMMY_URL", "http://elsewhere:1")
    assert run(["resolve", "--symbolic"], capsys, monkeypatch, SHIMMY).stdout == first
    kept = tmp_path / "resolved.yaml"
    assert run(["resolve", "--symbolic", "--output", str(kept)], capsys, monkeypatch, SHIMMY).status == 0
    assert kept.read_text("utf-8") == first
    fresh = run(["resolve", "--symbolic", "--check", str(kept)], capsys, monkeypatch, SHIMMY)
    assert (fresh.status, fresh.stdout) == (0, "")
    kept.write_text(first.replace("3000", "3001"), "utf-8")
    stale = run(["resolve", "--symbolic", "--check", str(kept)], capsys, monkeypatch, SHIMMY)
    assert stale.status == 1
    assert "-  port: 3001\n+  port: 3000\n" in stale.stdout


def test_why_walks_a_values_way(capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["why", "--no-env", "--format", "json", "inference.ollama.model"], capsys, monkeypatch, SHIMMY)
    steps = [(step["kind"], step["file"], step["line"]) for step in json.loads(outcome.stdout)["steps"]]
    assert steps == [("in force", "config/ollama.yaml", 4), ("preset", "config/inference.yaml", 13), ("imported", "config/config.yaml", 4)]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("inference.shimmy.model", "adapters `one`, `two`: general.inference_provider -> inference.shimmy.model"),
        ("inference.vllm.model", "nobody: it is switched off at inference.vllm.enabled"),
        ("inference.groq.model", "nobody: nothing uses it"),
        ("stt_providers.whisper", "nobody: adapters `one`, `two` ask for it through adapters[one].stt_provider, and a switch on the way is off"),
        ("auth.default_admin_password", "ORBIT itself: auth.default_admin_password"),
        ("inference.null", "nobody: nothing uses it"),
        ("inference", "adapters `one`, `two`: general.inference_provider -> inference"),
    ],
)
def test_why_ends_with_who_needs_the_key(key: str, told: str, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    """Also of a key that is null."""
    adapters = "".join(
        f"  - {{name: {name}, enabled: true, type: passthrough, adapter: conversational, stt_provider: whisper}}\n" for name in ("one", "two")
    )
    text = f"""\
general: {{inference_provider: shimmy}}
auth: {{default_admin_password: a-b-c}}
inference:
  shimmy: {{enabled: true, base_url: "http://localhost:11435", model: m}}
  vllm: {{enabled: false, model: m}}
  groq: {{enabled: true, model: m}}
  ~: {{model: m}}
stt: {{enabled: false}}
stt_providers: {{whisper: {{enabled: true}}}}
adapters:
{adapters}"""
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    outcome = run(["why", key, "config.yaml"], capsys, monkeypatch, tmp_path)
    assert outcome.stdout.splitlines()[-1] == f"  needed by   {told}"
    shape = json.loads(run(["why", key, "config.yaml", "--format", "json"], capsys, monkeypatch, tmp_path).stdout)["needed_by"]
    assert (shape["adapters"] == ["one", "two"]) == ("adapters `one`, `two`" in told)


def test_why_tells_of_a_key_that_is_not_set(capsys: Capture, monkeypatch: Patch) -> None:
    told = json.loads(run(["why", "--format", "json", "inference.shimmy.top_k"], capsys, monkeypatch, SHIMMY).stdout)
    assert (told["set"], told["steps"], told["meaning"]["types"]) == (False, [], ["integer"])


def test_versions_and_help(capsys: Capture, monkeypatch: Patch) -> None:
    assert run(["--version"], capsys, monkeypatch).stdout == f"orbitcfg {orbitcfg.__version__}, for ORBIT 2.15.9 (5b961247), the newest known\n"
    for command in ("validate", "resolve", "why", "providers", "rule", "schema"):
        told = run([command, "--help"], capsys, monkeypatch)
        assert told.status == 0
        assert "Exit status" in " ".join(told.stdout.split())


def test_a_closed_pipe_is_silent() -> None:
    child = process("rule", "--format", "json", folder=SHIMMY)
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == ""
    child.wait(timeout=300)
    child.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="links and permissions are POSIX's")
def test_links_and_folders_that_cannot_be_read(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    folder = tmp_path / "config"
    (folder / "loop").mkdir(parents=True)
    (folder / "loop" / "again").symlink_to(folder / "loop")
    (folder / "self.yaml").symlink_to(folder / "self.yaml")
    os.mkfifo(folder / "pipe.yaml")
    (folder / "config.yaml").write_text("import: [self.yaml, loop, pipe.yaml, /etc/hostname]\n", "utf-8")
    outcome = run(["validate", "--no-env", "--format", "concise", "--select", "ORB1"], capsys, monkeypatch, tmp_path)
    assert outcome.status == 1
    assert outcome.stdout.splitlines() == [
        "config/config.yaml:1:10: error[ORB111] `self.yaml` cannot be imported: its links lead in a circle; name a file that ORBIT may read",
        "config/config.yaml:1:21: error[ORB111] `loop` cannot be imported: it is a folder; name a file that ORBIT may read",
        "config/config.yaml:1:27: error[ORB111] `pipe.yaml` cannot be imported: it is no regular file; name a file that ORBIT may read",
        "config/config.yaml:1:38: error[ORB115] `/etc/hostname` lies outside of `config/`, so ORBIT skips it; move the file into `config/`, or import it from a file further up",
    ]


def test_a_file_over_the_limit_is_refused(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config.yaml").write_bytes(b"a: " + b"x" * (2 * 1024 * 1024))
    outcome = run(["validate", "--no-env", "--format", "concise", "config.yaml"], capsys, monkeypatch, tmp_path)
    assert outcome.stdout == "config.yaml: error[ORB107] the file is larger than 2 MiB; split the file, or move what is no configuration out of it\n"


def test_an_alias_bomb_is_refused(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "config.yaml").write_text("\n".join(rows), "utf-8")
    outcome = run(["validate", "--no-env", "--format", "concise", "config.yaml"], capsys, monkeypatch, tmp_path)
    assert outcome.stdout.startswith("config.yaml: error[ORB107] the aliases of this file stand for over 1,000,000 values")


def test_output_degrades_where_the_encoding_lacks_a_sign(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("import: a.yaml\n", "utf-8")
    (tmp_path / "a.yaml").write_text("import: config.yaml\n", "utf-8")
    child = process("validate", "--no-env", "config.yaml", folder=tmp_path, PYTHONIOENCODING="ascii")
    output, _ = child.communicate(timeout=300)
    assert "config.yaml -> a.yaml -> config.yaml" in output


def test_no_static_command_imports_a_heavy_library_for_people() -> None:
    """One process runs them all, so what any of them imports is seen."""
    heavy = ("httpx", "llama_cpp", "ruamel", "pydantic", "jsonschema")
    lines = (
        *("validate --no-env --no-cache examples/shimmy", "resolve --symbolic examples/shimmy", "providers --no-env examples/shimmy"),
        *("why inference.ollama.model examples/shimmy", "env --no-env examples/shimmy", "diff examples/shimmy examples/broken", "rule ORB501"),
    )
    code = f"""
import io, sys, orbitcfg.cli
out, sys.stdout = sys.stdout, io.StringIO()
for line in {lines!r}:
    try:
        orbitcfg.cli.run(line.split())
    except SystemExit as end:
        assert end.code in (None, 0, 1), line
print(sorted(name for name in {heavy!r} if name in sys.modules), file=out)
"""
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PROJECT)
    assert child.stdout.strip() == "[]", child.stderr


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["help"], ["--help"]),
        (["help", "why"], ["why", "--help"]),
        (["version"], ["--version"]),
        (["-V"], ["--version"]),
        (["explain", "ORB501"], ["rule", "ORB501"]),
        (["rule", "501"], ["rule", "ORB501"]),
        (["--explain", "ORB501"], ["rule", "ORB501"]),
        (["validate", "--explain", "ORB501"], ["rule", "ORB501"]),
    ],
)
def test_what_goes_by_two_names(written: list[str], meant: list[str], capsys: Capture, monkeypatch: Patch) -> None:
    assert run(written, capsys, monkeypatch, SHIMMY) == run(meant, capsys, monkeypatch, SHIMMY)


def test_the_list_of_commands_says_each_in_full(capsys: Capture, monkeypatch: Patch) -> None:
    listed = " ".join(run(["--help"], capsys, monkeypatch, SHIMMY).stdout.split())
    assert [name for name, summary in COMMANDS.items() if f"{name} {summary}" not in listed] == []


def test_findings_of_one_rule_that_want_the_same_done_share_a_block(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config.yaml").write_text(TWO_SKILLS, "utf-8")
    command = ["validate", "--no-env", "--select", "ORB501", "config.yaml"]
    assert run(command, capsys, monkeypatch, tmp_path).stdout.partition("\n\n")[2] == FOLDED
    assert run([*command, "-v"], capsys, monkeypatch, tmp_path).stdout.count("= help: ") == 2


def test_the_last_line_says_what_came_of_it(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config.yaml").write_text(TWO_SKILLS, "utf-8")
    command = ["validate", "--no-env", "--select", "ORB501", "config.yaml"]
    assert (
        run(command, capsys, monkeypatch, tmp_path).stderr
        == "2 errors, 0 warnings. ORBIT would not start. For ORBIT 2.15.9 (5b961247), the newest known.\n"
    )
    assert (
        run([*command, "--statistics"], capsys, monkeypatch, tmp_path).stderr
        == "2  error    ORB501  unknown-reference\n2 errors, 0 warnings. ORBIT would not start. For ORBIT 2.15.9 (5b961247), the newest known.\n"
    )


@pytest.mark.parametrize(("format_name", "shown"), [("sarif", 1), ("github", 1), ("gitlab", 1), ("junit", 1), ("json", 2)])
def test_formats_for_ci_begin_at_warnings(format_name: str, shown: int, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config.yaml").write_text(WARNING_AND_INFO, "utf-8")

    def found(*options: str) -> int:
        output = run(["validate", "--no-env", "--format", format_name, *options, "config.yaml"], capsys, monkeypatch, tmp_path).stdout
        return sum(word in output for word in ("`temperature` is `9`", "ORBIT does not read `timeout` here"))

    assert [found(), found("--min-severity", "info"), found("--min-severity", "error")] == [shown, 2, 0]


def test_what_to_do_first_stands_below_the_verdict_where_something_is_wrong(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "config.yaml").write_text(TWO_SKILLS, "utf-8")
    first = run(["validate", "--no-env", "config.yaml"], capsys, monkeypatch, tmp_path).stdout.splitlines()[1]
    assert first == "  First: write `default_admin_password: ${ORBIT_DEFAULT_ADMIN_PASSWORD}`, and set that variable (config.yaml:1)."
    assert "First:" not in run(["validate", "--no-env"], capsys, monkeypatch, SHIMMY).stdout


@pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them")
@pytest.mark.parametrize(("takes_s", "shown"), [(0.0, ""), (1.1, "looking … 1.0 s")])
def test_a_terminal_is_told_what_takes_longer_than_a_second(takes_s: float, shown: str, monkeypatch: Patch) -> None:
    def look() -> None:
        with Waiting("looking", quiet=False):
            time.sleep(takes_s)

    written = written_to_terminal(look, monkeypatch)
    assert [each.strip() for each in written.split("\r\x1b[K")] == (["", shown, "end"] if shown else ["end"])


def test_what_is_no_yaml_by_its_name_is_refused(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (tmp_path / "README.md").write_text("# Title\n\nText: more\n", "utf-8")
    outcome = run(["validate", "README.md"], capsys, monkeypatch, tmp_path)
    words = "orbitcfg: `README.md` is no YAML file by its name, and nothing imports it: name a configuration's folder, or a file `….yaml`\n"
    assert (outcome.status, outcome.stderr) == (2, words)
    (tmp_path / "config.yaml.example").write_text(WARNING_AND_INFO, "utf-8")
    assert run(["validate", "--no-env", "config.yaml.example"], capsys, monkeypatch, tmp_path).status == 1
