"""`doctor --html`: the page."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orbitcfg.commands.doctor.checkup import Checkup, StaticCounts
from orbitcfg.commands.doctor.html import page
from orbitcfg.commands.doctor.summary import summary_of
from orbitcfg.document.source import Source, Span
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.probe import plan_probe
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from orbitcfg.observed.probe import Fit, ListedModel, ModelList, ModelMatch, ProbeResult
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report, Severity
from orbitcfg.report.verdict import AdapterVerdict, Verdict
from tests.commands.doctor.document import Element, parsed
from tests.live.doubles import serving
from tests.live.doubles.openai import OpenAi
from tests.live.doubles.shimmy import Shimmy
from tests.live.setups import provider, shimmy

MARKER = "canary-91c3f7"
HOSTILE = "<script>alert(1)</script>\"'&<img src=http://evil.example/x>\u202e`"
EXPECTED = (
    ExpectedModel("alpha", ("the default", "chat"), ("inference",)),
    ExpectedModel("beta", ("notes",), ("inference",)),
    ExpectedModel(None, ("x",), ("vision",)),
)
TARGET = ProbeTarget("shimmy", "openai", "local", "http://localhost:11435/v1", "http://localhost:11435", EXPECTED, "/models", is_default=True)
ROWS = (
    CheckResult(CheckKind.CONNECT, CheckState.OK, "port 11435", 5.0),
    CheckResult(CheckKind.LIST, CheckState.OK, "1 model", 20.0),
    CheckResult(CheckKind.MODEL, CheckState.OK, "`alpha` is listed"),
    CheckResult(CheckKind.MODEL, CheckState.FAILED, "`beta` is not listed"),
)
MATCHES = (ModelMatch(EXPECTED[0], Fit.EXACT, ListedModel("alpha")), ModelMatch(EXPECTED[1], Fit.NONE))
SOURCE = Source("config/inference.yaml", "a: 1\nmodel: beta\napi_key: canary-91c3f7\n")
FINDING = Diagnostic("ORB732", "model-not-listed", Severity.ERROR, "it does not list `beta`", "write `model: alpha`", Span(SOURCE, 12, 16))


def checkup(*, rows: tuple[CheckResult, ...] = ROWS, findings: tuple[Diagnostic, ...] = (FINDING,), target: ProbeTarget = TARGET) -> Checkup:
    """One endpoint that was looked at."""
    result = ProbeResult(target, rows, model_list=ModelList(matches=MATCHES))
    return Checkup(Report(findings), StaticCounts(), (plan_probe(target, ProbeOptions()),), (result,), root="config.yaml")


def seen(made: Checkup) -> Element:
    """Its page, taken apart."""
    return parsed(page(made))


def texts(elements: list[Element]) -> list[str]:
    """What stands in elements."""
    return [each.text for each in elements]


def test_the_matrix_has_a_row_for_each_endpoint_and_a_column_for_each_check() -> None:
    """Several checks of a kind are one cell, with the worst and how many are so."""
    [matrix] = seen(checkup()).find("table", "matrix")
    head, line = matrix.find("tr")
    assert texts(head.find("th")) == ["endpoint", "connect", "models", "model"]
    assert texts(line.find("th")) == ["shimmy http://localhost:11435/v1"]
    assert [(cell.attributes["class"], cell.text) for cell in line.find("td")] == [
        ("ok", "connect ✓"),
        ("ok", "models ✓"),
        ("failed", "model ✗ 1/2"),
    ]
    assert texts(next(each for each in seen(checkup()).all if each.attributes.get("id") == "endpoint-1").find("h3")) == [
        "shimmy http://localhost:11435/v1"
    ]


def test_a_bar_is_as_long_as_its_check_took() -> None:
    """Against the slowest of the page; without a time there is none."""
    [rows] = seen(checkup()).find("ol", "checks")
    assert [each.attributes["style"] for each in rows.find("i")] == ["width:25.0%", "width:100.0%"]
    assert texts(rows.find("li")) == [
        "✓ connect port 11435 5 ms",
        "✓ models 1 model 20 ms",
        "✓ model alpha is listed",
        "✗ model beta is not listed",
    ]


def test_adapters_stand_by_provider_and_model() -> None:
    """With whether the model is served."""
    [models] = seen(checkup()).find("ul", "models")
    assert [(each.attributes["class"], each.text) for each in models.find("li")] == [
        ("ok", "✓ alpha inference the default chat"),
        ("failed", "✗ beta inference notes"),
        ("unchecked", "? no model is named vision x"),
    ]


def test_a_finding_shows_its_line_with_the_stretch_marked() -> None:
    """And each place that belongs to it."""
    related = Annotation(Span(SOURCE, 0, 1), "another `a`")
    [article] = seen(checkup(findings=(replace(FINDING, related=(related,)),))).find("article", "finding")
    assert article.text == (
        "error ORB732 it does not list beta config/inference.yaml:2:8 2 model: beta "
        "config/inference.yaml:1:1 1 a : 1 another a help write model: alpha"
    )
    assert [(each.attributes["class"], each.text) for each in article.find("mark")] == [("here", "beta"), ("related", "a")]


def test_a_private_source_shows_no_frame() -> None:
    """Its place alone."""
    private = Source(".env", f"KEY={MARKER}\n", private=True)
    [article] = seen(checkup(findings=(replace(FINDING, place=Span(private, 4, 9)),))).find("article", "finding")
    assert texts(article.find("figure")) == [".env:1:5"]


def test_a_secret_in_a_line_is_masked() -> None:
    """As in every frame."""
    [article] = seen(checkup(findings=(replace(FINDING, place=Span(SOURCE, 17, 24)),))).find("article", "finding")
    assert texts(article.find("pre")) == ["3 api_key : ***"]


def test_infos_come_last_and_are_no_findings() -> None:
    """Under a heading of their own."""
    root = seen(checkup(findings=(FINDING, replace(FINDING, severity=Severity.INFO))))
    assert texts(root.find("h2")) == ["Endpoints", "Findings", "Checks", "Adapters by provider", "Worth knowing"]


def test_hostile_names_stay_text() -> None:
    """In a provider, an address, a model, an adapter, a row, a finding, a place and a line."""
    source = Source(f"{HOSTILE}.yaml", f"model: {HOSTILE}\n")
    expected = ExpectedModel(HOSTILE, (HOSTILE,), (HOSTILE,))
    target = replace(TARGET, provider=HOSTILE, url=HOSTILE, expected=(expected,))
    finding = Diagnostic(
        HOSTILE, HOSTILE, Severity.ERROR, HOSTILE, HOSTILE, Span(source, 7, 7 + len(HOSTILE)), related=(Annotation(Span(source, 0, 5), HOSTILE),)
    )
    made = replace(
        checkup(rows=(CheckResult(CheckKind.CONNECT, CheckState.OK, HOSTILE),), findings=(finding,), target=target),
        root=HOSTILE,
        before=(CheckResult(CheckKind.KEY, CheckState.OK, HOSTILE),),
    )
    made = replace(made, results=(replace(made.results[0], trace=(HOSTILE,)),))
    text = page(made)
    root = parsed(text)
    assert {each.tag for each in root.all} & {"script", "img", "iframe", "form", "object", "embed"} == set()
    assert "\u202e" not in text
    assert root.text.count("<script>alert(1)</script>") >= 12
    assert {name for each in root.all for name in each.attributes if name.startswith("on")} == set()


def test_nothing_is_loaded() -> None:
    """No address but within the page, none in the style, and a policy that forbids all else."""
    text = page(checkup())
    root = parsed(text)
    links = [value for each in root.all for name, value in each.attributes.items() if name in ("src", "href", "action", "srcset", "data")]
    assert {link for link in links if not link.startswith("#")} == {"data:,"}
    anchors = {each.attributes.get("id") for each in root.all}
    assert {link[1:] for link in links if link.startswith("#")} <= anchors
    [style] = root.find("style")
    assert not re.search(r"url\(|@import|https?:", style.text)
    assert "default-src 'none'" in [each.attributes.get("content", "") for each in root.find("meta")][1]


@pytest.mark.parametrize("name", ["the key", "the address", "the proxy"])
def test_no_secret_is_on_the_page(name: str, tmp_path: Path) -> None:
    """Neither a key that the server echoes, nor credentials in an address or of a proxy."""
    secrets = {each: f"{MARKER}-{each.rpartition(' ')[2]}" for each in ("the key", "the address", "the proxy")}
    with serving(OpenAi("right")) as server:
        # user and password of an address go in place of a key
        user = f"user:{secrets['the address']}@" if name == "the address" else ""
        url = server.url.replace("://", f"://{user}")
        setup = provider(tmp_path, "openai", f"{url}/v1", "gpt-5", api_key="${OPENAI_API_KEY}")
        process = {"OPENAI_API_KEY": secrets["the key"], "ALL_PROXY": f"http://user:{secrets['the proxy']}@127.0.0.1:9"}
        text = page(setup.check(process, generate=True, billable=True))
    sent = b64encode(user[:-1].encode()).decode() if user else secrets["the key"]
    assert any(asked.headers.get("authorization", "").endswith(f" {sent}") for asked in server.asked)
    assert "401" in text
    assert secrets[name] not in text


def test_home_is_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In rows and in the trace; also where a path is written from the working directory."""
    (tmp_path / "somebody").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "somebody"))
    monkeypatch.chdir(tmp_path / "here")
    with serving(Shimmy("1.7.4", (f"{tmp_path}/somebody/models/x.gguf",))) as server:
        made = shimmy(tmp_path, server.url, "y").check()
    text = page(replace(made, root="../somebody/config/config.yaml"))
    assert "somebody" not in text
    assert "~/models/x.gguf" in text
    assert "~/config/config.yaml" in text


