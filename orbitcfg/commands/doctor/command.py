"""The command `doctor`: whether the endpoints that ORBIT will call are there, and serve what will be asked of them."""

import os
from collections.abc import Callable, Mapping

from orbitcfg.catalog.specs import CLOUD
from orbitcfg.commands.doctor.checkup import Checkup, CheckupListener, StaticCounts
from orbitcfg.commands.doctor.findings import judge
from orbitcfg.commands.doctor.look import look
from orbitcfg.commands.doctor.planning import endpoints_for, resources_for
from orbitcfg.commands.doctor.request import Request
from orbitcfg.commands.doctor.rows import before_endpoints, in_files, on_this_machine
from orbitcfg.commands.doctor.subject import Subject, subject_of
from orbitcfg.commands.doctor.through import probe_of
from orbitcfg.dataclass import replace
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.plan import EndpointPlan
from orbitcfg.live.probe import plan_probe
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.compiler import Path
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.settings.model import Settings

EngineTrial = Callable[[Config, str | None, Mapping[str, str]], Observations]
"""The embedded engine's generation: from the configuration, the folder that ORBIT runs in and the process environment."""


def try_engine(config: Config, folder: str | None, process: Mapping[str, str]) -> Observations:
    """A generation in the embedded engine with what the configuration resolves to; where the engine is missing it says so."""
    # imported here: most runs never come to the engine
    from orbitcfg.commands.smoke.command import smoke_observations
    from orbitcfg.engine.choice import SmokeOptions
    from orbitcfg.engine.context import RunContext

    return smoke_observations(config, RunContext(os.getcwd(), _values(config), folder), SmokeOptions(), process, lambda _message: None)


def doctor(
    path: Path | None = None,
    request: Request = Request(),
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
    listener: CheckupListener = CheckupListener(),
    smoke: EngineTrial = try_engine,
) -> Checkup:
    """Looks at everything that the configuration will call, and says what becomes of ORBIT with it. Raises UsageError where there is no configuration, or no such adapter or provider."""
    _check(request)
    process = os.environ if process is None else process
    subject = subject_of(path, request, settings, files or Disk(), process)
    config, variables = subject.config, _values(subject.config)
    endpoints = endpoints_for(config, request)
    options = ProbeOptions(
        request.timeout_s, request.wait_s, request.generate, request.billable, variables, request.places, subject.folder or "", request.start_mcp
    )
    planned = Checkup(
        Report(),
        StaticCounts(),
        tuple(plan_probe(target, options) for target in endpoints.targets),
        resources=resources_for(subject, request, options),
        server=probe_of(request.server, config, process) if request.server else None,
        before=tuple(before_endpoints(endpoints)),
        unasked=endpoints.unasked,
        dry_run=request.dry_run,
        root=subject.name,
    )
    listener.planned(planned)
    if request.dry_run:
        judgement = judge(subject, settings, Observations(), "files")
        return replace(planned, report=judgement.report, static=judgement.static)
    seen = look(planned, subject, options, request.deadline_s, process, listener.check)
    inside = _inside(subject, endpoints)
    engine = smoke(config, subject.folder, process) if not seen.interrupted and _wants_engine(request, seen.results) else Observations()
    host = replace(seen.host, keys=endpoints.keys)
    observed = replace(_both(inside, engine), endpoints=seen.results, resources=seen.seen, host=host, orbit=seen.orbit)
    judgement = judge(subject, settings, observed, "files and servers")
    machine = (*in_files(inside.unasked), *on_this_machine(host.programs, engine.engine))
    return replace(seen, report=judgement.report, static=judgement.static, unasked=inside.unasked, host=host, machine=machine)


def _inside(subject: Subject, endpoints: EndpointPlan) -> Observations:
    """What was seen of the models that run inside ORBIT."""
    if all(use.kind is not CheckKind.FILE for use in endpoints.unasked):
        return Observations(unasked=endpoints.unasked)
    # imported here: most configurations have none
    from orbitcfg.engine.context import RunContext
    from orbitcfg.engine.inside import look_inside

    here = os.path.realpath(subject.files.working_dir if isinstance(subject.files, Disk) else os.getcwd())
    return look_inside(subject.config, endpoints.unasked, RunContext(here, _values(subject.config), subject.folder))


def _both(inside: Observations, engine: Observations) -> Observations:
    """What was seen of model files, each once, and of the engine."""
    models = {each.path: each for each in (*engine.models, *inside.models)}
    lookups = {(each.provider, each.model, each.service): each for each in (*engine.lookups, *inside.lookups)}
    return replace(engine, models=tuple(models.values()), lookups=tuple(lookups.values()), unasked=inside.unasked)


def _check(request: Request) -> None:
    """Raises UsageError for what would do nothing."""
    if request.billable and not request.generate:
        raise UsageError("--billable is for chats, which --generate sends: write both")
    if request.model is not None and request.url is None:
        raise UsageError("--model is for the address that --url names; the models of a configuration are in it")


def _values(config: Config) -> dict[str, str]:
    return {name: variable.value for name, variable in config.environment.variables.items()}


def _wants_engine(request: Request, results: tuple[ProbeResult, ...]) -> bool:
    if request.smoke == "auto":
        without = (each for each in results if each.model_list.models is None and not each.model_list.is_lacking)
        return any(each.target.is_default and each.target.location != CLOUD for each in without)
    return request.smoke == "always"
