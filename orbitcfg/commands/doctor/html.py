"""One page to send to a colleague: it stands alone, asks for nothing, and is read on a phone, printed, and in the dark."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from orbitcfg.catalog.store import orbit_version
from orbitcfg.commands.doctor.adapters import adapters
from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.frames import finding
from orbitcfg.commands.doctor.full import of_the_configuration
from orbitcfg.commands.doctor.starting import FEWEST, to_start
from orbitcfg.commands.doctor.summary import CheckupSummary, summary_of, worst
from orbitcfg.live.orbit.probe import OrbitProbe
from orbitcfg.live.probe import Probe
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.observed.resource import ResourceResult, ResourceTarget
from orbitcfg.plural import counted
from orbitcfg.release import Orbit
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.home import tilde
from orbitcfg.report.markup import Markup, concatenate, element, prose
from orbitcfg.report.page import html_page
from orbitcfg.version import __version__

SIGNS = {CheckState.OK: "✓", CheckState.FAILED: "✗", CheckState.UNCHECKED: "?"}


def page(checkup: Checkup, when: datetime | None = None) -> str:
    """The checkup as a whole HTML document; `when` is the time that it states."""
    summary = summary_of(checkup)
    return html_page(
        f"orbitcfg doctor: {summary.headline}",
        "orbitcfg.commands.doctor",
        _header(checkup, summary, when),
        element(
            "main",
            _plan(checkup),
            _to_start(checkup),
            _matrix(checkup),
            _resources(checkup),
            _findings(checkup),
            _checks(checkup),
            adapters(checkup),
            _notes(checkup),
        ),
        _footer(checkup.report.summary.orbit),
    )


def _header(checkup: Checkup, result: CheckupSummary, when: datetime | None) -> Markup:
    summary, own = checkup.report.summary, of_the_configuration(checkup.static)
    facts = [
        ("configuration", checkup.root),
        ("checked", when.strftime("%Y-%m-%d %H:%M %Z").strip() if when else ""),
        ("files", str(summary.files) if checkup.root else ""),
        ("adapters", f"{summary.adapters_enabled} of {summary.adapters} on" if checkup.root else ""),
        ("variables from", ", ".join(summary.sources)),
    ]
    shown = [element("div", element("dt", name), element("dd", text)) for name, text in facts if text]
    return element(
        "header",
        element("p", "orbitcfg doctor", class_="kicker"),
        element("h1", element("span", SIGNS[result.state], class_="sign", aria_hidden="true"), prose(result.headline)),
        element("p", f"{result.weightiest}: {result.counts}" if checkup.verdict else result.counts, class_="counts"),
        element("p", prose(own), class_="counts") if own else "",
        element("dl", shown) if shown else "",
        class_=result.state.value,
    )


def _plan(checkup: Checkup) -> Markup:
    """What would be asked of whom; empty where it was asked."""
    if not checkup.dry_run:
        return Markup()
    probes: tuple[Probe | OrbitProbe, ...] = (*checkup.plan, *([checkup.server] if checkup.server else []))
    cards = [element("article", _title(probe.target), element("p", probe.calls), class_="endpoint") for probe in probes]
    cards += [element("article", _resource_title(each.target), element("p", each.calls), class_="endpoint") for each in checkup.resources]
    return _section("Plan", cards)


def _to_start(checkup: Checkup) -> Markup:
    """What has to be started, in order; empty where there is none."""
    steps = to_start(checkup)
    if len(steps) < FEWEST:
        return Markup()
    lines = [element("li", element("b", tilde(step.label)), f"; without it: {step.without}") for step in steps]
    return _section("Start, in this order", (element("ol", lines, element("li", element("b", "ORBIT"))),))


def _resources(checkup: Checkup) -> Markup:
    """What else ORBIT needs, with how its checks ended; empty where nothing was looked at."""
    kinds = [kind for kind in CheckKind if any(check.kind is kind for seen in checkup.seen for check in seen.checks)]
    if not kinds:
        return Markup()
    head = element("tr", element("th", "resource", scope="col"), (element("th", kind.value, scope="col") for kind in kinds))
    lines = (_resource_line(number, seen, kinds) for number, seen in enumerate(checkup.seen, 1))
    return _section("What else ORBIT needs", (element("table", element("thead", head), element("tbody", lines), class_="matrix"),))


def _resource_line(number: int, seen: ResourceResult, kinds: Iterable[CheckKind]) -> Markup:
    name = element("a", element("b", seen.target.title), " ", element("code", tilde(seen.target.place)), href=f"#resource-{number}")
    cells = (_cell(kind, [check for check in seen.checks if check.kind is kind]) for kind in kinds)
    return element("tr", element("th", name, scope="row"), cells)


def _matrix(checkup: Checkup) -> Markup:
    """Endpoints by checks; empty where no endpoint was looked at."""
    seen = {check.kind for result in checkup.results for check in result.checks}
    kinds = [kind for kind in CheckKind if kind in seen]
    if not kinds:
        return Markup()
    head = element("tr", element("th", "endpoint", scope="col"), (element("th", kind.value, scope="col") for kind in kinds))
    lines = (_line(number, result, kinds) for number, result in enumerate(checkup.results, 1))
    return _section("Endpoints", (element("table", element("thead", head), element("tbody", lines), class_="matrix"),))


def _line(number: int, result: ProbeResult, kinds: Iterable[CheckKind]) -> Markup:
    target = result.target
    name = element(
        "th", element("a", element("b", ", ".join(target.providers)), " ", element("code", target.shown_url), href=f"#endpoint-{number}"), scope="row"
    )
    return element("tr", name, (_cell(kind, [check for check in result.checks if check.kind is kind]) for kind in kinds))


def _cell(kind: CheckKind, checks: list[CheckResult]) -> Markup:
    """How a check ended; where there are several of a kind, the worst."""
    if not checks:
        return element("td", class_="none")
    state = worst(checks)
    number = sum(check.state is state for check in checks)
    count = element("small", f"{number}/{len(checks)}") if len(checks) > 1 else ""
    return element("td", element("span", kind.value, class_="step"), _sign(state), count, class_=state.value)


def _findings(checkup: Checkup) -> Markup:
    found = sorted(checkup.report.diagnostics, key=lambda each: -each.severity)
    return _section("Findings", [finding(each) for each in found if each.severity > Severity.INFO])


def _notes(checkup: Checkup) -> Markup:
    return _section("Worth knowing", [finding(each) for each in checkup.report.diagnostics if each.severity is Severity.INFO])


def _checks(checkup: Checkup) -> Markup:
    """Every check with what was seen and how long it took."""
    slowest = max((check.ms or 0.0 for check in checkup.checks), default=0.0)
    cards = [_card(element("h3", "before any server is asked"), checkup.before, slowest)]
    for number, result in enumerate(checkup.results, 1):
        cards.append(_card(_title(result.target), result.checks, slowest, _trace(result), f"endpoint-{number}"))
    for number, seen in enumerate(checkup.seen, 1):
        cards.append(_card(_resource_title(seen.target), seen.checks, slowest, concatenate(_remarks(seen), _trace(seen)), f"resource-{number}"))
    if checkup.orbit:
        probe = checkup.orbit.probe
        cards.append(_card(_title(probe.target), probe.checks, slowest, _trace(probe)))
    cards.append(_card(element("h3", "on this machine"), checkup.machine, slowest))
    scale = element("p", f"The longest bar is {slowest:,.0f} ms.", class_="scale") if slowest >= 1 else Markup()
    return _section("Checks", [card for card in cards if card], scale)


def _card(title: Markup, checks: Iterable[CheckResult], slowest: float, more: Markup = Markup(), anchor: str | None = None) -> Markup:
    lines = [_check(check, slowest) for check in checks]
    return element("article", title, element("ol", lines, class_="checks"), more, class_="endpoint", id=anchor) if lines else Markup()


def _check(check: CheckResult, slowest: float) -> Markup:
    detail = element("span", prose(check.detail), class_="detail")
    timed: tuple[Markup, ...] = ()
    if check.ms is not None and slowest > 0:
        bar = element("span", element("i", style=f"width:{100 * check.ms / slowest:.1f}%"), class_="bar", aria_hidden="true")
        timed = (bar, element("span", f"{check.ms:,.0f} ms", class_="ms"))
    return element("li", _sign(check.state), element("b", check.kind.value), detail, timed, class_=check.state.value)


def _remarks(seen: ResourceResult) -> Markup:
    """What a person should know of a resource although it works."""
    return element("ul", (element("li", prose(tilde(remark))) for remark in seen.remarks)) if seen.remarks else Markup()


def _trace(result: ProbeResult | ResourceResult) -> Markup:
    number = len(result.trace)
    if not number:
        return Markup()
    lines = (element("li", element("code", line)) for line in result.trace)
    return element("details", element("summary", counted(number, "request")), element("ol", lines))


def _title(target: ProbeTarget) -> Markup:
    users = element("p", ", ".join(target.users), class_="users") if target.users else Markup()
    return concatenate(element("h3", ", ".join(target.providers), " ", element("code", target.shown_url)), users)


def _resource_title(target: ResourceTarget) -> Markup:
    users = element("p", ", ".join(target.users), class_="users") if target.users else Markup()
    return concatenate(element("h3", target.title, " ", element("code", tilde(target.place))), users)


def _sign(state: CheckState) -> Markup:
    return element("span", SIGNS[state], class_="sign", role="img", aria_label=state.value)


def _section(title: str, blocks: Iterable[Markup], note: Markup = Markup()) -> Markup:
    """A section; empty where it would have no block."""
    blocks = tuple(blocks)
    return element("section", element("h2", title), note, blocks) if blocks else Markup()


def _footer(orbit: Orbit | None) -> Markup:
    return element("footer", element("p", _closing(orbit)))


def _closing(orbit: Orbit | None) -> Iterator[str]:
    yield "Seen from where doctor ran: its "
    yield element("code", "localhost")
    yield " need not be that of ORBIT's container. "
    yield f"orbitcfg {__version__}, for ORBIT {orbit or orbit_version()}. This page loads nothing and holds no keys."
