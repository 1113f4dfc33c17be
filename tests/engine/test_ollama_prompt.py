"""What Ollama makes of a question, by the layers of the model's manifest."""

import json
from pathlib import Path

import pytest

from orbitcfg.commands.smoke.command import smoke
from orbitcfg.engine import ollama
from orbitcfg.engine.choice import SmokeOptions
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.ollama_prompt import OllamaPrompt, ollama_prompt
from orbitcfg.observed.observation import Ending
from tests.tools.selftest_model import built

CONFIG = """
general: {inference_provider: ollama}
auth: {default_admin_password: of-a-test-only}
inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: tiny, temperature: 0.5}}
adapters: [{name: a, enabled: true, type: passthrough, inference_provider: ollama}]
"""
CHATML = "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"


def stored(home: Path, **layers: str) -> RunContext:
    """A store with the model `tiny` and these layers, and who looks into it."""
    store = home / ".ollama" / "models"
    model = built("tiny one two three", template=None).written()
    contents = {ollama.MODEL_LAYER: model, **{f"application/vnd.ollama.image.{kind}": text.encode() for kind, text in layers.items()}}
    listed = []
    for number, (media, content) in enumerate(contents.items()):
        digest = f"sha256:{number:064x}"
        blob = store / "blobs" / digest.replace(":", "-")
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        listed.append({"mediaType": media, "digest": digest, "size": len(content)})
    manifest = store / "manifests" / "registry.ollama.ai" / "library" / "tiny" / "latest"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": listed}))
    return RunContext(str(home), {"HOME": str(home)})


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ({"template": CHATML}, "<|im_start|>user\nSay hi<|im_end|>\n<|im_start|>assistant\n"),
        (
            {"template": CHATML, "system": "Be kind."},
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nSay hi<|im_end|>\n<|im_start|>assistant\n",
        ),
        ({"template": "{{ .System }}<u>{{ .Prompt }}</u><a>{{ .Response }}</a>", "system": "S"}, "S<u>Say hi</u><a>"),
        ({"template": "{{ .Prompt }}{{ if and .IsThinkSet (not .Think) }} /no_think{{ end }}"}, "Say hi /no_think"),
        ({}, "Say hi"),
    ],
)
def test_the_prompt_is_the_manifests(layers: dict[str, str], text: str, tmp_path: Path) -> None:
    """The file's own template counts for nothing."""
    assert ollama_prompt(stored(tmp_path, **layers), "tiny:latest", "Say hi", think=False) == OllamaPrompt(text, {})


def test_a_template_that_is_not_known_is_left_to_the_engine(tmp_path: Path) -> None:
    run_context = stored(tmp_path, template='{{ template "x" }}')
    assert ollama_prompt(run_context, "tiny", "Say hi", think=None) is None
    assert ollama_prompt(run_context, "other", "Say hi", think=None) is None


def test_smoke_asks_as_ollama_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the parameters of the manifest, over which those of ORBIT's requests go."""
    stored(tmp_path, template=CHATML, params='{"stop": ["<|im_end|>"], "temperature": 0.1, "top_k": 7}')
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    made = smoke(None, SmokeOptions(timeout_s=30), process={"HOME": str(tmp_path)})
    run = made.engine
    assert [each.code for each in made.report.diagnostics] == []
    assert (run.ending, run.text.strip(), run.template, run.raw) == (Ending.ANSWERED, "tiny one two three", "ollama", False)
    assert {name: run.parameters[name] for name in ("stop", "temperature", "top_k")} == {"stop": ["<|im_end|>"], "temperature": 0.5, "top_k": 7}
