"""`smoke` chooses the model that the configuration means, runs it with the configuration's parameters, and judges what comes."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.commands.engine_context import engine_context, engine_report
from orbitcfg.commands.formats import render
from orbitcfg.commands.smoke.command import smoke
from orbitcfg.commands.smoke.result import Generation
from orbitcfg.engine import install, parameters, run, selftest
from orbitcfg.engine.child import Child
from orbitcfg.engine.choice import SmokeOptions
from orbitcfg.errors import UsageError
from orbitcfg.observed.observation import Ending, ModelChoice
from tests.engine.damaged import GOOD
from tests.tools import gguf_writer as writer
from tests.tools.selftest_model import built

ROOT = """
general: {port: 3000, inference_provider: shimmy}
inference:
  shimmy: {enabled: true, base_url: "http://localhost:11435", model: tiny-alpha, temperature: 0.4, top_p: 0.9, max_tokens: 4096}
  llama_cpp: {enabled: true, mode: direct, model_path: gguf/own.gguf, n_ctx: 8192, temperature: 0.3, top_k: 20, repeat_penalty: 1.1, stop_tokens: ["<end>"]}
  ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2"}
  openai: {enabled: true, api_key: sk-canary-123, model: gpt-4o, temperature: 0.7}
adapters:
  - {name: own, enabled: true, type: passthrough, inference_provider: llama_cpp}
  - {name: cloud, enabled: true, type: passthrough, inference_provider: openai}