VERDICTS = {
    "1 error": (checkup(), CheckState.FAILED),
    "1 check failed": (checkup(findings=()), CheckState.FAILED),
    "A fault inside orbitcfg": (Checkup(Report(crashed=True), StaticCounts(), ()), CheckState.FAILED),
    "1 error, 1 warning": (checkup(findings=(FINDING, replace(FINDING, severity=Severity.WARNING))), CheckState.FAILED),
    "1 warning": (checkup(rows=ROWS[:3], findings=(replace(FINDING, severity=Severity.WARNING),)), CheckState.UNCHECKED),
    "All 3 checks passed": (checkup(rows=ROWS[:3], findings=()), CheckState.OK),
    "1 check could not be made": (checkup(rows=(ROWS[0], CheckResult(CheckKind.LIST, CheckState.UNCHECKED, "")), findings=()), CheckState.UNCHECKED),
    "Interrupted": (replace(checkup(rows=ROWS[:3], findings=()), interrupted=True), CheckState.UNCHECKED),
    "Only planned": (replace(checkup(rows=(), findings=()), dry_run=True), CheckState.UNCHECKED),
    "Nothing to check": (Checkup(Report(), StaticCounts(), ()), CheckState.UNCHECKED),
}


@pytest.mark.parametrize("headline", VERDICTS)
def test_the_headline_says_what_weighs_most(headline: str) -> None:
    """And the page stands with it."""
    made, state = VERDICTS[headline]
    assert (summary_of(made).headline, summary_of(made).state) == (headline, state)
    root = seen(made)
    assert [each.text.partition(" ")[2] for each in root.find("h1")] == [headline]
    assert texts(root.find("title")) == [f"orbitcfg doctor: {headline}"]


