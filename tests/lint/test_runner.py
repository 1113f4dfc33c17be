"""Findings are placed, ordered, and never show what a variable holds."""

from collections.abc import Iterator

import pytest

from orbitcfg.document.source import Span
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from tests.trees import config_of


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("word", "${NAME}"),
        ("wor", "wor"),
        ("12345", "12345"),
        ("true", "true"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://u:p@host", "${NAME}"),
        ("a longer value", "${NAME}"),
    ],
)
def test_a_message_shows_the_name_of_a_variable_and_not_what_it_holds(value: str, shown: str) -> None:
    """What any file may hold stays: numbers, switches, addresses of this machine; and what is too short for a secret."""

    @rule("ORB301", consequence=Consequence.MISLEADS)
    def telling(_config: Config) -> Iterator[Finding]:
        """A rule that quotes a value."""
        yield Finding(f"`{value}` is wrong", ("a",), f"write another than `{value}`")

    result = run_rules(config_of({"config/config.yaml": "a: ${NAME}\n"}, {"NAME": value}), [telling])
    assert [(each.message, each.help) for each in result.diagnostics] == [(f"`{shown}` is wrong", f"write another than `{shown}`")]


def test_of_two_values_of_which_one_begins_the_other_the_longer_is_replaced() -> None:
    @rule("ORB301", consequence=Consequence.MISLEADS)
    def telling(_config: Config) -> Iterator[Finding]:
        """A rule that quotes a value."""
        yield Finding("it is secretive", ("a",), "change it")

    config = config_of({"config/config.yaml": "a: ${SHORT}\nb: ${LONG}\n"}, {"SHORT": "secret", "LONG": "secretive"})
    assert [each.message for each in run_rules(config, [telling]).diagnostics] == ["it is ${LONG}"]


def test_findings_stand_in_the_order_of_files_places_and_codes() -> None:
    """Equal ones once; those without a place last."""

    @rule("ORB302", consequence=Consequence.MISLEADS)
    def second(config: Config) -> Iterator[Finding]:
        """A rule."""
        yield Finding("m", ("b",), "h")
        yield Finding("m", ("a",), "h")
        yield Finding("m", ("a",), "h")
        yield Finding("m", config.graph.root.source, "h")

    @rule("ORB301", consequence=Consequence.MISLEADS)
    def first(config: Config) -> Iterator[Finding]:
        """A rule."""
        yield Finding("m", Span(config.graph.root.source, 0, 1), "h")
        yield Finding("n", ("a",), "h")
        yield Finding("m", ("a",), "h")
        yield Finding("m", None, "h")

    config = config_of({"config/config.yaml": "import: z.yaml\nb: 1\n", "config/z.yaml": "a: 1\n"})
    found = [(each.code, each.file, each.key, each.message) for each in run_rules(config, [second, first]).diagnostics]
    root, z = "repo/config/config.yaml", "repo/config/z.yaml"
    assert found == [
        ("ORB301", root, None, "m"),
        ("ORB302", root, None, "m"),
        ("ORB302", root, "b", "m"),
        ("ORB301", z, "a", "m"),
        ("ORB301", z, "a", "n"),
        ("ORB302", z, "a", "m"),
        ("ORB301", None, None, "m"),
    ]


def test_a_rule_that_finds_much_is_ended_between_two_findings() -> None:
    class EndedError(Exception):
        pass

    found: list[int] = []

    @rule("ORB301", consequence=Consequence.HYGIENE)
    def verbose(_config: Config) -> Iterator[Finding]:
        """A rule."""
        for number in range(1000):
            found.append(number)
            yield Finding(f"number {number}", None, "do nothing")

    def checkpoint() -> None:
        if len(found) > 2:
            raise EndedError

    with pytest.raises(EndedError):
        run_rules(config_of({"config/config.yaml": "a: 1\n"}), [verbose], checkpoint=checkpoint)
    assert found == [0, 1, 2]
