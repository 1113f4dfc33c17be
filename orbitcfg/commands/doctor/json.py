"""For programs: the published shape of `schemas/doctor.schema.json`."""

from typing import Literal

from pydantic import Field

from orbitcfg.catalog.store import orbit_version
from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.starting import to_start
from orbitcfg.live.probe import Probe
from orbitcfg.live.resources.plan import ResourceProbe
from orbitcfg.observed.check import CheckResult
from orbitcfg.observed.endpoint import UnaskedUse
from orbitcfg.observed.orbit import AnswerEnding, OrbitSeen, QuestionSeen
from orbitcfg.observed.probe import ChatReply, ProbeResult
from orbitcfg.observed.resource import ResourceResult
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.home import tilde
from orbitcfg.report.json import Counts, Finding, OrbitShape, Shape, VerdictShape, document, findings, orbit_shape, verdict
from orbitcfg.report.style import Style


class Check(Shape):
    """One check."""

    step: str = Field(
        description="What was checked: provider, address, key, name, connect, TLS, server, health, adapters, start, access, models, model, stream, reply, embed, database, index, tools, file, folder, port, command, value, program, engine."
    )
    state: Literal["ok", "failed", "unchecked"] = Field(description="How it ended; unchecked is neither pass nor fail.")
    detail: str = Field(description="What was seen.")
    ms: float | None = Field(description="How long it took, in milliseconds.")


class Planned(Shape):
    """An endpoint that is looked at."""

    provider: str = Field(description="ORBIT's name for the provider.")
    other_providers: list[str] = Field(description="Other providers whose blocks lead to the same endpoint.")
    url: str = Field(description="The base address that ORBIT's client uses.")
    users: list[str] = Field(description="The adapters that need it, and `the default`.")
    models: list[str] = Field(description="The models that requests will name.")
    calls: str = Field(description="What is asked of it.")


class Unasked(Shape):
    """What ORBIT uses a provider for, and doctor cannot ask."""

    provider: str | None = Field(description="ORBIT's name for the provider; null where it is not known here.")
    service: str = Field(description="What it is used for: inference, embedding and so on.")
    users: list[str] = Field(description="The adapters that need it, and `the default`.")
    state: Literal["ok", "failed", "unchecked"] = Field(description="failed: requests fail; ok: nobody makes any; unchecked: neither is known.")
    reason: str = Field(description="Why it cannot be asked.")
    place: str | None = Field(description="The line that it comes from, as file:line.")


class Chat(Shape):
    """One chat completion."""

    model: str | None = Field(description="The model that was asked for.")
    stream: bool = Field(description="Whether it came in pieces.")
    status: int | None = Field(description="The HTTP status; null where there was no reply.")
    text: str = Field(description="What the model said; its beginning where it is long.")
    finish: str | None = Field(description="Why it ended: stop, length.")
    first_token_ms: float | None = Field(description="Milliseconds to the first piece of text.")
    tokens_per_s: float | None = Field(description="Tokens a second after the first.")
    total_ms: float = Field(description="Milliseconds in all.")
    defects: list[str] = Field(description="How it differs from OpenAI's form.")
    error: str = Field(description="What the server said was wrong; empty where nothing was.")


class Endpoint(Shape):
    """What was seen of one endpoint."""

    provider: str = Field(description="ORBIT's name for the provider.")
    other_providers: list[str] = Field(description="Other providers whose blocks lead to the same endpoint.")
    url: str = Field(description="The base address that ORBIT's client uses.")
    users: list[str] = Field(description="The adapters that need it, and `the default`.")
    product: str | None = Field(description="What answered; null where nothing did or it is not known.")
    version: str | None = Field(description="The version that it states.")
    listed: list[str] | None = Field(description="The models that it lists; null where there was no list.")
    checks: list[Check] = Field(description="Each check, in order.")
    chats: list[Chat] = Field(description="The chat completions of `--generate`.")
    requests: list[str] = Field(description="Each request and the head of its reply, keys masked.")


class PlannedResource(Shape):
    """A thing beside the model servers that is looked at."""

    kind: str = Field(description="Its kind, such as `backend_postgres`.")
    title: str = Field(description="What it is.")
    service: str = Field(description="What it is to ORBIT, as `--service` names it.")
    place: str = Field(description="Host and port, address or path; credentials masked.")
    users: list[str] = Field(description="The adapters that need it; none where the server itself does.")
    calls: str = Field(description="What is asked of it.")


