"""Nothing that is on is left out of doctor's plan, and what cannot be asked for says why."""

from typing import Any

import pytest

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Disk, Memory
from orbitcfg.live.plan import EndpointFilter, plan_endpoints
from orbitcfg.observed.check import CheckState
from orbitcfg.observed.endpoint import THE_DEFAULT, UnaskedUse
from orbitcfg.project.compiler import targets
from orbitcfg.project.config import Config
from orbitcfg.settings.model import Settings
from tests.effective.runs import config_of, recording
from tests.shared import SHARED, needs_shared

RUNS = [(base, run) for base in ("orbit-runs", "orbit-runs-2") for run in recording(base)["runs"]]


def in_the_plan(config: Config) -> set[tuple[str, str]]:
    """Who has a row for which service."""
    plan = plan_endpoints(config, EndpointFilter())
    asked = {(user, service) for target in plan.targets for each in target.expected for user in each.users for service in each.services}
    return asked | {(user, use.service) for use in plan.unasked for user in use.users}


def that_are_on(config: Config) -> set[tuple[str, str]]:
    """Whose uses ORBIT will try."""
    return {(THE_DEFAULT if use.adapter is None else str(use.adapter), use.service) for use in config.uses if use.is_on}


@pytest.mark.parametrize(("base", "run"), RUNS, ids=lambda value: value if isinstance(value, str) else value["id"])
def test_every_use_of_a_recorded_run_has_a_row(base: str, run: dict[str, Any]) -> None:
    """Whatever became of it."""
    config = config_of(run, base)
    assert that_are_on(config) - in_the_plan(config) == set()


@needs_shared
@pytest.mark.parametrize("process", [{}, {"OPENAI_API_KEY": "x", "OLLAMA_CLOUD_API_KEY": "x"}], ids=["bare", "with keys"])
@pytest.mark.parametrize("tree", ["config", "default-config", "docker-minimal"])
def test_every_use_of_a_shipped_tree_has_a_row(tree: str, process: dict[str, str]) -> None:
    """With keys and without."""
    files = Disk()
    config = compile_config(files, whole_target(files, str(SHARED / "orbit" / tree)), Settings(), InterpolationMode.ORBIT, process)
    assert that_are_on(config) - in_the_plan(config) == set()


CHAT = "name: chat, enabled: true, type: passthrough, adapter: conversational, datasource: none"
UNASKED = {
    "no address": (
        "inference: {ollama: {enabled: true, model: m, base_url: '${LLM_URL}'}}",
        f"{{{CHAT}, inference_provider: ollama}}",
        (CheckState.FAILED, "`ollama` has no address: `inference.ollama.base_url` is `${LLM_URL}`, which is not set here"),
    ),
    "an address that nobody here knows": (
        "secrets_management: {provider: aws}\ninference: {ollama: {enabled: true, model: m, base_url: '${LLM_URL}'}}",
        f"{{{CHAT}, inference_provider: ollama}}",
        (CheckState.UNCHECKED, "the address of `ollama` comes from `${LLM_URL}`, which is not known here"),
    ),
    "a provider that nobody here knows": (
        "secrets_management: {provider: aws}\ninference: {ollama: {enabled: true, model: m}}",
        f"{{{CHAT}, inference_provider: '${{LLM}}'}}",
        (CheckState.UNCHECKED, "the provider for inference comes from `${LLM}`, which is not known here"),
    ),
    "a provider that is off": (
        "inference: {ollama: {enabled: false, model: m}}",
        f"{{{CHAT}, inference_provider: ollama}}",
        (CheckState.FAILED, "`ollama` for inference is switched off"),
    ),
    "a provider that is nowhere": (
        "inference: {vllm: {enabled: true, model: m}}",
        f"{{{CHAT}, inference_provider: olama}}",
        (CheckState.FAILED, "no provider `olama` is defined for inference"),
    ),
    "a provider that ORBIT has no class for": (
        "inference: {mine: {enabled: true, model: m, base_url: 'http://localhost:1'}}",
        f"{{{CHAT}, inference_provider: mine}}",
        (CheckState.FAILED, "ORBIT has no provider `mine` for inference"),
    ),
    "a model inside ORBIT": (
        "inference: {llama_cpp: {enabled: true, mode: direct, model_path: m.gguf}}",
        f"{{{CHAT}, inference_provider: llama_cpp}}",
        (CheckState.UNCHECKED, "`llama_cpp` computes `m.gguf` inside ORBIT"),
    ),
    "a service that is off": (
        "inference: {ollama: {enabled: true, model: m}}\nvision: {enabled: false}\nvisions: {ollama: {enabled: true, model: m}}",
        f"{{{CHAT}, inference_provider: ollama, vision_provider: ollama}}",
        (CheckState.UNCHECKED, "`vision.enabled` is off: ORBIT uses no vision"),
    ),
}


def unasked(text: str, adapter: str, chosen: EndpointFilter = EndpointFilter()) -> tuple[UnaskedUse, ...]:
    """What of a small configuration cannot be asked for."""
    whole = f"general: {{inference_provider: ollama}}\n{text}\nadapters: [{adapter}]\n"
    files = Memory({"/repo/config/config.yaml": whole.encode()})
    config = compile_config(files, targets(files, "/repo")[0], Settings(), InterpolationMode.ORBIT, {})
    return plan_endpoints(config, chosen).unasked


@pytest.mark.parametrize("name", UNASKED)
def test_what_cannot_be_asked_for_says_why(name: str) -> None:
    """It fails where requests do, and is unchecked where that is not known here."""
    text, adapter, expected = UNASKED[name]
    [found] = [use for use in unasked(text, adapter) if "chat" in use.users]
    assert (found.state, found.reason) == expected
    assert found.place.startswith("repo/config/config.yaml:")


def test_what_nobody_asks_for_is_no_failure() -> None:
    """A provider for all that is off, and that no adapter takes."""
    text = "inference: {ollama: {enabled: true, model: m}}\nvision: {enabled: true, provider: openai}\nvisions: {openai: {enabled: false}}"
    [found] = unasked(text, f"{{{CHAT}}}")
    assert (found.state, found.users) == (CheckState.OK, (THE_DEFAULT,))
    assert found.reason == "`openai` for vision is switched off, and no adapter asks for it"


def test_alike_uses_share_a_row() -> None:
    """Who needs it is listed."""
    second = CHAT.replace("chat", "notes")
    [found] = unasked("inference: {ollama: {enabled: true, model: m, base_url: ''}}", f"{{{CHAT}, inference_provider: ollama}}, {{{second}}}")
    assert found.users == (THE_DEFAULT, "chat", "notes")


def test_of_a_root_that_cannot_be_read_nothing_is_said_but_that() -> None:
    files = Memory({"/repo/config/config.yaml": b"general: [1\n"})
    config = compile_config(files, targets(files, "/repo")[0], Settings(), InterpolationMode.ORBIT, {})
    assert in_the_plan(config) == set()
