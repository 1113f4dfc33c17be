"""What the catalogue says of the inference provider of an adapter."""

from orbitcfg.catalog.rows import UNKNOWN
from orbitcfg.catalog.specs import IN_PROCESS, MODE_DIRECT, ProviderSpec
from orbitcfg.document.tree import Unknown, value_at
from orbitcfg.effective.adapters import Adapter
from orbitcfg.project.config import Config


def spec_of(config: Config, provider: object) -> ProviderSpec:
    """What the catalogue says of an inference provider; nothing of one that it does not know."""
    row = config.catalog.at(config.tree, ("inference", provider)) if isinstance(provider, str) else None
    return (row or UNKNOWN).provider


def mode_of(config: Config, provider: str) -> str | None:
    """The mode that a provider works in; None where it has but one."""
    modes = spec_of(config, provider).modes
    if modes is None:
        return None
    written = value_at(config.tree, ("inference", provider, modes.key)) or modes.default
    return written if isinstance(written, str) else None


def runs_in_process(config: Config, provider: str) -> bool:
    """Whether a provider runs its model inside of ORBIT."""
    return spec_of(config, provider).protocol == IN_PROCESS or mode_of(config, provider) == MODE_DIRECT


def provider_of(config: Config, adapter: Adapter) -> tuple[str | None, bool]:
    """The provider that serves an adapter, and whether it is the adapter's own; None where that is not known here."""
    own = adapter.text("inference_provider")
    if own is not None:
        return own, True
    value = None if adapter.has("inference_provider") else value_at(config.tree, ("general", "inference_provider"))
    return (value if isinstance(value, str) and not isinstance(value, Unknown) else None), False
