"""The verdict in words, and what findings come to."""

from dataclasses import replace

import pytest
import yaml

from orbitcfg.document.source import Source, Span
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.verdict import AdapterState, AdapterVerdict, ChoiceVerdict, Reason, Verdict
from tests.effective.small import config
from tests.trees import config_of

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
ROOT = "config/config.yaml"


def reason(code: str = "ORB501", message: str = "m") -> Reason:
    """A reason with a place."""
    return Reason(code, message, ROOT, 3)


def adapter(name: str, state: AdapterState = "answers", *because: Reason) -> AdapterVerdict:
    """How one adapter fares."""
    return AdapterVerdict(name, state, because)


def headline(*adapters: AdapterVerdict, starts: bool | None = True, unknown: tuple[str, ...] = (), lost: tuple[str, ...] = ()) -> str:
    """The first line where nothing keeps ORBIT from starting."""
    return Verdict(ROOT, "files", starts, (), unknown, adapters, lost).headline


def stopped(*because: Reason) -> str:
    """The first line where something does."""
    return Verdict(ROOT, "files", starts=False, because=because, unknown=("x",), adapters=(adapter("a", "fails"),), lost=("y",)).headline


# the words


def test_where_a_reason_stands() -> None:
    places = [Reason("ORB501", "m", ROOT, 3), Reason("ORB501", "m", ROOT), Reason("ORB501", "m"), Reason("ORB501", "m", ROOT, 0)]
    assert [each.place for each in places] == [f"{ROOT}:3, ORB501", f"{ROOT}, ORB501", "ORB501", f"{ROOT}:0, ORB501"]


def test_a_start_that_fails_is_told_with_its_first_reason_alone() -> None:
    assert stopped(reason(message="`a` is empty")) == f"ORBIT would not start: `a` is empty ({ROOT}:3, ORB501)."
    assert stopped(reason(), reason("ORB502")) == f"ORBIT would not start: m ({ROOT}:3, ORB501) (and 1 more reason)."
    assert stopped(reason(), reason("ORB502"), reason("ORB503")).endswith("(and 2 more reasons).")


@pytest.mark.parametrize("ending", [", so ORBIT does not start", ": ORBIT does not start"])
def test_the_reason_does_not_say_it_again(ending: str) -> None:
    assert stopped(reason(message=f"`a` is empty{ending}")) == f"ORBIT would not start: `a` is empty ({ROOT}:3, ORB501)."


def test_all_is_well() -> None:
    assert headline() == "ORBIT would start. No adapter is on."
    assert headline(adapter("a", "off")) == "ORBIT would start. No adapter is on."
    assert headline(adapter("a"), adapter("b", "off")) == "ORBIT would start. Its adapter would answer."
    assert headline(adapter("a"), adapter("b")) == "ORBIT would start. All 2 adapters would answer."


def test_adapters_that_answer_and_lack_something_are_named_where_none_fails() -> None:
    lacking = adapter("b", "degraded", reason("ORB502"), reason("ORB503"))
    assert headline(lacking) == "ORBIT would start. Its adapter would answer, but not in full: b (ORB502)."
    assert headline(adapter("a"), lacking) == "ORBIT would start. All 2 adapters would answer, 1 of them not in full: b (ORB502)."
    assert headline(adapter("a", "fails"), lacking) == "ORBIT would start. 1 of 2 adapters would not answer: a."


def test_adapters_that_fail_are_named_with_the_codes_of_their_first_reasons() -> None:
    found = [adapter("a", "fails", reason("ORB501"), reason("ORB502")), adapter("b", "fails", reason("ORB501")), adapter("c"), adapter("d", "off")]
    assert headline(*found) == "ORBIT would start. 2 of 3 adapters would not answer: a, b (ORB501)."
    found[1] = adapter("b", "fails", reason("ORB503"))
    assert headline(*found) == "ORBIT would start. 2 of 3 adapters would not answer: a, b (ORB501, ORB503)."
    assert headline(adapter("a", "fails")) == "ORBIT would start. 1 of 1 adapter would not answer: a."


