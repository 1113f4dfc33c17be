"""`diff --upgrade`: one configuration with two releases of ORBIT."""

import json
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands.upgrade.json import UpgradeShape
from orbitcfg.errors import UsageError
from orbitcfg.report.style import Style
from tests.program import run

CONFIG = """\
general: {inference_provider: shimmy}
auth: {default_admin_password: admin}
inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}}
mcp_client: {enabled: true, servers: [{name: files, command: mcp-files}]}
personaplex: {enabled: false, voices: [a]}
pricing: {stale_after_days: 30}
adapters:
  - name: agent
    type: mcp_agent
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    mcp_servers: [files]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fates(releases: str) -> list[tuple[str, str, str | None]]:
    return [(each.fate, each.key, each.new_name) for each in orbitcfg.upgrade(releases, None, process={}).keys]


@pytest.mark.usefixtures("config")
def test_keys_are_renamed_begin_and_stop() -> None:
    assert fates("2.11.0..2.15.9") == [("renamed", "mcp_client", "mcp_clients"), ("begins", "pricing", None)]
    assert fates("2.7.4..2.7.5") == [("stops", "personaplex", None)]
    assert fates("2.14.0..2.14.0") == []


def test_a_renamed_key_keeps_to_both_directions_and_to_what_stands_there(config: Path) -> None:
    root = config / "config" / "config.yaml"
    root.write_text(CONFIG.replace("mcp_client:", "mcp_clients:"))
    assert fates("2.15.9..2.13.0") == [("renamed", "mcp_clients", "mcp_client")]
    root.write_text(f"{CONFIG}mcp_clients: {{enabled: false}}\n")
    assert fates("2.13.0..2.14.0") == [("stops", "mcp_client", None), ("begins", "mcp_clients", None)]


@pytest.mark.parametrize(("releases", "unknown"), [("2.5.0..2.15.9", "2.5.0"), ("2.11.0..99.0.0", "99.0.0")])
@pytest.mark.usefixtures("config")
def test_of_releases_that_too_little_is_known_of_nothing_is_said(releases: str, unknown: str) -> None:
    with pytest.raises(UsageError) as caught:
        orbitcfg.upgrade(releases, None, process={})
    assert str(caught.value) == f"--upgrade compares releases from 2.6.0 to 2.15.9: too little is known of ORBIT {unknown}"


@pytest.mark.usefixtures("config")
def test_findings_and_adapters_that_change_are_told() -> None:
    found = orbitcfg.upgrade("2.13.0..", None, process={})
    assert [each.code for each in found.coming] == ["ORB504"]
    assert found.going == ()
    assert [(each.name, each.was, each.now) for each in found.adapters] == [("agent", "unknown", "fails")]
    assert not found.is_empty


@pytest.mark.usefixtures("config")
def test_it_is_shown_to_people_and_programs() -> None:
    found = orbitcfg.upgrade("2.13.0..2.15.9", None, process={})
    text = orbitcfg.render(found, "full")
    assert text.splitlines()[:4] == [
        "ORBIT 2.13.0 → 2.15.9 (5b961247): 1 key renamed, 1 finding more, 1 adapter with another fate",
        "",
        "to be renamed",
        "  `mcp_client` becomes `mcp_clients`: config/config.yaml:4",
    ]
    assert "- `mcp_client` becomes `mcp_clients`: config/config.yaml:4\n" in orbitcfg.render(found, "markdown")
    told = json.loads(orbitcfg.render(found, "json"))
    UpgradeShape.model_validate(told)
    assert (told["was"]["orbit"]["release"], told["now"]["orbit"]["release"]) == ("2.13.0", "2.15.9")
    assert told["keys"] == [{"fate": "renamed", "key": "mcp_client", "new_name": "mcp_clients", "file": "config/config.yaml", "line": 4, "column": 1}]
    same = orbitcfg.upgrade("2.15.9..2.15.9", None, process={})
    assert orbitcfg.render(same, "full") == "ORBIT 2.15.9 (5b961247) → 2.15.9 (5b961247): nothing changes for this configuration\n"


@pytest.mark.parametrize("releases", ["2.11.0", "a..b", "2.11.0...2.12.0", "", "2.11.0..2.15.9..", "2.11.0..latest"])
@pytest.mark.usefixtures("config")
def test_what_names_no_releases_is_refused(releases: str) -> None:
    with pytest.raises(UsageError, match=r"^--upgrade takes two releases"):
        orbitcfg.upgrade(releases, None, process={})


@pytest.mark.parametrize(
    ("releases", "said"),
    [
        ("2.12.77..2.15.9", "`--upgrade` names `2.12.77`, which ORBIT never released: the nearest are `2.12.1` and `2.13.0`"),
        ("2.11.0..2.12", "`--upgrade` names `2.12`, which is no single release: write one from `2.12.0` to `2.12.1`"),
    ],
)
@pytest.mark.usefixtures("config")
def test_what_is_no_release_is_refused_with_those_near_it(releases: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        orbitcfg.upgrade(releases, None, process={})
    assert str(caught.value) == said


@pytest.mark.usefixtures("config")
def test_an_upgrade_may_lead_back_and_to_where_it_is() -> None:
    assert fates("2.15.9..2.11.0") == [("begins", "mcp_client", None), ("stops", "pricing", None)]
    assert orbitcfg.upgrade("..", None, process={}).is_empty


SECRETS = """\
general: {inference_provider: openai}
auth: {default_admin_password: "s3cr3t-pass-word"}
inference: {openai: {enabled: true, api_key: "sk-abcdefghijklmnopqrstuvwx", model: m, api_base: "https://u:s3cr3t@host.example/v1"}}
adapters:
  - {name: "a*_`|<b>@me#1", type: passthrough, adapter: conversational, effort: low,
     implementation: implementations.passthrough.conversational.ConversationalImplementation}
