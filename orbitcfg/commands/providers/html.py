"""One page: adapters, providers, models and endpoints as a drawing, and under it the same in words, each with its line."""

from collections.abc import Iterator
from itertools import groupby

from orbitcfg.commands.providers.columns import Cell, columns, remark
from orbitcfg.commands.providers.drawing import Drawing, DrawnNode, Layer, Mark, drawing_of
from orbitcfg.commands.providers.svg import SIGNS, TONES, svg
from orbitcfg.commands.providers.usage import DEFAULT, Usage
from orbitcfg.effective.use import Use
from orbitcfg.report.home import tilde
from orbitcfg.report.markup import Markup, element, prose
from orbitcfg.report.page import html_page
from orbitcfg.version import __version__

_TITLE = "orbitcfg providers"
_NO_VERDICT = "What a part of a configuration uses"


def page(usage: Usage) -> str:
    """The rows as a whole HTML document."""
    drawing = drawing_of(usage)
    headline = usage.verdict.headline if usage.verdict is not None else _NO_VERDICT
    return html_page(
        f"{_TITLE}: {headline}",
        "orbitcfg.commands.providers",
        _header(usage, headline),
        element("main", _map(drawing), _adapters(usage, drawing), _unused(drawing)),
        element("footer", element("p", f"orbitcfg {__version__}, for ORBIT {usage.config.orbit}. This page loads nothing and holds no keys.")),
    )


def _header(usage: Usage, headline: str) -> Markup:
    starts = usage.verdict.starts if usage.verdict is not None else None
    mark = {True: Mark.WORKS, False: Mark.BROKEN, None: Mark.UNKNOWN}[starts]
    return element(
        "header",
        element("p", _TITLE, class_="kicker"),
        element("h1", element("span", SIGNS[mark], class_="sign", aria_hidden="true"), prose(headline)),
        element("p", element("code", tilde(usage.config.graph.root.source.name)), class_="counts"),
        class_=TONES[mark],
    )


def _map(drawing: Drawing) -> Markup:
    """The drawing with what its marks mean; empty where there is nothing to draw."""
    if not drawing.nodes:
        return Markup()
    legend = [element("li", element("span", SIGNS[mark], class_="sign"), f" {mark}", class_=TONES[mark]) for mark in drawing.marks]
    if any(edge.is_choice for edge in drawing.edges):
        legend.append(element("li", element("span", "┄", class_="sign"), " where a client chooses it"))
    return element("section", element("ul", legend, class_="legend"), element("div", svg(drawing), class_="map"))


def _adapters(usage: Usage, drawing: Drawing) -> Markup:
    """A card for each adapter, with what it uses."""
    nodes = [(number, node) for number, node in enumerate(drawing.nodes) if node.layer is Layer.ADAPTER]
    cards = []
    for (number, node), (_, uses) in zip(nodes, groupby(usage.rows, key=_owner), strict=True):
        reason = element("p", prose(node.reason), class_="reason") if node.reason else Markup()
        cards.append(
            element("article", _title(node), reason, element("ul", map(_use, uses), class_="uses"), id=f"node-{number}", class_=TONES[node.mark])
        )
    return element("section", element("h2", "What each adapter uses"), cards) if cards else Markup()


def _owner(use: Use) -> str:
    return DEFAULT if use.adapter is None else use.adapter.name


def _title(node: DrawnNode) -> Markup:
    sign = element("span", SIGNS[node.mark], class_="sign", role="img", aria_label=str(node.mark))
    return element("h3", sign, " ", node.label, " ", element("code", tilde(node.place)))


def _use(use: Use) -> Markup:
    """A row: what for, and what leads to what."""
    _, service, provider, model, url, key, state = columns(use)
    entry = use.adapter.entry if use.adapter is not None else None
    chain = [element("span", _noted(cell), class_="step") for cell in (provider, model, url) if cell.text != "-"]
    more = "; ".join(filter(None, (f"key: {key.text} {key.note}".strip() if key.text != "-" else "", state.note, remark(use))))
    return element(
        "li",
        element("b", f"{service.text} @{entry}" if entry else service.text),
        element("span", chain, class_="chain"),
        element("span", element("i", state.text), prose(f" {more}") if more else "", class_="state"),
    )


def _noted(cell: Cell) -> Iterator[str]:
    yield element("code", cell.text)
    if cell.note:
        yield element("small", cell.note)


def _unused(drawing: Drawing) -> Markup:
    """The providers that nothing uses, each with its line."""
    lines = [
        element(
            "li",
            element("b", f"{node.label} ({node.note})" if node.note else node.label),
            " ",
            element("code", tilde(node.place)),
            id=f"node-{number}",
        )
        for number, node in enumerate(drawing.nodes)
        if node.mark is Mark.UNUSED
    ]
    return (
        element("section", element("h2", "Switched on or defined, and used by nothing"), element("ul", lines, class_="unused-list"))
        if lines
        else Markup()
    )
