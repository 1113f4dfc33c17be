"""What ORBIT will use, as rows for people and programs."""

from collections.abc import Iterable

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.providers import Provider
from orbitcfg.effective.use import Use
from orbitcfg.plural import counted
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.verdict import Verdict

DEFAULT = "default"
"""The name under which users ask for the rows of the default."""


@dataclass(frozen=True, slots=True, repr=False)
class Usage:
    """The rows that were asked for, and the configuration that they are of.

    `unused` are the blocks of providers that nothing needs, where the rows are those of the whole configuration;
    `ending` says why ORBIT would not start, None where it would, or where that is not known here; `verdict` what becomes of it.
    """

    config: Config
    rows: tuple[Use, ...]
    unused: tuple[Provider, ...] = ()
    ending: Report | None = None
    verdict: Verdict | None = None

    def __repr__(self) -> str:
        return f"<Usage: {self.config.graph.root.source.name}, {counted(len(self.rows), 'row')}>"


def selected(uses: Iterable[Use], *, service: str | None = None, adapter: str | None = None, every: bool = False) -> tuple[Use, ...]:
    """The rows of one service, of one adapter with what its clients may choose, or of one such choice; without `every`, of what is on."""
    return tuple(
        use
        for use in uses
        if (service is None or use.service == service)
        and (adapter is None or _is_meant(use, adapter))
        and (every or use.is_on or (adapter is not None and not use.enabled))
    )


def unused(config: Config, *, every: bool = False) -> tuple[Provider, ...]:
    """The providers whose block is there and that nothing needs; without `every`, of those that are switched on."""
    return tuple(each for each in config.providers if (every or each.is_on) and config.demand.of(each.path).state == "no")


def _is_meant(use: Use, text: str) -> bool:
    return text == DEFAULT if use.adapter is None else use.adapter.is_meant_by(text)


def services(uses: Iterable[Use]) -> tuple[str, ...]:
    """The services that there are rows for."""
    return tuple(dict.fromkeys(use.service for use in uses))


def adapters(uses: Iterable[Use]) -> tuple[str, ...]:
    """The names that rows can be asked for by."""
    keys = [use.adapter for use in uses]
    names = [DEFAULT if key is None else key.name for key in keys]
    return tuple(dict.fromkeys([*names, *(str(key) for key in keys if key is not None and key.entry is not None)]))


def adapter_labels(uses: Iterable[Use]) -> tuple[str, ...]:
    """Those names as they may be shown."""
    keys = [use.adapter for use in uses]
    labels = [DEFAULT if key is None else key.label for key in keys]
    return tuple(dict.fromkeys([*labels, *(str(key) for key in keys if key is not None and key.entry is not None)]))
