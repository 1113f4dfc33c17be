"""`orbitcfg doctor`."""

from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import option
from orbitcfg.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from orbitcfg.commands.watching import Files
    from orbitcfg.settings.model import Settings

_UNCHECKED = "unchecked"
_THRESHOLDS = ("error", "warning", "info", "never", _UNCHECKED)
_AGAIN_S = 10
"""With --watch: seconds from one look to the next where no file changes."""
_SMOKES = ("auto", "always", "never")

Names = list[str] | None
Every = Annotated[bool, option("--all", help="Endpoints of disabled adapters and providers too.")]
Adapter = Annotated[
    Names,
    option("--adapter", metavar="NAME", help="Only what this adapter needs. May be repeated.", offer=completion.names("adapters")),
]
Provider = Annotated[Names, option("--provider", metavar="NAME", help="Only this provider. May be repeated.", offer=completion.names("providers"))]
Service = Annotated[
    Names,
    option(
        "--service",
        metavar="SERVICE",
        help="Only this service, such as `inference` or `embedding`. May be repeated.",
        offer=completion.names("services"),
    ),
]
Url = Annotated[str | None, option("--url", metavar="URL", help="Look at this address, as a server of `--provider`, without a configuration.")]
Model = Annotated[
    str | None,
    option("--model", metavar="NAME", help="With `--url`: the model that it should serve.", offer=completion.names("models")),
]
DryRun = Annotated[bool, option("--dry-run", help="Print the plan, and touch nothing.")]
Generate = Annotated[bool, option("--generate", help="Send two short chats to each model, one of them streamed, with the configured parameters.")]
Billable = Annotated[bool, option("--billable", help="With `--generate`: chats to cloud providers too, which cost money.")]
Wait = Annotated[float, option("--wait", metavar="SECONDS", least=0, help="How long to wait for a server that is starting.")]
Timeout = Annotated[float, option("--timeout", metavar="SECONDS", least=0.1, help="How long each step may take.")]
Deadline = Annotated[float, option("--deadline", metavar="SECONDS", least=0.1, help="How long all of it may take.")]
Places = Annotated[
    Names,
    option(
        "--map",
        metavar="HOST:PORT=HOST:PORT",
        help="Ask the second address in place of the first, such as a container's published port in place of its name. May be repeated.",
    ),
]
StartMcp = Annotated[bool, option("--start-mcp", help="Also start the programs of MCP servers, as the configuration says, and ask for their tools.")]
Server = Annotated[str | None, option("--server", metavar="URL", help="Also ask the ORBIT that runs there, and compare it with the files.")]
ApiKeys = Annotated[
    Names,
    option("--api-key-env", metavar="NAME", help="With `--server`: the variable that holds a key for chatting. May be repeated."),
]
Admin = Annotated[str | None, option("--admin-env", metavar="NAME", help="With `--server`: the variable that holds the token of an administrator.")]
Ask = Annotated[
    bool,
    option("--ask", help="With `--api-key-env`: ask the adapter of each key a question, whole and streamed. ORBIT adds both to its chat history."),
]
Smoke = Annotated[
    str | None,
    option(
        "--smoke",
        metavar="|".join(_SMOKES),
        help="Try the model in the embedded engine; auto: where the default provider's server cannot be asked. [default: auto]",
        offer=completion.words(_SMOKES),
    ),
]
FailOn = Annotated[
    str | None,
    option(
        "--fail-on",
        metavar="|".join(_THRESHOLDS),
        help="Exit with 1 where a finding is as bad as this, or worse; unchecked: also where a check could not be made. [default: error]",
        offer=completion.words(_THRESHOLDS),
    ),
]
Watch = Annotated[bool, option("--watch", help=f"Look again every {_AGAIN_S} seconds, and whenever one of its files changes, until Ctrl-C.")]
Html = Annotated[str | None, option("--html", metavar="FILE", help="Also write a page, a single file, to send to a colleague.")]
Support = Annotated[
    str | None,
    option(
        "--support-bundle", metavar="FILE.zip", help="Also write a zip for a bug report: configuration and report, with secrets masked, and versions."
    ),
]


