"""Symptoms under the finding that explains them, which is as bad as the worst of them."""

from typing import Any

from orbitcfg.commands.validate.command import validate
from orbitcfg.document.tree import KeyPath
from orbitcfg.files.store import Memory
from orbitcfg.lint.baseline import format_baseline
from orbitcfg.lint.causes import Placed, with_causes, with_those_left
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.settings.model import Settings

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
GROQ: KeyPath = ("inference", "groq")
EVERYTHING: tuple[KeyPath, ...] = ((),)


def placed(
    name: str,
    severity: Severity = WARNING,
    consequence: Consequence = Consequence.DIFFERENT,
    affects: tuple[str, ...] | None = (),
    *,
    blames: KeyPath | None = None,
    shares: bool = False,
    explains: tuple[KeyPath, ...] = (),
) -> Placed:
    """A finding by its message, with what it blames and what it explains."""
    finding = Finding(name, None, f"fix {name}", blames=blames, shares_cause=shares, explains=explains)
    fix = Fix((), safe=True)
    return Placed(finding, Diagnostic("ORB999", "rule", severity, name, finding.help, None, fix=fix, consequence=consequence, affects=affects))


def causes(*found: Placed) -> dict[str, str]:
    """For each symptom, by its message, the cause that it stands under."""
    after = with_causes(found)
    assert [each.finding for each in after] == [each.finding for each in found]
    return {each.diagnostic.message: each.diagnostic.cause.message for each in after if each.diagnostic.cause is not None}


def cause_of(*found: Placed) -> tuple[Severity, Consequence, tuple[str, ...] | None]:
    """What the first finding comes to once the others stand under it."""
    first = with_causes(found)[0].diagnostic
    return first.severity, first.consequence, first.affects


def test_a_finding_that_blames_what_another_explains_is_its_symptom() -> None:
    assert causes(placed("symptom", blames=GROQ), placed("cause", explains=(GROQ,))) == {"symptom": "cause"}


def test_a_symptom_has_the_remedy_of_its_cause() -> None:
    cause, symptom = (each.diagnostic for each in with_causes([placed("cause", explains=(GROQ,)), placed("symptom", blames=GROQ)]))
    assert (symptom.remedy, symptom.help, symptom.cause, symptom.is_symptom) == ("fix cause", "fix symptom", cause, True)
    assert (cause.remedy, cause.cause, cause.is_symptom) == ("fix cause", None, False)


def test_what_blames_nothing_or_something_else_stands_for_itself() -> None:
    assert causes(placed("cause", explains=EVERYTHING), placed("other"), placed("another", shares=True), placed("third", shares=True)) == {}
    assert causes(placed("cause", explains=(GROQ,)), placed("other"), placed("another", blames=("inference", "xai"))) == {}
    assert with_causes([placed("alone", blames=GROQ)]) == [placed("alone", blames=GROQ)]


def test_who_brings_a_part_explains_that_the_whole_is_missing_and_not_the_reverse() -> None:
    assert causes(placed("part", explains=(GROQ,)), placed("whole", blames=("inference",))) == {"whole": "part"}
    assert causes(placed("whole", explains=(("inference",),)), placed("part", blames=GROQ)) == {}


def test_an_empty_path_explains_what_nothing_else_does() -> None:
    lost, block = placed("lost file", explains=EVERYTHING), placed("lost block", explains=(GROQ,))
    symptoms = placed("groq", blames=GROQ), placed("xai", blames=("inference", "xai"))
    assert causes(lost, block, *symptoms) == {"groq": "lost block", "xai": "lost file"}


def test_a_path_that_is_not_empty_explains_nothing_else() -> None:
    assert causes(placed("cause", explains=(GROQ,)), placed("symptom", blames=())) == {}


def test_the_first_that_explains_something_is_the_cause() -> None:
    assert causes(placed("first", explains=(GROQ,)), placed("second", explains=(GROQ,)), placed("symptom", blames=GROQ)) == {"symptom": "first"}


