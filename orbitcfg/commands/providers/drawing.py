"""What ORBIT will use, as a graph to be drawn: adapters, their providers, the models, the endpoints, and what leads to what."""

import posixpath
from collections.abc import Iterator, Sequence
from enum import IntEnum, StrEnum
from itertools import pairwise

from orbitcfg.commands.providers.columns import display_value, remark, shown_provider
from orbitcfg.commands.providers.usage import DEFAULT, Usage
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.provenance import Sourced
from orbitcfg.effective.use import Use
from orbitcfg.masking.url import shown_name
from orbitcfg.report.verdict import AdapterState

INSIDE = "inside ORBIT"
"""The endpoint of what ORBIT runs itself."""


class Layer(IntEnum):
    """What a node is; each leads to one of a later layer."""

    ADAPTER = 0
    PROVIDER = 1
    MODEL = 2
    ENDPOINT = 3


class Mark(StrEnum):
    """How a node, or a way between two, will fare."""

    WORKS = "works"
    LACKING = "works, but not in full"
    UNKNOWN = "depends on what is not known here"
    BROKEN = "broken"
    UNUSED = "unused"
    OFF = "off"


_OF_STATES: dict[str, Mark] = {"configured": Mark.WORKS, "off": Mark.OFF, "ignored": Mark.OFF, "undecided": Mark.UNKNOWN, "unjudged": Mark.UNKNOWN}
_OF_VERDICTS: dict[AdapterState, Mark] = {
    "answers": Mark.WORKS,
    "degraded": Mark.LACKING,
    "unknown": Mark.UNKNOWN,
    "fails": Mark.BROKEN,
    "off": Mark.OFF,
}
_WORST_FIRST = (Mark.BROKEN, Mark.UNKNOWN, Mark.LACKING, Mark.WORKS, Mark.OFF, Mark.UNUSED)


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """An adapter, a provider, a model or an endpoint, as it may be shown."""

    layer: Layer
    label: str
    note: str
    """What is added to the label: a section that is not that of language models."""
    mark: Mark
    reason: str
    """Why it is marked so; empty where there is nothing to say."""
    place: str
    """Where it is written, as `file:line`, the file seen from the folder of the root file; empty where no file says it."""


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """A way from one node to another, by their numbers; `is_choice`: taken only where a client chooses it."""

    source: int
    target: int
    mark: Mark
    is_choice: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Nodes by layer, in the order in which they are met, and edges."""

    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that are in it, the worst first."""
        return tuple(mark for mark in _WORST_FIRST if any(node.mark is mark for node in self.nodes))


