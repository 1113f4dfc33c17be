"""What the real ORBIT did about resources that are wrong by the files alone, and what is said of them.

Each configuration is one that ORBIT was booted with, or the part of it that decides; `started` is what was recorded (facts/endpoints/boots.json, by name).
"""

import json
from typing import NamedTuple

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import RULES
from tests.shared import SHARED, needs_shared
from tests.trees import example_config


class Boot(NamedTuple):
    """A boot of ORBIT: its name, whether it started, the code of what is said of it, how bad that is, and the configuration."""

    name: str
    started: bool
    code: str | None
    severity: Severity | None
    text: str


POSTGRES = (
    "internal_services: {backend: {type: postgres, postgres: {host: %s, port: 5432, username: u, password: '${P}', database: d, sslmode: %s}}}\n"
)
REDIS = (
    "internal_services: {backend: {type: sqlite}, cache: {enabled: %s, provider: redis}, redis: {enabled: true, host: %s, port: %s, password: %s}}\n"
)
MCP = "# base: agent\nmcp_clients: {enabled: true, servers: [%s]}\nadapters: [{name: agent, capabilities: {mcp_servers: [a]}}]\n"
ELASTIC = "elasticsearch: {enabled: %s, node: 'http://localhost:9200', index: orbit, username: %s, password: %s}"

BOOTS = [
    Boot("05-pg-ok", True, None, None, POSTGRES % ("localhost", "disable")),
    Boot("08-pg-emptyhost", False, "ORB207", Severity.ERROR, POSTGRES % ("''", "prefer")),
    Boot("09-pg-sslmode-empty", False, "ORB303", Severity.ERROR, POSTGRES % ("h", "''")),
    Boot("10-redis-ok", True, None, None, REDIS % ("true", "localhost", "6379", "'${P}'")),
    Boot("14-redis-null", False, "ORB207", Severity.ERROR, REDIS % ("true", "null", "null", "null")),
    Boot("15-redis-emptyport", False, "ORB207", Severity.ERROR, REDIS % ("true", "localhost", "''", "'${P}'")),
    Boot("16-redis-hostport", True, "ORB583", Severity.WARNING, REDIS % ("true", "'localhost:6390'", "6379", "'${P}'")),
    Boot("17b-redis-null-text", True, None, None, REDIS % ("true", "localhost", "6379", "'null'")),
    Boot("19-redis-enabled-cacheoff", False, "ORB207", Severity.ERROR, REDIS % ("false", "localhost", "6379", "''")),
    Boot(
        "40-entra-empty", True, "ORB550", Severity.ERROR, "auth: {providers: {enabled: true, entra: {enabled: true, tenant_id: '', client_id: ''}}}\n"
    ),
    Boot(
        "43-audit-es-yamlcreds",
        True,
        "ORB566",
        Severity.WARNING,
        f"internal_services: {{audit: {{enabled: true, storage_backend: elasticsearch}}, {ELASTIC % ('true', 'elastic', 'written')}, backend: {{type: sqlite}}}}\n",
    ),
    Boot(
        "45-audit-off-es",
        False,
        "ORB207",
        Severity.ERROR,
        f"internal_services: {{audit: {{enabled: false, storage_backend: elasticsearch}}, {ELASTIC % ('false', 'null', 'null')}, backend: {{type: sqlite}}}}\n",
    ),
    Boot(
        "49-intent-nochromadb",
        True,
        "ORB588",
        Severity.INFO,
        "# base: shop\nvector_stores: {qdrant: {enabled: true}}\nadapters: [{name: shop, config: {store_name: qdrant}}]\n",
    ),
    Boot(
        "62-store-chroma-nopkg",
        True,
        "ORB587",
        Severity.ERROR,
        "# base: shop\nadapters: [{name: shop, config: {template_collection_name: ds}}]\n",
    ),
    Boot("65-mcp-stdio-ok", True, None, None, MCP % "{name: a, command: mcp-files}"),
    Boot("66-mcp-http-ok", True, "ORB581", Severity.WARNING, MCP % "{name: a, transport: http, url: 'http://localhost:8000/mcp'}"),
    Boot("67-mcp-sse", True, "ORB582", Severity.ERROR, MCP % "{name: a, transport: sse, url: 'http://localhost:8000/sse'}"),
    Boot(
        "73-throttle-cacheoff",
        True,
        "ORB554",
        Severity.WARNING,
        "security: {throttling: {enabled: true}}\ninternal_services: {backend: {type: sqlite}, cache: {enabled: false}}\n",
    ),
]

NOTED = frozenset({"ORB201", "ORB549", "ORB602"})
"""What is true of some of them besides, and of no resource."""


@pytest.mark.parametrize("boot", BOOTS, ids=lambda boot: boot.name)
def test_what_is_said_of_a_boot(boot: Boot) -> None:
    config = example_config(boot.text)
    found = run_rules(config, RULES).diagnostics
    about = {(each.code, each.severity) for each in found if each.code not in NOTED and not each.is_symptom}
    assert (boot.code, boot.severity) in about if boot.code else not about
    verdict = verdict_of(config, found)
    assert verdict is not None
    assert (verdict.starts is False) is not boot.started


@needs_shared
def test_the_boots_ended_so() -> None:
    recorded = {each["case"]: each["started"] for each in json.loads((SHARED / "facts/endpoints/boots.json").read_text("utf-8"))}
    assert {boot.name: boot.started for boot in BOOTS} == {boot.name: recorded[boot.name] for boot in BOOTS}
