"""The drawing as SVG: a column for each layer, a box for each node, a curve for each way."""

from collections import defaultdict
from collections.abc import Sequence

from orbitcfg.commands.providers.drawing import Drawing, DrawnEdge, DrawnNode, Layer, Mark
from orbitcfg.report.home import tilde
from orbitcfg.report.markup import Markup, element

SIGNS = {Mark.WORKS: "✓", Mark.LACKING: "!", Mark.UNKNOWN: "?", Mark.BROKEN: "✗", Mark.UNUSED: "○", Mark.OFF: "·"}
TONES = {Mark.WORKS: "ok", Mark.LACKING: "unchecked", Mark.UNKNOWN: "unchecked", Mark.BROKEN: "failed", Mark.UNUSED: "unused", Mark.OFF: "off"}
"""The class of what has a mark, which gives it its colours."""

_HEADINGS = {Layer.ADAPTER: "adapters", Layer.PROVIDER: "providers", Layer.MODEL: "models", Layer.ENDPOINT: "endpoints"}
_WIDTH, _HEIGHT = 226, 40
"""Of a box, in the drawing's own units, as is all that follows."""
_COLUMN, _STEP, _TOP, _MARGIN = 290, 50, 34, 4
_LABEL, _PLACE = 27, 35
"""How many characters of a label, and of a place, a box has room for in a fixed-width font."""


def svg(drawing: Drawing) -> Markup:
    """The drawing; each node leads to what the page says of it under `#node-NUMBER`."""
    rows = _rows(drawing)
    width = _COLUMN * max((node.layer for node in drawing.nodes), default=0) + _WIDTH + 2 * _MARGIN
    height = max(rows, default=0) + _HEIGHT + _MARGIN
    layers = sorted({node.layer for node in drawing.nodes})
    return element(
        "svg",
        (element("text", _HEADINGS[layer], x=_number(_left(layer)), y="18", class_="heading") for layer in layers),
        (_curve(drawing, edge, rows) for edge in sorted(drawing.edges, key=lambda edge: edge.mark is not Mark.WORKS)),
        (_box(number, node, rows[number]) for number, node in enumerate(drawing.nodes)),
        viewBox=f"0 0 {width} {_number(height)}",
        role="img",
        aria_label="Adapters, their providers, models and endpoints; the list below says the same.",
    )


def _rows(drawing: Drawing) -> Sequence[float]:
    """How far down each node stands: level with what leads to it, as far as there is room."""
    sources: dict[int, list[int]] = defaultdict(list)
    for edge in drawing.edges:
        sources[edge.target].append(edge.source)
    rows = [0.0] * len(drawing.nodes)
    for layer in Layer:
        numbers = [number for number, node in enumerate(drawing.nodes) if node.layer is layer]
        wanted = {number: _mean([rows[source] for source in sources[number]]) for number in numbers}
        free = float(_TOP)
        # what nothing leads to comes last, in its own order
        for number in sorted(numbers, key=lambda number: (wanted[number] is None and layer is not Layer.ADAPTER, wanted[number] or 0.0)):
            rows[number] = max(free, wanted[number] or 0.0)
            free = rows[number] + _STEP
    return rows


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _box(number: int, node: DrawnNode, top: float) -> Markup:
    left, label = _left(node.layer), f"{node.label} ({node.note})" if node.note else node.label
    told = "; ".join(filter(None, (label, node.mark, node.reason, node.place)))
    return element(
        "a",
        element("title", told),
        element("rect", x=_number(left), y=_number(top), width=str(_WIDTH), height=str(_HEIGHT), rx="6"),
        element("text", SIGNS[node.mark], x=_number(left + 8), y=_number(top + 17), class_="mark"),
        element("text", _cut(label, _LABEL), x=_number(left + 24), y=_number(top + 17)),
        element("text", _cut(tilde(node.place), _PLACE, from_start=True), x=_number(left + 8), y=_number(top + 32), class_="place"),
        href=f"#node-{number}" if node.layer is Layer.ADAPTER or node.mark is Mark.UNUSED else None,
        class_=TONES[node.mark],
    )


def _curve(drawing: Drawing, edge: DrawnEdge, rows: Sequence[float]) -> Markup:
    start = _left(drawing.nodes[edge.source].layer) + _WIDTH
    end = _left(drawing.nodes[edge.target].layer)
    above, below, bend = rows[edge.source] + _HEIGHT / 2, rows[edge.target] + _HEIGHT / 2, (end - start) / 2
    way = f"M{_number(start)} {_number(above)}C{_number(start + bend)} {_number(above)} {_number(end - bend)} {_number(below)} {_number(end)} {_number(below)}"
    return element("path", d=way, class_=f"{TONES[edge.mark]} choice" if edge.is_choice else TONES[edge.mark])


def _left(layer: Layer) -> int:
    return layer * _COLUMN + _MARGIN


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _cut(text: str, length: int, *, from_start: bool = False) -> str:
    """The text, or as much of its beginning, or of its end, as there is room for."""
    if len(text) <= length:
        return text
    return f"…{text[1 - length :]}" if from_start else f"{text[: length - 1]}…"
