"""Which files, folders, ports and MCP servers a configuration uses, with what is lost without them."""

from typing import Any

import pytest

from orbitcfg.live.resources.targets import resource_targets
from orbitcfg.observed.resource import ResourceTarget
from tests.effective.small import adapter, config

RETRIEVER = {"type": "retriever", "datasource": "sqlite", "adapter": "qa", "capabilities": {"retrieval_behavior": "always"}}
LITE = {**RETRIEVER, "implementation": "retrievers.implementations.qa.QASSQLRetriever"}
INTENT = {
    **RETRIEVER,
    "adapter": "intent",
    "implementation": "retrievers.implementations.intent.IntentSQLiteRetriever",
    "config": {"store_name": "chroma"},
}
AGENT = "implementations.passthrough.conversational.ConversationalImplementation"


def used(sections: dict[str, Any], *kinds: str) -> list[ResourceTarget]:
    """The resources of these kinds that a configuration uses."""
    return [each for each in resource_targets(config(sections)) if each.kind in kinds]


def told(sections: dict[str, Any], *kinds: str) -> list[tuple[str, str, str]]:
    """Of each its kind, its place, and what becomes of ORBIT without it."""
    return [(each.kind, each.place, each.consequence.name) for each in used(sections, *kinds)]


def test_the_defaults_of_a_server() -> None:
    kinds = (
        "log_file",
        "log_dir_second",
        "listen_port",
        "listen_port_https",
        "tls_files",
        "files_filesystem",
        "files_encryption_key",
        "cache_sqlite",
    )
    assert told({}, *kinds) == [
        ("log_file", "logs", "NO_START"),
        ("log_dir_second", "logs", "NO_START"),
        ("listen_port", "0.0.0.0:3000", "NO_START"),
        ("files_filesystem", "./uploads", "DEGRADED"),
    ]


def test_a_log_that_is_off_leaves_the_second_folder() -> None:
    assert told({"logging": {"handlers": {"file": {"enabled": False}}}}, "log_file", "log_dir_second") == [("log_dir_second", "logs", "NO_START")]


@pytest.mark.parametrize(
    ("enabled", "kinds"), [(True, {"listen_port_https", "tls_files"}), ("yes", {"listen_port_https", "tls_files"}), (False, {"listen_port"})]
)
def test_one_port_is_opened(enabled: object, kinds: set[str]) -> None:
    sections = {"general": {"inference_provider": "shimmy", "https": {"enabled": enabled, "cert_file": "c", "key_file": "k"}}}
    assert {kind for kind, *_ in told(sections, "listen_port", "listen_port_https", "tls_files")} == kinds


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"storage_root": "root", "files": {"storage_root": "below"}}, "root"),
        ({"storage_root": "", "files": {"storage_root": "below"}}, "below"),
        ({"files": {"storage_root": "below"}}, "below"),
        ({"files": {"storage_backend": ""}, "storage_backend": "s3"}, None),
        ({"files": {"storage_backend": "s3"}}, None),
    ],
)
def test_where_uploads_go(sections: dict[str, Any], expected: str | None) -> None:
    assert [place for _, place, _ in told(sections, "files_filesystem")] == ([] if expected is None else [expected])


def test_uploads_are_the_purpose_of_who_takes_them() -> None:
    sections = {"adapters": [adapter("up", enabled=True, capabilities={"supports_file_ids": True})]}
    assert told(sections, "files_filesystem") == [("files_filesystem", "./uploads", "PURPOSE_LOST")]


@pytest.mark.parametrize(("throttling", "consequence"), [(True, "MISLEADS"), (False, "DEGRADED")])
def test_a_cache_that_throttling_is_built_on(throttling: bool, consequence: str) -> None:
    sections = {"internal_services": {"cache": {"enabled": True, "provider": "sqlite"}}, "security": {"throttling": {"enabled": throttling}}}
    assert told(sections, "cache_sqlite") == [("cache_sqlite", "orbit_cache.db", consequence)]


def test_a_database_of_the_adapters_own_comes_first() -> None:
    sections = {
        "datasources": {"sqlite": {"database": "shared.db"}},
        "adapters": [
            {"name": "a", "enabled": True, **LITE, "database": "own.db", "config": {"table": "city"}},
            {"name": "b", "enabled": True, **LITE},
            {"name": "c", "enabled": True, **LITE, "database": ""},
            {"name": "off", "enabled": False, **LITE, "database": "off.db"},
        ],
    }
    found = used(sections, "ds_sqlite")
    assert [(each.place, each.users, each.text("table")) for each in found] == [("own.db", ("a",), "city"), ("shared.db", ("b", "c"), "")]


@pytest.mark.parametrize(("implementation", "consequence"), [(INTENT, "ADAPTER_MISSING"), (LITE, None)])
def test_a_store_is_used_by_who_names_it(implementation: dict[str, Any], consequence: str | None) -> None:
    sections = {
        "vector_stores": {"chroma": {"enabled": True, "connection_params": {"persist_directory": "./chroma_db"}}},
        "adapters": [{"name": "a", "enabled": True, **implementation}],
    }
    assert told(sections, "store_chroma") == ([("store_chroma", "./chroma_db", consequence)] if consequence else [])