class Resource(Shape):
    """What was seen of one thing that ORBIT needs beside the model servers."""

    kind: str = Field(description="Its kind, such as `backend_postgres`.")
    title: str = Field(description="What it is.")
    service: str = Field(description="What it is to ORBIT, as `--service` names it.")
    place: str = Field(description="Host and port, address or path; credentials masked.")
    users: list[str] = Field(description="The adapters that need it; none where the server itself does.")
    needed: bool = Field(description="Whether somebody needs it, or may.")
    fault: str | None = Field(description="What is wrong with it; null where nothing is, or that could not be checked.")
    without: str = Field(description="What becomes of ORBIT without it.")
    remarks: list[str] = Field(description="What a person should know although it works.")
    checks: list[Check] = Field(description="Each check, in order.")
    requests: list[str] = Field(description="Each request and the head of its reply, credentials masked.")


class StartStep(Shape):
    """A server that has to be started."""

    label: str = Field(description="What it is and where.")
    without: str = Field(description="What becomes of ORBIT without it.")


class Question(Shape):
    """A question to an adapter of a running ORBIT."""

    variable: str = Field(description="The variable that holds the key it was asked with.")
    adapter: str | None = Field(description="The adapter of that key.")
    stream: bool = Field(description="Whether the answer came in pieces.")
    answered: bool = Field(description="Whether the adapter's model answered; a sentence of ORBIT's own in its place is no answer.")
    status: int | None = Field(description="The HTTP status, which proves nothing; null where there was no reply.")
    text: str = Field(description="What came.")
    cause: str | None = Field(description="What the sentence stands for; null where it is none that is known.")


class OpenedBy(Shape):
    """What a key for chatting opens."""

    variable: str = Field(description="The variable that holds it.")
    adapter: str | None = Field(description="The adapter that answers to it; null where none does.")
    client: str | None = Field(description="Whom it was made for.")
    model: str | None = Field(description="The model that the server shows for the adapter.")
    administers: bool = Field(description="Whether it opened the administration.")


class RunningOrbit(Shape):
    """What a running ORBIT said of itself."""

    url: str = Field(description="Its address.")
    calls: str = Field(description="What is asked of it.")
    is_orbit: bool | None = Field(description="Whether it is one; null where it was not asked.")
    release: str | None = Field(description="The version that it states.")
    adapters: list[str] | None = Field(description="The adapters that are on now, after reloads; null where it did not say.")
    unbuilt: list[str] = Field(description="Those of them that could not be built.")
    uptime_s: float | None = Field(description="How long its process runs, in seconds.")
    paused: bool | None = Field(description="Whether it is paused; null where it was not asked.")
    configuration: str | None = Field(description="The path of its root file, on its own machine.")
    changed_since_start: list[str] = Field(description="The files that are younger than its process.")
    keys: list[OpenedBy] = Field(description="What each key opens.")
    questions: list[Question] = Field(description="The questions of `--ask`.")
    checks: list[Check] = Field(description="Each check, in order.")
    requests: list[str] = Field(description="Each request and the head of its reply, credentials masked.")


