"""`orbitcfg resolve`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.garbage import let_go
from orbitcfg.cli.parameters import option
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import ExitStatus
from orbitcfg.report.style import Style


def command(
    path: options.PathArgument = None,
    format_name: Annotated[str | None, options.format_option("resolve")] = None,
    show_secrets: Annotated[bool, option("--show-secrets", help="Print every value, also secret ones.")] = False,
    adapter: Annotated[
        str | None,
        option("--adapter", metavar="NAME", help="Only this adapter, with everything that it will use.", offer=completion.names("adapters")),
    ] = None,
    symbolic: Annotated[bool, option("--symbolic", help="Leave every `${VARIABLE}` as written: the same bytes on every machine.")] = False,
    annotate: Annotated[bool, option("--annotate", help="Say behind each value where it was written.")] = False,
    output: Annotated[str | None, option("--output", metavar="FILE", help="Write to a file.")] = None,
    check: Annotated[
        str | None, option("--check", metavar="FILE", help="Exit with 1 where this file holds something else than would be written.")
    ] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    quiet: options.Quiet = False,
) -> None:
    """Print the configuration that ORBIT makes of the files: imports merged, variables filled in, presets applied.

    What a variable gave is printed as `${NAME}`, a secret that is written out as `***`, unless `--show-secrets` is given. Exit status: 0 printed, 1
    ORBIT could not load it, or `--check` found another text, 2 no configuration.
    """
    from orbitcfg.commands.summary import advice

    settings = orbitcfg.load_settings(path, env_files=env_file, no_env=no_env, orbit=orbit)
    with Waiting("reading the configuration", quiet=quiet):
        resolution = orbitcfg.resolve(path, settings, symbolic=symbolic, adapter=adapter)
    chosen = options.chosen_format("resolve", format_name)
    if resolution.tree is None:
        streams.verdict(resolution.verdict)
        streams.note(f"for ORBIT {resolution.report.summary.orbit}", quiet=quiet)
        streams.note(orbitcfg.render(resolution.report, "full", streams.note_style()).rstrip("\n"))
        raise SystemExit(ExitStatus.FINDINGS)
    notes = (f"for ORBIT {resolution.report.summary.orbit}", *resolution.files, advice(resolution.report, whole=resolution.verdict is not None))
    resolution = resolution.without_findings()
    let_go()
    text = orbitcfg.render(resolution, chosen, Style(annotate=annotate, show_secrets=show_secrets))
    # a file that cannot be written is told alone
    written = None if output is None else _delivered(text, output, check)
    streams.verdict(resolution.verdict, quiet=quiet)
    status = _delivered(text, output, check) if written is None else written
    for note in filter(None, notes):
        streams.note(note, quiet=quiet)
    raise SystemExit(status)


def _delivered(text: str, output: str | None, check: str | None) -> ExitStatus:
    """Writes a result to stdout or a file, or compares it with a file; says how the command ends."""
    from orbitcfg.commands.output import difference, write_file

    if check is not None:
        changes = difference(text, check)
        streams.result(changes)
        return ExitStatus.FINDINGS if changes else ExitStatus.OK
    if output is None:
        streams.result(text)
    else:
        write_file(output, text.encode())
    return ExitStatus.OK
