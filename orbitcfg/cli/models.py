"""`orbitcfg models`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import options, progress, streams
from orbitcfg.cli.parameters import option
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import ExitStatus

For = Annotated[
    str | None,
    option("--for", metavar="shimmy@1.7|shimmy|ollama|llama-server", help="Only what this server would list, and why it misses other files."),
]
Folders = Annotated[list[str] | None, option("--dir", metavar="FOLDER", help="Look into this folder too. May be repeated.")]


def command(
    path: options.PathArgument = None,
    server: For = None,
    folder: Folders = None,
    format_name: Annotated[str | None, options.format_option("models")] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """List the GGUF models of this machine, by the exact names that local servers give them.

    No server is asked and no model is loaded. Findings go to stderr. Exit status: 0 printed, 2 no such server, folder or configuration.
    """
    settings = orbitcfg.load_settings(path, format=format_name, env_files=env_file, no_env=no_env, orbit=orbit, verbose=verbose, color=color)
    chosen = options.chosen_format("models", settings.format)
    with Waiting("looking for models", quiet=quiet):
        found = orbitcfg.models(path, folder or (), settings, server=server)
    streams.result(orbitcfg.render(found, chosen, options.style_of(settings)))
    progress.findings(found.report, settings, quiet=quiet)
    raise SystemExit(ExitStatus.FAULT if found.report.crashed else ExitStatus.OK)
