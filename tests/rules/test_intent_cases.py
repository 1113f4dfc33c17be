"""Every recorded case of a domain or a template library gives the finding of the right consequence, or none where the case is good."""

import json
from typing import Any

import pytest

from orbitcfg.effective.intent import sql_guard
from orbitcfg.lint.runner import run_rules
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import rules_of
from tests.shared import read_facts
from tests.trees import config_of

CASES: list[dict[str, Any]] = read_facts("intent-cases")

EFFECTS: dict[str, Consequence | None] = {
    "adapter_missing": Consequence.ADAPTER_MISSING,
    "no_templates": Consequence.PURPOSE_LOST,
    "index_empty": Consequence.PURPOSE_LOST,
    "question_error": Consequence.PURPOSE_LOST,
    "template_never_works": Consequence.DEGRADED,
    "wrong_result_silent": Consequence.DIFFERENT,
    "wrong_request": Consequence.DIFFERENT,
    "template_dropped": Consequence.DEGRADED,
    "template_lost_silent": Consequence.DEGRADED,
    "file_lost": Consequence.DEGRADED,
    "tool_dropped": Consequence.DEGRADED,
    "cross_adapter_off": Consequence.DEGRADED,
    "target_dropped": Consequence.DEGRADED,
    "degraded": Consequence.DEGRADED,
    "write_executed": Consequence.EXPOSED,
    "accepted_logged": None,
    "question_refused": None,
    "not_read": None,
    "accepted": None,
}
"""What each effect comes to; None where ORBIT goes on as it is written. A wrong result that is an error is one of the whole collection: it misleads."""

CLASSES = {
    "sqlite": ("sqlite", "IntentSQLiteRetriever", {}),
    "duckdb": ("duckdb", "IntentDuckDBRetriever", {}),
    "postgres": ("postgres", "IntentPostgreSQLRetriever", {}),
    "mysql": ("mysql", "IntentMySQLRetriever", {}),
    "athena": ("athena", "IntentAthenaRetriever", {}),
    "http": ("http", "IntentHTTPJSONRetriever", {"base_url": "http://shop.example.org"}),
    "graphql": ("http", "IntentGraphQLRetriever", {"base_url": "http://shop.example.org"}),
    "firecrawl": ("http", "IntentFirecrawlRetriever", {"base_url": "http://shop.example.org"}),
    "elasticsearch": ("elasticsearch", "IntentElasticsearchRetriever", {"index_pattern": "items"}),
    "mongodb": ("mongodb", "intent_mongodb_retriever.IntentMongoDBRetriever", {"database": "shop"}),
    "agent": ("http", "IntentAgentRetriever", {}),
}
OWN = ("ORB0", "ORB514", "ORB9")
"""The rules about what adapters name, and the one about rules that fail."""


def adapter(name: str, family: str, config: dict[str, Any]) -> dict[str, Any]:
    """An adapter of a family's class."""
    source, implementation, settings = CLASSES[family]
    return {
        "name": name,
        "type": "retriever",
        "datasource": source,
        "adapter": "intent",
        "implementation": f"retrievers.implementations.intent.{implementation}",
        "capabilities": {"retrieval_behavior": "always"},
        "config": {**settings, "store_name": "chroma", "template_collection_name": name, **config},
    }


def files_of(case: dict[str, Any]) -> dict[str, str]:
    """The files of a case, with a configuration around them."""
    if case["family"] != "composite":
        adapters = [adapter("shop", case["family"], case["adapter_config"])]
        return {"config/config.yaml": configuration(adapters), **case["files"]}
    composite = {
        "name": "all",
        "type": "retriever",
        "datasource": "none",
        "adapter": "composite",
        "implementation": "retrievers.implementations.composite.CompositeIntentRetriever",
        "capabilities": {"retrieval_behavior": "always"},
        "config": case["adapter_config"],
    }
    children = [adapter(name, "http", {"domain_config_path": "dom.yaml", "template_library_path": f"{name}.yaml"}) for name in "ab"]
    beside = {f"{name}.yaml": "templates: [{id: q, nl_examples: [x], endpoint: /x}]" for name in "ab"}
    return {"config/config.yaml": configuration([composite, *children]), "dom.yaml": "{}", **beside, **case["files"]}


def configuration(adapters: list[dict[str, Any]]) -> str:
    """A healthy configuration with these adapters."""
    return json.dumps(
        {
            "auth": {"default_admin_password": "admin"},
            "general": {"port": 3000, "inference_provider": "shimmy"},
            "inference": {"shimmy": {"enabled": True, "base_url": "http://localhost:11435", "model": "llama-3.2-3b"}},
            "embedding": {"enabled": False, "provider": "ollama"},
            "vector_stores": {"chroma": {"enabled": True}},
            "adapters": adapters,
        }
    )


def found_in(case: dict[str, Any]) -> list[Diagnostic]:
    """What is said of the files; of the tree what the path itself is at fault for."""
    config = config_of(files_of(case))
    found = run_rules(config, rules_of(("templates", "adapters.data", "shape.values", "shape.required"))).diagnostics
    return [each for each in found if each.code.startswith(OWN) or (each.code == "ORB302" and "path" in str(each.key)) or _is_of_path(each)]


def _is_of_path(found: Diagnostic) -> bool:
    return found.severity > Severity.INFO and (found.key or "").endswith(("domain_config_path", "template_library_path"))


def check(case: dict[str, Any]) -> None:
    """Holds what is found in a case against what ORBIT did."""
    found = found_in(case)
    shown = [(each.code, each.severity.label, each.consequence.name, each.message) for each in found]
    worst = max((each.severity for each in found), default=None)
    match case["severity"]:
        case "none":
            assert shown == []
        case "info":
            assert worst in (None, Severity.INFO), shown
        case severity:
            wanted = Severity[severity.upper()]
            assert worst is wanted, shown
            consequence = EFFECTS[case["effect"]]
            if case["effect"] == "wrong_result_silent" and wanted is Severity.ERROR:
                consequence = Consequence.MISLEADS
            assert consequence is None or consequence in {each.consequence for each in found if each.severity is wanted}, shown


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_is_told_as_orbit_takes_it(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize(
    "case", [each for each in CASES if set(each["rules"]) & {"R28", "R37", "R42", "R44", "R45", "R116"}], ids=lambda case: case["id"]
)
def test_without_the_parser_the_fixed_rules_do(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a query that is of the wrong dialect in other ways than the fixed rules know is missed then; none of the cases is."""
    monkeypatch.setattr(sql_guard, "_parser", lambda: None)
    check(case)


def test_every_effect_is_mapped() -> None:
    assert EFFECTS.keys() == read_facts("intent-effects").keys()
    assert {case["effect"] for case in CASES} <= EFFECTS.keys()