"""


def test_no_format_shows_a_secret_or_lets_a_name_speak_markdown(config: Path) -> None:
    (config / "config" / "config.yaml").write_text(SECRETS)
    found = orbitcfg.upgrade("2.11.0..2.15.9", None, process={})
    shown = {name: orbitcfg.render(found, name) for name in ("full", "json", "markdown")}
    assert [name for name, text in shown.items() if "s3cr3t" in text or "sk-abc" in text] == []
    assert r"adapters\[a\*\_\|\<b\>\@me\#1\].effort" in shown["markdown"]
    assert "@me" not in shown["markdown"].replace(r"\@me", "")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--upgrade", "2.13.0..2.15.9"], 1),
        (["--upgrade", "2.15.9..2.15.9", "config"], 0),
        ([], 2),
        (["--upgrade", "x"], 2),
        (["a", "b", "--upgrade", "2.13.0..2.15.9"], 2),
    ],
)
@pytest.mark.usefixtures("config")
def test_the_command_ends_by_whether_anything_changes(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["diff", *arguments], capsys, monkeypatch).status == status


def test_a_name_in_several_places_is_told_once(config: Path) -> None:
    """Places are listed on demand, and a finding that says no more than that is left out."""
    root = config / "config" / "config.yaml"
    second = CONFIG.partition("  - name: agent")[2].replace("mcp_servers: [files]", "capabilities: {supports_charts: true}")
    root.write_text(f"{CONFIG}    capabilities: {{supports_charts: true}}\n  - name: other{second}")
    found = orbitcfg.upgrade("2.15.4..2.15.5", None, process={})
    assert [(each.code, each.key) for each in (*found.coming, *found.going)] == []
    assert [(each.fate, each.key) for each in found.keys] == [
        ("begins", f"adapters[{name}].capabilities.supports_charts") for name in ("agent", "other")
    ]
    lines = [
        "read by 2.15.5, and not by 2.15.4",
        "  `supports_charts` in 2 places, the first `adapters[agent].capabilities.supports_charts`: config/config.yaml:13; `-v` lists them",
    ]
    assert orbitcfg.render(found, "full").splitlines()[2:] == lines
    assert len(orbitcfg.render(found, "full", Style(verbose=True)).splitlines()) == 5
