"""`orbitcfg templates`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import option
from orbitcfg.cli.waiting import Waiting

Adapter = Annotated[str | None, option("--adapter", metavar="NAME", help="Only this adapter, on or off.", offer=completion.names("adapters"))]
Every = Annotated[bool, option("--all", help="Also those of adapters that are off.")]


def command(
    path: options.PathArgument = None,
    adapter: Adapter = None,
    every: Every = False,
    format_name: Annotated[str | None, options.format_option("templates")] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    fail_on: options.FailOn = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """List the templates of intent adapters, with what is wrong with them.

    Their files are read from ORBIT's project root. Exit status: 0 nothing at or above `--fail-on`, 1 findings, 2 no configuration, no such adapter.
    """
    threshold = fail_on and options.option_value(fail_on, options.THRESHOLDS, "--fail-on")
    settings = orbitcfg.load_settings(
        path,
        format=format_name,
        select=select,
        ignore=ignore,
        fail_on=threshold,
        env_files=env_file,
        no_env=no_env,
        orbit=orbit,
        verbose=verbose,
        color=color,
    )
    with Waiting("reading the configuration", quiet=quiet):
        found = orbitcfg.templates(path, settings, adapter=adapter, every=every)
    style = options.style_of(settings)
    streams.result(orbitcfg.render(found, options.chosen_format("templates", settings.format), style), in_color=style.color)
    streams.note(f"{found.report.counts}; ORBIT {found.report.summary.orbit}", quiet=quiet)
    raise SystemExit(settings.policy.status(found.report))
