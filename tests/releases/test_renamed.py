"""Keys that an older ORBIT reads under another name or does not read yet, in every command."""

from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands.why.result import Explanation
from orbitcfg.release import OrbitChoice
from orbitcfg.settings.model import Settings

OLDER = Settings(orbit=OrbitChoice("2.13.0"))
CONFIG = """\
general: {inference_provider: shimmy}
auth: {default_admin_password: admin}
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
    assert orbitcfg.resolve(config, OLDER, symbolic=True, process={}).value is not None
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
    found = orbitcfg.env(config, OLDER, process={"MCP": "true"}).variables
    places = {each.name: [(place.key, place.need is not None) for place in each.places] for each in found}
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
    assert all(found.need_of(each).adapters == ("a",) for each in found.keys)


SHELF = """\
general: {inference_provider: shimmy}
auth: {default_admin_password: admin}
inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}}
adapters:
  - name: shelf
    type: retriever
    datasource: sqlite
    adapter: intent
    implementation: retrievers.implementations.intent.intent_sqlite_retriever.IntentSQLiteRetriever
    config: {domain_config_path: domain.yaml, template_library_path: [library.yaml], template_validation: strict, require_approved: true}
"""


@pytest.mark.parametrize(("release", "codes"), [("2.15.3", ["ORB311", "ORB311"]), ("2.15.4", ["ORB003"])])
def test_a_key_that_came_later_is_told_and_otherwise_not_there(release: str, codes: list[str], tmp_path: Path) -> None:
    """Neither rules nor the verdict read it."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(SHELF)
    (tmp_path / "domain.yaml").write_text("domain_name: shelf\nentities: {}\n")
    (tmp_path / "library.yaml").write_text("templates: [{id: all, description: d, nl_examples: [a], sql: SELECT 1}]\n")
    path, settings = str(tmp_path / "config"), Settings(orbit=OrbitChoice(release))
    found = [each.code for each in orbitcfg.validate(path, settings, process={}).counting if each.code in ("ORB003", "ORB041", "ORB311")]
    assert found == codes
    key = "adapters[shelf].config.template_validation"
    told = orbitcfg.why(key, path, settings, process={})
    assert isinstance(told, Explanation)
    assert (told.key, told.value, told.meaning is not None) == (key, "strict", release == "2.15.4")