@dataclass
class _Graph:
    """The graph as it grows, row by row."""

    nodes: list[DrawnNode] = field(default_factory=list)
    edges: dict[tuple[int, int], list[tuple[Mark, bool]]] = field(default_factory=dict)
    _numbers: dict[KeyPath, int] = field(default_factory=dict)

    def add(self, key: KeyPath, node: DrawnNode) -> int:
        """The number of a node, which is new or was met before under the same key."""
        number = self._numbers.setdefault(key, len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(node)
        else:
            self.nodes[number] = _told(self.nodes[number], node)
        return number

    def lead(self, way: Sequence[int], mark: Mark, *, is_choice: bool) -> None:
        """Edges from each of the nodes to the next."""
        for ends in pairwise(way):
            self.edges.setdefault(ends, []).append((mark, is_choice))


def _told(one: DrawnNode, other: DrawnNode) -> DrawnNode:
    """Of two rows' words on a node the worse: but a model or an endpoint that serves one of them is not broken by what the other lacks."""
    of_models = one.layer in (Layer.MODEL, Layer.ENDPOINT)
    if of_models and Mark.WORKS in (one.mark, other.mark):
        return one if one.mark is Mark.WORKS else other
    return min(one, other, key=lambda node: _WORST_FIRST.index(node.mark))


def drawing_of(usage: Usage) -> Drawing:
    """The rows as a graph, with the providers that nothing uses."""
    graph, ways = _Graph(), _Ways(usage)
    for use in usage.rows:
        mark = _OF_STATES.get(use.state, Mark.BROKEN) if use.is_on else Mark.OFF
        is_choice = use.adapter is not None and use.adapter.entry is not None
        graph.lead([graph.add(key, node) for key, node in ways.of(use, mark)], mark, is_choice=is_choice)
    for provider in usage.unused:
        service = str(provider.path[0])
        node = DrawnNode(Layer.PROVIDER, shown_name(provider.name), _note(service), Mark.UNUSED, "", ways.located(provider.path))
        graph.add((Layer.PROVIDER, *provider.path), node)
    return Drawing(tuple(graph.nodes), tuple(_edge(*ends, marks) for ends, marks in graph.edges.items()))


def _edge(source: int, target: int, ways: Sequence[tuple[Mark, bool]]) -> DrawnEdge:
    """What the rows that take the same way make of it."""
    return DrawnEdge(source, target, min((mark for mark, _ in ways), key=_WORST_FIRST.index), all(chosen for _, chosen in ways))


class _Ways:
    """The nodes that rows lead through, each under what it is."""

    def __init__(self, usage: Usage) -> None:
        self._config = usage.config
        self._folder = posixpath.dirname(usage.config.graph.root.source.name) or "."
        self._verdicts = {verdict.name: verdict for verdict in usage.verdict.adapters} if usage.verdict is not None else {}

    def of(self, use: Use, mark: Mark) -> Iterator[tuple[KeyPath, DrawnNode]]:
        """The nodes of a row, from the adapter to the endpoint, as far as they are known."""
        yield self._adapter(use, mark)
        if use.provider.value is None:
            return
        reason, provider = remark(use), use.block or (use.service, use.provider.value)
        place = self.located(use.block) if use.block is not None else self._decided(use.provider)
        yield (Layer.PROVIDER, *provider), DrawnNode(Layer.PROVIDER, shown_provider(use), _note(str(provider[0])), mark, reason, place)
        if use.model.value is not None:
            model = str(display_value(use.model))
            yield (Layer.MODEL, *provider, model), DrawnNode(Layer.MODEL, model, "", mark, reason, self._decided(use.model))
        if use.url.value is not None:
            url = str(display_value(use.url))
            yield (Layer.ENDPOINT, url), DrawnNode(Layer.ENDPOINT, url, "", mark, reason, self._decided(use.url))
        elif use.protocol == "in-process":
            yield (Layer.ENDPOINT,), DrawnNode(Layer.ENDPOINT, INSIDE, "", mark, reason, "")

    def _adapter(self, use: Use, mark: Mark) -> tuple[KeyPath, DrawnNode]:
        """The node of an adapter, marked as the verdict has it, since it may lack more than its providers."""
        key = use.adapter
        if key is None:
            return (Layer.ADAPTER,), DrawnNode(Layer.ADAPTER, f"({DEFAULT})", "", mark, remark(use), self._decided(use.provider))
        place = self.located(use.path[:2]) if use.path is not None else ""
        verdict = self._verdicts.get(key.name)
        if verdict is None:
            return (Layer.ADAPTER, key.name), DrawnNode(Layer.ADAPTER, key.label, "", mark, remark(use), place)
        reason = "; ".join(f"{reason.message} ({reason.code})" for reason in verdict.because)
        return (Layer.ADAPTER, key.name), DrawnNode(Layer.ADAPTER, key.label, "", _OF_VERDICTS[verdict.state], reason, place)

    def located(self, path: KeyPath) -> str:
        """The place of what stands at a path."""
        return self._place(self._config.locate(path))

    def _decided(self, value: Sourced[object]) -> str:
        written = value.decided_at
        return self._place(written.spans[0]) if written is not None and written.spans else ""

    def _place(self, span: Span) -> str:
        return f"{posixpath.relpath(span.source.name, self._folder)}:{span.begins.line}"


def _note(section: str) -> str:
    """The section of a provider, which is not remarked of a language model's."""
    return "" if section == SECTION else section
