"""The provider blocks that something switched on uses."""

from collections.abc import Iterator
from dataclasses import dataclass

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath, Mapping, Unknown, at, child
from orbitcfg.effective.block import ModelRequest
from orbitcfg.effective.outcome import Outcome, Outcomes
from orbitcfg.effective.switches import is_on
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class ProviderBlock:
    """One block: its path, its node, what the catalogue says of it, whether something names it, and whether it is on without a switch."""

    path: KeyPath
    node: Mapping
    row: Row
    is_used: bool
    on_by_default: bool

    @property
    def provider(self) -> str:
        """The provider's name."""
        return str(self.path[1])

    @property
    def is_on(self) -> bool:
        """Whether its own switch is on, as the registry reads it."""
        return is_on(child(self.node, "enabled"), "registry", default=self.on_by_default)

    def severity(self, severity: Severity = Severity.ERROR) -> Severity:
        """A severity; info where nothing uses the block, or where it is switched off."""
        return severity if self.is_used and self.is_on else Severity.INFO


def provider_blocks(config: Config) -> Iterator[ProviderBlock]:
    """Every block of a provider, in the order of the sections."""
    for section, spec in config.catalog.sections.items():
        node = at(config.tree, (section,)) if spec.holds == "providers" else None
        for name, entry in node.entries.items() if isinstance(node, Mapping) else ():
            row = config.catalog.at(config.tree, (section, name))
            if isinstance(entry.node, Mapping) and row is not None:
                yield ProviderBlock((section, name), entry.node, row, (section, name) in config.used_blocks, spec.switch_default)


def used_inference(config: Config) -> Iterator[Outcome]:
    """What the inference providers that are on and used make of their own blocks."""
    outcomes = Outcomes(config.tree, config.catalog, config.environment)
    for block in provider_blocks(config):
        if block.path[0] == "inference" and block.is_used and block.is_on and block.row.provider.protocol is not None:
            yield outcomes.of(ModelRequest(block.provider))


def is_default(config: Config, path: KeyPath) -> bool:
    """Whether the block is that of the default inference provider."""
    default = child(child(config.tree, "general"), "inference_provider")
    value = getattr(default, "value", None)
    return path[0] == "inference" and value == path[1] and not isinstance(value, Unknown)


def stops_start(config: Config, path: KeyPath) -> bool:
    """Whether ORBIT does not start since the provider of this block cannot be made: the default one, with no other object to take its place."""
    return is_default(config, path) and not config.uses[0].built
