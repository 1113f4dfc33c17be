"""`orbitcfg rule`."""

from typing import Annotated

import typer

import orbitcfg
from orbitcfg.cli import completion, options, streams


def command(
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="A rule's code or name. Without it: all rules.", autocompletion=completion.rules)
    ] = None,
    format_name: Annotated[str | None, options.format_option("rule")] = None,
) -> None:
    """Print a rule's page, or the table of all rules.

    Exit status: 0 printed, 2 no such rule.
    """
    chosen = options.chosen_format("rule", format_name)
    streams.result(orbitcfg.render(orbitcfg.rule(code), chosen))