class DoctorReport(Shape):
    """The result of `orbitcfg doctor --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    orbit: str = Field(description="The version of ORBIT that the rules speak of.")
    for_orbit: OrbitShape | None = Field(description="The same in parts; null where only an address was looked at.")
    verdict: VerdictShape | None = Field(description="What becomes of ORBIT; null where only an address was looked at.")
    dry_run: bool = Field(description="Whether only the plan was asked for.")
    interrupted: bool = Field(description="Whether the user ended it early.")
    checked: int = Field(description="How many checks were made.")
    checks: int = Field(description="How many there are in all.")
    plan: list[Planned] = Field(description="The endpoints that are looked at.")
    planned_resources: list[PlannedResource] = Field(description="What else ORBIT needs, and is looked at.")
    start_order: list[StartStep] = Field(description="What has to be started before ORBIT, in this order.")
    unasked: list[Unasked] = Field(
        description="The uses that cannot be asked for; each is a check in `before`, or in `machine` where its model runs inside ORBIT."
    )
    before: list[Check] = Field(description="Checks before any endpoint: what cannot be asked for, and keys.")
    endpoints: list[Endpoint] = Field(description="What was seen of each endpoint.")
    resources: list[Resource] = Field(description="What was seen of each thing that ORBIT needs beside the model servers.")
    server: RunningOrbit | None = Field(description="The running ORBIT of `--server`; null where none was looked through.")
    machine: list[Check] = Field(description="Checks on this machine: models that run inside ORBIT, programs, the embedded engine.")
    findings: Counts = Field(description="How many findings there are.")
    configuration_errors: int = Field(description="Errors that `orbitcfg validate` finds.")
    configuration_warnings: int = Field(description="Warnings that `orbitcfg validate` finds.")
    diagnostics: list[Finding] = Field(description="All findings, by consequence, then by place; what another one explains comes behind it.")


def render(checkup: Checkup, _style: Style) -> str:
    """The checkup as one JSON document."""
    report = checkup.report
    orbit = report.summary.orbit
    shape = DoctorReport(
        version=1,
        orbit=orbit.label if orbit else orbit_version(),
        for_orbit=orbit_shape(orbit) if orbit else None,
        verdict=verdict(checkup.verdict),
        dry_run=checkup.dry_run,
        interrupted=checkup.interrupted,
        checked=checkup.checked,
        checks=len(checkup.checks),
        plan=[_planned(probe) for probe in checkup.plan],
        planned_resources=[_planned_resource(probe) for probe in checkup.resources],
        start_order=[StartStep(label=tilde(step.label), without=step.without) for step in to_start(checkup)],
        unasked=[_unasked(use) for use in checkup.unasked],
        before=[_check(check) for check in checkup.before],
        endpoints=[_endpoint(result) for result in checkup.results],
        resources=[_resource(seen) for seen in checkup.seen],
        server=_server(checkup),
        machine=[_check(check) for check in checkup.machine],
        findings=Counts(**{severity.label: report.count(severity) for severity in Severity}),
        configuration_errors=checkup.static.errors,
        configuration_warnings=checkup.static.warnings,
        diagnostics=findings(report.diagnostics),
    )
    return document(shape)


def _planned(probe: Probe) -> Planned:
    target = probe.target
    models = [expected.model for expected in target.expected if expected.model is not None]
    return Planned(
        provider=target.provider,
        other_providers=list(target.providers[1:]),
        url=target.shown_url,
        users=list(target.users),
        models=models,
        calls=probe.calls,
    )


def _unasked(use: UnaskedUse) -> Unasked:
    place = tilde(use.place) or None
    return Unasked(
        provider=use.provider or None, service=use.service, users=list(use.users), state=use.state.value, reason=tilde(use.reason), place=place
    )


def _endpoint(result: ProbeResult) -> Endpoint:
    target, product, models = result.target, result.identity.product, result.model_list.models
    return Endpoint(
        provider=target.provider,
        other_providers=list(target.providers[1:]),
        url=target.shown_url,
        users=list(target.users),
        product=product.name if product else None,
        version=result.identity.version,
        listed=None if models is None else [tilde(model.name) for model in models],
        checks=[_check(check) for check in result.checks],
        chats=[_chat(reply) for reply in result.chats],
        requests=[tilde(line) for line in result.trace],
    )


def _planned_resource(probe: ResourceProbe) -> PlannedResource:
    target = probe.target
    return PlannedResource(
        kind=target.kind, title=target.title, service=target.service, place=tilde(target.place), users=list(target.users), calls=probe.calls
    )


def _resource(seen: ResourceResult) -> Resource:
    target = seen.target
    return Resource(
        kind=target.kind,
        title=target.title,
        service=target.service,
        place=tilde(target.place),
        users=list(target.users),
        needed=target.is_needed,
        fault=seen.fault.value if seen.fault else None,
        without=target.without,
        remarks=[tilde(remark) for remark in seen.remarks],
        checks=[_check(check) for check in seen.checks],
        requests=[tilde(line) for line in seen.trace],
    )


def _server(checkup: Checkup) -> RunningOrbit | None:
    if checkup.server is None:
        return None
    result = checkup.orbit
    seen = result.seen if result else OrbitSeen()
    return RunningOrbit(
        url=checkup.server.target.shown_url,
        calls=checkup.server.calls,
        is_orbit=seen.is_orbit if result else None,
        release=seen.release,
        adapters=None if seen.live is None else list(seen.live),
        unbuilt=list(seen.unbuilt),
        uptime_s=seen.uptime_s,
        paused=seen.is_paused,
        configuration=tilde(seen.config_path) if seen.config_path else None,
        changed_since_start=[tilde(each.name) for each in result.changed] if result else [],
        keys=[
            OpenedBy(variable=key.variable, adapter=key.adapter, client=key.client, model=key.model, administers=key.administers) for key in seen.keys
        ],
        questions=[_question(question) for question in seen.questions],
        checks=[_check(check) for check in result.probe.checks] if result else [],
        requests=[tilde(line) for line in result.probe.trace] if result else [],
    )


def _question(question: QuestionSeen) -> Question:
    return Question(
        variable=question.variable,
        adapter=question.adapter,
        stream=question.stream,
        answered=question.ending is AnswerEnding.ANSWERED,
        status=question.status,
        text=tilde(question.text),
        cause=question.cause.value if question.cause else None,
    )


def _check(check: CheckResult) -> Check:
    ms = None if check.ms is None else round(check.ms, 1)
    return Check(step=check.kind.value, state=check.state.value, detail=tilde(check.detail), ms=ms)


def _chat(reply: ChatReply) -> Chat:
    return Chat(
        model=reply.expected.model,
        stream=reply.stream,
        status=reply.status,
        text=tilde(reply.text),
        finish=reply.finish,
        first_token_ms=reply.first_token_ms,
        tokens_per_s=reply.tokens_per_s,
        total_ms=reply.total_ms,
        defects=list(reply.defects),
        error=tilde(reply.error),
    )
