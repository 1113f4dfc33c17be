"""`orbitcfg why`."""

from typing import Annotated, Optional

import typer

from orbitcfg.cli import options, streams
from orbitcfg.cli.outcome import FINDINGS


def _key_paths(incomplete: str) -> list[str]:
    """Key paths for the shell's completion; none where there is no configuration."""
    import orbitcfg

    try:
        return [path for path in orbitcfg.key_paths() if path.startswith(incomplete)]
    except (orbitcfg.UsageError, OSError):
        return []


Key = Annotated[str, typer.Argument(metavar="KEYPATH", help="Such as `general.port` or `adapters[simple-chat].model`.", autocompletion=_key_paths)]


def command(
    key: Key,
    path: options.PathArgument = None,
    format_name: Annotated[Optional[str], options.format_option("full", "json")] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
) -> None:
    """Say why a value is what it is: where it was written, what it overrode, which variable, default or preset made it.

    The newest step comes first. Exit status: 0 printed, 1 the root file gives no configuration, 2 no such key or no configuration.
    """
    import orbitcfg
    from orbitcfg import report
    from orbitcfg.commands import why

    settings = options.settings_of(path, env_files=env_file, no_env=no_env)
    explanation = orbitcfg.why(key, path, settings)
    if isinstance(explanation, orbitcfg.Report):
        streams.note(report.render(explanation, "full", report.Style()).rstrip("\n"))
        raise typer.Exit(FINDINGS)
    as_json = options.chosen(format_name, ("full", "json"), "--format") == "json"
    streams.result(why.as_json(explanation) if as_json else why.as_text(explanation))
