"""MCP servers, and which of them an adapter lets its model use."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, Sequence, at, value_at
from orbitcfg.effective.switches import SWITCH
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB536", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def empty_list_means_all(config: Config) -> Iterator[Finding]:
    """`mcp_servers: []` lets the model use every server.

    ORBIT takes an empty list as if the key were missing. A list of names that no server has gives none.

    ```yaml bad
    # base: agent
    adapters: [{name: agent, capabilities: {retrieval_behavior: none, mcp_servers: []}}]
    ```

    ```yaml good
    # base: agent
    adapters: [{name: agent, capabilities: {retrieval_behavior: none, mcp_servers: [files]}}]
    ```
    """
    for adapter in config.adapters:
        listed = at(adapter.node, ("capabilities", "mcp_servers"))
        if isinstance(listed, Sequence) and not listed.items and adapter.uses_mcp:
            yield Finding(
                f"adapter `{adapter.name}`: an empty `mcp_servers` lets its model use every server",
                (*adapter.path, "capabilities", "mcp_servers"),
                "name the servers that it may use",
            )


@rule("ORB537", consequence=Consequence.DEGRADED)
def no_tools_offered(config: Config) -> Iterator[Finding]:
    """`mcp_tools` is on, and no server offers its tools unasked.

    Beside an `mcp_agent`, a chat uses the tools of servers with `allow_opportunistic: true` alone, and needs `mcp_clients.enabled`.

    ```yaml bad
    # base: chat
    mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files}]}
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: m}}
    adapters: [{name: chat, capabilities: {mcp_tools: true}}]
    ```

    ```yaml good
    # base: chat
    mcp_clients: {enabled: true, servers: [{name: files, command: mcp-files, allow_opportunistic: true}]}
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: m}}
    adapters: [{name: chat, capabilities: {mcp_tools: true}}]
    ```
    """
    section = at(config.tree, ("mcp_clients",))
    # the section may stand in a file that was not read
    if section is None and not config.is_whole:
        return
    servers = at(section, ("servers",))
    offered = any(_offers(config, index) for index in range(len(servers.items) if isinstance(servers, Sequence) else 0))
    is_off = not config.switches.is_on(("mcp_clients", SWITCH))
    switch = config.format_path(("mcp_clients", SWITCH))
    lacks = f"`{switch}` is off" if is_off else "no server that is on has `allow_opportunistic: true`"
    remedy = "write `allow_opportunistic: true` for a server"
    if is_off:
        remedy = f"write `{switch}: true`" + ("" if offered else ", and `allow_opportunistic: true` for a server")
    for adapter in config.adapters:
        if (is_off or not offered) and adapter.kind != "mcp_agent" and adapter.uses_mcp:
            yield Finding(
                f"adapter `{adapter.name}`: `mcp_tools` is on, and {lacks}",
                (*adapter.path, "capabilities", "mcp_tools"),
                remedy,
            )


@rule("ORB538", consequence=Consequence.DIFFERENT)
def server_name_twice(config: Config) -> Iterator[Finding]:
    """Two MCP servers have one name.

    The last one counts.

    ```yaml bad
    mcp_clients: {enabled: true, servers: [{name: files, command: one}, {name: files, command: two}]}
    ```

    ```yaml good
    mcp_clients: {enabled: true, servers: [{name: files, command: one}, {name: more, command: two}]}
    ```
    """
    servers = at(config.tree, ("mcp_clients", "servers"))
    seen: dict[object, int] = {}
    for index, server in enumerate(servers.items if isinstance(servers, Sequence) else ()):
        name = value_at(server, ("name",))
        if not isinstance(name, str) or not name or not config.switches.is_on(("mcp_clients", "servers", index, SWITCH)):
            continue
        first = seen.setdefault(name, index)
        if first != index:
            yield Finding(
                f"two MCP servers are called `{name}`, and the last one counts",
                ("mcp_clients", "servers", index, "name"),
                "give one of them another name",
                value=True,
                related=(Annotation(config.locate(("mcp_clients", "servers", first, "name")), "the other one"),),
            )


def _offers(config: Config, index: int) -> bool:
    """Whether a server that is on offers its tools unasked: by a switch of its own, else by that of all."""
    server: KeyPath = ("mcp_clients", "servers", index)
    own = (*server, "allow_opportunistic")
    offers = own if at(config.tree, own) is not None else ("mcp_clients", "allow_opportunistic")
    return config.switches.is_on((*server, SWITCH)) and config.switches.is_on(offers)


RULES = (empty_list_means_all, no_tools_offered, server_name_twice)
