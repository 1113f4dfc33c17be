"""A line that is accepted at once is what typer makes of it."""

from inspect import signature

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orbitcfg.cli import overview
from orbitcfg.cli.accept import accept
from orbitcfg.cli.parameters import Option, parameters_of
from orbitcfg.cli.program import read

PLAIN = (
    ["validate"],
    ["validate", "config", "other/config.yaml", "--no-env", "-v", "--select", "ORB1", "--select=ORB2"],
    ["validate", "-", "--stdin-filename", "config/inference.yaml"],
    ["validate", "--format=json", "--format", "full", "--min-severity="],
    ["why", "general.port"],
    ["why", "general.port", "config", "--format", "json"],
    ["diff", "HEAD~1", "HEAD", "config", "-q"],
    ["doctor", "--timeout", "2", "--wait=0", "--adapter", "a", "--adapter", "b", "--dry-run"],
    ["smoke", "--max-tokens", "4", "--timeout", "1e1", "--prompt", ""],
    ["lsp"],
)
FOR_TYPER = (
    ["validate", "--help"],
    ["validate", "-h"],
    ["validate", "--no-such-option"],
    ["validate", "-vq"],
    ["validate", "-v=1"],
    ["validate", "--no-env=true"],
    ["validate", "--format"],
    ["validate", "--format", "--no-env"],
    ["validate", "--", "-config"],
    ["why"],
    ["why", "a", "b", "c"],
    ["lsp", "now"],
    ["doctor", "--timeout", "0.01"],
    ["doctor", "--timeout", "soon"],
    ["smoke", "--max-tokens", "1.5"],
)
WORDS = (
    "config",
    "-",
    "",
    "a=b",
    "--",
    "-x",
    "-vq",
    "--no-such",
    "--no-such=1",
    "0",
    "0.1",
    "nan",
    "-1",
    "é",
    "\udcff",
    "1_0",
    " 7 ",
    "--help",
    "-h",
)


def as_accepted(line: list[str]) -> object:
    """The command with the values of all its parameters; None for a line that is left to typer."""
    command = overview.command(line[0])
    found = accept(command, line[1:])
    if found is None:
        return None
    bound = signature(command).bind(**found)
    bound.apply_defaults()
    return line[0], dict(bound.arguments)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    name = draw(st.sampled_from(sorted(overview.COMMANDS)))
    options = [
        each for parameter in parameters_of(overview.command(name)) if isinstance(parameter.declared, Option) for each in parameter.declared.names
    ]
    word = st.sampled_from((*WORDS, *options))
    joined = st.builds("{}={}".format, st.sampled_from(options or ["--none"]), st.sampled_from(WORDS))
    return [name, *draw(st.lists(word | joined, max_size=6))]


@pytest.mark.parametrize("line", PLAIN, ids=" ".join)
def test_a_plain_line_is_accepted(line: list[str]) -> None:
    assert as_accepted(line) == read(line)


@pytest.mark.parametrize("line", FOR_TYPER, ids=" ".join)
def test_a_line_that_takes_a_second_look_is_left_to_typer(line: list[str]) -> None:
    assert as_accepted(line) is None


@given(lines())
@example(["doctor", "--timeout", "nan"])
def test_what_is_accepted_is_what_typer_reads(line: list[str]) -> None:
    found = as_accepted(line)
    if found is not None:
        # `repr`: what is no number equals nothing
        assert repr(found) == repr(read(line))


@pytest.mark.parametrize("name", overview.COMMANDS)
def test_each_parameter_is_declared(name: str) -> None:
    """One that is not would be no option, and nobody would be told."""
    command = overview.command(name)
    assert [each.name for each in parameters_of(command)] == list(command.__code__.co_varnames[: command.__code__.co_argcount])
