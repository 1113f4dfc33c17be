"""The command `doctor`: whether the endpoints that ORBIT will call are there, and serve what will be asked of them."""

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import MODE_API
from orbitcfg.catalog.store import shipped
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import project_root
from orbitcfg.document.tree import value_at
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files, Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.live import host_probe, plan, run
from orbitcfg.live.log import OnRow, ProbeOptions
from orbitcfg.live.plan import Choice, Plan
from orbitcfg.observed.endpoint import Fault, HostFacts, KeyState, ProbeResult, Row, State, Step, Target, Wanted
from orbitcfg.observed.observation import Ending, EngineRun, Observations
from orbitcfg.project.compiler import Path, configuration, summary_of, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report, Severity
from orbitcfg.rules import RULES
from orbitcfg.rules._rule import Rule
from orbitcfg.settings.model import Settings
from orbitcfg.suggest import nearest

ALONE = "/config/config.yaml"
"""Where the configuration of `--url` lies, in memory."""

MAX_USERS = 3
"""How many adapters a row names."""

SmokeWhen = Literal["auto", "always", "never"]
Smoke = Callable[[Config, str | None, Mapping[str, str]], Observations]
"""The embedded engine's generation: from the configuration, the folder that ORBIT runs in and the process environment."""


def embedded(config: Config, folder: str | None, process: Mapping[str, str]) -> Observations:
    """A generation in the embedded engine with what the configuration resolves to; where the engine is missing it says so."""
    from orbitcfg.commands import smoke
    from orbitcfg.engine.choice import Options
    from orbitcfg.engine.context import RunContext

    variables = {name: variable.value for name, variable in config.environment.variables.items()}
    return smoke.observed(config, RunContext(os.getcwd(), variables, folder), Options(), process, lambda _message: None)


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks of doctor. `url` looks at this address alone, as the provider that is chosen, without a configuration."""

    choice: Choice = field(default_factory=Choice)
    url: str | None = None
    model: str | None = None
    timeout_s: float = 5.0
    deadline_s: float = 30.0
    wait_s: float = 0.0
    generate: bool = False
    billable: bool = False
    dry_run: bool = False
    places: Mapping[str, str] = field(default_factory=dict)
    smoke: SmokeWhen = "auto"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many errors and warnings the configuration has by itself, as `validate` finds them."""

    errors: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Checkup:
    """All that one run of doctor planned, saw and found.

    `report` holds the findings about endpoints, and the errors of the configuration itself. `first` are the rows before any endpoint: keys and addresses that are not known here; `last` those after: the embedded engine.
    `planned_calls` says for each target what is asked of it. `root` is the name of the configuration's root file, empty where only an address was looked at.
    """

    report: Report
    static: Counts
    targets: tuple[Target, ...]
    planned_calls: tuple[str, ...]
    sightings: tuple[ProbeResult, ...] = ()
    first: tuple[Row, ...] = ()
    last: tuple[Row, ...] = ()
    surroundings: HostFacts = field(default_factory=HostFacts)
    interrupted: bool = False
    dry_run: bool = False
    root: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every check, in order."""
        return (*self.first, *(row for sighting in self.sightings for row in sighting.rows), *self.last)

    @property
    def checked(self) -> int:
        """How many checks were made."""
        return sum(row.state is not State.UNCHECKED for row in self.rows)

    @property
    def crashed(self) -> bool:
        """Whether something failed inside orbitcfg, so that this is not the whole."""
        return self.report.crashed or any(sighting.fault is Fault.INTERNAL for sighting in self.sightings)

    @property
    def is_whole(self) -> bool:
        """Whether every check could be made."""
        return self.checked == len(self.rows)


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of the run while it goes on: of the plan before it begins, and of each row."""

    planned: Callable[[Checkup], None] = lambda _checkup: None
    row: OnRow = lambda _target, _row: None


