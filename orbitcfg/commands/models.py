"""The command `models`: the models of this machine, by the names that local servers give them, as a table and as JSON."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orbitcfg.commands.smoke import configured, reported
from orbitcfg.engine import run
from orbitcfg.engine.discover import SERVERS
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.observed.observation import ModelFile, Observations
from orbitcfg.project.compiler import Path
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.terminal import safe
from orbitcfg.settings.model import Settings
from orbitcfg.suggest import nearest

_HEADINGS = {"shimmy@1.7": "Shimmy 1.7", "shimmy@1.8": "Shimmy 1.8", "shimmy": "Shimmy 2.x", "ollama": "Ollama", "llama-server": "llama-server"}
_SHOWN_SERVERS = ("shimmy@1.7", "shimmy", "ollama", "llama-server")
"""Shimmy 1.8 and 1.9 differ in split files alone, so only `--for` shows them."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The models of this machine, and the findings about them. `working_dir` and `orbit_dir` are the folders that relative paths start from."""

    observations: Observations
    report: Report
    working_dir: str
    orbit_dir: str | None


def models(
    path: Path | None = None,
    folders: Iterable[str] = (),
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Inventory:
    """Every GGUF model that servers on this machine could serve. Without a configuration nothing asks for any."""
    process = os.environ if process is None else process
    config, run_context = configured(path, True, settings, files or Disk(), process)
    observations = run.observe_models(config, run_context, tuple(folders))
    return Inventory(observations, reported(config, observations, settings), run_context.working_dir, run_context.orbit_dir)


def as_text(inventory: Inventory, server: str | None = None) -> str:
    """A block for each model; with a server only its names, and why it misses the others. Raises UsageError for an unknown server."""
    chosen = (_known(server),) if server else _SHOWN_SERVERS
    blocks = [_block(model, chosen) for model in inventory.observations.models]
    folder = inventory.orbit_dir or inventory.working_dir
    head = f"{len(blocks)} {'model' if len(blocks) == 1 else 'models'}; a relative `model_path` starts from {folder}\n"
    return head + "".join("\n" + block for block in blocks)


def as_json(inventory: Inventory, server: str | None = None) -> str:
    """The same for programs."""
    chosen = (_known(server),) if server else SERVERS
    shape = {
        "version": 1,
        "working_dir": inventory.working_dir,
        "orbit_dir": inventory.orbit_dir,
        "models": [_row(model, chosen) for model in inventory.observations.models],
        "findings": [
            {"code": each.code, "severity": each.severity.label, "message": each.message, "help": each.help} for each in inventory.report.diagnostics
        ],
    }
    return json.dumps(shape, indent=2, ensure_ascii=False) + "\n"


def _known(server: str) -> str:
    if server not in SERVERS:
        meant = nearest(server, SERVERS)
        raise UsageError(f"--for takes {', '.join(SERVERS)}, not `{server}`" + (f": did you mean `{meant}`?" if meant else ""))
    return server


def _block(model: ModelFile, servers: tuple[str, ...]) -> str:
    lines = [model.path, f"  {_description(model)}"]
    by_name: dict[tuple[str, str], list[str]] = {}
    for listing in model.listings:
        if listing.server in servers:
            names = ", ".join((listing.name, *listing.also)) if listing.name else ""
            by_name.setdefault((names, listing.reason), []).append(_HEADINGS[listing.server])
    for (names, reason), headings in by_name.items():
        told = f"{names} ({reason})" if names and reason else names or f"not listed: {reason}"
        lines.append(f"  {', '.join(headings):<24}{told}")
    if model.requested_by:
        lines.append(f"  {'asked for by':<24}{', '.join(model.requested_by)}")
    return "".join(safe(line) + "\n" for line in lines)


def _description(model: ModelFile) -> str:
    facts = model.facts
    size = _size(model.size_bytes)
    if facts is None:
        damage = model.fault.damage.name.lower().replace("_", " ") if model.fault else "unread"
        return f"{size}, no model: {damage}"
    parts = [size, facts.kind.value, facts.architecture, facts.quantisation, f"{_weights(facts.parameters)} weights"]
    parts += [f"context {facts.context:,}"] if facts.context else []
    parts.append("chat template" if facts.has_template else "no chat template")
    if facts.shards > 1 or model.missing_shards:
        missing = len(model.missing_shards)
        parts.append(f"{missing} of its parts missing" if missing else f"{facts.shards} parts, complete")
    return ", ".join(parts)


def _row(model: ModelFile, servers: tuple[str, ...]) -> dict[str, object]:
    facts = model.facts
    return {
        "path": model.path,
        "size_bytes": model.size_bytes,
        "kind": facts and facts.kind.value,
        "architecture": facts and facts.architecture,
        "name": facts and facts.name,
        "quantisation": facts and facts.quantisation,
        "parameters": facts and facts.parameters,
        "context": facts and facts.context,
        "has_template": facts and facts.has_template,
        "parts": facts and facts.shards,
        "missing_parts": list(model.missing_shards),
        "damage": model.fault and model.fault.damage.name.lower().replace("_", "-"),
        "damage_detail": model.fault and model.fault.detail,
        "asked_by": list(model.requested_by),
        "listed": {
            each.server: {"name": each.name, "also": list(each.also), "reason": each.reason or None}
            for each in model.listings
            if each.server in servers
        },
    }


def _size(count: int) -> str:
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} bytes"


def _weights(count: int) -> str:
    return f"{count / 1e9:.1f} B" if count >= 10**9 else f"{count / 1e6:.0f} M" if count >= 10**6 else f"{count:,}"
