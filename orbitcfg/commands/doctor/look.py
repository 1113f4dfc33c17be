"""The run itself: endpoints and resources side by side, the programs of this machine beside them, a running ORBIT behind them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.subject import Subject
from orbitcfg.commands.doctor.through import result_of
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import value_at
from orbitcfg.live import host_probe
from orbitcfg.live.log import OnCheck
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.visit import ResourceRun
from orbitcfg.live.run import EndpointRun, run_all, run_probes
from orbitcfg.observed.host import HostFacts


def look(planned: Checkup, subject: Subject, options: ProbeOptions, deadline_s: float, process: Mapping[str, str], on_check: OnCheck) -> Checkup:
    """What was planned, with what was seen of it; where the user interrupted, of what was done by then."""
    asked = [EndpointRun(probe, options, on_check) for probe in planned.plan]
    looked_at = [ResourceRun(probe.target, probe.steps, options, on_check) for probe in planned.resources]
    # beside the network: programs take as long to answer as servers
    with ThreadPoolExecutor(1) as pool:
        # by the process's own variables: an `.env` of a repository may not choose what is run here, nor what is loaded into it
        programs = pool.submit(host_probe.programs, planned.targets, process, deadline_s / 3)
        interrupted = run_all((*asked, *looked_at), options, deadline_s)
        # a program has the environment of ORBIT, and could print any of it
        host = replace(_host_facts(subject), programs=options.secrets_of(*planned.targets).without(programs.result()))
    results, resources = tuple(run.log.result() for run in asked), tuple(run.log.result() for run in looked_at)
    done = replace(planned, results=results, seen=resources, host=host, interrupted=interrupted)
    return done if interrupted else _through_orbit(done, subject, options, process, deadline_s, on_check)


def _through_orbit(
    done: Checkup, subject: Subject, options: ProbeOptions, process: Mapping[str, str], deadline_s: float, on_check: OnCheck
) -> Checkup:
    """With what was seen of the running ORBIT, once the model servers were: what a question fails by is joined with that, and none of them is asked by two at once."""
    server = done.server
    if server is None:
        return done
    # by the process's own variables: an `.env` of a repository may name no proxy for these credentials, nor whom to trust with them
    own = replace(options, variables=process)
    (seen,), interrupted = run_probes((server,), own, deadline_s + server.budget_s, on_check)
    return replace(done, orbit=result_of(server, seen, subject), interrupted=interrupted)


def _host_facts(subject: Subject) -> HostFacts:
    if subject.folder is None:
        return HostFacts()
    name, unprotected = host_probe.container_file(subject.files, subject.folder)
    return HostFacts(name, unprotected, host_probe.orbit_at(value_at(subject.config.tree, ("general", "port"))))
