"""What is known of a resource by what stands around it, beside the values that its row names."""

from collections.abc import Mapping

from orbitcfg.document.tree import KeyPath, Sequence, plain, value_at
from orbitcfg.document.tree import at as node_at
from orbitcfg.effective.adapters import Adapter
from orbitcfg.observed.resource import ResourceValue
from orbitcfg.project.config import Config

_FILE_ADAPTERS = frozenset({"file", "multimodal"})
"""What an adapter that takes uploads names as its `adapter`."""


def known_of(config: Config, path: KeyPath) -> Mapping[str, ResourceValue]:
    """What the place of a resource, and who uses it, tell of it."""
    match path:
        case ("adapters", *_):
            return _of_adapter(config, path)
        case ("mcp_clients", "servers", _):
            return {"agents": ResourceValue("yes" if _left_without(config, path) else "no")}
        case ("vector_stores", *_):
            return {"intent": ResourceValue("yes" if any(each.embeds_regardless for each in _users(config, path)) else "no")}
        case ("files", *_):
            return {"uploads": ResourceValue("yes" if any(each.is_on and _takes_files(each) for each in config.adapters) else "no")}
    return {}


def _of_adapter(config: Config, path: KeyPath) -> Mapping[str, ResourceValue]:
    """An adapter's type, the family of its class, and the size of the vectors that it searches with, where that is written."""
    adapter = next((each for each in config.adapters if each.path == path), None)
    if adapter is None:
        return {"type": ResourceValue("", path), "family": ResourceValue("", path), "dimensions": ResourceValue(None)}
    provider = adapter.text("embedding_provider") or value_at(config.tree, ("embedding", "provider"))
    # the dimensions of a provider do not follow a model that the adapter chooses itself
    size = ("embeddings", str(provider), "dimensions") if adapter.own("embedding_model") is None else ()
    return {
        "type": ResourceValue(adapter.kind, path),
        "family": ResourceValue(adapter.family or "", path),
        "dimensions": ResourceValue(value_at(config.tree, size), size) if size else ResourceValue(None),
    }


def _users(config: Config, path: KeyPath) -> tuple[Adapter, ...]:
    """The adapters that need what stands at a path."""
    names = {key.name for key in config.demand.of(path).by}
    return tuple(each for each in config.adapters if each.name in names and each.is_on)


def _takes_files(adapter: Adapter) -> bool:
    return adapter.text("adapter") in _FILE_ADAPTERS or adapter.enables("supports_file_ids")


def _left_without(config: Config, path: KeyPath) -> tuple[Adapter, ...]:
    """The agents that have no other MCP server than the one at a path."""
    servers, name = _servers(config), str(value_at(config.tree, (*path, "name")))
    return tuple(each for each in config.adapters if each.is_on and each.kind == "mcp_agent" and _allowed(each, servers) == {name})


def _servers(config: Config) -> frozenset[str]:
    """The names of the MCP servers that are on, or may be."""
    listed = node_at(config.tree, ("mcp_clients", "servers"))
    paths: list[KeyPath] = [("mcp_clients", "servers", index) for index in range(len(listed.items))] if isinstance(listed, Sequence) else []
    return frozenset(str(value_at(config.tree, (*path, "name"))) for path in paths if config.switches.of(path) is not False)


def _allowed(adapter: Adapter, servers: frozenset[str]) -> frozenset[str]:
    """Those of the MCP servers that an adapter uses."""
    listed = node_at(adapter.node, ("capabilities", "mcp_servers"))
    # an empty list allows all
    return servers & {str(plain(each)) for each in listed.items} if isinstance(listed, Sequence) and listed.items else servers
