"""Presets: missing ones, what they drop, and names of presets where no preset is looked for."""

from collections.abc import Hashable, Iterator

from orbitcfg.catalog.sections import preset_sections
from orbitcfg.compile.presets import PRESET_KEY
from orbitcfg.document.events import PresetApplied, PresetMissing
from orbitcfg.document.tree import KeyPath, Mapping, Unknown, at, child, key_span, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import NOT_STARTING
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._chosen_models import SelectedModel, chosen_models
from orbitcfg.suggest import nearest

_SENT = ("temperature", "top_p", "think", "effort", "num_predict", "keep_alive", "base_url")
"""What of a preset reaches Ollama, or decides where requests go."""


@rule("ORB420", consequence=Consequence.ADAPTER_FAILS)
def preset_missing(config: Config) -> Iterator[Finding]:
    """A provider block asks for a preset that is not there.

    ORBIT logs an error, and the provider cannot be set up, so that ORBIT does not start if it is the default one. `llama_cpp` goes on
    with what else stands in the block (warning). The name's type counts: `"1"` is not the key `1`.

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, use_preset: smal}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```

    ```yaml good
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, use_preset: small}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```
    """
    for event in config.events_of(PresetMissing):
        # the section may stand in a file that was not read
        if isinstance(event.preset, Unknown) or (not config.is_whole and at(config.tree, (event.section,)) is None):
            continue
        names = [str(name) for name in _entries(config, event.section)]
        meant = nearest(str(event.preset), names)
        place = key_span(config.tree, (event.section, meant)) if meant else None
        consequence = _of_missing(config, event.block)
        ending = NOT_STARTING if consequence is Consequence.NO_START else ""
        yield Finding(
            f"`{event.section}` has no preset `{event.preset}`{ending}",
            (*event.block, PRESET_KEY),
            f"write `{meant}`"
            if meant
            else f"name one that `{event.section}` defines"
            if names
            else f"add `{event.preset}:` under `{event.section}`",
            value=True,
            consequence=consequence,
            blames=(event.section, event.preset),
            related=(Annotation(place, "did you mean this one?"),) if place else (),
        )


@rule("ORB421", consequence=Consequence.DIFFERENT)
def preset_drops_keys(config: Config) -> Iterator[Finding]:
    """Keys beside `use_preset` are dropped.

    The preset replaces the whole block, and only `enabled` survives: a `base_url` or a `model` beside it never counts.

    ```yaml bad
    inference: {ollama: {enabled: true, use_preset: small, temperature: 0.2}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```

    ```yaml good
    inference: {ollama: {enabled: true, use_preset: small}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b", temperature: 0.2}}
    ```
    """
    for event in config.events_of(PresetApplied):
        if event.dropped:
            listed = ", ".join(f"`{key}`" for key in event.dropped)
            first = event.replaced.entries[event.dropped[0]].key_span
            yield Finding(
                f"the preset `{event.preset}` takes the place of the whole block: {listed} {'is' if len(event.dropped) == 1 else 'are'} dropped",
                first,
                "move them into the preset, or remove them",
                key=event.block,
            )


@rule("ORB422", consequence=Consequence.HYGIENE, severity=Severity.INFO)
def preset_switches_on(config: Config) -> Iterator[Finding]:
    """A block with `use_preset` and no `enabled` is switched on.

    Elsewhere a provider without `enabled` is off.

    ```yaml bad
    inference: {ollama: {use_preset: small}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```

    ```yaml good
    inference: {ollama: {enabled: true, use_preset: small}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```
    """
    for event in config.events_of(PresetApplied):
        if "enabled" not in event.replaced.entries:
            yield Finding(
                f"`use_preset` switches `{event.block[1]}` on, as there is no `enabled`",
                event.replaced.entries[PRESET_KEY].key_span,
                "write `enabled: true`, to say so",
                key=event.block,
            )


@rule("ORB423", consequence=Consequence.DIFFERENT)
def preset_name_as_model(config: Config) -> Iterator[Finding]:
    """A model is the name of a preset, for a provider that does not look presets up there.

    Only local `ollama` takes the name of a preset as a model. `llama_cpp` goes on with the file of its own block, and other providers send the
    name to the server. With the block's own preset it is a mere label (info).

    ```yaml bad
    # base: chat
    inference: {ollama_remote: {enabled: true, base_url: "http://gpu.example.org:11434", model: "llama3.2:3b"}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    adapters: [{name: chat, inference_provider: ollama_remote, model: small}]
    ```

    ```yaml good
    # base: chat
    inference: {ollama_remote: {enabled: true, base_url: "http://gpu.example.org:11434", model: "llama3.2:3b"}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    adapters: [{name: chat, inference_provider: ollama_remote, model: "llama3.2:3b"}]
    ```
    """
    own = {event.block[1]: event.preset for event in config.events_of(PresetApplied)}
    for chosen in chosen_models(config):
        section = _preset_section(config, chosen)
        if section is not None:
            is_label = own.get(chosen.provider) == chosen.model
            outcome = "it keeps the model of its block" if chosen.provider == "llama_cpp" else "the name goes to the server as it is"
            yield Finding(
                f"`{chosen.model}` is a preset in `{section}`, and `{chosen.provider}` does not look there for a model: {outcome}",
                chosen.model_path,
                "name a model, or use the provider that has the preset",
                value=True,
                consequence=Consequence.WITHOUT_EFFECT if is_label else Consequence.DIFFERENT,
                related=(Annotation(config.locate((section, chosen.model)), "the preset"),),
            )


