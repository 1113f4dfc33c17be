"""A key under the name that an older ORBIT reads, in every command."""

from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands.why.result import Explanation
from orbitcfg.release import OrbitChoice
from orbitcfg.settings.model import Settings

OLDER = Settings(orbit=OrbitChoice("2.13.0"))
CONFIG = """\
general: {inference_provider: shimmy}
inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}}
mcp_client: {enabled: "${MCP}", servers: [{name: files, command: "${COMMAND}"}]}
mcp_clients: {tool_timeout: "${LATER}"}
adapters:
  - {name: a, type: mcp_agent, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation}
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "config.yaml").write_text(CONFIG)
    return str(tmp_path)


def test_what_the_loader_returns_has_the_names_that_are_written(config: str) -> None:
    resolved = orbitcfg.resolve(config, OLDER, process={"MCP": "true", "COMMAND": "run", "LATER": "3"}).value
    assert isinstance(resolved, dict)
    assert resolved["mcp_client"] == {"enabled": "true", "servers": [{"name": "files", "command": "run"}]}
    assert resolved["mcp_clients"] == {"tool_timeout": "3"}


def test_why_is_asked_by_the_name_that_is_written(config: str) -> None:
    found = orbitcfg.why("mcp_client.enabled", config, OLDER, process={"MCP": "true"})
    assert isinstance(found, Explanation)
    assert (found.key, found.value, found.meaning is not None, found.need.state) == ("mcp_client.enabled", "${MCP}", True, "yes")
    later = orbitcfg.why("mcp_clients.tool_timeout", config, OLDER, process={})
    assert isinstance(later, Explanation)
    assert (later.key, later.meaning) == ("mcp_clients.tool_timeout", None)
    unset = orbitcfg.why("mcp_client.tool_timeout", config, OLDER, process={})
    assert isinstance(unset, Explanation)
    assert (unset.key, unset.is_set, unset.meaning is not None) == ("mcp_client.tool_timeout", False, True)


def test_a_variable_is_needed_where_the_release_reads_it(config: str) -> None:
    places = {each.name: [(place.key, place.is_demanded) for place in each.places] for each in orbitcfg.env(config, OLDER, process={}).variables}
    assert places == {
        "MCP": [("mcp_client.enabled", True)],
        "COMMAND": [("mcp_client.servers[files].command", True)],
        "LATER": [("mcp_clients.tool_timeout", False)],
    }


def test_a_difference_names_what_is_written(config: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.yaml").write_text(CONFIG.replace("name: files", "name: more"))
    found = orbitcfg.diff(config, str(other), None, OLDER, process={})
    assert sorted(each.key for each in found.keys) == ["mcp_client.servers[files]", "mcp_client.servers[more]"]
    assert all(found.need(each).adapters == ("a",) for each in found.keys)