def test_a_finding_may_explain_several() -> None:
    found = [placed("cause", explains=(("a",), GROQ)), placed("one", blames=("a",)), placed("two", blames=GROQ)]
    assert causes(*found) == {"one": "cause", "two": "cause"}


def test_a_cause_is_no_symptom() -> None:
    orphan = placed("orphan", blames=("a",), explains=(GROQ,))
    assert causes(placed("lost", explains=EVERYTHING), orphan, placed("name", blames=GROQ)) == {"name": "orphan"}


def test_of_those_that_one_change_fixes_the_worst_is_the_cause() -> None:
    found = [
        placed("info", INFO, blames=GROQ, shares=True),
        placed("late", ERROR, Consequence.MISLEADS, blames=GROQ, shares=True),
        placed("worst", ERROR, Consequence.ADAPTER_FAILS, blames=GROQ, shares=True),
        placed("other", ERROR, blames=("a",), shares=True),
    ]
    assert causes(*found) == {"info": "worst", "late": "worst"}


def test_of_equally_bad_ones_the_first_is_the_cause() -> None:
    assert causes(placed("one", blames=GROQ, shares=True), placed("two", blames=GROQ, shares=True)) == {"two": "one"}


def test_those_that_share_a_cause_need_no_other() -> None:
    assert causes(placed("lost", explains=EVERYTHING), placed("one", blames=GROQ, shares=True), placed("two", blames=GROQ)) == {"two": "lost"}


def test_a_cause_is_as_bad_as_the_worst_that_it_explains_and_strikes_whom_they_strike() -> None:
    cause = placed("cause", WARNING, Consequence.DIFFERENT, ("a",), explains=(GROQ,))
    one = placed("one", ERROR, Consequence.MISLEADS, ("b", "a"), blames=GROQ)
    two = placed("two", WARNING, Consequence.ADAPTER_FAILS, ("c",), blames=GROQ)
    assert cause_of(cause, one, two) == (ERROR, Consequence.ADAPTER_FAILS, ("a", "b", "c"))
    assert cause_of(placed("cause", ERROR, Consequence.NO_START, None, explains=(GROQ,)), one) == (ERROR, Consequence.NO_START, None)


def test_a_symptom_that_strikes_all_makes_its_cause_strike_all() -> None:
    cause = placed("cause", WARNING, Consequence.HYGIENE, ("a",), explains=EVERYTHING)
    assert cause_of(cause, placed("all", ERROR, Consequence.NO_SIGN_IN, None, blames=GROQ)) == (ERROR, Consequence.NO_SIGN_IN, None)


def test_a_symptom_that_is_only_worth_knowing_makes_nothing_worse() -> None:
    cause = placed("cause", INFO, Consequence.HYGIENE, ("a",), explains=EVERYTHING)
    assert cause_of(cause, placed("info", INFO, Consequence.ADAPTER_FAILS, None, blames=GROQ)) == (INFO, Consequence.HYGIENE, ("a",))


def test_symptoms_stay_as_they_are() -> None:
    symptom = with_causes([placed("cause", ERROR, explains=EVERYTHING), placed("info", INFO, Consequence.DEGRADED, ("a",), blames=GROQ)])[
        1
    ].diagnostic
    assert (symptom.severity, symptom.consequence, symptom.affects) == (INFO, Consequence.DEGRADED, ("a",))


CHATS = "".join(
    f"  - {{name: {name}, enabled: true, type: passthrough, datasource: none, adapter: conversational, inference_provider: groq,"
    " implementation: implementations.passthrough.conversational.ConversationalImplementation}\n"
    for name in ("one", "two", "three")
)
OFF = f"inference: {{groq: {{enabled: false, api_key: k-of-a-test, model: m}}}}\nadapters:\n{CHATS}"


def tree(parts: dict[str, str], more: dict[str, str] | None = None) -> Memory:
    """A configuration that imports these files."""
    root = f"import: {list(parts)}\ngeneral: {{inference_provider: shimmy}}\nauth: {{default_admin_password: x}}\n{SHIMMY}"
    contents = {"/repo/config/config.yaml": root, **{f"/repo/config/{name}": text for name, text in parts.items()}, **(more or {})}
    return Memory({path: text.encode() for path, text in contents.items()})