"""
OTHER = "  - {name: other, enabled: true, type: passthrough, inference_provider: shimmy, model: Tiny_Beta}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with local providers, and no model anywhere."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text(ROOT)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def model(path: Path, answer: str = "alpha one two three", **changes: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(replace(built(answer), **changes).written())
    return path


def smoked(**options: Any) -> Generation:
    return smoke(None, SmokeOptions(timeout_s=30, **options), process=dict(os.environ))


def codes(made: Generation) -> list[str]:
    return [each.code for each in made.report.diagnostics]


def test_the_self_test_gives_the_known_answer_and_nothing_else(project: Path) -> None:
    made = smoked(self_test=True)
    assert (made.engine.ending, made.engine.choice, made.engine.text.strip(), codes(made)) == (
        Ending.ANSWERED,
        ModelChoice.SELF_TEST,
        selftest.ANSWER,
        [],
    )
    assert made.engine.engine.startswith("llama-cpp-python ")
    assert made.engine.load_ms is not None
    assert made.engine.first_token_ms is not None


def test_the_self_test_needs_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert codes(smoked(self_test=True)) == []
    with pytest.raises(UsageError, match="no configuration found"):
        smoked()


def test_a_model_that_is_found_by_shimmys_name_runs_with_the_configured_parameters(project: Path) -> None:
    model(project / "models/Tiny Alpha.gguf")
    made = smoked()
    assert (made.engine.choice, made.engine.text, made.engine.finish) == (ModelChoice.FOUND_BY_NAME, " alpha one two three", "stop")
    assert made.engine.parameters == {"temperature": 0.4, "seed": 1, "top_p": 0.9, "max_tokens": 16}
    assert made.engine.capped == ("max_tokens 16 instead of 4096",)
    assert codes(made) == []


def test_a_model_under_another_name_runs_and_the_name_to_write_is_told(project: Path) -> None:
    model(project / "models/Tiny_Beta.gguf", "beta one two three")
    (project / "config/config.yaml").write_text(ROOT + OTHER)
    made = smoked(adapter="other")
    assert (made.engine.choice, made.engine.text) == (ModelChoice.FOUND_BY_NAME, " beta one two three")
    assert [(each.code, each.message, each.help) for each in made.report.diagnostics] == [
        ("ORB810", "`Tiny_Beta` is not the name under which Shimmy lists `models/Tiny_Beta.gguf`", "write `tiny-beta`")
    ]


def test_the_file_that_orbit_loads_itself_runs(project: Path) -> None:
    model(project / "gguf/own.gguf", "own one two three")
    made = smoked(adapter="own")
    assert (made.engine.choice, made.engine.model, made.engine.text) == (ModelChoice.MODEL_PATH, "gguf/own.gguf", " own one two three")
    assert made.engine.parameters["stop"] == ["<end>"]
    assert (made.engine.parameters["top_k"], made.engine.parameters["repeat_penalty"]) == (20, 1.1)
    assert made.engine.capped[-1] == "context 512 instead of 8192"


def test_without_the_configured_model_the_built_in_one_runs_with_a_warning(project: Path) -> None:
    made = smoked()
    assert (made.engine.choice, made.engine.text.strip()) == (ModelChoice.FALLBACK, selftest.ANSWER)
    assert [(each.code, each.severity.label, each.message) for each in made.report.diagnostics] == [
        ("ORB809", "warning", "`tiny-alpha` is not on this machine"),
        ("ORB813", "warning", "the configured model was not tried: `tiny-alpha` was not found"),
    ]


def test_a_cloud_providers_model_is_not_looked_for(project: Path) -> None:
    made = smoked(adapter="cloud")
    assert made.engine.choice is ModelChoice.FALLBACK
    assert [each.message for each in made.report.diagnostics] == [
        "the configured model was not tried: the configuration asks for no model on this machine"
    ]


def test_a_named_file_and_a_named_model_run(project: Path) -> None:
    path = model(project / "elsewhere/x.gguf")
    assert smoked(model=str(path)).engine.text == " alpha one two three"
    model(project / "models/Some_Name.gguf", "some one two three")
    assert smoked(model="some-name").engine.text == " some one two three"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": "nothing-here"}, "there is no model `nothing-here` here; `orbitcfg models` lists them"),
        ({"adapter": "clod"}, "there is no adapter `clod` with a model: did you mean `cloud`?"),
        ({"provider": "shimy"}, "there is no provider `shimy` with a model: did you mean `shimmy`?"),
    ],
)
def test_a_name_that_means_nothing_is_a_usage_error(options: dict[str, Any], words: str, project: Path) -> None:
    with pytest.raises(UsageError) as error:
        smoked(**options)
    assert str(error.value) == words


def test_damage_stops_before_the_engine(project: Path) -> None:
    (project / "gguf").mkdir()
    (project / "gguf/own.gguf").write_bytes(GOOD[:-100])
    made = smoked(adapter="own")
    assert made.engine.ending is Ending.NOT_TRIED
    assert [(each.code, each.key) for each in made.report.diagnostics] == [("ORB801", "inference.llama_cpp.model_path")]


@pytest.mark.parametrize("kind", ["mmproj", "adapter", "vocab"])
def test_a_file_that_is_no_chat_model_is_refused(kind: str, project: Path) -> None:
    values = {**built().values, "general.type": writer.Value(writer.TEXT, kind)}
    made = smoked(model=str(model(project / "x.gguf", values=values)))
    assert (made.engine.ending, codes(made)) == (Ending.NOT_TRIED, ["ORB803"])


def test_a_model_that_does_not_fit_is_not_loaded(project: Path) -> None:
    from orbitcfg.files.store import Disk
    from orbitcfg.settings.model import Settings

    with Child(os.environ) as child:
        config, run_context = engine_context(None, Settings(), Disk(), dict(os.environ), optional=True)
        seen = run.run_generation(config, SmokeOptions(self_test=True), run_context, child, free_bytes=1000)
    assert seen.engine
    assert (seen.engine.ending, seen.engine.reason, seen.engine.free_bytes) == (Ending.NOT_TRIED, "memory", 1000)
    assert [each.code for each in engine_report(config, seen, Settings().policy).diagnostics] == ["ORB805", "ORB821"]


def test_a_base_model_that_says_nothing_is_a_warning_with_its_cause(project: Path) -> None:
    """Its first word is the end; it brings no template."""
    silent = built("x", template=None)
    head = writer.q8([16.0 if column == 0 and token == 2 else 0.0 for token in range(261) for column in range(64)])
    tensors = {**silent.tensors, "output.weight": replace(silent.tensors["output.weight"], content=head)}
    path = project / "silent.gguf"
    path.write_bytes(replace(silent, tensors=tensors).written())
    made = smoked(model=str(path))
    assert (made.engine.text, made.engine.finish, codes(made)) == ("", "stop", ["ORB806", "ORB823"])
    assert (
        made.report.diagnostics[1].message
        == "`silent.gguf` answers nothing and stops: the file brings no chat template, so the engine used another model's"
    )


def test_another_answer_than_the_known_one_is_an_error(project: Path) -> None:
    """A child that computes wrong, as a bad build would."""
    program = 'import os, sys; sys.stdin.readline(); os.write(1, b\'\\x1e{"event": "text", "text": " orbitcfg hears me"}\\n\\x1e{"event": "done", "finish": "stop"}\\n\')'
    with Child(os.environ, (sys.executable, "-c", program)) as child:
        made = smoke(None, SmokeOptions(self_test=True), process=dict(os.environ), engine=child)
    assert [(each.code, each.message) for each in made.report.diagnostics] == [
        ("ORB822", f"the built-in model says `orbitcfg hears me` instead of `{selftest.ANSWER}`: the engine computes wrong here")
    ]


def test_limits_of_the_user_win(project: Path) -> None:
    model(project / "models/tiny-alpha.gguf")
    made = smoked(max_tokens=2)
    assert (made.engine.text, made.engine.finish, made.engine.capped) == (" alpha one", "length", ("max_tokens 2 instead of 4096",))


def test_the_configured_context_is_tried_when_asked(project: Path) -> None:
    model(project / "gguf/own.gguf")
    assert smoked(adapter="own", full_context=True).engine.context == 8192


def test_a_prompt_too_long_for_the_context_is_told(project: Path) -> None:
    model(project / "x.gguf")
    made = smoked(model="x.gguf", prompt="x" * 3000)
    assert codes(made) == ["ORB821"]
    assert "exceed context window of 512" in made.report.diagnostics[0].message
    assert made.report.diagnostics[0].help == "write a shorter `--prompt`, or use `--full-context`"


def test_text_and_json_tell_the_same(project: Path) -> None:
    made = smoked(self_test=True)
    shape = json.loads(render(made, "json"))
    assert (shape["version"], shape["text"], shape["known_answer"], shape["finish"], shape["findings"]) == (
        1,
        f" {selftest.ANSWER}",
        True,
        "stop",
        [],
    )
    text = render(made, "full")
    assert f"text       ' {selftest.ANSWER}'\nfinish     stop after 8 tokens, the known answer\n" in text


def test_no_secret_leaves(project: Path) -> None:
    made = smoked(adapter="cloud")
    assert "canary" not in render(made, "full") + render(made, "json") + repr(made)


@pytest.mark.parametrize(
    ("resolved", "sent"),
    [
        ({}, {"temperature": 0.0, "seed": 1, "max_tokens": 16}),
        ({"max_tokens": 3, "stop": "x"}, {"temperature": 0.0, "seed": 1, "max_tokens": 3, "stop": ["x"]}),
        (
            {"options": {"temperature": 0.6, "top_k": 40, "num_predict": 44, "repeat_penalty": 1.1}, "think": False},
            {"temperature": 0.6, "seed": 1, "top_k": 40, "max_tokens": 16, "repeat_penalty": 1.1},
        ),
        ({"extra_body": {"repetition_penalty": 1.2}}, {"temperature": 0.0, "seed": 1, "repeat_penalty": 1.2, "max_tokens": 16}),
        ({"temperature": "hot", "top_p": True, "top_k": float("nan"), "stop": 7}, {"temperature": 0.0, "seed": 1, "max_tokens": 16}),
        ({"max_tokens": -1}, {"temperature": 0.0, "seed": 1, "max_tokens": 16}),
    ],
)
def test_parameters_get_the_engines_names(resolved: dict[str, object], sent: dict[str, object]) -> None:
    assert parameters.generation_parameters(resolved, None, max_tokens=None, full_context=False, known_answer=False).sent == sent


@pytest.mark.parametrize(
    ("configured", "own", "sent", "capped"),
    [
        (16, None, 16, ()),
        (17, None, 16, ("max_tokens 16 instead of 17",)),
        (15, None, 15, ()),
        (1, None, 1, ()),
        (0, None, 16, ("max_tokens 16 instead of 0",)),
        (True, None, 16, ()),
        (40, 32, 32, ("max_tokens 32 instead of 40",)),
        (40, 40, 40, ()),
    ],
)
def test_the_number_of_tokens_is_capped(configured: object, own: int | None, sent: int, capped: tuple[str, ...]) -> None:
    made = parameters.generation_parameters({"max_tokens": configured}, None, max_tokens=own, full_context=False, known_answer=False)
    assert (made.sent["max_tokens"], made.capped) == (sent, capped)


@pytest.mark.parametrize(
    ("configured", "full", "given", "capped"),
    [
        (None, False, 512, ()),
        (None, True, 512, ()),
        (512, False, 512, ()),
        (513, False, 512, ("context 512 instead of 513",)),
        (511, False, 511, ()),
        (8192, True, 8192, ()),
    ],
)
def test_the_context_is_capped(configured: int | None, full: bool, given: int, capped: tuple[str, ...]) -> None:
    made = parameters.generation_parameters({}, configured, max_tokens=None, full_context=full, known_answer=False)
    assert (made.context, made.capped) == (given, capped)


def test_a_missing_engine_is_a_usage_error_with_the_one_command(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    monkeypatch.setattr(run, "is_installed", lambda: False)
    with pytest.raises(UsageError) as error:
        smoked(self_test=True)
    lines = str(error.value).splitlines()
    assert lines[0] == "the embedded engine is not installed"
    assert f"    {install.install_command()}" in lines


def test_the_command_that_installs_the_engine() -> None:
    command = install.install_command(windows=False)
    assert command.startswith("CMAKE_ARGS='-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF -DCMAKE_PROJECT_llama_cpp_INCLUDE=")
    assert command.endswith(f"{sys.executable} -m pip install {install.pinned_requirement()}")
    assert install.install_command(windows=True).startswith('$env:CMAKE_ARGS = "-DLLAVA_BUILD=OFF ')
    assert install.pinned_requirement().startswith("llama-cpp-python==")
    flags = install.build_flags()["CMAKE_ARGS"]
    assert Path(flags.rpartition("=")[2]).read_text().startswith("set(LLAMA_BUILD_COMMON OFF)")


@pytest.mark.parametrize(("found", "reported"), [("/usr/bin/g++", False), (None, True)])
def test_a_missing_compiler_is_reported(found: str | None, reported: bool) -> None:
    assert ("no C++ compiler was found" in install.advice(lambda _name: found)) is reported


def test_the_verdict_is_that_of_the_files(project: Path) -> None:
    """The first reason stands in JSON."""
    made = smoked(self_test=True)
    assert made.verdict is not None
    assert (made.verdict.basis, made.verdict.root) == ("files", "config/config.yaml")
    assert json.loads(render(made, "json"))["verdict"]["starts"] is made.verdict.starts


def test_without_a_configuration_there_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is made up says nothing of anybody's ORBIT."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    made = smoked(self_test=True)
    assert made.verdict is None
    assert json.loads(render(made, "json"))["verdict"] is None


OWN = "mode: direct, model_path: gguf/own.gguf, n_ctx: 8192, temperature: 0.3, top_k: 20, repeat_penalty: 1.1, stop_tokens: ["


@pytest.mark.parametrize(
    ("written", "template"),
    [("", "chatml"), ("chat_format: null, ", "chat_template.default"), ("chat_format: gemma, ", "gemma")],
)
def test_the_template_is_the_one_that_orbit_asks_for_in_process(written: str, template: str, project: Path) -> None:
    """ChatML where none is written, and the file's own for null alone."""
    (project / "config/config.yaml").write_text(ROOT.replace(OWN, written + OWN))
    model(project / "gguf/own.gguf", "own one two three")
    assert smoked(adapter="own").engine.template == template
    assert smoked(adapter="own", raw=True).engine.template == ""