def test_adapters_of_which_something_is_not_known_here() -> None:
    assert headline(adapter("a", "unknown"), adapter("b")) == "ORBIT would start. 1 of 2 adapters depends on what is not known here: a."
    both = headline(adapter("a", "unknown"), adapter("b", "unknown"), adapter("c", "fails"))
    assert both == "ORBIT would start. 1 of 3 adapters would not answer: c. 2 of 3 adapters depend on what is not known here: a, b."


def test_five_are_named_and_the_rest_is_counted() -> None:
    failing = [adapter(f"a{number}", "fails") for number in range(7)]
    assert headline(*failing[:5]).endswith("answer: a0, a1, a2, a3, a4.")
    assert headline(*failing[:6]).endswith("answer: a0, a1, a2, a3, a4 and 1 more.")
    assert headline(*failing).endswith("answer: a0, a1, a2, a3, a4 and 2 more.")


UNKNOWN = {
    ("the variable A",): "the variable A",
    ("the load order",): "the load order",
    ("the variable A", "the load order", "the variable B"): "the variables A, B and the load order",
    ("a package", "the load order"): "a package, the load order",
    tuple(f"the variable {letter}" for letter in "ABCDEFG"): "the variables A, B, C, D, E and 2 more",
}


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_a_start_that_something_decides_which_is_not_known_here(unknown: tuple[str, ...]) -> None:
    found = headline(adapter("a"), starts=None, unknown=unknown)
    assert found == f"Whether ORBIT would start depends on {UNKNOWN[unknown]}. Its adapter would answer."


def test_files_that_are_lost_are_named() -> None:
    assert headline(lost=("a.yaml", "b.yaml")) == "ORBIT would start without a.yaml, b.yaml. No adapter is on."
    found = headline(starts=None, unknown=("X",), lost=("a.yaml",))
    assert found == "Whether ORBIT would start depends on X. It goes on without a.yaml. No adapter is on."


def test_reasons_are_those_of_adapters_that_fail_the_most_frequent_first() -> None:
    one, two, three = reason("ORB501"), reason("ORB502"), reason("ORB503")
    adapters = (adapter("a", "fails", one, two), adapter("b", "fails", two), adapter("c", "unknown", three), adapter("d", "degraded", three))
    assert Verdict(ROOT, "files", starts=True, adapters=adapters).reasons == (two, one)
    assert Verdict(ROOT, "files", starts=None, adapters=adapters).reasons == (two, one)
    assert Verdict(ROOT, "files", starts=False, because=(one,), adapters=adapters).reasons == ()


# what findings come to

SECTIONS = """
adapters:
- {name: chat, type: passthrough, allowed_models: [{name: fast, provider: shimmy, model: m}]}
- {name: docs, type: retriever, capabilities: {retrieval_behavior: always}}
- {name: maybe, type: retriever, capabilities: {retrieval_behavior: conditional}}
- {name: silent, enabled: false}
inference: {shimmy: {enabled: true, model: m}}
"""


def small(text: str = SECTIONS, **process: str) -> Config:
    """A configuration with adapters of each kind."""
    return config(yaml.safe_load(text), process)


def found(
    consequence: Consequence,
    affects: tuple[str, ...] | None = ("chat",),
    severity: Severity = ERROR,
    *,
    depends_on: str = "",
    message: str = "m",
    cause: Diagnostic | None = None,
) -> Diagnostic:
    """A diagnostic."""
    place = Source(ROOT, "")
    return Diagnostic("ORB999", "rule", severity, message, "h", place, consequence=consequence, affects=affects, depends_on=depends_on, cause=cause)


def verdict(*diagnostics: Diagnostic, of: Config | None = None) -> Verdict:
    """What they come to."""
    made = verdict_of(of or small(), diagnostics)
    assert made is not None
    return made


def states(*diagnostics: Diagnostic, of: Config | None = None) -> dict[str, str]:
    """How each adapter that is on, and each choice, fares."""
    listed = verdict(*diagnostics, of=of).adapters
    return {each.name: each.state for each in listed if each.state != "off"} | {
        f"{each.name}@{choice.name}": choice.state for each in listed for choice in each.choices
    }


