"""What an adapter asks for without naming it: the store of whoever names none, a datasource under another name, MCP servers."""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingType

from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown, at, value_at
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.needed import DemandKind, Edge
from orbitcfg.effective.switches import SWITCH, Switches, all_on, is_set

MCP: KeyPath = ("mcp_clients",)
MCP_SERVERS: KeyPath = (*MCP, "servers")
"""The list of MCP servers."""

_DEFAULT_STORE: KeyPath = ("files", "default_vector_store")
_CHROMA = "chroma"
_CROSS = ("config", "cross_adapter_templates")
_ALLOWED = ("capabilities", "mcp_servers")
_OPPORTUNISTIC = "allow_opportunistic"
_UPLOADS = frozenset({"file", "multimodal"})
"""The families that look into the store of uploads."""

ASKERS: MappingType[str, Callable[[Adapter], bool]] = {
    "composite_retrieval": lambda adapter: adapter.family == "composite",
    "mcp_clients": lambda adapter: adapter.uses_mcp,
}
"""Sections that only adapters of some kind look into, and which those are."""


def implied_edges(adapter: Adapter, switches: Switches) -> Iterator[Edge]:
    """From an adapter to each part that it asks for and does not name."""
    yield from _store(adapter, switches)
    # with `opensearch` as well, it is this block that is read (sections D1)
    if adapter.family == "intent_elasticsearch":
        yield Edge(adapter.path, ("datasources", "elasticsearch"), "ask", (*adapter.path, "datasource"))
    if adapter.uses_mcp:
        yield from _servers(adapter, switches)


def _store(adapter: Adapter, switches: Switches) -> Iterator[Edge]:
    """The vector store that it takes where it names none (sections A19, A20)."""
    if adapter.family in _UPLOADS and not adapter.has("config", "vector_store"):
        chosen = value_at(switches.tree, _DEFAULT_STORE)
        if not isinstance(chosen, Unknown):
            kind: DemandKind = "ask" if isinstance(chosen, str) else "fallback"
            yield _to_store(adapter, switches, chosen if isinstance(chosen, str) else _CHROMA, kind, _DEFAULT_STORE)
    cross = at(adapter.node, _CROSS)
    if adapter.family == "composite" and isinstance(cross, Mapping) and "store_name" not in cross.entries:
        path = (*adapter.path, *_CROSS)
        if switches.is_on((*path, SWITCH)):
            yield _to_store(adapter, switches, _CHROMA, "fallback", (*path, "store_name"))


def _to_store(adapter: Adapter, switches: Switches, name: str, kind: DemandKind, named_at: KeyPath) -> Edge:
    store = ("vector_stores", name)
    return Edge(adapter.path, store, kind, named_at, switches.at((*store, SWITCH)))


def _servers(adapter: Adapter, switches: Switches) -> Iterator[Edge]:
    """The MCP servers whose tools its model may be offered; one that is off is asked for where the adapter names it, and in vain."""
    listed = at(adapter.node, _ALLOWED)
    names = is_set(listed) and not (isinstance(listed, Sequence) and not listed.items)
    named_at = (*adapter.path, *(_ALLOWED if names else ("type",)))
    for path, server in mcp_servers(switches.tree):
        allowed = _is_allowed(listed, value_at(server, ("name",))) if names else True
        offered = True if adapter.kind == "mcp_agent" else _is_opportunistic(server, path, switches)
        on = switches.of(path)
        if allowed is not False and offered is not False and (on is not False or names):
            yield Edge(adapter.path, path, "ask", named_at, all_on((switches.of(MCP), on, allowed, offered)))


def mcp_servers(tree: Mapping) -> Iterator[tuple[KeyPath, Mapping]]:
    """Each MCP server that is set up, with its path."""
    listed = at(tree, MCP_SERVERS)
    for index, server in enumerate(listed.items if isinstance(listed, Sequence) else ()):
        if isinstance(server, Mapping):
            yield (*MCP_SERVERS, index), server


def _is_allowed(listed: Node | None, name: object) -> bool | None:
    """Whether a server is among those that an adapter lists; None where that is not known here."""
    if isinstance(listed, Sequence):
        values = [getattr(item, "value", None) for item in listed.items]
        return True if name is not None and name in values else None if any(isinstance(value, Unknown) for value in (*values, name)) else False
    value = listed.value if isinstance(listed, Scalar) else None
    # plain text lets in whatever is a part of it (sections M10)
    return None if isinstance(value, Unknown) or not isinstance(value, str) else str(name) in value


def _is_opportunistic(server: Mapping, path: KeyPath, switches: Switches) -> bool | None:
    """Whether a server's tools are offered to whoever is no agent."""
    return switches.at((*(path if _OPPORTUNISTIC in server.entries else MCP), _OPPORTUNISTIC))