def test_a_template_that_the_engine_does_not_know_fails_as_it_does_for_orbit(project: Path) -> None:
    (project / "config/config.yaml").write_text(ROOT.replace(OWN, "chat_format: chatlm, " + OWN))
    model(project / "gguf/own.gguf")
    made = smoked(adapter="own")
    [failed] = [each for each in made.report.diagnostics if each.code == "ORB821"]
    assert (made.engine.ending, failed.help) == (Ending.REFUSED, "write `chat_format: null`, which takes the template of the file")
    assert "chatlm" in failed.message


def test_what_is_not_written_has_orbits_defaults_in_process(project: Path) -> None:
    (project / "config/config.yaml").write_text(ROOT.replace(OWN, "mode: direct, model_path: gguf/own.gguf, stop_tokens: ["))
    model(project / "gguf/own.gguf")
    made = smoked(adapter="own")
    parameters = {"temperature": 1.0, "seed": 1, "top_p": 0.95, "max_tokens": 16, "stop": ["<end>"], "top_k": 64, "repeat_penalty": 1.2}
    assert made.engine.parameters == parameters
    assert made.engine.capped == ("max_tokens 16 instead of 1024", "context 512 instead of 4096")


def test_a_server_has_the_files_own_template(project: Path) -> None:
    """`chat_format` is of the engine in ORBIT alone."""
    model(project / "models/Tiny Alpha.gguf")
    assert smoked().engine.template == "chat_template.default"