def told(parts: dict[str, str], *, only: str = "config.yaml", **settings: Any) -> list[tuple[str, str | None, bool]]:
    """Code, key and whether it counts of each finding about names, of `validate` on a configuration that imports these files."""
    report = validate(f"/repo/config/{only}", Settings(**settings), files=tree(parts), process={})
    return [(each.code, each.key, not each.is_symptom) for each in report.diagnostics if each.code in ("ORB110", "ORB501", "ORB502")]


SHIMMY = "embedding: {enabled: false}\ninference: {shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m}}\n"
KEYS = [f"adapters[{name}].inference_provider" for name in ("one", "two", "three")]


def test_of_those_that_one_switch_strikes_the_first_counts() -> None:
    assert told({"a.yaml": OFF}) == [("ORB502", KEYS[0], True), ("ORB502", KEYS[1], False), ("ORB502", KEYS[2], False)]


def test_where_the_first_is_silenced_the_next_takes_its_place() -> None:
    silenced = OFF.replace("ConversationalImplementation}", "ConversationalImplementation}  # orbitcfg: ignore[ORB502] known", 1)
    assert told({"a.yaml": silenced}) == [("ORB502", KEYS[1], True), ("ORB502", KEYS[2], False)]


def test_a_name_that_a_lost_file_explains_stands_for_itself_where_that_is_silenced_or_not_asked_for() -> None:
    lost = {"b.yaml": "import: gone.yaml\n", "a.yaml": OFF.replace("groq: {", "xai: {")}
    assert told(lost) == [("ORB110", None, True), *(("ORB501", key, False) for key in KEYS)]
    assert told({**lost, "b.yaml": "import: gone.yaml  # orbitcfg: ignore[ORB110] comes at run time\n"}) == [("ORB501", key, True) for key in KEYS]
    assert told(lost, select=("ORB501",)) == [("ORB501", key, True) for key in KEYS]
    assert told(lost, only="a.yaml") == [("ORB501", key, True) for key in KEYS]


def test_an_empty_file_explains_no_name() -> None:
    assert told({"empty.yaml": "# nothing\n", "a.yaml": OFF.replace("groq: {", "xai: {")}) == [("ORB501", key, True) for key in KEYS]


def test_a_baseline_knows_each_that_one_switch_strikes_and_none_that_a_lost_file_explains() -> None:
    report = validate("/repo/config", Settings(), files=tree({"a.yaml": OFF}), process={})
    lines = format_baseline(report.diagnostics, "/repo/known.json")
    assert lines.count('"ORB502"') == 3
    one_more = OFF.replace("adapters:\n", f"adapters:\n{CHATS.splitlines()[0].replace('name: one', 'name: zero')}\n")
    files = tree({"a.yaml": one_more}, {"/repo/known.json": lines})
    left = validate("/repo/config", Settings(), baseline="/repo/known.json", files=files, process={}).diagnostics
    assert [(each.code, each.key, each.is_symptom) for each in left] == [("ORB502", "adapters[zero].inference_provider", False)]
    lost = tree({"a.yaml": "import: gone.yaml\n" + OFF.replace("groq: {", "xai: {")})
    lines = format_baseline(validate("/repo/config", Settings(), files=lost, process={}).diagnostics, "/repo/known.json")
    assert (lines.count('"ORB110"'), lines.count('"ORB501"')) == (1, 0)


def test_of_those_that_one_change_fixes_the_first_that_is_left_takes_the_place_of_their_cause() -> None:
    found = [
        placed("gone", ERROR, affects=("a",), blames=GROQ, shares=True),
        placed("one", affects=("b",), blames=GROQ, shares=True),
        placed("two", affects=("c",), blames=GROQ, shares=True),
        placed("three", affects=("d",), blames=GROQ, shares=True),
    ]
    one, two, three = with_those_left(each.diagnostic for each in with_causes(found)[1:])
    assert (one.cause, one.affects, one.severity) == (None, ("b", "c", "d"), WARNING)
    assert two.cause == three.cause == one
