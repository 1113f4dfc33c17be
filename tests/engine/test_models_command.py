"""`models` prints a block for each model, and as JSON the same."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands.formats import render
from orbitcfg.commands.models.command import models
from orbitcfg.commands.models.result import ModelInventory
from orbitcfg.errors import UsageError
from tests.engine.damaged import GOOD
from tests.tools import gguf_writer as writer
from tests.tools.selftest_model import built

LOOSE = "not listed: Ollama lists only what was pulled or created: write `FROM` and the file's path into a Modelfile and run `ollama create`"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "models/a/b/c/d").mkdir(parents=True)
    (tmp_path / "config/config.yaml").write_text(
        "general: {port: 3000, inference_provider: shimmy}\n"
        "inference:\n"
        "  shimmy: {enabled: true, base_url: 'http://localhost:11435', model: my-model}\n"
        "  ollama: {enabled: true, base_url: 'http://localhost:11434', model: llama3.2}\n"
        "adapters:\n"
        "  - {name: chat, enabled: true, type: passthrough, inference_provider: shimmy, model: my-model}\n"
        "  - {name: talk, enabled: true, type: passthrough, inference_provider: ollama}\n"
    )
    (tmp_path / "models/My_Model.gguf").write_bytes(GOOD)
    (tmp_path / "models/a/b/c/d/deep.gguf").write_bytes(GOOD)
    (tmp_path / "models/page.gguf").write_bytes(b"<!DOCTYPE html>")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(server: str | None = None) -> ModelInventory:
    return models(server=server, process=dict(os.environ))


def test_a_block_tells_what_a_model_is_and_who_lists_it_how(project: Path) -> None:
    text = render(listed(), "full")
    assert (
        text
        == f"""3 models; a relative `model_path` starts from {project}; ORBIT {orbitcfg.orbit_here()}

models/My_Model.gguf
  {len(GOOD) / 1000:.1f} kB, chat, llama, Q8_0, 57,024 weights, context 512, chat template
  Shimmy 1.7, Shimmy 2.x  my-model
  Ollama                  {LOOSE}
  llama-server            models/My_Model.gguf
  asked for by            the default, chat

models/a/b/c/d/deep.gguf
  {len(GOOD) / 1000:.1f} kB, chat, llama, Q8_0, 57,024 weights, context 512, chat template
  Shimmy 1.7, Shimmy 2.x  not listed: it lies 4 folders below `models`, and Shimmy looks 3 deep
  Ollama                  {LOOSE}
  llama-server            models/a/b/c/d/deep.gguf

models/page.gguf
  15 bytes, no model: web page
  Shimmy 1.7, Shimmy 2.x  page
  Ollama                  {LOOSE}
  llama-server            not listed: it cannot be loaded
"""
    )


def test_one_server_is_shown_alone(project: Path) -> None:
    text = render(listed("shimmy@1.7"), "full")
    assert "  Shimmy 1.7              my-model\n" in text
    assert "Ollama" not in text
    with pytest.raises(UsageError) as error:
        listed("shimy")
    assert str(error.value) == "--for takes shimmy@1.7, shimmy@1.8, shimmy, ollama, llama-server, not `shimy`: did you mean `shimmy`?"


def test_json_has_every_server_and_the_findings(project: Path) -> None:
    shape = json.loads(render(listed(), "json"))
    assert [each["path"] for each in shape["models"]] == ["models/My_Model.gguf", "models/a/b/c/d/deep.gguf", "models/page.gguf"]
    assert shape["models"][0]["listed"] == {
        "shimmy@1.7": {"name": "my-model", "also": [], "reason": None},
        "shimmy@1.8": {"name": "my-model", "also": [], "reason": None},
        "shimmy": {"name": "my-model", "also": [], "reason": None},
        "ollama": {"name": None, "also": [], "reason": LOOSE.removeprefix("not listed: ")},
        "llama-server": {"name": "models/My_Model.gguf", "also": [], "reason": None},
    }
    assert [(each["code"], each["severity"]) for each in shape["findings"]] == [("ORB809", "warning"), ("ORB801", "info")]


def test_without_a_configuration_nobody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "models").mkdir()
    (tmp_path / "models/x.gguf").write_bytes(GOOD)
    found = listed()
    assert [(each.path, each.requested_by) for each in found.observations.models] == [("models/x.gguf", ())]
    assert found.report.diagnostics == ()


def test_a_name_does_not_steer_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a file's, nor an architecture that a header states."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "models").mkdir()
    values = {**built().values, "general.architecture": writer.Value(writer.TEXT, "lla\x1b[2Jma")}
    (tmp_path / "models/\x1b[31mred\r.gguf").write_bytes(replace(built(), values=values).written())
    text = render(listed(), "full")
    assert "\x1b" not in text
    assert "\r" not in text
    assert "lla\ufffd[2Jma" in text


def test_where_there_is_none_it_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gguf").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    first, second, *folders = render(listed(), "full").splitlines()
    assert (first, second) == (
        f"0 models; a relative `model_path` starts from {tmp_path}; ORBIT {orbitcfg.orbit_here()}",
        "looked in, beside Ollama's store:",
    )
    assert folders[:3] == [f"  {tmp_path}/models (is not there)", f"  {tmp_path}/gguf", "  ~/.cache/huggingface/hub (is not there)"]