@rule("ORB424", consequence=Consequence.DIFFERENT)
def preset_mixed(config: Config) -> Iterator[Finding]:
    """An adapter's model leaves settings of another preset in force.

    The preset that `model` names is laid over the block's own, so that what it lacks stays as the block's preset has it. A plain Ollama
    tag changes the model alone: a `think: true` goes along to a model that may not know it (warning); other leftovers are info.

    ```yaml bad
    # base: chat
    inference: {ollama: {enabled: true, use_preset: thinker}}
    ollama_presets: {thinker: {base_url: "http://localhost:11434", model: "qwen3:4b", think: true}}
    adapters: [{name: chat, inference_provider: ollama, model: "gemma3:4b"}]
    ```

    ```yaml good
    # base: chat
    inference: {ollama: {enabled: true, use_preset: thinker}}
    ollama_presets:
      thinker: {base_url: "http://localhost:11434", model: "qwen3:4b", think: true}
      plain: {base_url: "http://localhost:11434", model: "gemma3:4b", think: false}
    adapters: [{name: chat, inference_provider: ollama, model: plain}]
    ```
    """
    block = at(config.tree, ("inference", "ollama"))
    presets = at(config.tree, ("ollama_presets",))
    applied = any(event.block == ("inference", "ollama") for event in config.events_of(PresetApplied))
    for chosen in chosen_models(config) if applied and isinstance(block, Mapping) else ():
        if chosen.provider != "ollama":
            continue
        preset = child(presets, chosen.model)
        left = [key for key in _SENT if child(block, key) is not None and child(preset, key) is None]
        if preset is not None and left:
            listed = ", ".join(f"`{key}`" for key in left)
            yield _left(
                config, chosen, f"the preset `{chosen.model}` has no {listed}: those of the block's own preset stay", left, Consequence.WITHOUT_EFFECT
            )
        elif preset is None and value_at(block, ("think",)) not in (None, False):
            yield _left(config, chosen, f"`{chosen.model}` is asked with the `think` of the block's preset", ["think"], Consequence.DIFFERENT)


@rule("ORB425", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="presets that nothing names")
def unused_preset(config: Config) -> Iterator[Finding]:
    """A preset is named by nothing.

    ```yaml bad
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```

    ```yaml good
    inference: {ollama: {enabled: true, use_preset: small}}
    ollama_presets: {small: {base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```
    """
    named = {(preset_sections()[str(event.block[1])], event.preset) for event in config.events_of(PresetApplied)}
    named |= {(preset_sections()[chosen.provider], chosen.model) for chosen in chosen_models(config) if chosen.provider in preset_sections()}
    # in vain too: another rule tells of that
    wanted = {reference.name for reference in config.references}
    for section in preset_sections().values():
        for name in _entries(config, section):
            if (section, str(name)) not in named and name not in wanted:
                yield Finding(f"nothing names the preset `{name}`", (section, name), "remove it, or name it")


def _entries(config: Config, section: str) -> tuple[Hashable, ...]:
    node = at(config.tree, (section,))
    return tuple(node.entries) if isinstance(node, Mapping) else ()


def _of_missing(config: Config, block: KeyPath) -> Consequence:
    """What a missing preset comes to on a block: it cannot be made, unless it can go on with what else it holds."""
    inline = any(value_at(config.tree, (*block, key)) for key in ("model", "model_path")) or value_at(config.tree, (*block, "mode")) == "api"
    if block[1] == "llama_cpp" and inline:
        return Consequence.DIFFERENT
    is_default = any(use.is_default and not use.built and use.block == block for use in config.uses)
    return Consequence.NO_START if is_default else Consequence.ADAPTER_FAILS


def _preset_section(config: Config, chosen: SelectedModel) -> str | None:
    """The section that has a preset of the model's name, which the provider does not look into."""
    # llama_cpp has presets, and takes the name of none for a model (resolution §5.4)
    sections = [
        section for section in preset_sections().values() if preset_sections().get(chosen.provider) != section or chosen.provider == "llama_cpp"
    ]
    return next((section for section in sections if at(config.tree, (section, chosen.model)) is not None), None)


def _left(config: Config, chosen: SelectedModel, message: str, keys: list[str], consequence: Consequence) -> Finding:
    place = config.locate(("inference", "ollama", keys[0]))
    return Finding(
        message,
        chosen.model_path,
        "name a preset that says what it needs" if consequence is Consequence.DIFFERENT else "write those keys into the preset",
        value=True,
        consequence=consequence,
        related=(Annotation(place, "this stays in force"),),
    )


RULES = (preset_missing, preset_drops_keys, preset_switches_on, preset_name_as_model, preset_mixed, unused_preset)
