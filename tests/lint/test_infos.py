"""A run without what is only worth knowing says of all else the same as a whole one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orbitcfg.commands.compiled import compile_config, reading_of, whole_target
from orbitcfg.commands.reporting import static_rules
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.runner import LintResult, run_rules
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import BY_RULE, Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules import RULES
from orbitcfg.rules._rule import Rule, rule
from orbitcfg.settings.model import Settings
from tests.rules.test_examples import STATIC, examples
from tests.shared import PROJECT
from tests.trees import config_of, example_files

WRITTEN = sorted({path.parent for place in ("tests/cases", "examples") for path in (PROJECT / place).glob("*/expected.txt")})
INFO = tuple(each for each in RULES if each.usual_severity is Severity.INFO and not each.observes and not each.code.startswith("ORB9"))


def compiled(files: Files, path: str | None, process: dict[str, str]) -> Iterator[Config]:
    """The configuration as `validate` sees it, with `--strict-env` and without."""
    for strict_env in (False, True):
        settings = Settings(strict_env=strict_env)
        yield compile_config(files, whole_target(files, path), settings, reading_of(settings), process)


def without_infos(config: Config) -> LintResult:
    return run_rules(config, static_rules(config), infos=lambda _code: False)


def counting(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [each for each in found if each.severity > Severity.INFO]


def holds(config: Config) -> None:
    """Errors and warnings, their order, their causes and the verdict are the same; what is left out is nothing but worth knowing."""
    whole, part = run_rules(config, static_rules(config)), without_infos(config)
    assert counting(part.found) == counting(whole.found)
    assert counting(part.diagnostics) == counting(whole.diagnostics)
    assert part.fatal == whole.fatal
    assert verdict_of(config, part.found) == verdict_of(config, whole.found)
    left_out = {each for each in whole.found if each not in set(part.found)}
    assert {each.consequence for each in left_out} <= BY_RULE | {Consequence.WITHOUT_EFFECT}
    for each in INFO:
        part_of = list(each.findings(config, None, infos=False))
        rest = [found for found in each.findings(config, None) if found not in part_of]
        assert not any(found.explains or (found.severity or Severity.INFO) > Severity.INFO for found in rest), each.code


@pytest.mark.parametrize("each", STATIC, ids=lambda each: each.code)
def test_what_counts_of_the_examples_on_pages(each: Rule) -> None:
    for kind in ("bad", "good"):
        for example in examples(each, kind):
            files, process = example_files(example)
            for config in compiled(files, "/repo", process):
                holds(config)


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case.name)
def test_what_counts_of_golden_cases(case: Path) -> None:
    for config in compiled(Disk(), str(case), {}):
        holds(config)


def test_a_rule_that_a_comment_names_runs_whole() -> None:
    """Else nobody could tell whether it silences anything."""
    tree = "inference: {shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m, top_k: 40}}"
    used, unused = f"{tree}  # orbitcfg: ignore[ORB306]\n", f"{tree}\ngeneral: {{port: 3000}}  # orbitcfg: ignore[ORB306]\n"
    assert [
        [each.code for each in without_infos(config_of({"config/config.yaml": text})).diagnostics].count("ORB902") for text in (used, unused)
    ] == [
        0,
        1,
    ]


def test_of_a_rule_that_is_info_its_graver_part_runs_alone() -> None:
    def graver(_config: Config) -> Iterator[Finding]:
        yield Finding("it is bad", ("a",), "change it", severity=Severity.WARNING)

    @rule("ORB999", consequence=Consequence.HYGIENE, severity=Severity.INFO, graver=graver)
    def telling(config: Config) -> Iterator[Finding]:
        """A rule that tells of more than is bad."""
        yield Finding("it is odd", ("b",), "look at it")
        yield from graver(config)

    config = config_of({"config/config.yaml": "a: 1\nb: 2\n"})
    assert [each.message for each in run_rules(config, [telling], infos=lambda _: False).diagnostics] == ["it is bad"]
    assert [each.message for each in run_rules(config, [telling], infos="ORB999".__eq__).diagnostics] == ["it is bad", "it is odd"]
