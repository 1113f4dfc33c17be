"""A provider block that names a preset becomes that preset."""

import pytest

from orbitcfg.compile.presets import apply_presets
from orbitcfg.document.events import PresetApplied, PresetMissing
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Mapping, plain
from orbitcfg.document.yaml_reader import parse


def applied(block: str, preset: str = "{model: m}") -> tuple[object, list[object]]:
    """What `inference.ollama` becomes, and the events."""
    node, _ = parse(Source("x.yaml", f"inference: {{ollama: {block}}}\nollama_presets: {{small: {preset}, 2: {{model: two}}}}\n"))
    assert isinstance(node, Mapping)
    tree, events = apply_presets(node)
    value = plain(tree)
    assert isinstance(value, dict)
    return value["inference"]["ollama"], list(events)


@pytest.mark.parametrize(
    ("block", "preset", "enabled"),
    [
        ("{use_preset: small}", "{model: m}", True),
        ("{use_preset: small}", "{model: m, enabled: false}", True),
        ("{use_preset: small, enabled: false}", "{model: m}", False),
        ("{use_preset: small, enabled: false}", "{model: m, enabled: true}", False),
        ("{use_preset: small, enabled: null}", "{model: m, enabled: true}", None),
    ],
)
def test_the_blocks_own_switch_counts_and_is_on_by_default(block: str, preset: str, enabled: bool | None) -> None:
    assert applied(block, preset)[0] == {"model": "m", "enabled": enabled}


def test_what_the_block_held_beside_is_dropped() -> None:
    _, (event,) = applied("{use_preset: small, enabled: true, model: x, timeout: 5}")
    assert isinstance(event, PresetApplied)
    assert (event.preset, event.dropped) == ("small", ("model", "timeout"))


@pytest.mark.parametrize("name", ["nothing", "true", "'2'", "[small]"])
def test_a_preset_that_is_not_there_leaves_the_block(name: str) -> None:
    """The type of its name counts."""
    block, (event,) = applied(f"{{use_preset: {name}, model: x}}")
    assert isinstance(event, PresetMissing)
    assert isinstance(block, dict)
    assert block["model"] == "x"


@pytest.mark.parametrize("name", ["null", "''", "false", "0"])
def test_no_preset_is_asked_for(name: str) -> None:
    assert applied(f"{{use_preset: {name}, model: x}}")[1] == []


def test_a_number_is_a_name_too() -> None:
    assert applied("{use_preset: 2}")[0] == {"model": "two", "enabled": True}
