"""Every rule has a page with a bad and a good example, and both do what they say."""

import re
from importlib import import_module

import pytest

from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import FAMILIES, LOADING, RULES
from orbitcfg.rules._bases import BASES, names_in
from orbitcfg.rules._rule import Rule
from tests.shared import PROJECT
from tests.trees import example_result

_BLOCK = re.compile(r"```yaml (bad|good)\n(.*?)```", re.DOTALL)
STATIC = [rule for rule in RULES if not rule.observes and rule.code not in ("ORB901", "ORB903", "ORB905")]
"""Rules whose examples are configurations alone; the others need a fault, or a baseline."""


def examples(rule: Rule, kind: str) -> list[str]:
    """The page's blocks of a kind."""
    return [text for found, text in _BLOCK.findall(rule.page) if found == kind]


def codes(example: str) -> dict[str, Severity]:
    """What the rules say of an example: each code with its worst severity."""
    found: dict[str, Severity] = {}
    for diagnostic in example_result(example).diagnostics:
        found[diagnostic.code] = max(diagnostic.severity, found.get(diagnostic.code, Severity.INFO))
    return found


@pytest.mark.parametrize("rule", STATIC, ids=lambda rule: rule.code)
def test_a_bad_example_gives_exactly_its_code(rule: Rule) -> None:
    """Nothing else above info; a rule whose findings are info shows at least itself."""
    assert examples(rule, "bad"), f"{rule.code} has no bad example"
    for example in examples(rule, "bad"):
        found = codes(example)
        assert rule.code in found, f"{rule.code} is silent on:\n{example}"
        assert {code for code, severity in found.items() if severity > Severity.INFO} <= {rule.code}, example


@pytest.mark.parametrize("rule", STATIC, ids=lambda rule: rule.code)
def test_a_good_example_gives_nothing(rule: Rule) -> None:
    """Neither its own code nor anything else above info."""
    assert examples(rule, "good"), f"{rule.code} has no good example"
    for example in examples(rule, "good"):
        found = codes(example)
        assert rule.code not in found, example
        assert {code for code, severity in found.items() if severity > Severity.INFO} == set(), example


@pytest.mark.parametrize("name", BASES)
def test_a_base_is_healthy(name: str) -> None:
    """By itself it gives nothing above info, and some page shows it."""
    assert {code for code, severity in codes(f"# base: {name}\n").items() if severity > Severity.INFO} == set()
    assert any(name in names_in(rule.page) for rule in RULES)


def test_every_topic_is_listed_by_its_family() -> None:
    """A module with rules that no family lists would never run."""
    modules = [path for path in (PROJECT / "orbitcfg" / "rules").glob("*/*.py") if "\nRULES = (" in path.read_text("utf-8")]
    listed = {f"{family}.{topic}" for family in FAMILIES for topic in import_module(f"orbitcfg.rules.{family}").TOPICS}
    assert listed == {f"{path.parent.name}.{path.stem}" for path in modules}


def test_what_ends_the_load_is_asked_wherever_a_configuration_is_loaded() -> None:
    """The modules that say of a finding that ORBIT's loader raises are those that commands ask which look at the load alone."""
    modules = [path for path in (PROJECT / "orbitcfg" / "rules").glob("*/*.py") if "fatal=" in path.read_text("utf-8")]
    assert {f"{path.parent.name}.{path.stem}" for path in modules} == set(LOADING) - {"meta"}


def test_codes_and_names_are_given_once() -> None:
    """A code is never used twice, nor a name."""
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_begins_with_one_sentence(rule: Rule) -> None:
    """The first line is a sentence of its own."""
    first, second, *_ = [*rule.page.splitlines(), ""]
    assert first.endswith("."), first
    assert second == ""
