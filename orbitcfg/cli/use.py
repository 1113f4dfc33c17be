"""`orbitcfg use`."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import Argument, option
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from orbitcfg.commands.use.command import Choose
    from orbitcfg.commands.use.models import ModelOffer
    from orbitcfg.settings.model import Settings


Provider = Annotated[
    str | None, Argument(metavar="[PROVIDER]", help="Without it: every provider, on, off, reachable here.", offer=completion.vendors)
]
Model = Annotated[
    str | None,
    option(
        "--model",
        metavar="NAME",
        help="The model. Without it: a choice of what its server or this machine has.",
        offer=completion.names("models"),
    ),
]
Adapter = Annotated[
    str | None,
    option("--adapter", metavar="NAME", help="For this adapter alone, not as the default.", offer=completion.names("adapters")),
]
DryRun = Annotated[bool, option("--dry-run", help="Show the change, and write nothing.")]


def command(
    provider: Provider = None,
    path: options.PathArgument = None,
    model: Model = None,
    adapter: Adapter = None,
    dry_run: DryRun = False,
    format_name: Annotated[str | None, options.format_option("use")] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """Use a provider, as the default or for one adapter: switch it on or add it, import what is missing, and leave all else as it is.

    The change is shown as a diff, and written only where it does what was asked for and nothing else. Exit status: 0 done, 1 refused and nothing written, 2 no such
    provider, adapter or configuration.
    """
    if provider is not None and path is None and _is_path(provider):
        provider, path = None, provider
    if provider is None and (model is not None or adapter is not None):
        raise UsageError("--model and --adapter need a provider: `orbitcfg use PROVIDER`")
    settings = orbitcfg.load_settings(path, format=format_name, env_files=env_file, no_env=no_env, verbose=verbose, color=color)
    chosen, style = options.chosen_format("use", settings.format), options.style_of(settings)
    if provider is None:
        with Waiting("asking the servers of this machine", quiet=quiet):
            listed = orbitcfg.provider_list(path, settings)
        streams.result(orbitcfg.render(listed, chosen, style))
        streams.note("`orbitcfg use PROVIDER` makes one the default, also one that the configuration does not have (`-`)", quiet=quiet)
        return
    with Waiting("checking the change" if model is not None else f"looking for models of `{provider}`", quiet=quiet) as waiting:
        choose = _chooser(waiting) if sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty() else None
        found = orbitcfg.use(provider, path, settings, model=model, adapter=adapter, choose=choose)
    streams.result(orbitcfg.render(found, chosen, style))
    if not dry_run:
        orbitcfg.write_use(found)
    streams.note(found.summary_line(dry_run=dry_run), quiet=quiet)
    _tell_findings(found, settings, quiet=quiet)
    raise SystemExit(ExitStatus.FINDINGS if found.refusal else ExitStatus.OK)


def _is_path(word: str) -> bool:
    """Whether a place is meant where a provider may stand: no provider is called so."""
    return word not in orbitcfg.provider_names() and (os.path.exists(word) or os.path.dirname(word) != "")


def _tell_findings(found: "orbitcfg.UseResult", settings: "Settings", *, quiet: bool) -> None:
    """What `validate` would say anew, for the person who watches; with `--verbose` also what is info."""
    from orbitcfg.cli import progress

    progress.findings(orbitcfg.Report(found.findings), settings, quiet=quiet)


def _chooser(waiting: Waiting) -> "Choose":
    """Has a person choose, once nothing else is written to the terminal."""

    def choose(offer: "ModelOffer") -> str | None:
        waiting.end()
        return _choose(offer)

    return choose


def _choose(offer: "ModelOffer") -> str | None:
    """The model that a person picks from a list by its number or its name; what the configuration names where they enter nothing."""
    import typer  # few are asked

    streams.note(f"Models {offer.source}:")
    for number, name in enumerate(offer.models, 1):
        streams.note(f"{number:>3}  {name}{'  (as it is)' if name == offer.current else ''}")
    while True:
        try:
            answer = typer.prompt("Which one", default=offer.current if offer.has_current else None, err=True).strip()
        except typer.Abort:
            raise KeyboardInterrupt from None
        if answer in offer.models:
            return None if answer == offer.current else str(answer)
        if answer.isdecimal() and 0 < int(answer) <= len(offer.models):
            return offer.models[int(answer) - 1]
