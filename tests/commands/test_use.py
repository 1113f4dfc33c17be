"""`use`: what was asked for is written and nothing else, or it is refused in words and nothing is written."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import orbitcfg
from orbitcfg.commands.compiled import compile_config
from orbitcfg.commands.use.models import ModelOffer, list_models
from orbitcfg.commands.use.result import ProviderList, ProviderState
from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Memory
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.project.compiler import targets
from orbitcfg.report.style import Style
from orbitcfg.settings.model import Settings
from tests.commands.test_published_shapes import faults
from tests.live.doubles import Answer, Asked, as_json, serving
from tests.live.doubles.shimmy import Shimmy
from tests.program import run, written_to_terminal
from tests.shared import PROJECT, SHARED, needs_shared

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
QUIET = Settings(no_env=True)
FITTING = {"together": "a/b", "openrouter": "a/b", "aws": "anthropic.a", "deepinfra": "a/b", "nvidia": "a/b"}
"""Models of providers whose names have a form of their own."""

BROKEN = {"replicate", "watson", "zai"}
"""Providers that do not work in this ORBIT, whatever a configuration says."""

CHAT = "implementations.passthrough.conversational.ConversationalImplementation"
ADAPTER = f"  - name: chat\n    enabled: true\n    type: passthrough\n    datasource: none\n    adapter: conversational\n    implementation: {CHAT}\n"
ROOT = """\
import: [inference.yaml, adapters.yaml]
general: {port: 3000, inference_provider: 'shimmy'}  # who answers
auth: {default_admin_password: "${PASSWORD}"}
embedding: {enabled: false, provider: ollama}
"""
INFERENCE = """\
# Who can answer.
inference:
  shimmy:
    enabled: true
    base_url: http://localhost:11435
    model: one
    max_tokens: 100
  ollama:   # the other
    enabled: no   # for now
    base_url: "http://localhost:11434"
    model: "two"
