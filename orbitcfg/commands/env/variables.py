"""Finds the variables of a configuration."""

import re

from orbitcfg.commands.env.result import Place, Variable, VariableInventory, VariableNeed
from orbitcfg.document.masked import key_at
from orbitcfg.document.tree import Interpolated, KeyPath, at
from orbitcfg.masking.names import MASK
from orbitcfg.masking.values import masked_text
from orbitcfg.project.config import Config
from orbitcfg.project.variables import VariableUse, variable_uses
from orbitcfg.report.verdict import Verdict


def inventory(config: Config, unread: tuple[str, ...] = (), verdict: Verdict | None = None) -> VariableInventory:
    """The variables of a configuration."""
    uses: dict[str, list[Place]] = {}
    for use in variable_uses(config):
        uses.setdefault(use.name, []).append(_place(config, use))
    variables = tuple(_variable(config, name, tuple(dict.fromkeys(places))) for name, places in uses.items())
    return VariableInventory(variables, config.environment.sources, config.declared_variables, unread, verdict, config.orbit)


def _variable(config: Config, name: str, places: tuple[Place, ...]) -> Variable:
    found = config.environment[name]
    return Variable(name, places) if found is None else Variable(name, places, found.source, found.place)


def _place(config: Config, use: VariableUse) -> Place:
    return Place(
        config.format_path(use.path),
        use.span,
        None if use.default is None else _default(config, use, use.default),
        config.format_path(use.path if use.by_orbit else _part(use.path)),
        use.demand.is_demanded,
        use.by_orbit,
        _need(config, use) if use.is_needed else None,
        is_off=config.demand.switch_off(use.path) is not None,
    )


def _need(config: Config, use: VariableUse) -> VariableNeed:
    through = dict.fromkeys(config.format_path(path) for path in (*use.demand.through, use.path))
    return VariableNeed(tuple(map(str, use.demand.by)), tuple(through))


def _part(path: KeyPath) -> KeyPath:
    """What a key belongs to: an adapter, or the mapping that holds it, as far as two keys below the root."""
    return path[:2] if len(path) > 2 else path[:1]


def _default(config: Config, use: VariableUse, default: str) -> str:
    """A default as it may be shown: of a secret it is one, and it may stand where one belongs."""
    path = config.written_path(use.path)
    node = at(config.written, path)
    template = next((step.template for step in node.steps if isinstance(step, Interpolated)), "") if node else ""
    shown = masked_text(key_at(config.written, path), template)
    written = re.search(rf"\$\{{{re.escape(use.name)}:-(?P<default>[^}}]*)\}}", shown)
    return default if f"${{{use.name}:-{default}}}" in shown else written["default"] if written else MASK
