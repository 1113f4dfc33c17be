"""`orbitcfg providers`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import option
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import ExitStatus

Service = Annotated[
    str | None,
    option("--service", metavar="SERVICE", help="Only this service, such as `inference` or `embedding`.", offer=completion.names("services")),
]
Adapter = Annotated[
    str | None,
    option(
        "--adapter",
        metavar="NAME",
        help="Only this adapter and the models that its clients may choose; `default` for the default.",
        offer=completion.names("adapters"),
    ),
]
Html = Annotated[str | None, option("--html", metavar="FILE", help="Also write a page, a single file, with all of it as a drawing.")]
Every = Annotated[bool, option("--all", help="Also what is switched off or not used.")]


def command(
    path: options.PathArgument = None,
    service: Service = None,
    adapter: Adapter = None,
    every: Every = False,
    format_name: Annotated[str | None, options.format_option("providers")] = None,
    html: Html = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    color: options.Color = None,
) -> None:
    """Say which provider, model and address ORBIT will really use for each adapter, and why.

    Under each value stands where it comes from. Keys are never shown. Exit status: 0 printed, 1 ORBIT would not start, 2 no configuration, no such
    service or adapter.
    """
    from orbitcfg.commands.output import promise_file, write_file

    settings = orbitcfg.load_settings(path, format=format_name, env_files=env_file, no_env=no_env, orbit=orbit, color=color)
    chosen = options.chosen_format("providers", settings.format)
    page = html and promise_file(html)
    with Waiting("reading the configuration", quiet=False):
        found = orbitcfg.providers(path, settings, service=service, adapter=adapter, every=every)
    streams.verdict(found.verdict)
    streams.note(f"for ORBIT {found.config.orbit}")
    if found.rows or not found.ending or chosen == "json":
        style = options.style_of(settings)
        streams.result(orbitcfg.render(found, chosen, style), in_color=style.color)
    if page:
        from orbitcfg.commands.providers import html as drawn

        write_file(page, drawn.page(found).encode("utf-8", "replace"))
    if found.ending:
        streams.note(orbitcfg.render(found.ending, "full", streams.note_style()).rstrip("\n"))
        raise SystemExit(ExitStatus.FINDINGS)
