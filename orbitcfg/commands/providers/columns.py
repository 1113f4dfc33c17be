"""The cells of a row for people: what is used, and under it where that comes from."""

from dataclasses import dataclass

from orbitcfg.commands.providers.origin import named, safe, word
from orbitcfg.effective.use import Use
from orbitcfg.masking.url import without_credentials
from orbitcfg.project.config import Config

HEADINGS = ("adapter", "service", "provider", "model", "url", "key", "state")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and a word on it."""

    text: str
    note: str = ""


def cells(config: Config, use: Use) -> tuple[Cell, ...]:
    """The cells of a row, in the order of `HEADINGS`."""
    provider = Cell(named(use.provider), word(config, use, "provider")) if use.provider else Cell("-")
    model = Cell(str(safe(config, use, "model", use.model)), word(config, use, "model")) if use.model is not None else Cell("-")
    url = Cell(str(safe(config, use, "url", use.url)), word(config, use, "url")) if use.url else Cell("-")
    adapter = Cell("(default)" if use.adapter is None else named(use.adapter))
    return (adapter, Cell(use.service), provider, model, url, _key(use), _state(use))


def _key(use: Use) -> Cell:
    if use.key_variable:
        return Cell(use.key_variable, "set" if use.key_set else "not set")
    if use.key_set:
        return Cell("in the file")
    return Cell(use.stand_in_key or "-")


def _state(use: Use) -> Cell:
    return Cell(use.state, "by load order" if use.order_dependent else "")


def remark(use: Use) -> str:
    """What else is to be said of a row; empty where nothing is."""
    reason = "" if use.state == "keyless" else use.reason
    served = f"served by what was made for {_owner(use.served_by)}" if use.served_by is not None else ""
    return without_credentials("; ".join(each for each in (reason, served) if each))


def _owner(name: str) -> str:
    return f"adapter `{name}`" if name else "the default"
