"""Doctor beside the model servers: what else ORBIT needs, in every format, chosen, and in which order it is started."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orbitcfg import Checkup, EndpointFilter, Request, doctor, render
from orbitcfg.commands.doctor.bundle import bundled
from orbitcfg.commands.doctor.checkup import StaticCounts
from orbitcfg.commands.doctor.html import page
from orbitcfg.commands.doctor.starting import start_lines
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk
from orbitcfg.live.resources.kind import resource_kinds
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult, ResourceTarget, ResourceValue
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.style import Style
from tests.commands.doctor.document import parsed
from tests.servers.running import free_port

PASSWORD = "canary-of-the-database"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation with a database of its own, and a port that nobody listens on."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(
        f"general: {{port: {free_port()}, inference_provider: ollama}}\n"
        "auth: {default_admin_password: secret-of-the-admin}\n"
        "internal_services:\n  backend:\n    type: sqlite\n    sqlite: {database_path: orbit.db}\n"
        "inference:\n  ollama: {enabled: true, base_url: 'http://127.0.0.1:9', model: tiny}\n"
    )
    sqlite3.connect(tmp_path / "orbit.db").close()
    return tmp_path


def looked(folder: Path, **choice: Any) -> Checkup:
    """Doctor's run of it."""
    request = Request(EndpointFilter(**choice), smoke="never")
    return doctor(str(folder / "config"), request, files=Disk(str(folder)), process={})


def test_the_backend_has_a_row_in_every_format(folder: Path) -> None:
    (folder / "orbit.db").write_text("no database at all, and longer than a header of one would be, to be sure")
    found = looked(folder, services=("backend",))
    text = render(found, "full", Style())
    assert "SQLite, the backend database at orbit.db" in text
    assert "error[ORB775]" in text
    assert text.startswith("ORBIT would not start")
    [resource] = json.loads(render(found, "json"))["resources"]
    assert (resource["kind"], resource["fault"], resource["needed"]) == ("backend_sqlite", "the file is no database", True)
    assert [check["state"] for check in resource["checks"]][-1] == "failed"
    assert "SQLite, the backend database" in parsed(page(found)).text
    assert '"backend_sqlite"' in bundled(found, str(folder / "config"), files=Disk(str(folder)), process={}).files["report.json"]


def test_what_is_sound_takes_one_line(folder: Path) -> None:
    text = render(looked(folder, services=("backend",)), "full", Style())
    [line] = [each for each in text.splitlines() if "SQLite, the backend database" in each]
    assert line.strip().startswith("✓")


def test_what_a_person_should_know_stands_below_what_is_sound(folder: Path) -> None:
    config = folder / "config" / "config.yaml"
    config.write_text(config.read_text().replace("orbit.db", "':memory:'"))
    found, remark = looked(folder, services=("backend",)), "it is kept in memory: each restart begins with an empty one"
    lines = render(found, "full", Style()).splitlines()
    [index] = [number for number, each in enumerate(lines) if each.strip().startswith("✓ database SQLite")]
    assert lines[index + 1] == f"    note: {remark}"
    assert remark in parsed(page(found)).text


def test_a_plan_names_every_resource_and_looks_at_none(folder: Path) -> None:
    (folder / "orbit.db").write_text("x" * 100)
    request = Request(EndpointFilter(services=("backend",)), dry_run=True)
    found = doctor(str(folder / "config"), request, files=Disk(str(folder)), process={})
    assert "SQLite, the backend database at orbit.db: " in render(found, "full", Style())
    assert found.seen == ()
    assert [each["kind"] for each in json.loads(render(found, "json"))["planned_resources"]] == ["backend_sqlite"]


def test_resources_are_chosen_by_service_and_left_out_for_a_provider(folder: Path) -> None:
    assert {each.target.service for each in looked(folder).seen} >= {"backend"}
    assert {each.target.service for each in looked(folder, services=("backend",)).seen} == {"backend"}
    assert looked(folder, providers=("ollama",)).seen == ()
    assert looked(folder, services=("inference",)).seen == ()
    with pytest.raises(UsageError, match="bakend"):
        looked(folder, services=("bakend",))


