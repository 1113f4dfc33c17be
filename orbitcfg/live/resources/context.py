"""What is known of a resource by what stands around it, beside the values that its row names."""

from collections.abc import Iterable, Mapping

from orbitcfg.document.tree import KeyPath, value_at
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.implied import mcp_servers
from orbitcfg.observed.resource import ResourceValue
from orbitcfg.project.config import Config

_FILE_ADAPTERS = frozenset({"file", "multimodal"})
"""What an adapter that takes uploads names as its `adapter`."""


def known_of(config: Config, path: KeyPath) -> Mapping[str, ResourceValue]:
    """What the place of a resource, and who uses it, tell of it; of those whom its absence strikes worse than others their names."""
    match path:
        case ("adapters", *_):
            return _of_adapter(config, path)
        case ("mcp_clients", "servers", _):
            return {"agents": _names(each for each in _users(config, path) if each.kind == "mcp_agent" and not _has_other(config, each, path))}
        case ("vector_stores", *_):
            return {"intent": _names(each for each in _users(config, path) if each.embeds_regardless)}
        case ("files", *_):
            return {"uploads": _names(each for each in config.adapters if each.is_on and _takes_files(each))}
    return {}


def _names(adapters: Iterable[Adapter]) -> ResourceValue:
    return ResourceValue(tuple(str(each.key) for each in adapters))


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


def _has_other(config: Config, agent: Adapter, path: KeyPath) -> bool:
    """Whether an agent is offered the tools of another MCP server than the one at a path."""
    others = (config.demand.of(other) for other, _ in mcp_servers(config.tree) if other != path)
    return any(demand.is_demanded and agent.key in demand.by for demand in others)
