"""What keeps MCP servers from offering their tools."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, Mapping, Sequence, Unknown, at, value_at
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.implied import MCP, MCP_SERVERS, mcp_servers
from orbitcfg.effective.switches import SWITCH, is_set
from orbitcfg.plural import counted
from orbitcfg.project.config import Config
from orbitcfg.record import NamedTuple
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_NEEDS = {"stdio": "command", "http": "url"}
"""The transports that ORBIT has, each with the key that it cannot do without."""


class _Server(NamedTuple):
    """A server that somebody is offered the tools of: its path, its transport (None where that is not known here), and whether ORBIT can ask it."""

    path: KeyPath
    transport: object
    is_usable: bool


@rule("ORB581", consequence=Consequence.DEGRADED)
def mcp_over_http(config: Config) -> Iterator[Finding]:
    """ORBIT is to ask MCP servers over HTTP, which it can with `mcp` 1 alone.

    From 2 on, that package gives two values where ORBIT takes three: the log has `not enough values to unpack`, whether or not the server is up, and no tool is
    offered. ORBIT asks for no version of it, and what it installs today brings 2. An `mcp_agent` that has no other server fails every request.

    ```yaml bad
    # base: agent
    mcp_clients: {enabled: true, servers: [{name: files, transport: http, url: "http://localhost:8080/mcp"}]}
    ```

    ```yaml good
    # base: agent
    mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files}]}
    ```
    """
    servers = [
        server for server in config.once(_servers) if server.transport == "http" and server.is_usable and config.demand.of(server.path).is_demanded
    ]
    if not servers:
        return
    struck = tuple(agent.name for agent in _agents(config) if _transports(config, agent) == {"http"})
    yield Finding(
        f"ORBIT gets no tools from {counted(len(servers), 'MCP server')} over `http` where it runs with `mcp` 2",
        (*servers[0].path, "transport"),
        "start the server over `stdio`, or install `mcp` 1 where ORBIT runs: `pip install 'mcp<2'`",
        value=True,
        consequence=Consequence.ADAPTER_FAILS if struck else None,
        affects=struck or None,
        depends_on="the version of the package `mcp`",
    )


@rule("ORB582", consequence=Consequence.ADAPTER_FAILS)
def agent_without_tools(config: Config) -> Iterator[Finding]:
    """An `mcp_agent` may use no server that could offer it a tool.

    None is set up, all are off, are not among its `mcp_servers`, or have a transport that ORBIT does not know. It has `stdio` and `http`, and `sse` is neither.
    Each request then fails with `No MCP tools available`.

    ```yaml bad
    # base: agent
    mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files, enabled: false}]}
    ```

    ```yaml good
    # base: agent
    mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files, enabled: true}]}
    ```
    """
    servers = at(config.tree, MCP_SERVERS)
    # that the section is off, or the list none, is told of it; and it may stand in a file that was not read
    if not config.switches.is_on((*MCP, SWITCH)) or not (isinstance(servers, Sequence) or (servers is None and config.is_whole)):
        return
    for agent in _agents(config):
        offered = _offered(config, agent)
        if any(server.is_usable for server in offered):
            continue
        why = "is set up in a way that it could ask" if offered else "is on for it"
        yield Finding(
            f"adapter `{agent.name}`: no MCP server {why}, so it has no tools: each request fails",
            (*agent.path, "type"),
            f"set up a server under `{'.'.join(map(str, MCP_SERVERS))}`",
            value=True,
        )


def _agents(config: Config) -> Iterator[Adapter]:
    """Those who cannot answer without tools."""
    return (adapter for adapter in config.adapters if adapter.kind == "mcp_agent" and config.demand.of(adapter.path).is_demanded)


def _transports(config: Config, agent: Adapter) -> set[object]:
    """The transports of the servers that an agent can ask."""
    return {server.transport for server in _offered(config, agent) if server.is_usable}


def _offered(config: Config, agent: Adapter) -> list[_Server]:
    """The servers whose tools an agent is offered, or may be."""
    found = ((server, config.demand.of(server.path)) for server in config.once(_servers))
    return [server for server, demand in found if demand.is_demanded and agent.key in demand.by]


def _servers(config: Config) -> list[_Server]:
    return [_read(path, server) for path, server in mcp_servers(config.tree)]


def _read(path: KeyPath, server: Mapping) -> _Server:
    transport = value_at(server, ("transport",)) if "transport" in server.entries else "stdio"
    if isinstance(transport, Unknown):
        return _Server(path, None, is_usable=True)
    needed = _NEEDS.get(transport) if isinstance(transport, str) else None
    return _Server(path, transport, is_usable=needed is not None and is_set(at(server, (needed,))))


RULES = (mcp_over_http, agent_without_tools)