"""


def tree(root: str = ROOT, inference: str = INFERENCE, adapters: str = f"adapters:\n{ADAPTER}", **others: str) -> Memory:
    """A small configuration in memory; `others` are files by their name without its ending."""
    texts = {"config": root, "inference": inference, "adapters": adapters, **others}
    return Memory({f"/repo/config/{name}.yaml": text.encode() for name, text in texts.items()})


def folder(path: Path, root: str) -> Memory:
    """The configuration of a folder in memory, without what has no say in language models."""
    files = {f"/repo/config/{each.relative_to(path).as_posix()}": each.read_bytes() for each in sorted(path.rglob("*.yaml"))}
    return Memory({name: text for name, text in files.items() if not root or name.rsplit("/", 1)[1] in root.split()})


def used(provider: str, files: Memory, model: str | None = None, process: Mapping[str, str] | None = None, **options: str) -> orbitcfg.UseResult:
    return orbitcfg.use(provider, "/repo", QUIET, model=model, files=files, process=process or {}, **options)  # type: ignore[arg-type]


def after(files: Memory, result: orbitcfg.UseResult) -> Memory:
    return Memory({**files.contents, **{each.path: each.new for each in result.changes}})


def changed_lines(result: orbitcfg.UseResult) -> list[str]:
    """The lines that go, and those that come."""
    return [line for line in result.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def assert_as_asked(files: Memory, result: orbitcfg.UseResult) -> None:
    """Nothing that stood there is gone but what lines say that come in its place; `providers` shows what was asked; `validate` has nothing new."""
    new = after(files, result)
    gone, come = ([line[1:] for line in changed_lines(result) if line[0] == sign] for sign in "-+")
    for line in gone:
        key, _, rest = line.partition(":")
        comment = rest.partition("  #")[2]
        assert key.strip() in UNTAKEN or any(each.startswith(f"{key}:") and each.endswith(comment) for each in come), line
    default = compile_config(new, targets(new, "/repo")[0], QUIET, InterpolationMode.ORBIT, {}).uses[0]
    assert (default.provider.value, default.model_name) == (result.provider, result.model)
    seen = [
        Counter((each.code, each.file, each.key, each.severity) for each in orbitcfg.validate("/repo", QUIET, files=each, process={}).diagnostics)
        for each in (files, new)
    ]
    assert [each for each in seen[1] - seen[0] if each[-1] > 1] == []
    assert used(result.provider, new, result.model).changes == ()


def assert_used_or_refused(provider: str, files: Memory) -> str:
    """By a few lines that say so, or for what the provider or its block is; gives the refusal."""
    result = used(provider, files, FITTING.get(provider, "some-model"))
    if not result.refusal:
        assert_as_asked(files, result)
        assert {line[1:].split(":")[0].strip() for line in changed_lines(result) if line[0] == "-"} <= KEYS
        return ""
    assert result.changes == ()
    assert provider in BROKEN or any(words in result.refusal for words in REFUSALS), result.refusal
    return result.refusal


UNTAKEN = {"top_k", "repetition_penalty"}
"""Keys of the shipped block of `sglang` with which each of its requests fails."""

KEYS = {"max_tokens", "context_window", "enabled", "model", "inference_provider", "base_url", "deployment_name", "deployment", *UNTAKEN}
REFUSALS = ("the preset", "whoever is loaded first", "`validate` would find", "`validate` would call")


@pytest.mark.parametrize("provider", orbitcfg.provider_names())
def test_every_provider_can_be_used_or_is_refused_for_what_it_is(provider: str) -> None:
    assert_used_or_refused(provider, folder(PROJECT / "examples" / "shimmy" / "config", ""))


@pytest.mark.parametrize("provider", ["shimmy", "ollama", "vllm"])
@pytest.mark.parametrize("example", ["embedded", "multi-provider", "shimmy-guide"])
def test_other_examples_take_them_too(example: str, provider: str) -> None:
    assert_used_or_refused(provider, folder(PROJECT / "examples" / example / "config", ""))


LANGUAGE_MODELS = "config.yaml inference.yaml ollama.yaml llama_cpp.yaml"


@needs_shared
@pytest.mark.parametrize(
    ("shipped", "provider"), [("config", "openai"), ("default-config", "groq"), ("docker-minimal", "vllm"), ("docker-minimal", "shimmy")]
)
def test_what_orbit_ships_takes_them_too(shipped: str, provider: str) -> None:
    """All of them on whole trees: `python -m tests.tools.use_everywhere`."""
    assert_used_or_refused(provider, folder(SHARED / "orbit" / shipped, LANGUAGE_MODELS))


def test_a_provider_that_is_off_is_switched_on_and_named_and_every_other_byte_stays() -> None:
    result = used("ollama", tree(), "three")
    assert changed_lines(result) == [
        "-    enabled: no   # for now",
        "+    enabled: true   # for now",
        '-    model: "two"',
        '+    model: "three"',
        "-general: {port: 3000, inference_provider: 'shimmy'}  # who answers",
        "+general: {port: 3000, inference_provider: 'ollama'}  # who answers",
    ]
    assert_as_asked(tree(), result)
    assert (
        result.summary_line(dry_run=False)
        == "the default uses `ollama` with `three`: changed `repo/config/inference.yaml`, `repo/config/config.yaml`"
    )


def test_what_is_so_already_is_left_alone() -> None:
    result = used("shimmy", tree(), "one")
    assert (result.changes, result.summary_line(dry_run=False)) == ((), "the default uses `shimmy` with `one` already")


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r"])
def test_line_breaks_and_a_byte_order_mark_stay(line_break: str) -> None:
    files = Memory({path: b"\xef\xbb\xbf" + text.replace(b"\n", line_break.encode()) for path, text in tree().contents.items()})
    result = used("groq", files, "three")
    for each in result.changes:
        assert each.new.startswith(b"\xef\xbb\xbf")
        assert each.new.decode().count(line_break) - each.old.decode().count(line_break) in (0, 5)
        assert line_break == "\r\n" or each.new.count(b"\r\n") == 0
    assert not result.refusal


def test_a_block_that_is_not_there_is_added_with_what_orbit_cannot_do_without() -> None:
    result = used("groq", tree(), "three")
    assert changed_lines(result)[:5] == [
        "+  groq:",
        "+    enabled: true",
        "+    base_url: https://api.groq.com/openai/v1",
        '+    api_key: "${GROQ_API_KEY}"',
        "+    model: three",
    ]
    assert result.variables == ("GROQ_API_KEY",)
    assert_as_asked(tree(), result)


@pytest.mark.parametrize(
    "inference", ["inference: {shimmy: {enabled: true, model: one, base_url: 'http://localhost:11435'}}\n", "inference: {}\n", "other: 1\n"]
)
def test_a_block_goes_into_brackets_and_into_a_section_that_is_empty_or_not_there(inference: str) -> None:
    files = tree(inference=inference)
    result = used("ollama", files, "three")
    assert result.refusal == ""
    value = yaml.safe_load(after(files, result).contents[f"/repo/config/{'config' if inference[0] == 'o' else 'inference'}.yaml"])
    assert value["inference"]["ollama"] == {"enabled": True, "base_url": "http://localhost:11434", "model": "three"}


def test_a_variable_that_the_block_had_already_is_to_be_set_too() -> None:
    files = tree(inference=INFERENCE + "  groq: {enabled: false, model: three, api_key: '${GROQ_API_KEY}'}\n")
    assert used("groq", files, "three").variables == ("GROQ_API_KEY",)
    set_here = orbitcfg.use("groq", "/repo", Settings(), model="three", files=files, process={"GROQ_API_KEY": "k"})
    assert set_here.variables == ()


def test_indentation_is_that_of_the_file() -> None:
    files = tree(inference="inference:\n    shimmy:\n        enabled: true\n        model: one\n        base_url: http://localhost:11435\n")
    assert changed_lines(used("ollama", files, "three"))[:3] == [
        "+    ollama:",
        "+        enabled: true",
        "+        base_url: http://localhost:11434",
    ]


def test_one_adapter_gets_a_provider_and_a_model_of_its_own() -> None:
    result = used("ollama", tree(), "three", adapter="chat")
    assert sorted(changed_lines(result)) == [
        "+    enabled: true   # for now",
        "+    inference_provider: ollama",
        "+    model: three",
        "-    enabled: no   # for now",
    ]
    rows = orbitcfg.providers("/repo", QUIET, files=after(tree(), result), process={}).rows
    assert [(each.provider.value, each.model_name) for each in rows] == [("shimmy", "one"), ("ollama", "three")]


def test_the_model_of_the_block_needs_no_other_line() -> None:
    result = used("ollama", tree(), "two", adapter="chat")
    assert sorted(changed_lines(result)) == ["+    enabled: true   # for now", "+    inference_provider: ollama", "-    enabled: no   # for now"]


def test_a_file_with_the_block_alone_is_imported() -> None:
    files = tree(groq="inference:\n  groq:\n    enabled: true\n    api_key: ${GROQ_API_KEY}\n    model: three\n")
    assert sorted(changed_lines(used("groq", files, "three"))) == [
        "+general: {port: 3000, inference_provider: 'groq'}  # who answers",
        "+import: [inference.yaml, adapters.yaml, groq.yaml]",
        "-general: {port: 3000, inference_provider: 'shimmy'}  # who answers",
        "-import: [inference.yaml, adapters.yaml]",
    ]


def test_the_presets_of_a_block_are_imported() -> None:
    inference = INFERENCE.replace('    base_url: "http://localhost:11434"\n    model: "two"\n', "    use_preset: small\n")
    files = tree(inference=inference, ollama="ollama_presets:\n  small: {base_url: 'http://localhost:11434', model: four}\n")
    result = used("ollama", files, "four")
    assert "+import: [inference.yaml, adapters.yaml, ollama.yaml]" in changed_lines(result)
    assert_as_asked(files, result)


PRESET = "inference:\n  ollama: {enabled: true, use_preset: small}\nollama_presets:\n  small: {base_url: 'http://localhost:11434', model: four}\n"
ANCHOR = (
    INFERENCE.replace("enabled: no ", "enabled: &off no ") + "  sglang:\n    enabled: *off\n    base_url: http://localhost:30000/v1\n    model: a\n"
)
MERGE = """\
inference:
  sglang: &base {enabled: no, base_url: 'http://localhost:30000/v1', model: a}
  ollama: {<<: *base, base_url: 'http://localhost:11434'}
