"""What Ollama makes of a question: the prompt by the template of the model's manifest, whatever the model's file brings, and the manifest's parameters."""

from collections.abc import Mapping

from orbitcfg.dataclass import dataclass, field
from orbitcfg.engine import ollama
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.go_template import GoTemplateError, names_in, rendered
from orbitcfg.observed.foreign_json import parse_json
from orbitcfg.observed.model_names import ollama_name

BARE = "{{ .Prompt }}"
"""Ollama's template for a model whose manifest has none."""


@dataclass(frozen=True, slots=True)
class OllamaPrompt:
    """The text that Ollama gives the model, and the parameters that hold where a request says nothing else."""

    text: str
    parameters: Mapping[str, object] = field(default_factory=dict)


def ollama_prompt(run_context: RunContext, model: str, question: str, think: object) -> OllamaPrompt | None:
    """The prompt of a model of the store; None where the store has no such model, or a template that is not to be rendered here."""
    stored = (manifest for store in ollama.stores(run_context) for manifest in ollama.manifests(store))
    manifest = next((each for each in stored if ollama_name(each.name) == ollama_name(model)), None)
    if manifest is None:
        return None
    parameters = parse_json(manifest.text_of(ollama.PARAMETERS_LAYER).encode())
    template, system = manifest.text_of(ollama.TEMPLATE_LAYER) or BARE, manifest.text_of(ollama.SYSTEM_LAYER)
    try:
        return OllamaPrompt(_prompt(template, system, question, think), parameters if isinstance(parameters, dict) else {})
    except GoTemplateError:
        return None


def _prompt(template: str, system: str, question: str, think: object) -> str:
    messages = [*([{"Role": "system", "Content": system}] if system else []), {"Role": "user", "Content": question}]
    thinking = {"Think": bool(think), "ThinkLevel": think if isinstance(think, str) else "", "IsThinkSet": think is not None}
    values = {"System": system, "Tools": [], "Response": "", **thinking}
    if "Messages" in names_in(template):
        return rendered(template, {**values, "Messages": messages})
    # an older template has one place for the answer, behind which nothing is sent
    end = "\x00end of the prompt\x00"
    return rendered(template, {**values, "Prompt": question, "Response": end}).partition(end)[0]
