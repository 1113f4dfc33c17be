"""Names that promise another model than they run."""

import re
from collections.abc import Iterator

from orbitcfg.catalog.sections import preset_sections
from orbitcfg.document.tree import KeyPath, Mapping, Sequence, at, child, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_LISTS = ("allowed_models", "allowed_image_models", "allowed_video_models", "allowed_audio_models")
_SIZE = re.compile(r"(?<![\w.])(?:e|a)?(\d+(?:\.\d+)?[bm])(?![a-z0-9])")
_FAMILY = re.compile(
    r"gpt-oss|gpt|claude|gemini|gemma|llama|mixtral|mistral|ministral|qwen|deepseek|grok|kimi|glm|minimax|command|phi|granite|nemotron|smollm|nova"
)
_VARIANTS = ("opus", "sonnet", "haiku")


@rule("ORB440", consequence=Consequence.DIFFERENT)
def label_promises_another_model(config: Config) -> Iterator[Finding]:
    """A name says one model, and another one runs.

    Clients choose by the name of an entry in `allowed_models`. `gpt-oss:120b` that runs `gpt-oss:20b` gives them a smaller model than they ask for. The
    same is said of presets, where it is info.

    ```yaml bad
    # base: chat
    adapters:
      - {name: chat, inference_provider: shimmy, model: "gpt-oss:20b", allowed_models: [{name: "gpt-oss:120b", provider: shimmy, model: "gpt-oss:20b"}]}
    ```

    ```yaml good
    # base: chat
    adapters:
      - {name: chat, inference_provider: shimmy, model: "gpt-oss:20b", allowed_models: [{name: "gpt-oss:20b", provider: shimmy, model: "gpt-oss:20b"}]}
    ```
    """
    for label, model, path, consequence in (*_entries(config), *_presets(config)):
        if promises_another(label, _expanded(config, model)):
            yield Finding(
                f"what is called `{label}` runs the model `{model}`", path, "name the entry after its model", value=True, consequence=consequence
            )


def promises_another(label: str, model: str) -> bool:
    """Whether both name a kind of model, and these differ: in the family, the size, or the variant."""
    one, other = label.lower(), model.lower()
    families = [_FAMILY.search(each) for each in (one, other)]
    if families[0] and families[1] and not _akin(families[0][0], families[1][0], one, other):
        return True
    sizes = [set(_SIZE.findall(each)) for each in (one, other)]
    # a size says something of names of known families alone: elsewhere it may be part of any word
    if sizes[0] and sizes[1] and not sizes[0] & sizes[1] and families[0] and families[1]:
        return True
    variants = [{word for word in _VARIANTS if word in each} for each in (one, other)]
    return bool(variants[0] and variants[1]) and not variants[0] & variants[1]


def _akin(one: str, other: str, label: str, model: str) -> bool:
    """Whether one family is named in the other's name too: `nemotron` models are made of `llama` ones."""
    return one in model or other in label


def _expanded(config: Config, model: str) -> str:
    """The model of a preset of that name, else the model itself."""
    preset = value_at(config.tree, ("ollama_presets", model, "model"))
    return preset if isinstance(preset, str) else model


def _entries(config: Config) -> Iterator[tuple[str, str, KeyPath, Consequence]]:
    for adapter in config.adapters:
        for key in _LISTS:
            listed = child(adapter.node, key)
            for index, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
                name, model = value_at(item, ("name",)), value_at(item, ("model",))
                if isinstance(name, str) and isinstance(model, str):
                    yield name, model, (*adapter.path, key, index, "name"), Consequence.DIFFERENT


def _presets(config: Config) -> Iterator[tuple[str, str, KeyPath, Consequence]]:
    for section in preset_sections().values():
        presets = at(config.tree, (section,))
        for name in presets.entries if isinstance(presets, Mapping) else ():
            model = value_at(presets, (name, "model"))
            if isinstance(name, str) and isinstance(model, str):
                yield name, model, (section, name), Consequence.HYGIENE


RULES = (label_promises_another_model,)