WELL = {"chat": "answers", "docs": "answers", "maybe": "answers", "chat@fast": "answers"}


def test_of_a_part_of_a_configuration_there_is_no_verdict() -> None:
    assert verdict_of(replace(small(), fragment=True), ()) is None


def test_without_findings_all_is_well() -> None:
    well = verdict()
    assert (well.starts, well.because, well.unknown, well.lost, well.basis, well.root) == (True, (), (), (), "files", f"repo/{ROOT}")
    assert [(each.name, each.state) for each in well.adapters] == [("chat", "answers"), ("docs", "answers"), ("maybe", "answers"), ("silent", "off")]
    assert well.adapters[0].choices == (ChoiceVerdict("fast", "answers"),)
    looked = verdict_of(small(), (), "files and servers")
    assert looked is not None
    assert looked.basis == "files and servers"


@pytest.mark.parametrize("consequence", [Consequence.NO_START, Consequence.NO_REQUEST])
def test_what_keeps_orbit_from_getting_ready(consequence: Consequence) -> None:
    fatal = found(consequence, None)
    assert (verdict(fatal).starts, verdict(fatal).because) == (False, (Reason("ORB999", "m", ROOT, None),))
    assert verdict(found(consequence, None, WARNING)).starts is False
    assert verdict(found(consequence, None, INFO)).starts is True
    waiting = verdict(found(consequence, None, depends_on="the load order"))
    assert (waiting.starts, waiting.unknown, waiting.because) == (None, ("the load order",), ())
    both = verdict(found(consequence, None, depends_on="the load order"), found(consequence, None, message="n"))
    assert (both.starts, both.unknown, [each.message for each in both.because]) == (False, ("the load order",), ["n"])


@pytest.mark.parametrize("consequence", [each for each in Consequence if each not in (Consequence.NO_START, Consequence.NO_REQUEST)])
def test_nothing_else_keeps_it_from_starting(consequence: Consequence) -> None:
    assert verdict(found(consequence, None), found(consequence)).starts is True


FARES = {
    Consequence.NO_START: "answers",
    Consequence.NO_SIGN_IN: "degraded",
    Consequence.NO_REQUEST: "fails",
    Consequence.ADAPTER_MISSING: "degraded",
    Consequence.ADAPTER_FAILS: "fails",
    Consequence.CHOICE_FAILS: "degraded",
    Consequence.PURPOSE_LOST: "degraded",
    Consequence.MISLEADS: "degraded",
    Consequence.DIFFERENT: "answers",
    Consequence.DEGRADED: "degraded",
    Consequence.EXPOSED: "answers",
    Consequence.WITHOUT_EFFECT: "answers",
    Consequence.HYGIENE: "answers",
}
"""How an adapter that looks for no data fares with an error of each consequence."""


@pytest.mark.parametrize("consequence", Consequence)
def test_how_an_adapter_fares_follows_from_the_consequence(consequence: Consequence) -> None:
    assert states(found(consequence)) == WELL | {"chat": FARES[consequence]}
    assert states(found(consequence, severity=WARNING))["chat"] == FARES[consequence]
    assert states(found(consequence, severity=INFO))["chat"] == "answers"


@pytest.mark.parametrize("consequence", Consequence)
def test_how_a_choice_fares_follows_from_the_consequence(consequence: Consequence) -> None:
    fares = {**FARES, Consequence.CHOICE_FAILS: "fails"}
    assert states(found(consequence, ("chat@fast",))) == WELL | {"chat@fast": fares[consequence]}


def test_an_adapter_that_is_not_made_is_missed_by_requests_that_look_for_data() -> None:
    missing = Consequence.ADAPTER_MISSING
    assert states(found(missing, ("docs",)))["docs"] == "fails"
    assert states(found(missing, ("maybe",)))["maybe"] == "degraded"
    assert states(found(missing, ("docs",), depends_on="a package"))["docs"] == "unknown"