def test_a_collection_is_compared_with_the_model_that_is_told() -> None:
    vectors = {
        **RETRIEVER,
        "datasource": "chroma",
        "implementation": "retrievers.implementations.qa.QAChromaRetriever",
        "config": {"collection": "city"},
    }
    sections = {
        "datasources": {"chroma": {"use_local": True, "db_path": "db"}},
        "embedding": {"enabled": True, "provider": "ollama"},
        "embeddings": {"ollama": {"enabled": True, "model": "nomic", "dimensions": 768}},
        "adapters": [{"name": "a", "enabled": True, **vectors}, {"name": "b", "enabled": True, **vectors, "embedding_model": "other"}],
    }
    assert [each.content("dimensions") for each in used(sections, "ds_chroma_local")] == [768, None]


@pytest.mark.parametrize(("uri", "kinds"), [("./milvus.db", ["store_milvus_file"]), ("http://localhost:19530", []), (None, ["store_milvus_file"])])
def test_milvus_is_a_file_or_a_server(uri: str | None, kinds: list[str]) -> None:
    sections = {
        "vector_stores": {"milvus": {"enabled": True, "connection_params": {"uri": uri}}},
        "adapters": [{"name": "a", "enabled": True, **INTENT, "config": {"store_name": "milvus"}}],
    }
    assert [kind for kind, *_ in told(sections, "store_milvus_file")] == kinds


def mcp(servers: list[dict[str, Any]], **capabilities: Any) -> dict[str, Any]:
    """A configuration with these MCP servers and one agent."""
    agent = {"name": "agent", "enabled": True, "type": "mcp_agent", "datasource": "none", "adapter": "conversational", "implementation": AGENT}
    return {"mcp_clients": {"enabled": True, "servers": servers}, "adapters": [{**agent, "capabilities": capabilities}]}


HTTP, STDIO, SSE = {"name": "a", "transport": "http", "url": "http://h/mcp"}, {"name": "b", "command": "npx"}, {"name": "c", "transport": "sse"}
KINDS = ("mcp_http", "mcp_stdio", "mcp_other_transport")


@pytest.mark.parametrize(
    ("servers", "capabilities", "expected"),
    [
        ([HTTP], {}, [("mcp_http", "http://h/mcp", "ADAPTER_FAILS")]),
        ([HTTP, STDIO], {}, [("mcp_http", "http://h/mcp", "DEGRADED"), ("mcp_stdio", "b", "DEGRADED")]),
        ([HTTP, {**STDIO, "enabled": False}], {}, [("mcp_http", "http://h/mcp", "ADAPTER_FAILS")]),
        ([HTTP, STDIO], {"mcp_servers": ["b"]}, [("mcp_stdio", "b", "ADAPTER_FAILS")]),
        ([HTTP, STDIO], {"mcp_servers": []}, [("mcp_http", "http://h/mcp", "DEGRADED"), ("mcp_stdio", "b", "DEGRADED")]),
        ([SSE], {}, [("mcp_other_transport", "c", "ADAPTER_FAILS")]),
    ],
)
def test_an_agent_fails_without_its_only_server(
    servers: list[dict[str, Any]], capabilities: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert told(mcp(servers, **capabilities), *KINDS) == expected


def test_servers_that_nobody_uses_are_not_looked_at() -> None:
    assert told({"mcp_clients": {"enabled": True, "servers": [HTTP]}}, *KINDS) == []
    assert told({**mcp([HTTP]), "mcp_clients": {"enabled": False, "servers": [HTTP]}}, *KINDS) == []


def test_no_secret_is_in_a_place() -> None:
    [target] = used(mcp([{**HTTP, "url": "http://user:canary-word@h/mcp", "headers": {"Authorization": "Bearer canary-word"}}]), "mcp_http")
    assert "canary-word" not in target.place + repr(target)


def test_an_adapter_that_is_off_is_named_with_its_own() -> None:
    off = config({"adapters": [{"name": "off", "enabled": False, **LITE, "database": "off.db"}]})
    assert [(each.place, each.users, each.is_needed) for each in resource_targets(off, every=True) if each.kind == "ds_sqlite"] == [
        ("off.db", ("off",), False)
    ]


def test_an_agent_loses_more_than_who_chats() -> None:
    chat = {"type": "passthrough", "datasource": "none", "adapter": "conversational", "implementation": AGENT, "capabilities": {"mcp_tools": True}}
    sections: dict[str, Any] = {
        "mcp_clients": {"enabled": True, "allow_opportunistic": True, "servers": [{"name": "a", "transport": "http", "url": "http://h/mcp"}]},
        "adapters": [{"name": "chat", "enabled": True, **chat}, {"name": "agent", "enabled": True, **chat, "type": "mcp_agent"}],
    }
    [found] = used(sections, "mcp_http")
    assert (found.consequence.name, found.users, found.struck) == ("ADAPTER_FAILS", ("chat", "agent"), ("agent",))
    assert found.lesser is not None
    assert (found.lesser.users, found.lesser.consequence.name) == (("chat",), "DEGRADED")
    sections["mcp_clients"]["servers"].append({"name": "b", "command": "b"})
    assert [(each.consequence.name, each.struck, each.lesser) for each in used(sections, "mcp_http", "mcp_stdio")] == [("DEGRADED", None, None)] * 2
    # plain text lets in whatever is a part of it
    sections["adapters"][1]["capabilities"] = {"mcp_servers": "xbx"}
    assert [(each.kind, each.struck) for each in used(sections, "mcp_http", "mcp_stdio")] == [("mcp_http", None), ("mcp_stdio", ("agent",))]