def test_an_adapter_that_is_off_is_looked_at_where_it_is_named(folder: Path) -> None:
    config = folder / "config" / "config.yaml"
    shop = "{name: shop, enabled: false, type: retriever, datasource: sqlite, adapter: qa, inference_provider: ollama, database: shop.db, implementation: retrievers.implementations.qa.QASSQLRetriever}"
    config.write_text(f"{config.read_text()}adapters: [{shop}]\n")
    assert [each.target.place for each in looked(folder, adapters=("shop",)).seen] == ["shop.db"]
    assert all(each.target.service != "datasource" for each in looked(folder).seen)


def test_what_time_was_left_for_is_counted_as_what_it_is(folder: Path) -> None:
    late = ResourceResult(target("cache", "cache:1", Consequence.DEGRADED, 1), (), ProbeFault.DEADLINE)
    text = render(replace(looked(folder, services=("backend",)), seen=(late,)), "full", Style())
    assert "1 of 1 resource could not be looked at to the end." in text


def target(kind: str, place: str, consequence: Consequence, rank: int, *users: str) -> ResourceTarget:
    """A resource with a password."""
    values = {"password": ResourceValue(PASSWORD, None, is_secret=True)}
    return ResourceTarget(kind, kind.title(), "datasource", place, (kind,), values, consequence, "it fails", users, rank=rank)


def down(looked_at: ResourceTarget, fault: ProbeFault | ResourceFault = ProbeFault.REFUSED) -> ResourceResult:
    """One that is not there."""
    return ResourceResult(looked_at, (CheckResult(CheckKind.CONNECT, CheckState.FAILED, fault.value),), fault)


def test_servers_are_started_in_the_order_in_which_orbit_opens_them() -> None:
    seen = (
        down(target("store", "store:1", Consequence.ADAPTER_FAILS, 1, "a", "b")),
        down(target("cache", "cache:1", Consequence.DEGRADED, 1)),
        down(target("datasource", "db:1", Consequence.ADAPTER_MISSING, 0, "a")),
        down(target("backend", "db:2", Consequence.NO_START, 0)),
        # what has to be corrected is not helped by a start
        down(target("queue", "mq:1", Consequence.DEGRADED, 0), ResourceFault.LOGIN_REFUSED),
    )
    assert list(start_lines(Checkup(Report(), StaticCounts(), (), seen=seen))) == [
        "Start, in this order:",
        "  1. Backend at db:2; without it: it fails",
        "  2. Datasource at db:1; without it: it fails (a)",
        "  3. Store at store:1; without it: it fails (a, b)",
        "  4. Cache at cache:1; without it: it fails",
        "  5. ORBIT",
    ]


def test_sources_of_data_and_stores_are_started_after_the_server_s_own() -> None:
    early = {kind.name for kind in resource_kinds() if kind.rank == 0}
    kinds_of_servers = {kind.name for kind in resource_kinds() if kind.service in ("datasource", "store", "cache", "queue", "audit", "mcp")}
    assert early & kinds_of_servers == {"ds_sqlite", "ds_duckdb", "ds_chroma_local"}


def test_a_single_server_that_is_down_needs_no_order() -> None:
    seen = (down(target("backend", "db:2", Consequence.NO_START, 0)),)
    assert list(start_lines(Checkup(Report(), StaticCounts(), (), seen=seen))) == []


def test_every_kind_is_whole() -> None:
    """Its place names values that it has, its conditions too; nothing secret is shown; its check exists."""
    from importlib import import_module
    from string import Formatter

    names = [kind.name for kind in resource_kinds()]
    assert len(names) == len(set(names))
    for kind in resource_kinds():
        given = kind.values.keys() | ({"type", "family"} if kind.at[0] == "adapters" else set())
        shown = {name for _, name, _, _ in Formatter().parse(kind.place) if name}
        assert shown | kind.when.keys() <= given, kind.name
        assert not any(kind.values[name].is_secret for name in shown if name in kind.values), kind.name
        assert callable(import_module(f"orbitcfg.live.resources.checks.{kind.check}").steps_of), kind.name
