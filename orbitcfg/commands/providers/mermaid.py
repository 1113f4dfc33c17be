"""For documents: a Mermaid flowchart, as GitHub and GitLab draw it."""

from orbitcfg.commands.providers.drawing import Drawing, DrawnNode, Layer, Mark, drawing_of
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.report.home import tilde
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters

_CLASSES = {
    Mark.BROKEN: ("broken", "stroke:#b3261e,stroke-width:2px"),
    Mark.LACKING: ("lacking", "stroke:#8a5a00"),
    Mark.UNKNOWN: ("unknown", "stroke:#8a5a00,stroke-dasharray:6 3"),
    Mark.UNUSED: ("unused", "stroke-dasharray:2 4"),
    Mark.OFF: ("off", "stroke-dasharray:2 4"),
}
_SHAPES = {Layer.ADAPTER: '(["{}"])', Layer.PROVIDER: '["{}"]', Layer.MODEL: '("{}")', Layer.ENDPOINT: '[/"{}"/]'}
_ESCAPES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"})


def render(usage: Usage, _style: Style) -> str:
    """A node for each adapter, provider, model and endpoint, each with its line; dotted where a client chooses it."""
    drawing = drawing_of(usage)
    return "\n".join(("flowchart LR", *map(_node, range(len(drawing.nodes)), drawing.nodes), *_edges(drawing), *_classes(drawing))) + "\n"


def _node(number: int, node: DrawnNode) -> str:
    label = f"{node.label} ({node.note})" if node.note else node.label
    mark = "" if node.mark is Mark.WORKS else f"<br/>{_escaped(node.mark)}"
    place = f"<br/><small>{_escaped(tilde(node.place))}</small>" if node.place else ""
    return f"  n{number}{_SHAPES[node.layer].format(_escaped(label) + mark + place)}"


def _edges(drawing: Drawing) -> list[str]:
    return [f"  n{edge.source} {'-.->' if edge.is_choice else '-->'} n{edge.target}" for edge in drawing.edges]


def _classes(drawing: Drawing) -> list[str]:
    """How the marked ones look, and which they are."""
    lines = []
    for mark in drawing.marks:
        if mark in _CLASSES:
            name, look = _CLASSES[mark]
            marked = ",".join(f"n{number}" for number, node in enumerate(drawing.nodes) if node.mark is mark)
            lines += [f"  classDef {name} {look}", f"  class {marked} {name}"]
    return lines


def _escaped(text: str) -> str:
    """Text that is no markup of the chart's, in one line."""
    return strip_control_characters(text).translate(_ESCAPES)