"""
MORE = "inference:\n  groq: {enabled: true, model: three, api_key: k}\n  xai: {enabled: true, model: a, api_key: k}\n"


@pytest.mark.parametrize(
    ("files", "provider", "words"),
    [
        (
            tree(groq=MORE),
            "groq",
            "`inference.groq` needs `repo/config/groq.yaml`, which nothing imports, and it would bring `inference.xai` too: add `groq.yaml` to `import` in `repo/config/config.yaml` first",
        ),
        (
            tree(inference=PRESET),
            "ollama",
            "`inference.ollama.model` is what the preset `small` says (repo/config/inference.yaml:4), which others may use too",
        ),
        (
            tree(inference=ANCHOR),
            "ollama",
            "`inference.ollama.enabled` has an anchor or a tag (repo/config/inference.yaml:9), so that others may share it: write `true` there",
        ),
        (tree(inference=MERGE), "ollama", "so that `inference.sglang.enabled` would change too: give it a text of its own first"),
        (
            tree(root=ROOT.replace("'shimmy'", '"${WHO:-shimmy}"')),
            "ollama",
            "`general.inference_provider` is filled by the variable `WHO` (repo/config/config.yaml:2)",
        ),
        (tree(inference="inference:\n"), "ollama", "`inference` is no mapping (repo/config/inference.yaml:1): write `{}` as its value first"),
        (
            tree(inference=INFERENCE + "  groq: yes\n"),
            "groq",
            "`inference.groq` is no mapping (repo/config/inference.yaml:12): take the key away, then the block is added",
        ),
        (
            tree(inference=INFERENCE.replace('model: "two"', "model: |\n      two")),
            "ollama",
            "`inference.ollama.model` is written over several lines",
        ),
        (
            tree(),
            "watson",
            (
                "`validate` would find what it does not find today: "
                "`inference.watson` does not work in this version of ORBIT: it cannot be set up, whatever the configuration says (ORB402)"
            ),
        ),
        (
            tree(inference=INFERENCE + '  gemini: {enabled: false, api_key: "${GOOGLE_API_KEY}", disable_safety: true}\n'),
            "gemini",
            (
                "`validate` would call a warning what is info today: ORBIT does not read `disable_safety` here: "
                "only the key of this name at the top of the configuration counts (repo/config/inference.yaml:12, ORB306): move it to the top of the configuration"
            ),
        ),
    ],
    ids=["orphan", "preset", "anchor", "merge", "variable", "null", "no-mapping", "lines", "broken", "worse"],
)
def test_what_cannot_be_done_is_refused_in_words(files: Memory, provider: str, words: str) -> None:
    result = used(provider, files, "three")
    assert words in result.refusal
    assert (result.changes, result.diff) == ((), "")
    assert result.summary_line(dry_run=True).startswith("refused, and nothing is written: ")


def test_a_preset_that_has_the_model_is_named() -> None:
    result = used("ollama", tree(inference=PRESET + "  large: {model: three}\n"), "three")
    assert "write `use_preset: large`, which has it, at repo/config/inference.yaml:2, or `three` in the preset" in result.refusal


def test_a_model_that_another_adapter_gives_is_said_to_be_whose() -> None:
    files = tree(adapters=f"adapters:\n{ADAPTER}    inference_provider: shimmy\n    model: two\n")
    assert used("shimmy", files, "three").refusal == (
        "the default would be answered by another model: for each provider ORBIT takes the model of whoever is loaded first, here adapter `chat`; "
        "`orbitcfg use shimmy --model three --adapter chat` first"
    )


@pytest.mark.parametrize("model", ["a b", "a: b", "a # b", "'a'", '"a"', "yes", "1e3", "-", "{a}", "a, b", "*a", "ä", "a\\b", "@a", "null"])
def test_any_name_of_a_model_is_written_as_itself(model: str) -> None:
    for files in (tree(), tree(inference="inference: {ollama: {enabled: false, model: two, base_url: 'http://localhost:11434'}}\n")):
        for provider in ("ollama", "sglang"):
            result = used(provider, files, model)
            assert result.refusal == "" or "validate" in result.refusal
            if not result.refusal:
                assert yaml.safe_load(after(files, result).contents["/repo/config/inference.yaml"])["inference"][provider]["model"] == model


@pytest.mark.parametrize("model", ["${X}", "a\nb", "a\x07b"])
def test_what_orbit_would_read_otherwise_is_refused(model: str) -> None:
    result = used("ollama", tree(), model)
    assert result.refusal or yaml.safe_load(after(tree(), result).contents["/repo/config/inference.yaml"])["inference"]["ollama"]["model"] == model


@pytest.mark.parametrize(
    "text",
    ["", "- 1\n", "a: [\n", "inference: 3\ngeneral: x\nadapters: {a: 1}\n", "general:\ninference: [a]\nadapters: [1, {name: 2}]\n", "import: 7\n"],
)
def test_nonsense_is_refused_in_words(text: str) -> None:
    files = Memory({"/repo/config/config.yaml": text.encode()})
    result = used("shimmy", files, "a")
    assert result.refusal or result.changes


def test_an_adapter_of_nonsense_is_none() -> None:
    files = Memory({"/repo/config/config.yaml": b"adapters: [1, {name: [a]}]\n"})
    with pytest.raises(orbitcfg.UsageError, match="there is no adapter `1`"):
        used("shimmy", files, "a", adapter="1")


def test_what_nobody_minded_in_a_block_before_it_was_used_is_set_right() -> None:
    files = tree(
        inference=INFERENCE.replace("max_tokens: 100", "max_tokens: 5000").replace("enabled: true", "enabled: false"),
        root=ROOT.replace("'shimmy'", "ollama"),
    )
    result = used("shimmy", files, "one")
    assert changed_lines(result)[:4] == ["-    enabled: false", "+    enabled: true", "-    max_tokens: 5000", "+    max_tokens: 1024"]
    assert_as_asked(files, result)


def test_a_new_warning_that_only_a_person_can_cure_refuses() -> None:
    files = tree(root=ROOT.replace("'shimmy'", "ollama"), inference=INFERENCE.replace("enabled: true", "enabled: false"))
    refused = used("shimmy", files, "phi3-lora")
    words = "`validate` would find what it does not find today: Shimmy lists `phi3-lora` whether there is a file behind it or not (repo/config/inference.yaml:6, ORB417): name a model that `shimmy discover` shows"
    assert (refused.changes, refused.refusal) == ((), words)


def test_what_every_request_fails_with_is_taken_away_whoever_was_told_of_it_before() -> None:
    block = """\
  sglang:
    enabled: false
    base_url: http://localhost:30000/v1
    model: a
    top_k: 20   # as before
    repetition_penalty: 1.0
