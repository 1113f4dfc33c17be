"""Libraries as a user would write them, one for each class, of which every template works: nothing above info is said of them."""

from pathlib import Path

import pytest

from orbitcfg.effective.intent import sql_guard
from orbitcfg.lint.runner import run_rules
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import rules_of
from tests.rules.test_intent_cases import CLASSES, adapter, configuration
from tests.trees import config_of

FOLDER = Path(__file__).parent / "libraries"


@pytest.mark.parametrize("installed", [True, False], ids=["parser", "fixed-rules"])
@pytest.mark.parametrize("family", CLASSES)
def test_nothing_is_said_of_a_library_that_works(family: str, installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if installed:
        pytest.importorskip("sqlglot")
    else:
        monkeypatch.setattr(sql_guard, "_parser", lambda: None)
    files = {
        "config/config.yaml": configuration(
            [adapter("shop", family, {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"})]
        ),
        "domain.yaml": (FOLDER / "domain.yaml").read_text("utf-8"),
        "library.yaml": (FOLDER / f"{family}.yaml").read_text("utf-8"),
    }
    config = config_of(files)
    found = run_rules(config, rules_of(("templates",))).found
    assert [(each.code, each.message) for each in found if each.severity > Severity.INFO] == []
    assert len(config.intents[0].listed) > 0
