"""An ORBIT that is older than the catalogue: it is judged by what it knew."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import orbitcfg
from orbitcfg.catalog.history import history, store_at
from orbitcfg.catalog.store import ANNOTATION, shipped_store
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.later import release_of
from orbitcfg.release import OLDEST_JUDGED, OrbitChoice, Release
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import STATIC, rules_of
from orbitcfg.settings.model import Settings
from tests.tools import releases
from tests.trees import BASE, config_of

CHAT = "type: passthrough, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation"


def told(example: str, release: str, least: Severity = Severity.WARNING) -> list[tuple[str, str | None, str]]:
    files = {"config/example.yaml": example, "config/base.yaml": "".join(BASE.values()), "config/config.yaml": "import: [example.yaml, base.yaml]\n"}
    found = run_rules(config_of(files, settings=Settings(orbit=OrbitChoice(release))), rules_of(STATIC)).diagnostics
    return [(each.code, each.key, each.message) for each in found if each.severity >= least]


@pytest.mark.parametrize(
    ("example", "release", "found"),
    [
        (
            f"adapters: [{{name: a, {CHAT}, allowed_image_models: []}}]",
            "2.14.1",
            [
                (
                    "ORB311",
                    "adapters[a].allowed_image_models",
                    "`allowed_image_models` came with ORBIT 2.15.6; this is 2.14.1, which reads nothing of it",
                )
            ],
        ),
        (f"adapters: [{{name: a, {CHAT}, allowed_image_models: []}}]", "2.15.6", []),
        ("mcp_client: {enabled: false}", "2.13.0", []),
        (
            "mcp_clients: {enabled: false}",
            "2.13.0",
            [("ORB311", "mcp_clients", "`mcp_clients` is called `mcp_client` before ORBIT 2.14.0; this is 2.13.0, which reads nothing of it")],
        ),
        (
            "mcp_client: {enabled: false}",
            "2.14.2",
            [
                (
                    "ORB311",
                    "mcp_client",
                    "`mcp_client` is called `mcp_clients` since ORBIT 2.14.0; this is 2.14.2, which reads nothing of the old name",
                )
            ],
        ),
        ("mcp_clients: {enabled: false}", "2.14.2", []),
        ("mcp_client: {enabled: true, servers: [{name: a, comand: b}]}", "2.13.0", [("ORB301", "mcp_client.servers[a].comand", None)]),
        ("conversation_threading: {redis_key_prefix: a}", "2.8.3", []),
        ("conversation_threading: {cache_key_prefix: a}", "2.9.0", []),
        ("inference: {anthropic: {enabled: true, api_key: a, model: m, api_base: 'https://api.anthropic.com/v1'}}", "2.14.0", []),
        ("personaplex: {enabled: false}", "2.7.4", []),
        ("personaplex: {enabled: false}", "2.7.5", [("ORB301", "personaplex", None)]),
        ("rerankers: {anthropic: {enabled: false, temperature: 0.1}}", "2.7.11", []),
        (f"adapters: [{{name: a, {CHAT}, expose_as_skill: true, skill_name: s}}]", "2.6.8", []),
        ("general: {verbos: true}", "2.9.0", [("ORB301", "general.verbos", "ORBIT knows no key `verbos` here: `verbose` seems to be meant")]),
        ("video: {enabled: true, provider: gemini}\nimage: {enabled: true}", "2.6.0", None),
        ("a: [", "2.5.0", None),
    ],
)
def test_a_key_is_judged_by_what_the_release_knew(example: str, release: str, found: list[tuple[str, str, str | None]] | None) -> None:
    every = told(example, release, Severity.INFO)
    got = [each for each in every if each[0] in ("ORB301", "ORB311")]
    assert not [each for each in every if each[0] == "ORB901"]
    if found is not None:
        assert [(code, key) for code, key, _ in got] == [(code, key) for code, key, _ in found]
        assert all(message in (None, each[2]) for (*_, message), each in zip(found, got, strict=True))


@pytest.mark.parametrize("section", ["", "mcp_clients: {enabled: true}\n"])
def test_what_is_missing_is_told_by_the_name_that_the_release_reads(section: str) -> None:
    agent = CHAT.replace("passthrough,", "mcp_agent,", 1)
    chat = f"{CHAT}, capabilities: {{retrieval_behavior: none, mcp_tools: true}}"
    messages = [
        message
        for code, _, message in told(f"{section}adapters: [{{name: a, {agent}}}, {{name: b, {chat}}}]", "2.13.0")
        if code in ("ORB504", "ORB537")
    ]
    assert messages == [
        "adapter `a` needs `mcp_client.enabled`, which is missing, and counts as off: each request fails",
        "adapter `b`: `mcp_tools` is on, and `mcp_client.enabled` is off",
    ]


def test_a_release_that_is_not_judged_says_so() -> None:
    (found,) = told("general: {verbos: true}", "2.5.0", Severity.INFO)
    assert found[2] == "ORBIT 2.5.0 is older than 2.6.0, the first release that is judged: only the files themselves were looked at"


@pytest.mark.parametrize("tree", ["config", "default-config"])
def test_told_its_own_release_nothing_changes(tree: str, orbit_tree: Path) -> None:
    path = str(orbit_tree / tree)
    found = orbitcfg.validate(path, process={}), orbitcfg.validate(path, Settings(orbit=OrbitChoice("2.15.9")), process={})
    was, now = ([replace(each, place=None, related=(), fix=None, cause=None) for each in report.diagnostics] for report in found)
    assert was == now


def test_every_row_that_came_later_is_one_of_the_catalogue() -> None:
    rows = dict(releases.keys())
    assert set(history().recorded["rows"]) <= set(rows)


def test_corrections_have_their_reason_and_their_row() -> None:
    import tomllib

    by_hand: Mapping[str, list[dict[str, Any]]] = tomllib.loads(releases.BY_HAND.read_text("utf-8"))
    assert all(each.get("reason") for part in by_hand.values() for each in part)
    assert all(shipped_store().at(each["row"]) for each in by_hand["before"] if "row" in each)
    assert {row for each in by_hand["rows"] for row in each["rows"]} <= dict(releases.keys()).keys()


def test_cut_back_the_catalogue_knows_no_later_row() -> None:
    store = store_at(shipped_store(), OLDEST_JUDGED)
    text = json.dumps(dict(store.documents))
    assert "gemini_live" not in json.dumps(store.documents["adapters.schema.json"]["$defs"]["adapter"][ANNOTATION]["triples"])
    assert '"later"' in text
    assert store.documents["config.schema.json"]["properties"].keys().isdisjoint({"pricing", "messaging", "skill_routing"})
    assert store_at(shipped_store(), Release(2, 15, 9)).documents["config.schema.json"] == shipped_store().documents["config.schema.json"]


def test_a_value_that_came_later_is_told_with_its_release() -> None:
    kind = "adapters: [{name: a, type: fetch, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation}]"
    found = {release: [message for code, _, message in told(kind, release, Severity.INFO) if code == "ORB303"] for release in ("2.7.2", "2.7.3")}
    assert [each.partition(":")[0] for each in found["2.7.2"]] == ['`type` is `"fetch"`, which came with ORBIT 2.7.3; this is 2.7.2']
    assert found["2.7.3"] == []


def test_an_adapter_of_a_kind_that_came_later_is_told_of_its_kind_alone() -> None:
    """What a later release wants of that kind is nothing to one that does not load it."""
    for kind in ("image_generation", "mcp_agent", "audio_generation"):
        found = told(f"adapters: [{{name: a, {CHAT.replace('passthrough,', f'{kind},', 1)}}}]", "2.6.6")
        assert [(code, key) for code, key, _ in found] == [("ORB303", "adapters[a].type")]


BLOCK = 'inference: {nearai: {enabled: true, api_key: "${NEARAI_API_KEY}", model: m}}\n'


@pytest.mark.parametrize(
    ("example", "found"),
    [
        (BLOCK, [("ORB404", "`inference.nearai` is switched on, and came with ORBIT 2.6.8; this is 2.6.7")]),
        (
            f"{BLOCK}adapters: [{{name: a, {CHAT}, inference_provider: nearai}}]",
            [
                (
                    "ORB501",
                    (
                        "adapter `a`: `inference_provider` names `nearai`, which came with ORBIT 2.6.8; this is 2.6.7: "
                        "every request is answered with an error; an intent adapter does not load"
                    ),
                )
            ],
        ),
    ],
)
def test_a_name_that_came_later_is_told_with_its_release(example: str, found: list[tuple[str, str]]) -> None:
    assert [(code, message) for code, _, message in told(example, "2.6.7")] == found


def test_a_block_that_nothing_reads_yet_is_told_with_its_release() -> None:
    messages = [message for code, _, message in told(BLOCK, "2.6.7", Severity.INFO) if code == "ORB306"]
    assert messages == ["ORBIT does not read `nearai` here: it came with ORBIT 2.6.8; this is 2.6.7"]
    assert [code for code, *_ in told(BLOCK, "2.6.8", Severity.INFO) if code in ("ORB306", "ORB404")] == []


@pytest.mark.parametrize(
    ("example", "since", "before", "key"),
    [
        ("files: {storage_backend: filesystem}", "2.8.3", "2.8.2", "files.storage_backend"),
        (f"adapters: [{{name: a, {CHAT}, effort: low}}]", "2.11.1", "2.11.0", "adapters[a].effort"),
    ],
)
def test_a_name_that_was_known_elsewhere_before_is_judged_by_its_place(example: str, since: str, before: str, key: str) -> None:
    found = [[(code, where) for code, where, _ in told(example, each, Severity.INFO) if code == "ORB311"] for each in (since, before)]
    assert found == [[], [("ORB311", key)]]


@pytest.mark.parametrize(
    ("key", "since"),
    [
        ("inference", None),
        ("inference.shimmy", None),
        ("inference.nearai", "2.6.8"),
        ("inference.nearai.model", "2.6.8"),
        ("inference.nobody", None),
        ("video_generation", "2.6.8"),
        ("video_generation.openrouter", "2.15.8"),
        ("skill_routing.nothing", None),
        ("general.nothing", None),
        ("nothing.at.all", None),
        ("pricing.media", "2.12.1"),
    ],
)
def test_a_key_came_with_the_latest_release_of_those_that_it_stands_in(key: str, since: str | None) -> None:
    tree = config_of({"config/config.yaml": f"{BLOCK}video_generation: {{openrouter: {{}}}}\n"}).tree
    assert release_of(tree, tuple(key.split("."))) == since
