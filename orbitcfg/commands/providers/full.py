"""For people: a table that fits a terminal of 100 columns, an adapter's rows under its name."""

from itertools import groupby

from orbitcfg.commands.providers.columns import columns, remark
from orbitcfg.commands.providers.usage import DEFAULT, Usage
from orbitcfg.effective.use import Use
from orbitcfg.masking.url import shown_name
from orbitcfg.report.style import Style
from orbitcfg.report.table import CellLines, TableColumn, TableGroup, TableRow, format_table

COLUMNS = 100

_TABLE = (
    TableColumn("service", share=2),
    TableColumn("provider", share=2),
    TableColumn("model", share=3),
    TableColumn("url and key", share=4),
    TableColumn("state", share=2),
)
_STATE_STYLES = {
    "configured": "bold green",
    "off": "dim",
    "ignored": "dim",
    "undecided": "bold yellow",
    "unjudged": "bold yellow",
    "disabled": "bold yellow",
    "keyless": "bold yellow",
}
_OTHER_STATE = "bold red"


def render(usage: Usage, style: Style) -> str:
    """A block for each adapter; under a value stands where it comes from."""
    if not usage.rows:
        return "nothing\n"
    groups = (TableGroup(name, tuple(map(_row, uses))) for name, uses in groupby(usage.rows, key=_heading))
    return format_table(_TABLE, groups, width=style.width or COLUMNS, color=style.color)


def _heading(use: Use) -> str:
    return DEFAULT if use.adapter is None else use.adapter.label


def _row(use: Use) -> TableRow:
    """The key stands under the address, and the service under an entry: unless it is a language model, as nearly all are."""
    _, service, provider, model, url, key, state = columns(use)
    entry = None if use.adapter is None else use.adapter.entry
    what = _lines(service.text) if entry is None else _lines(f"@{shown_name(entry)}", "" if use.service == "inference" else service.text)
    address = _lines(url.text, url.note, "" if key.text == "-" else f"{key.text} {key.note}".strip())
    style = _STATE_STYLES.get(use.state, _OTHER_STATE)
    return TableRow(
        (what, _lines(provider.text, provider.note), _lines(model.text, model.note), address, _lines(state.text, state.note, style=style)),
        remark(use),
    )


def _lines(text: str, *notes: str, style: str = "") -> CellLines:
    """A value, and under it what is noted on it."""
    return ((text, style), *((note, "dim") for note in notes if note))
