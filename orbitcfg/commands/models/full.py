"""For people: a block for each model, with the names that servers give it, and why the others miss it."""

from collections.abc import Iterator

from orbitcfg.commands.models.result import ModelInventory
from orbitcfg.observed.observation import ModelFacts, ModelFile
from orbitcfg.plural import counted
from orbitcfg.report.home import tilde
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import fitted, strip_control_characters

_HEADINGS = {"shimmy@1.7": "Shimmy 1.7", "shimmy@1.8": "Shimmy 1.8", "shimmy": "Shimmy 2.x", "ollama": "Ollama", "llama-server": "llama-server"}
_SHOWN_SERVERS = ("shimmy@1.7", "shimmy", "ollama", "llama-server")
"""Shimmy 1.8 and 1.9 differ in split files alone, so only `--for` shows them."""


def render(inventory: ModelInventory, style: Style) -> str:
    """How many models there are, and a block for each; where there is none, and with `verbose`, where they were looked for."""
    servers = (inventory.server,) if inventory.server else _SHOWN_SERVERS
    folder = inventory.orbit_dir or inventory.working_dir
    orbit = inventory.report.summary.orbit
    head = f"{counted(len(inventory.models), 'model')}; a relative `model_path` starts from {folder}{f'; ORBIT {orbit}' if orbit else ''}\n"
    head += _searched(inventory) if style.verbose or not inventory.models else ""
    return fitted(head + "".join("\n" + _block(model, servers) for model in inventory.models), style.width)


def _searched(inventory: ModelInventory) -> str:
    """The folders that were looked for, a line each, and whether each is there."""
    lines = (f"  {tilde(folder)}{'' if is_there else ' (is not there)'}" for folder, is_there in inventory.folders)
    return "".join(f"{strip_control_characters(line)}\n" for line in ("looked in, beside Ollama's store:", *lines))


def _block(model: ModelFile, servers: tuple[str, ...]) -> str:
    lines = [model.path, f"  {_description(model)}", *(f"  {label:<24}{text}" for label, text in _listings(model, servers))]
    if model.requested_by:
        lines.append(f"  {'asked for by':<24}{', '.join(model.requested_by)}")
    return "".join(strip_control_characters(line) + "\n" for line in lines)


def _listings(model: ModelFile, servers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The servers that give a model the same name, and that name."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for listing in model.listings:
        if listing.server in servers:
            names = ", ".join((listing.name, *listing.also)) if listing.name else ""
            by_name.setdefault((names, listing.reason), []).append(_HEADINGS[listing.server])
    for (names, reason), headings in by_name.items():
        yield ", ".join(headings), f"{names} ({reason})" if names and reason else names or f"not listed: {reason}"


def _description(model: ModelFile) -> str:
    size = _size(model.size_bytes)
    if model.facts is None:
        damage = model.fault.damage.name.lower().replace("_", " ") if model.fault else "unread"
        return f"{size}, no model: {damage}"
    return ", ".join([size, *_properties(model.facts, len(model.missing_shards))])


def _properties(facts: ModelFacts, missing_parts: int) -> Iterator[str]:
    yield from (facts.kind.value, facts.architecture, facts.quantisation, f"{_weights(facts.parameters)} weights")
    if facts.context:
        yield f"context {facts.context:,}"
    yield "chat template" if facts.has_template else "no chat template"
    if missing_parts:
        yield f"{missing_parts} of its parts missing"
    elif facts.shards > 1:
        yield f"{facts.shards} parts, complete"


def _size(count: int) -> str:
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} bytes"


def _weights(count: int) -> str:
    return f"{count / 1e9:.1f} B" if count >= 10**9 else f"{count / 1e6:.0f} M" if count >= 10**6 else f"{count:,}"