def doctor(
    path: Path | None = None,
    request: Request = Request(),
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
    listener: Listener = Listener(),
    smoke: Smoke = embedded,
) -> Checkup:
    """Looks at every endpoint that the configuration will call. Raises UsageError where there is no configuration, or no such adapter or provider."""
    process = os.environ if process is None else process
    config, folder, files = _configured(path, request, settings, files or Disk(), process)
    variables = {name: variable.value for name, variable in config.environment.variables.items()}
    made = _plan(config, request)
    manner = ProbeOptions(request.timeout_s, request.deadline_s, request.wait_s, request.generate, request.billable, variables, request.places)
    first = (
        *map(_key_row, made.keys),
        *(Row(Step.KEY, State.UNCHECKED, f"the address of `{use.provider}` hangs on a variable that is not set here") for use in made.unknown),
    )
    root = "" if request.url is not None else config.graph.root.source.name
    before = Checkup(Report(), _static(config, settings), made.targets, _calls(made, manner), first=first, dry_run=request.dry_run, root=root)
    listener.planned(before)
    if request.dry_run:
        return replace(before, report=_report(config, settings, Observations()))
    around = _surroundings(config, made, folder, files)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(host_probe.programs, made.targets, variables, request.deadline_s / 3)
        sightings, interrupted = run.observed(made.targets, manner, listener.row)
        around = replace(around, programs=asked.result())
    engine = smoke(config, folder, process) if not interrupted and _wants_engine(request, sightings) else Observations()
    seen = replace(engine, endpoints=sightings, surroundings=around)
    last = (*_program_rows(around), *_engine_rows(engine.engine))
    return replace(before, report=_report(config, settings, seen), sightings=sightings, surroundings=around, interrupted=interrupted, last=last)


def _configured(
    path: Path | None, request: Request, settings: Settings, files: Files, process: Mapping[str, str]
) -> tuple[Config, str | None, Files]:
    """The configuration and the folder that ORBIT would run in; for `--url`, one that holds just that address."""
    if request.url is None:
        target = replace(targets(files, path)[0], only=None, fragment=False)
        return configuration(files, target, settings, process, InterpolationMode.UNKNOWN), project_root(files, target.root), files
    if len(request.choice.providers) != 1:
        raise UsageError("--url needs --provider NAME: the kind of server that is expected there")
    memory = Memory({ALONE: _alone(request.choice.providers[0], request.url).encode()})
    return configuration(memory, targets(memory, ALONE)[0], settings, process, InterpolationMode.UNKNOWN), None, memory


def _alone(provider: str, url: str) -> str:
    catalog = Catalog(shipped())
    names = catalog.at(None, ("inference",))
    known = [name for name in (names.properties if names else ()) if (row := catalog.at(None, ("inference", name))) and row.provider.url.keys]
    if provider not in known:
        meant = nearest(provider, known)
        raise UsageError(f"there is no provider `{provider}` with an address of its own" + (f": did you mean `{meant}`?" if meant else ""))
    row = catalog.at(None, ("inference", provider))
    assert row is not None
    block: dict[str, object] = {"enabled": True, row.provider.url.keys[0]: url}
    modes = row.provider.modes
    if modes and MODE_API in modes.values:
        block[modes.key] = MODE_API
    return json.dumps({"general": {"inference_provider": provider}, "inference": {provider: block}})


def _plan(config: Config, request: Request) -> Plan:
    if request.url is None:
        _known_names(config, request.choice)
        return plan.planned(config, request.choice)
    made = plan.planned(config, Choice(providers=request.choice.providers, services=("inference",)))
    wanted = (Wanted(request.model, (), ("inference",)),) if request.model else ()
    return Plan(tuple(replace(target, wanted=wanted, url_at=None, key_at=None) for target in made.targets[:1]))


def _known_names(config: Config, choice: Choice) -> None:
    """Raises UsageError for an adapter or a provider that is nowhere."""
    uses = config.uses
    for wanted, known, noun in (
        (choice.adapters, {(use.adapter or "").partition("@")[0] for use in uses if use.adapter}, "adapter"),
        (choice.providers, {use.provider for use in uses if use.provider}, "provider in use"),
        (choice.services, {use.service for use in uses}, "service in use"),
    ):
        for name in wanted:
            if name not in known:
                meant = nearest(name, sorted(known))
                raise UsageError(
                    f"there is no {noun} `{name}`" + (f": did you mean `{meant}`?" if meant else f"; there are {', '.join(sorted(known))}")
                )


def _calls(made: Plan, manner: ProbeOptions) -> tuple[str, ...]:
    return tuple(plan.requests(target, generations=2 * sum(manner.generates(target, wanted) for wanted in target.wanted)) for target in made.targets)


