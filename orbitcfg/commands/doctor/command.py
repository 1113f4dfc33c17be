"""The command `doctor`: whether the endpoints that ORBIT will call are there, and serve what will be asked of them."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from orbitcfg.catalog.specs import CLOUD
from orbitcfg.commands.doctor.checkup import Checkup, CheckupListener, StaticCounts
from orbitcfg.commands.doctor.findings import judge
from orbitcfg.commands.doctor.planning import endpoints_for, resources_for
from orbitcfg.commands.doctor.request import Request
from orbitcfg.commands.doctor.rows import before_endpoints, in_files, on_this_machine
from orbitcfg.commands.doctor.subject import Subject, subject_of
from orbitcfg.commands.doctor.through import probe_of, result_of
from orbitcfg.document.tree import value_at
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.live import host_probe
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.plan import EndpointPlan
from orbitcfg.live.probe import plan_probe
from orbitcfg.live.resources.visit import ResourceRun
from orbitcfg.live.run import EndpointRun, run_all, run_probes
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.host import HostFacts
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
    resources = resources_for(subject, request, options)
    plan = tuple(plan_probe(target, options) for target in endpoints.targets)
    before = tuple(before_endpoints(endpoints))
    server = probe_of(request.server, config, process) if request.server else None
    planned = Checkup(
        Report(),
        StaticCounts(),
        plan,
        resources=resources,
        server=server,
        before=before,
        unasked=endpoints.unasked,
        dry_run=request.dry_run,
        root=subject.name,
    )
    listener.planned(planned)
    if request.dry_run:
        judgement = judge(subject, settings, Observations(), "files")
        return replace(planned, report=judgement.report, static=judgement.static)
    host = _host_facts(subject, endpoints)
    # beside the network: programs take as long to answer as servers
    with ThreadPoolExecutor(1) as pool:
        # by the process's own variables: an `.env` of a repository may not choose what is run here, nor what is loaded into it
        programs = pool.submit(host_probe.programs, endpoints.targets, process, request.deadline_s / 3)
        asked = [EndpointRun(probe, options, listener.check) for probe in plan]
        looked_at = [ResourceRun(probe.target, probe.steps, options, listener.check) for probe in resources]
        interrupted = run_all((*asked, *looked_at), options, request.deadline_s)
        results, seen_resources = tuple(run.log.result() for run in asked), tuple(run.log.result() for run in looked_at)
        # a program has the environment of ORBIT, and could print any of it
        host = replace(host, programs=options.secrets_of(*endpoints.targets).without(programs.result()))
    orbit = None
    # when the model servers were seen: what a question fails by is joined with that, and none of them is asked by two at once
    if server is not None and not interrupted:
        # by the process's own variables: an `.env` of a repository may name no proxy for these credentials, nor whom to trust with them
        own = replace(options, variables=process)
        (seen,), interrupted = run_probes((server,), own, request.deadline_s + server.budget_s, listener.check)
        orbit = result_of(server, seen, subject)
    inside = _inside(subject, endpoints)
    engine = smoke(config, subject.folder, process) if not interrupted and _wants_engine(request, results) else Observations()
    judgement = judge(
        subject, settings, replace(_both(inside, engine), endpoints=results, resources=seen_resources, host=host, orbit=orbit), "files and servers"
    )
    return replace(
        planned,
        report=judgement.report,
        static=judgement.static,
        results=results,
        seen=seen_resources,
        orbit=orbit,
        unasked=inside.unasked,
        host=host,
        interrupted=interrupted,
        machine=(*in_files(inside.unasked), *on_this_machine(host.programs, engine.engine)),
    )


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


def _host_facts(subject: Subject, endpoints: EndpointPlan) -> HostFacts:
    if subject.folder is None:
        return HostFacts(keys=endpoints.keys)
    name, unprotected = host_probe.container_file(subject.files, subject.folder)
    port = value_at(subject.config.tree, ("general", "port"))
    return HostFacts(name, unprotected, host_probe.orbit_at(port), keys=endpoints.keys)


def _wants_engine(request: Request, results: tuple[ProbeResult, ...]) -> bool:
    if request.smoke == "auto":
        without = (each for each in results if each.model_list.models is None and not each.model_list.is_lacking)
        return any(each.target.is_default and each.target.location != CLOUD for each in without)
    return request.smoke == "always"