def command(
    path: options.PathArgument = None,
    every: Every = False,
    adapter: Adapter = None,
    provider: Provider = None,
    service: Service = None,
    url: Url = None,
    model: Model = None,
    dry_run: DryRun = False,
    generate: Generate = False,
    billable: Billable = False,
    wait: Wait = 0.0,
    timeout: Timeout = 5.0,
    deadline: Deadline = 30.0,
    places: Places = None,
    start_mcp: StartMcp = False,
    server: Server = None,
    api_key_env: ApiKeys = None,
    admin_env: Admin = None,
    ask: Ask = False,
    smoke: Smoke = None,
    format_name: Annotated[str | None, options.format_option("doctor")] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    fail_on: FailOn = None,
    html: Html = None,
    support_bundle: Support = None,
    watch: Watch = False,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """Say whether ORBIT would start and its adapters answer: whether the servers that they call are there, and serve the models that will be asked of them.

    Asks only what is free: names, connections, versions, lists of models. Keys go over https or to this machine only. Never run it with secrets on an untrusted pull request: a changed
    address would receive the key. Exit status: 0 nothing at or above `--fail-on`, 1 findings, 2 no configuration, 130 interrupted.
    """
    level = fail_on and options.option_value(fail_on, _THRESHOLDS, "--fail-on")
    strict = level == _UNCHECKED
    fails = "error" if strict else level
    here: dict[str, Any] = {"env_files": env_file, "no_env": no_env, "orbit": orbit, "verbose": verbose, "color": color}
    flags = {"format": format_name, "fail_on": fails, "select": select, "ignore": ignore, **here}
    settings = orbitcfg.load_settings(path, **flags)
    chosen = options.chosen_format("doctor", settings.format)
    choice = orbitcfg.EndpointFilter(tuple(adapter or ()), tuple(provider or ()), tuple(service or ()), every)
    through = _through(server, url, api_key_env or [], admin_env, ask=ask)
    when: Any = options.option_value(smoke or ("never" if watch else None), _SMOKES, "--smoke")
    request = orbitcfg.Request(
        choice, url, model, timeout, deadline, wait, generate, billable, dry_run, _places(places or []), start_mcp, through, when
    )
    if watch:
        _refuse_once_only(request, chosen, html, support_bundle)
        _watch(path, request, flags, options.in_color(settings.color))
    _run(path, request, settings, chosen, html, support_bundle, quiet=quiet, unchecked_fails=strict)


def _run(
    path: str | None,
    request: "orbitcfg.Request",
    settings: "Settings",
    chosen: str,
    html: str | None,
    support_bundle: str | None,
    *,
    quiet: bool,
    unchecked_fails: bool,
) -> NoReturn:
    """One look, its result, and its exit status."""
    from orbitcfg.cli.watching import progress_listener
    from orbitcfg.commands.output import promise_file

    style = options.style_of(settings)
    # before the run, at whose end it must not turn out that nothing can be written
    page, bundle = (file and promise_file(file) for file in (html, support_bundle))
    with progress_listener(style, as_json=chosen == "json", quiet=quiet) as listener:
        found = orbitcfg.doctor(path, request, settings, listener=listener)
    streams.result(orbitcfg.render(found, chosen, style), in_color=style.color)
    _hand_over(found, path, settings, page, bundle, quiet=quiet)
    raise SystemExit(_status(found, settings, unchecked_fails=unchecked_fails))


def _refuse_once_only(request: "orbitcfg.Request", chosen: str, html: str | None, support_bundle: str | None) -> None:
    """Raises UsageError for what is not to be done again and again."""
    asks = request.generate or request.start_mcp or (request.server is not None and request.server.ask)
    if asks or request.smoke == "always" or request.dry_run or html or support_bundle:
        once = "--generate, --ask, --start-mcp, --smoke always, --dry-run, --html and --support-bundle"
        raise UsageError(f"--watch looks again and again: leave out {once}")
    if chosen != "full":
        raise UsageError("--watch prints for people to read: use --format full")


def _watch(path: str | None, request: "orbitcfg.Request", flags: dict[str, Any], in_color: bool) -> NoReturn:
    from orbitcfg.cli.watch import watch
    from orbitcfg.commands.watching import Look

    def look(files: "Files") -> Look:
        settings = orbitcfg.load_settings(path, files=files, **flags)
        found = orbitcfg.doctor(path, request, settings, files=files)
        if found.interrupted:
            raise KeyboardInterrupt
        return Look(found.report, orbitcfg.render(found, "full", options.style_of(settings)))

    watch(look, in_color=in_color, again_s=_AGAIN_S)


def _through(server: str | None, url: str | None, keys: list[str], token: str | None, *, ask: bool) -> "orbitcfg.ServerRequest | None":
    """The running ORBIT to look through; raises UsageError for what belongs to none."""
    if server is None:
        if keys or token or ask:
            raise UsageError("--api-key-env, --admin-env and --ask need `--server URL`")
        return None
    if url is not None:
        raise UsageError("--server compares an ORBIT with its files, and `--url` looks at an address without any")
    return orbitcfg.ServerRequest(server, tuple(keys), token, ask)


def _status(found: "orbitcfg.Checkup", settings: "Settings", *, unchecked_fails: bool) -> ExitStatus:
    """How the command ends; a check that could not be made counts where that is wanted."""
    if found.interrupted:
        return ExitStatus.INTERRUPTED
    if found.crashed:
        return ExitStatus.FAULT
    failed = found.report.fails(settings.fail_on) or (unchecked_fails and not found.is_whole)
    return ExitStatus.FINDINGS if failed else ExitStatus.OK


def _hand_over(found: "orbitcfg.Checkup", path: str | None, settings: "Settings", page: str | None, bundle: str | None, *, quiet: bool) -> None:
    """Writes the page and the support bundle, where they are wanted; says first what the bundle holds."""
    from orbitcfg.commands.output import write_file

    if page:
        from datetime import UTC, datetime

        from orbitcfg.commands.doctor import html

        write_file(page, html.page(found, datetime.now(UTC)).encode("utf-8", "replace"))
    if bundle:
        from orbitcfg.commands.doctor.bundle import bundled

        made = bundled(found, path, settings)
        streams.note(f"`{bundle}` is to hold, with secrets masked:\n{made.listing}", quiet=quiet)
        write_file(bundle, made.archive)


def _places(written: list[str]) -> dict[str, str]:
    """What `--map` says; raises UsageError for what it cannot say."""
    places = {}
    for each in written:
        here, _, there = each.partition("=")
        if not all(":" in place and place.rpartition(":")[2].isdecimal() for place in (here, there)):
            raise UsageError(f"--map takes HOST:PORT=HOST:PORT, not `{each}`")
        places[here] = there
    return places
