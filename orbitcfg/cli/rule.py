"""`orbitcfg rule`."""

from typing import Annotated, Optional

import typer

import orbitcfg
from orbitcfg.cli import options, streams


def command(
    code: Annotated[Optional[str], typer.Argument(metavar="[CODE]", help="A rule's code or name. Without it: all rules.")] = None,
    format_name: Annotated[Optional[str], options.format_option("rule")] = None,
) -> None:
    """Print a rule's page, or the table of all rules.

    Exit status: 0 printed, 2 no such rule.
    """
    chosen = options.chosen_format("rule", format_name)
    streams.result(orbitcfg.render(orbitcfg.rule(code), chosen))