def test_what_strikes_all_strikes_each() -> None:
    everybody = found(Consequence.ADAPTER_FAILS, None)
    assert states(everybody) == dict.fromkeys(WELL, "fails")
    assert states(found(Consequence.NO_SIGN_IN, None)) == dict.fromkeys(WELL, "degraded")
    assert states(found(Consequence.ADAPTER_FAILS, None, WARNING)) == states(found(Consequence.DEGRADED, None)) == WELL


def test_what_something_else_decides_leaves_it_open() -> None:
    waiting = found(Consequence.ADAPTER_FAILS, depends_on="what the server serves")
    assert states(waiting)["chat"] == "unknown"
    assert verdict(waiting).adapters[0].because == (Reason("ORB999", "m", ROOT),)
    assert states(waiting, found(Consequence.ADAPTER_FAILS))["chat"] == "fails"
    assert [each.message for each in verdict(waiting, found(Consequence.ADAPTER_FAILS, message="sure")).adapters[0].because] == ["sure"]


def test_a_reason_is_the_cause_and_each_stands_once() -> None:
    cause = found(Consequence.MISLEADS, (), message="a file is lost")
    symptoms = [found(Consequence.ADAPTER_FAILS, message=message, cause=cause) for message in ("one", "two")]
    assert [each.message for each in verdict(*symptoms, cause).adapters[0].because] == ["a file is lost"]


def test_a_reason_stands_where_its_finding_does() -> None:
    place = Span(Source(ROOT, "a: 1\nb: 2\n"), 5, 6)
    diagnostic = Diagnostic("ORB999", "rule", ERROR, "m", "h", place, consequence=Consequence.NO_START, affects=None)
    assert verdict(diagnostic).because == (Reason("ORB999", "m", ROOT, 2),)


def test_an_adapter_that_is_off_is_off_whatever_is_found() -> None:
    assert verdict(found(Consequence.ADAPTER_FAILS, ("silent",))).adapters[3] == AdapterVerdict("silent", "off")


def test_of_one_name_it_is_the_one_that_answers_else_the_first() -> None:
    text = "adapters: [{name: a, enabled: %s}, {name: b}, {name: a, enabled: %s}, {type: passthrough}]\n"
    listed = {
        flags: [(each.name, each.state) for each in verdict(of=small(text % flags)).adapters] for flags in (("true", "false"), ("false", "false"))
    }
    assert listed == {("true", "false"): [("a", "answers"), ("b", "answers")], ("false", "false"): [("a", "off"), ("b", "answers")]}
    assert [each.name for each in verdict(of=small(text % ("false", "true"))).adapters] == ["b", "a"]


def test_what_depends_on_a_variable_is_not_known() -> None:
    text = (
        "adapters: [{name: a, inference_provider: '${P}'}, {name: b, inference_provider: groq}]\ninference: {groq: {enabled: true, model: '${M}'}}\n"
    )
    assert states(of=small(text)) == {"a": "unknown", "b": "unknown"}
    assert states(of=small("adapters: [{name: a, enabled: '${E}', vision_provider: '${V}'}]\n")) == {"a": "answers"}


def test_the_variables_that_the_start_depends_on_are_named_once() -> None:
    text = "auth: {default_admin_password: '${PASS}${PASS}'}\ngeneral: {inference_provider: '${P:-}'}\nserver: {name: '${N}'}\n"
    made = verdict(of=small(text))
    assert (made.starts, made.unknown) == (None, ("the variable P", "the variable PASS"))
    assert verdict(of=small(text, PASS="x", P="shimmy")).starts is True


def test_an_adapter_that_another_ones_object_serves_may_fail_with_that_one() -> None:
    of = small("adapters: [{name: c, inference_provider: shimmy}, {name: a, model: m}, {name: b, inference_provider: shimmy, model: n}]\n")
    assert states(found(Consequence.ADAPTER_FAILS, ("b",)), of=of) == {"a": "unknown", "b": "fails", "c": "answers"}
    assert [each.message for each in verdict(found(Consequence.ADAPTER_FAILS, ("b",)), of=of).adapters[1].because] == ["m"]
    assert states(found(Consequence.ADAPTER_FAILS, ("b",), depends_on="a server"), of=of) == {"a": "answers", "b": "unknown", "c": "answers"}
    assert states(found(Consequence.MISLEADS, ("b",)), of=of) == {"a": "answers", "b": "degraded", "c": "answers"}