"""
    files = tree(inference=INFERENCE + block)
    result = used("sglang", files, "a")
    assert changed_lines(result)[:5] == [
        "-    enabled: false",
        "+    enabled: true",
        "-    top_k: 20   # as before",
        "-    repetition_penalty: 1.0",
        "+    # as before",
    ]
    assert_as_asked(files, result)


def test_an_address_of_a_mode_that_is_not_chosen_is_left_alone() -> None:
    files = tree(inference=INFERENCE + "  tensorrt: {enabled: false, mode: direct, base_url: null, model: a}\n")
    result = used("tensorrt", files, "a")
    assert (result.refusal, changed_lines(result)[1]) == ("", "+  tensorrt: {enabled: true, mode: direct, base_url: null, model: a}")


def test_a_provider_with_an_address_of_its_own_is_given_none() -> None:
    assert changed_lines(used("huggingface", tree(), "a/b"))[:4] == [
        "+  huggingface:",
        "+    enabled: true",
        '+    api_key: "${HUGGINGFACE_API_KEY}"',
        "+    model: a/b",
    ]


def test_a_finding_that_names_others_than_before_is_no_new_one() -> None:
    """What stands beside the place of a finding, such as other choices of a list, changes with the default."""
    listed = "    allowed_models:\n      - {name: a, provider: shimmy, model: x}\n      - {name: b, provider: shimmy, model: y}\n      - {name: c, provider: ollama, model: z}\n"
    files = tree(inference=INFERENCE.replace("enabled: no ", "enabled: true "), adapters=f"adapters:\n{ADAPTER}{listed}")
    result = used("ollama", files, "two")
    (before,), (now,) = (
        [each for each in orbitcfg.validate("/repo", QUIET, files=files, process={}).diagnostics if each.code == "ORB532"]
        for files in (files, after(files, result))
    )
    assert (before.file, before.key, before.message != now.message, result.refusal) == (now.file, now.key, True, "")


@pytest.mark.parametrize(
    ("provider", "adapter", "words"),
    [
        ("shimy", None, "there is no provider `shimy`: did you mean `shimmy`?"),
        ("shimmy", "chta", "there is no adapter `chta`: did you mean `chat`?"),
        ("config", None, "there is no provider `config`; known: openai, anthropic"),
    ],
)
def test_an_unknown_name_is_no_refusal(provider: str, adapter: str | None, words: str) -> None:
    with pytest.raises(orbitcfg.UsageError, match=words.replace("?", r"\?")):
        orbitcfg.use(provider, "/repo", QUIET, model="a", adapter=adapter, files=tree(), process={})


def test_a_place_where_a_provider_may_stand_is_that_of_the_list(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    place = laid(tree(), tmp_path / "gateway")
    monkeypatch.setattr("orbitcfg.commands.use.providers.list_models", lambda _targets: ())
    listed = run(["use", "--no-env", str(place)], capsys, monkeypatch, tmp_path)
    assert (listed.status, listed.stdout) == (0, run(["use", "--no-env"], capsys, monkeypatch, place).stdout.replace("config/", "gateway/config/"))
    nowhere = run(["use", "/nowhere/at/all"], capsys, monkeypatch, tmp_path)
    assert (nowhere.status, nowhere.stderr) == (2, "orbitcfg: no configuration at `/nowhere/at/all`: it is neither a file nor a folder\n")
    without = run(["use", "--model", "a"], capsys, monkeypatch, place)
    assert (without.status, without.stderr) == (2, "orbitcfg: --model and --adapter need a provider: `orbitcfg use PROVIDER`\n")


def test_no_key_leaves_this_machine_when_models_are_listed(monkeypatch: Patch) -> None:
    """A key goes to a server here; of any other the list is asked for without one."""
    sent: list[tuple[str, str | None, bool]] = []

    def run_probes(probes: list[Any], *_others: object) -> tuple[tuple[Any, ...], bool]:
        sent.extend((each.target.location, each.target.key, each.target.key_is_secret) for each in probes)
        return (), False

    monkeypatch.setattr("orbitcfg.commands.use.models.run_probes", run_probes)
    list_models(tuple(ProbeTarget("vllm", "openai", location, "http://server/v1", "", key="secret") for location in ("local", "remote", "cloud")))
    assert sent == [("local", "secret", True), ("remote", None, False), ("cloud", None, False)]


def laid(files: Memory, place: Path) -> Path:
    """The files on disk, in a repository."""
    (place / ".git").mkdir(parents=True)
    for path, text in files.contents.items():
        target = place / path.removeprefix("/repo/")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(text)
    return place


def contents(place: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in (place / "config").iterdir()}


def test_a_dry_run_shows_the_change_and_writes_nothing(tmp_path: Path, capsys: Capture, monkeypatch: Patch, no_network: None) -> None:
    before = contents(laid(tree(), tmp_path))
    outcome = run(["use", "ollama", "--model", "three", "--dry-run", "--no-env"], capsys, monkeypatch, tmp_path)
    assert (outcome.status, contents(tmp_path)) == (0, before)
    assert outcome.stderr.startswith("the default would use `ollama` with `three`: would change `config/inference.yaml`, `config/config.yaml`")
    assert "+    enabled: true   # for now" in outcome.stdout
    again = run(["use", "ollama", "--model", "three", "--no-env"], capsys, monkeypatch, tmp_path)
    assert (again.status, again.stdout) == (0, outcome.stdout)
    assert run(["use", "ollama", "--model", "three", "--no-env"], capsys, monkeypatch, tmp_path).stdout == ""


def test_git_undoes_it(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    for path, text in tree(groq='inference:\n  groq: {enabled: false, model: three, api_key: "${GROQ_API_KEY}"}\n').contents.items():
        target = tmp_path / path.removeprefix("/repo/")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(text)
    before = contents(tmp_path)
    for words in ("init -q", "add -A", "-c user.name=a -c user.email=a@example.org commit -q -m all"):
        subprocess.run(["git", *words.split()], cwd=tmp_path, check=True)
    assert run(["use", "groq", "--model", "three", "--no-env"], capsys, monkeypatch, tmp_path).status == 0
    assert contents(tmp_path) != before
    subprocess.run(["git", "checkout", "-q", "."], cwd=tmp_path, check=True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, check=True, capture_output=True)
    assert (contents(tmp_path), status.stdout) == (before, b"")


@pytest.mark.parametrize("dry_run", [True, False])
def test_json_fits_its_schema(dry_run: bool, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    laid(tree(), tmp_path)
    for provider in ("ollama", "watson"):
        outcome = run(
            ["use", provider, "--model", "x", "--no-env", "--format", "json", *(["--dry-run"] if dry_run else [])], capsys, monkeypatch, tmp_path
        )
        assert faults("use", outcome.stdout) == []
        assert (outcome.status, bool(json.loads(outcome.stdout)["change"]["refusal"])) == ((1, True) if provider == "watson" else (0, False))


@pytest.mark.skipif(os.name != "posix", reason="links and modes as POSIX has them")
@pytest.mark.parametrize("how", ["link", "read-only", "link out"])
def test_a_hostile_repository_is_refused_before_anything_is_written(how: str, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    place = laid(tree(), tmp_path / "repository")
    path, outside = place / "config" / "config.yaml", tmp_path / "outside.yaml"
    outside.write_bytes(path.read_bytes())
    if how == "read-only":
        path.chmod(0o444)
    else:
        path.unlink()
        if how == "link":
            (place / "config" / "real.yml").write_bytes(outside.read_bytes())
        path.symlink_to("real.yml" if how == "link" else outside)
    before = contents(place) if how != "link out" else {}
    outcome = run(["use", "ollama", "--model", "three", "--no-env"], capsys, monkeypatch, place)
    if how == "link":
        # a link within the repository stays, and what it leads to is written
        assert (outcome.status, path.is_symlink()) == (0, True)
        assert b"'ollama'" in (place / "config" / "real.yml").read_bytes()
        return
    assert outcome.status in (1, 2)
    assert outside.read_bytes() == ROOT.encode()
    assert before == {} or contents(place) == before


@pytest.mark.skipif(os.name != "posix", reason="modes as POSIX has them")
@pytest.mark.parametrize("dry_run", [True, False])
def test_the_change_to_a_file_that_cannot_be_written_is_shown(dry_run: bool, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (laid(tree(), tmp_path) / "config" / "config.yaml").chmod(0o444)
    before = contents(tmp_path)
    outcome = run(["use", "ollama", "--model", "three", "--no-env", *(["--dry-run"] if dry_run else [])], capsys, monkeypatch, tmp_path)
    assert (outcome.status, contents(tmp_path)) == (1, before)
    assert [line for line in outcome.stdout.splitlines() if line.startswith("+") and "'ollama'" in line]
    assert outcome.stderr.startswith("refused, and nothing is written: `config/config.yaml` cannot be written: it is read-only")


def test_the_list_of_providers_fits_a_terminal() -> None:
    users = ("default", *(f"an-adapter-with-a-long-name-{number}" for number in range(5)))
    listed = ProviderList("config.yaml", (ProviderState("huggingface", "on", reachable=True, models=("a",) * 12, users=users),))
    lines = orbitcfg.render(listed, "full", Style(width=80)).splitlines()
    assert lines[0].split() == ["huggingface", "on", "reachable", "here,", "12", "models", "the", "default,"]
    assert [line.index("`") for line in lines[1:]] == [46] * 5
    assert max(map(len, lines)) <= 80


def test_a_model_that_a_secret_variable_gives_is_not_shown() -> None:
    files = tree(inference=INFERENCE.replace('"two"', "${A_SECRET_KEY}"))
    result = orbitcfg.use("ollama", "/repo", model=None, choose=None, files=files, process={"A_SECRET_KEY": "hidden-thing"})
    assert result.changes
    assert "hidden-thing" not in repr(result) + result.summary_line(dry_run=False) + result.diff + orbitcfg.render(result, "json")


def test_secrets_stay_out_of_the_diff() -> None:
    files = tree(inference=INFERENCE.replace("enabled: no ", "api_key: sk-proj-abcdefghijklmnopqrstuvwx\n    enabled: no "))
    assert "abcdefgh" not in used("ollama", files, "three").diff


SERVER = Shimmy("2.6.5", ("phi3-mini", "qwen3-4b"))


def at_port(port: int, model: str) -> Memory:
    """A configuration whose default is at a port of this machine."""
    return tree(inference=INFERENCE.replace("11435", str(port)).replace("model: one", f"model: {model}"))


def test_without_a_model_the_server_is_asked_and_what_it_has_is_kept() -> None:
    with serving(SERVER) as server:
        assert used("shimmy", at_port(server.port, "phi3-mini")).changes == ()
        other = at_port(server.port, "one")
        with pytest.raises(orbitcfg.UsageError, match=r"name a model with `--model`: .*`phi3-mini`, `qwen3-4b`"):
            used("shimmy", other)
        offers: list[ModelOffer] = []

        def choose(offer: ModelOffer) -> str:
            offers.append(offer)
            return "qwen3-4b"

        assert changed_lines(orbitcfg.use("shimmy", "/repo", QUIET, choose=choose, files=other, process={})) == [
            "-    model: one",
            "+    model: qwen3-4b",
        ]
        assert (offers[0].current, offers[0].has_current) == ("one", False)


@pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them")
@pytest.mark.parametrize(("typed", "status", "model"), [(b"9\n2\n", 0, "qwen3-4b"), (b"phi3-mini\n", 0, "phi3-mini"), (b"\x04", 130, "one")])
def test_on_a_terminal_a_person_chooses(typed: bytes, status: int, model: str, tmp_path: Path) -> None:
    import pty  # there is none on Windows

    with serving(SERVER) as server:
        laid(at_port(server.port, "one"), tmp_path)
        ours, theirs = pty.openpty()
        arguments = [sys.executable, "-m", "orbitcfg", "use", "shimmy", "--no-env"]
        with subprocess.Popen(arguments, cwd=tmp_path, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, start_new_session=True) as program:
            shown = b""
            while b"Which one" not in shown:
                shown += os.read(ours, 1000)
            os.write(ours, typed)
            assert program.wait(300) == status
        os.close(ours)
        os.close(theirs)
    assert "  1  phi3-mini" in shown.decode()
    assert f"model: {model}\n" in (tmp_path / "config" / "inference.yaml").read_text()


def test_a_vendor_is_not_asked(no_network: None) -> None:
    files = tree(inference=INFERENCE + "  groq: {enabled: false, model: three, api_key: k}\n")
    assert used("groq", files).model == "three"
    with pytest.raises(orbitcfg.UsageError, match="name a model with `--model`: its vendor is not asked"):
        used("mistral", files)


def test_alone_it_lists_every_provider(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    with serving(SERVER) as server:
        laid(at_port(server.port, "phi3-mini"), tmp_path)
        outcome = run(["use", "--no-env"], capsys, monkeypatch, tmp_path)
        assert outcome.stdout.splitlines()[0].split() == ["shimmy", "on", "reachable", "here,", "2", "models", "the", "default,", "`chat`"]
        as_json = run(["use", "--no-env", "--format", "json"], capsys, monkeypatch, tmp_path)
    assert faults("use", as_json.stdout) == []
    listed = {each["name"]: each for each in json.loads(as_json.stdout)["providers"]}
    assert set(listed) == set(orbitcfg.provider_names())
    assert (listed["ollama"]["switch"], listed["groq"]["switch"], listed["groq"]["reachable"]) == ("off", "absent", None)
    assert listed["shimmy"]["models"] == ["phi3-mini", "qwen3-4b"]


@pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them")
def test_a_server_that_takes_its_time_is_told_to_be_asked(tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    def slow(_asked: Asked) -> Answer:
        time.sleep(1.3)
        return as_json({"object": "list", "data": [{"id": "two", "object": "model", "owned_by": "vllm"}]})

    with serving(slow) as server:
        laid(tree(inference=INFERENCE + f"  vllm: {{enabled: false, mode: api, base_url: '{server.url}/v1', model: two}}\n"), tmp_path)
        written = written_to_terminal(lambda: run(["use", "vllm", "--dry-run", "--no-env"], capsys, monkeypatch, tmp_path), monkeypatch)
    assert written.startswith("\r\x1b[Klooking for models of `vllm` … 1.")
