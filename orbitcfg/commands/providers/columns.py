"""The cells of a row for people: what is used, and who set it; nothing secret."""

from typing import Any

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.provenance import Sourced
from orbitcfg.effective.use import Use
from orbitcfg.masking.url import shown_name, without_credentials
from orbitcfg.masking.values import masked_value

HEADINGS = ("adapter", "service", "provider", "model", "url", "key", "state")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and a note on it."""

    text: str
    note: str = ""


def columns(use: Use) -> tuple[Cell, ...]:
    """The cells of a row, in the order of `HEADINGS`."""
    provider = Cell(shown_provider(use), use.provider.set_by) if use.provider.value else Cell("-")
    adapter = Cell("(default)" if use.adapter is None else str(use.adapter))
    state = Cell(use.state, "load order decides" if use.order_dependent else "")
    return (adapter, Cell(use.service), provider, _cell(use.model), _cell(use.url), _key(use), state)


def shown_provider(use: Use) -> str:
    """The provider as it may be shown."""
    return shown_name(str(display_value(use.provider)))


def _cell(field: Sourced[object]) -> Cell:
    return Cell("-") if field.value is None else Cell(str(display_value(field)), field.set_by)


def _key(use: Use) -> Cell:
    if use.key_variable:
        return Cell(use.key_variable, "set" if use.key_set else "not set")
    if use.key_set:
        return Cell("in the file")
    return Cell(use.stand_in_key or "-")


def remark(use: Use) -> str:
    """Why a row is as it is, and whose object serves it; empty where there is nothing to remark."""
    reason = "" if use.state == "keyless" else use.reason
    served = f"served by what was made for {_owner(use.served_by.owner)}" if use.served_by is not None else ""
    return without_credentials("; ".join(each for each in (reason, served) if each))


def _owner(adapter: AdapterKey | None) -> str:
    return "the default" if adapter is None else f"adapter `{adapter}`"


def display_value(field: Sourced[object]) -> Any:
    """A value as it may be shown: `${NAME}` where a variable named like a secret gave it."""
    name = field.secret_variable
    return masked_value(None, field.value) if name is None else f"${{{name}}}"
