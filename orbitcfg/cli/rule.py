"""`orbitcfg rule`."""

import os
from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import Argument
from orbitcfg.settings.model import merge_settings


def command(
    code: Annotated[str | None, Argument(metavar="[CODE]", help="A rule's code or name. Without it: all rules.", offer=completion.rules)] = None,
    format_name: Annotated[str | None, options.format_option("rule")] = None,
    color: options.Color = None,
) -> None:
    """Print a rule's page, or the table of all rules.

    Exit status: 0 printed, 2 no such rule.
    """
    # no configuration is asked about, so none has a say
    style = options.style_of(merge_settings(os.environ, {"color": color}))
    chosen = options.chosen_format("rule", format_name)
    streams.result(orbitcfg.render(orbitcfg.rule(code), chosen, style), in_color=style.color)
