"""Libraries and templates that were run on ORBIT's own classes: what each does stands beside what is said of it.

`orbit` is what was sent, or why nothing was. Tools of agents were called in `slips.json` alone: what people get wrong, one slip beside a template that works.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.document.source import Span
from orbitcfg.lint.runner import run_rules
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import rules_of
from tests.rules.test_intent_cases import CLASSES, adapter, configuration
from tests.trees import config_of

FOLDER = Path(__file__).parent / "asked"
ANSWERS: dict[str, dict[str, dict[str, Any]]] = json.loads((FOLDER / "answers.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = [case for name in ("cases", "slips") for case in json.loads((FOLDER / f"{name}.json").read_text("utf-8"))]
DOMAIN = """domain_name: shop
entities:
  item: {entity_type: primary, table_name: item, primary_key: id}
fields:
  item: {id: {data_type: integer}, name: {data_type: string}, price: {data_type: decimal}}
"""


def told(family: str, library: str, domain: str) -> dict[str, list[str]]:
    """The codes above info of each template, by its id."""
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    files = {"config/config.yaml": configuration([adapter("shop", family, settings)]), "domain.yaml": domain, "library.yaml": library}
    config = config_of(files)
    found = [each for each in run_rules(config, rules_of(("templates",))).found if each.severity > Severity.INFO]
    of_template = {}
    ((_, read),) = config.intents[0].libraries
    for template in read.templates:
        span = template.node.origin.span
        of_template[str(template.id)] = [
            each.code
            for each in found
            if isinstance(each.place, Span) and each.place.source is span.source and span.start <= each.place.start <= span.end
        ]
    return of_template


@pytest.mark.parametrize("family", ANSWERS)
def test_a_library_is_told_as_orbit_runs_it(family: str) -> None:
    expected = {name: each["told"] for name, each in ANSWERS[family].items()}
    assert told(family, (FOLDER / f"{family}.yaml").read_text("utf-8"), (FOLDER / "domain.yaml").read_text("utf-8")) == expected


@pytest.mark.parametrize("family", sorted({case["family"] for case in CASES}))
def test_a_doubt_is_settled_as_orbit_settles_it(family: str) -> None:
    cases = [case for case in CASES if case["family"] == family]
    found = {case["id"]: told(family, case["library"], case.get("domain", DOMAIN)) for case in cases}
    assert found == {case["id"]: {name: each["told"] for name, each in case["templates"].items()} for case in cases}


def test_every_class_was_asked() -> None:
    assert set(ANSWERS) == set(CLASSES)