ADAPTER = AdapterVerdict("chat", "answers")
STATES = {
    CheckState.OK: Verdict("config.yaml", "files and servers", True, adapters=(ADAPTER,)),
    CheckState.UNCHECKED: Verdict("config.yaml", "files and servers", None, unknown=("the variable X",), adapters=(ADAPTER,)),
    CheckState.FAILED: Verdict("config.yaml", "files and servers", True, adapters=(replace(ADAPTER, state="fails"),)),
}


@pytest.mark.parametrize("state", STATES)
def test_the_verdict_is_the_headline_and_colours_the_page(state: CheckState) -> None:
    """Also where every check passed and no finding is shown."""
    verdict = STATES[state]
    healthy = checkup(rows=ROWS[:3], findings=())
    root = seen(replace(healthy, report=replace(healthy.report, verdicts=(verdict,))))
    [header] = root.find("header")
    assert header.attributes["class"] == state.value
    assert [each.text.partition(" ")[2] for each in root.find("h1")] == [verdict.headline]
    assert texts(root.find("p", "counts"))[0] == "All 3 checks passed: 1 endpoint, 3 checks: 3 passed"


def test_the_page_states_what_was_looked_at_and_when() -> None:
    """The time that it is given, and nothing where there is none."""
    made = replace(checkup(), static=StaticCounts(1, 2))
    [header] = parsed(page(made, datetime(2026, 3, 1, 8, 5, tzinfo=UTC))).find("header")
    assert header.text == (
        "orbitcfg doctor ✗ 1 error 1 endpoint, 4 checks: 3 passed, 1 failed "
        "The configuration itself has 1 error (below) and 2 warnings ( orbitcfg validate ) "
        "configuration config.yaml checked 2026-03-01 08:05 UTC files 0 adapters 0 of 0 on"
    )
    assert "checked" not in texts(seen(made).find("dt"))


def test_a_dry_run_is_a_page_of_the_plan() -> None:
    """Who would be asked for what."""
    root = seen(replace(checkup(findings=()), dry_run=True, results=()))
    assert texts(root.find("h2")) == ["Plan", "Adapters by provider"]
    assert (
        root.find("article", "endpoint")[0].text
        == "shimmy http://localhost:11435/v1 the default, chat, notes, x its name, a connection, who it is, its list of models"
    )
    assert root.find("p", "counts")[0].text == "1 endpoint, none of them asked"


def test_equal_checkups_give_equal_pages() -> None:
    """Byte for byte."""
    assert page(checkup()) == page(checkup())
