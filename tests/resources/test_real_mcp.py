"""A real MCP server, over http and over pipes."""

from pathlib import Path

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.resource import ResourceFault
from tests.resources.looking import look, rows
from tests.resources.servers.fastmcp import PYTHON, fastmcp, script

pytestmark = pytest.mark.resources


def test_a_server_over_http(tmp_path: Path) -> None:
    with fastmcp(tmp_path) as port:
        good = look("mcp_http", url=f"http://127.0.0.1:{port}/mcp")
        slash = look("mcp_http", url=f"http://127.0.0.1:{port}/mcp/")
        other = look("mcp_http", url=f"http://127.0.0.1:{port}/")
    assert rows(good)[-1] == "ok tools: real 1.2.3, 1 tool"
    assert slash.fault is None
    assert other.fault is ResourceFault.FOREIGN


def test_a_server_over_pipes(tmp_path: Path) -> None:
    options = ProbeOptions(folder=str(tmp_path), start_mcp=True, variables={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    result = look("mcp_stdio", options, command=str(PYTHON), args=[str(script(tmp_path))], timeout=30)
    assert rows(result)[-1] == "ok tools: real 1.2.3, 1 tool"
