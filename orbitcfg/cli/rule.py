"""`orbitcfg rule`."""

from typing import Annotated, Optional

import typer

from orbitcfg.cli import options, streams


def command(
    code: Annotated[Optional[str], typer.Argument(metavar="[CODE]", help="A rule's code or name. Without it: all rules.")] = None,
    format_name: Annotated[Optional[str], options.format_option("full", "json")] = None,
) -> None:
    """Print a rule's page, or the table of all rules.

    Exit status: 0 printed, 2 no such rule.
    """
    from orbitcfg.commands import rule as rule_command

    chosen = options.chosen(format_name, ("full", "json"), "--format")
    streams.result(rule_command.rule_pages(code, chosen))