COMPOSITE = """
adapters:
- name: all
  type: retriever
  implementation: retrievers.implementations.composite.composite_intent_retriever.CompositeIntentRetriever
  config: {child_adapters: [one, two, gone, files]}
  capabilities: {retrieval_behavior: %s}
- {name: one, type: retriever, adapter: intent, capabilities: {}}
- {name: two, type: retriever, adapter: intent, capabilities: {}}
- {name: files, type: retriever, implementation: retrievers.implementations.file.FileVectorRetriever}
- {name: other, type: retriever, adapter: intent, capabilities: {}}
"""


def test_a_composite_adapter_is_not_made_where_none_of_those_is_that_it_searches() -> None:
    of = small(COMPOSITE % "always")
    one, two = (found(Consequence.ADAPTER_MISSING, (name,), message=name) for name in ("one", "two"))
    assert states(one, two, of=of)["all"] == "fails"
    assert [each.message for each in verdict(one, two, of=of).adapters[0].because] == ["one", "two"]
    assert states(one, of=of)["all"] == states(one, found(Consequence.ADAPTER_FAILS, ("two",)), of=of)["all"] == "answers"
    assert states(one, two, of=small(COMPOSITE % "conditional"))["all"] == "answers"


def test_a_composite_adapter_may_be_made_as_long_as_one_of_those_may() -> None:
    of = small(COMPOSITE % "always")
    one, two = (found(Consequence.ADAPTER_MISSING, (name,), message=name) for name in ("one", "two"))
    perhaps = found(Consequence.ADAPTER_MISSING, ("two",), message="perhaps", depends_on="a package")
    assert states(one, perhaps, of=of)["all"] == "unknown"
    assert [each.message for each in verdict(one, perhaps, of=of).adapters[0].because] == ["perhaps"]
    assert states(one, perhaps, two, of=of)["all"] == "fails"


UNMADE = {
    "gone": True,
    "acme": True,
    "groq": True,
    "xai": True,
    "vllm": True,
    "shimmy": False,
    "ollama_remote": False,
}
"""For each provider, whether it is not made: it is not there, has no class, is off, lacks its key, or is no mapping; the last two are."""


@pytest.mark.parametrize("provider", UNMADE)
def test_an_intent_adapter_is_not_made_without_its_language_model(provider: str) -> None:
    text = (COMPOSITE % "always").replace("name: two,", f"name: two, inference_provider: {provider},")
    blocks = "{acme: {}, groq: {enabled: false}, xai: {enabled: true, model: m}, vllm: text, ollama_remote: {enabled: true, model: m, base_url: 'http://h'}}"
    of = config({**yaml.safe_load(text), "inference": {"shimmy": {"enabled": True, "model": "m"}, **yaml.safe_load(blocks)}})
    one, silent = found(Consequence.ADAPTER_MISSING, ("one",)), found(Consequence.ADAPTER_FAILS, ("two",))
    assert states(one, silent, of=of)["all"] == ("fails" if UNMADE[provider] else "answers")
    assert states(one, found(Consequence.MISLEADS, ("two",)), of=of)["all"] == "answers"


def lost(files: dict[str, str]) -> tuple[str, ...]:
    """The files that a configuration goes without."""
    return verdict(of=config_of(files)).lost


def test_files_that_an_import_names_and_that_bring_nothing_are_lost_each_once() -> None:
    root = "import: [gone.yaml, bad.yaml, list.yaml, empty.yaml, good.yaml, '${X}.yaml', gone.yaml]\n"
    files = {ROOT: root, "config/bad.yaml": "a: [\n", "config/list.yaml": "- 1\n", "config/empty.yaml": "", "config/good.yaml": "a: 1\n"}
    assert lost(files) == ("repo/config/bad.yaml", "repo/config/list.yaml", "gone.yaml", "${X}.yaml")


def test_a_file_that_is_lost_is_named_without_credentials() -> None:
    assert lost({ROOT: "import: ['https://u:secret@host/a.yaml']\n"}) == ("https://***@host/a.yaml",)
