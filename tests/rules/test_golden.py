"""What the rules say, word for word: of each bad example, and of each recorded run of ORBIT. `pytest --write-golden` rewrites both files.

A change of a message, a severity or a place shows in the diff of these files, and is to be read there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.rules import RULES, STATIC, rules_of
from tests.effective import runs
from tests.rules.test_examples import examples
from tests.trees import example_config

FOLDER = Path(__file__).parent / "golden"


def finding_line(found: Diagnostic) -> str:
    """A finding in one line: everything of it but the frame."""
    related = "".join(f" ~ {each.span.label} {each.message}" for each in found.related)
    fix = "" if found.fix is None else " + safe fix" if found.fix.safe else " + unsafe fix"
    where = getattr(found.place, "label", found.file or "-")
    return f"  {found.severity.label}[{found.code}] {where} {found.key or '-'}: {found.message} = {found.help}{related}{fix}\n"


def of_examples() -> Iterator[str]:
    """The findings of every bad example, under the rule's code and name."""
    for rule in RULES:
        for number, example in enumerate(examples(rule, "bad"), 1):
            yield f"{rule.code} {rule.name} {number}\n"
            yield from map(finding_line, run_rules(example_config(example), rules_of(STATIC)).diagnostics)


def of_runs() -> Iterator[str]:
    """For every recorded run each use in one line, then the findings above info."""
    for run in runs.recording()["runs"]:
        config = runs.config_of(run)
        yield f"{run['id']}: {run['about']}\n"
        yield from uses(config)
        yield from (finding_line(each) for each in run_rules(config, rules_of(STATIC)).diagnostics if each.severity > 1)


def uses(config: Config) -> Iterator[str]:
    """Each use of a configuration, in one line."""
    for use in config.uses if config.tree.entries else ():
        dependent = " by load order" if use.order_dependent else ""
        parameters = " ".join(f"{name}={value!r}" for name, value in use.request_parameters.items())
        used = f"{use.provider.value} {use.model_name} {use.url.value} {use.state}"
        yield f"  {use.adapter or 'default'} {use.service}: {used}{dependent} {parameters} {use.reason}".rstrip() + "\n"


@pytest.mark.parametrize(("name", "lines"), [("examples.txt", of_examples), ("runs.txt", of_runs)], ids=["examples", "runs"])
def test_what_the_rules_say_is_what_they_said(name: str, lines: object, request: pytest.FixtureRequest) -> None:
    assert callable(lines)
    found = "".join(lines())
    if request.config.getoption("--write-golden"):
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / name).write_text(found, "utf-8")
    assert found.splitlines() == (FOLDER / name).read_text("utf-8").splitlines()