def _key_row(key: KeyState) -> Row:
    names = " or ".join(f"`{name}`" for name in key.variables)
    users = ", ".join(key.users[:MAX_USERS]) + (" …" if len(key.users) > MAX_USERS else "")
    if key.is_set:
        source = f", from {key.source}" if key.source else ""
        return Row(Step.KEY, State.OK, f"{names or 'a key'} for `{key.provider}` is set{source} ({users})")
    where = "in this shell nor in the `.env` that was read; if ORBIT gets it elsewhere, pass `--env-file`"
    return Row(Step.KEY, State.UNCHECKED, f"{names or 'the key'} for `{key.provider}` is not set {where} ({users})")


def _surroundings(config: Config, made: Plan, folder: str | None, files: Files) -> HostFacts:
    if folder is None:
        return HostFacts(keys=made.keys)
    name, unprotected = host_probe.container_file(files, folder)
    return HostFacts(name, unprotected, host_probe.orbit_at(value_at(config.tree, ("general", "port"))), keys=made.keys)


def _wants_engine(request: Request, sightings: tuple[ProbeResult, ...]) -> bool:
    if request.smoke == "auto":
        return any(each.target.is_default and each.models is None and each.target.location != "cloud" for each in sightings)
    return request.smoke == "always"


def _engine_rows(engine: EngineRun | None) -> tuple[Row, ...]:
    if engine is None:
        return ()
    good = engine.ending is Ending.ANSWERED and bool(engine.text.strip())
    state = State.UNCHECKED if engine.ending in (Ending.ABSENT, Ending.NOT_TRIED) else State.OK if good else State.FAILED
    text = repr(engine.text.strip()[:60]) if good else engine.reason or engine.ending.name.lower().replace("_", " ")
    return (Row(Step.ENGINE, state, f"embedded, `{engine.model}`: {text}; it stands in for no server", engine.first_token_ms),)


def _program_rows(around: HostFacts) -> tuple[Row, ...]:
    rows = []
    for program in around.programs:
        if program.fault:
            rows.append(Row(Step.PROGRAM, State.FAILED, f"`{program.name}`: {program.fault}"))
        elif program.version:
            gpu = f", computes with {program.gpu}" if program.gpu else ""
            listed = f", lists {len(program.models)} models" if program.models is not None else ""
            rows.append(Row(Step.PROGRAM, State.OK, f"`{program.name}` {program.version} on PATH{listed}{gpu}"))
    return tuple(rows)


def _static(config: Config, settings: Settings) -> Counts:
    if config.graph.root.path == ALONE:
        return Counts()
    found = settings.regraded(run_rules(config, _chosen(settings, [rule for rule in RULES if not rule.observes])).diagnostics)
    return Counts(*(sum(each.severity is severity for each in found) for severity in (Severity.ERROR, Severity.WARNING)))


def _report(config: Config, settings: Settings, seen: Observations) -> Report:
    """The findings about what was seen, and the errors of the configuration itself."""
    rules = [rule for rule in _chosen(settings, list(RULES)) if rule.observes or config.graph.root.path != ALONE]
    verdict = run_rules(config, rules, seen)
    codes = {rule.code for rule in rules if rule.observes}
    kept = tuple(_without_home(each) for each in settings.regraded(verdict.diagnostics) if each.code in codes or each.severity is Severity.ERROR)
    return Report(kept, summary_of(config), {rule.code: rule.counted for rule in rules}, verdict.crashed)


def _chosen(settings: Settings, rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if settings.selects(rule.code)]


def _without_home(diagnostic: Diagnostic) -> Diagnostic:
    related = tuple(Annotation(each.span, tilde(each.message)) for each in diagnostic.related)
    return replace(diagnostic, message=tilde(diagnostic.message), help=tilde(diagnostic.help), related=related)


def tilde(text: str) -> str:
    """A text with the home directory as `~`, also where it is written from the working directory as `../home/somebody`."""
    home = os.path.expanduser("~")
    if len(home) <= 1:
        return text
    text = text.replace(home + os.sep, "~" + os.sep)
    if "../" not in text:
        return text
    with suppress(ValueError):  # on another drive
        beside = os.path.relpath(home).replace(os.sep, "/")
        if beside.startswith("../") and not beside.endswith(".."):
            text = text.replace(beside + "/", "~/")
    return text
