"""A remedy is a promise: what `help` says to do is done, and the finding is gone, with nothing new where it was done and no new error anywhere.

Tried on every bad example of the pages, on the edge cases, on examples, reports and recorded runs, and each form once on large trees and on mistakes seeded in one.
"""

import random
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from orbitcfg.compile import InterpolationMode
from orbitcfg.document.source import Span
from orbitcfg.files.store import Memory
from orbitcfg.report.diagnostics import Diagnostic, Edit, Insertion, Severity
from tests.bench import mutations
from tests.effective import runs
from tests.rules.remedies import Case, NoPlace, Scene, action, alternatives
from tests.rules.test_examples import STATIC, examples
from tests.rules.test_findings import STRICT, edge_cases
from tests.shared import PROJECT, SHARED, needs_shared, read_facts
from tests.trees import example_files, example_result

REVEALED: dict[str, frozenset[str]] = {
    # what could not be read or found before is looked at now
    **dict.fromkeys(("ORB101", "ORB103", "ORB110", "ORB112", "ORB120", "ORB121", "ORB304", "ORB514"), frozenset({"*"})),
    "ORB501": frozenset({"ORB502", "ORB513", "ORB529", "ORB532"}),
    "ORB503": frozenset({"ORB529", "ORB532"}),
    "ORB420": frozenset({"ORB421"}),
    "ORB410": frozenset({"ORB604"}),
    "ORB301": frozenset({"ORB410"}),
    # what is switched on has needs of its own
    **dict.fromkeys(("ORB502", "ORB504", "ORB507", "ORB554", "ORB563"), frozenset({"ORB401", "ORB502", "ORB550", "ORB552", "ORB561"})),
    "ORB418": frozenset({"ORB603"}),
    "ORB512": frozenset({"ORB513"}),
    "ORB305": frozenset({"ORB305", "ORB501", "ORB512", "ORB532"}),
    "ORB567": frozenset({"ORB305"}),
    # the type is right then, and what is in it is still to be written; what is off now is missed by those who name it
    "ORB303": frozenset({"ORB305", "ORB501", "ORB502", "ORB513", "ORB553", "ORB582", "ORB605"}),
    # the loader wants a value, and ORBIT takes it from a variable of its own
    "ORB207": frozenset({"ORB566"}),
    # of several the next one is told
    "ORB431": frozenset({"ORB523"}),
    # it depends on what is meant, as the remedy says
    "ORB106": frozenset({"ORB301", "ORB303"}),
}
"""What may be told only once the first fault is gone, by the code of that fault."""


def remedied(case: Case, found: Diagnostic, remedy: str) -> Case | None:
    """The case with a remedy carried out; None where it says nothing to write, or its place cannot be edited."""
    act = action(remedy)
    try:
        return None if act is None else act(Scene(case, found))
    except NoPlace:
        return None


def form(found: Diagnostic, remedy: str) -> tuple[str, str]:
    """What two remedies have in common that differ in names and numbers alone."""
    return found.code, re.sub(r"\d[\d.]*", "0", re.sub(r"`[^`]*`", "`…`", remedy))


def broken_promises(
    case: Case, *, least: Severity = Severity.INFO, known: Iterable[Diagnostic] = (), tried: set[tuple[str, str]] | None = None
) -> Iterator[str]:
    """The remedies of a case that do not cure. Of each form in `tried` none is tried again, and of `known` findings none at all."""
    before, passed = case.result.diagnostics, {(each.code, each.key, each.message) for each in known}
    for found in before:
        if found.is_symptom or found.severity < least or (found.code, found.key, found.message) in passed:
            continue
        for remedy in alternatives(found.help):
            if tried is not None and form(found, remedy) in tried:
                continue
            after = remedied(case, found, remedy)
            if tried is not None and after is not None:
                tried.add(form(found, remedy))
            if after is not None:
                yield from (f"{found.code} {found.key or found.file}: {remedy}: {fault}" for fault in _faults(before, found, after))


def _faults(before: Iterable[Diagnostic], found: Diagnostic, after: Case) -> Iterator[str]:
    known = {_topic(each) for each in before}
    revealed = REVEALED.get(found.code, frozenset())
    for each in after.result.diagnostics:
        if (each.code, each.key, each.message, each.file) == (found.code, found.key, found.message, found.file):
            yield "still there"
        if _topic(each) in known or each.is_symptom or each.severity is Severity.INFO or not revealed.isdisjoint({"*", each.code}):
            continue
        is_touched = isinstance(each.place, Span) and (f"/{each.place.source.name}", each.place.begins.line) in after.touched
        if is_touched or each.severity is Severity.ERROR:
            yield f"then {each.code} {each.key}: {each.message}"


def _topic(found: Diagnostic) -> tuple[str, str]:
    """A code and a key, whichever item of a list it is in: numbers and names of items may change."""
    return found.code, re.sub(r"\[[^\]]*\]", "[]", found.key or "")


@cache
def case_of(example: str) -> Case:
    """The case of an example."""
    is_strict, plain = example.startswith(STRICT), example.removeprefix(STRICT)
    return Case(*example_files(plain), strict_env=is_strict, known=example_result(plain, strict_env=is_strict))


CASES = [text for rule in STATIC for text in examples(rule, "bad")] + [text for _, text in edge_cases()]


@pytest.mark.parametrize("example", CASES)
def test_what_help_says_cures(example: str) -> None:
    assert list(broken_promises(case_of(example))) == []


@pytest.mark.parametrize("name", read_facts("reports"))
def test_what_help_says_cures_in_reports(name: str) -> None:
    files = {f"/repo/{path}": text.encode() for path, text in read_facts("reports")[name]["files"].items()}
    assert list(broken_promises(Case(Memory(files)))) == []


@pytest.mark.parametrize(
    "folder", sorted(path.parent.parent for path in (PROJECT / "examples").glob("*/config/config.yaml")), ids=lambda path: path.name
)
def test_what_help_says_cures_in_examples(folder: Path) -> None:
    files = {f"/repo/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in folder.rglob("*.yaml")}
    assert list(broken_promises(Case(Memory(files)))) == []


_LINE = re.compile(r"  \w+\[(ORB\d+)\] .* = (?P<help>.*?)(?: ~ .*)?(?: \+ \w+ fix)?")


def chosen_runs() -> list[str]:
    """Of the recorded runs the first one in which a rule tells a remedy of a form, as `runs.txt` has it."""
    chosen: dict[tuple[str, str], str] = {}
    name = ""
    for line in (Path(__file__).parent / "runs.txt").read_text("utf-8").splitlines():
        if not line.startswith(" "):
            name = line.partition(":")[0]
        elif said := _LINE.fullmatch(line):
            chosen.setdefault((said[1], re.sub(r"`[^`]*`|\d+", "…", said["help"])), name)
    return sorted(set(chosen.values()))


def test_what_help_says_cures_in_recorded_runs() -> None:
    known = {run["id"]: (name, run) for name in ("orbit-runs", "orbit-runs-2") for run in runs.recording(name)["runs"]}
    tried: set[tuple[str, str]] = set()
    broken = []
    for chosen in chosen_runs():
        name, run = known[chosen]
        contents = {f"/orbit/config/{path}": text.encode() for path, text in runs.files_of(run, name).items()}
        contents |= {"/orbit/.env": run["dotenv"].encode()} if "dotenv" in run else {}
        process = {"LANG": "C.UTF-8", "ORBIT_DEFAULT_ADMIN_PASSWORD": "x", **run["env"]}
        case = Case(Memory(contents), process, "/orbit/config", InterpolationMode.ORBIT)
        broken += [f"{chosen}: {each}" for each in broken_promises(case, least=Severity.WARNING, tried=tried)]
    assert broken == []
    assert len(tried) > 60


@needs_shared
def test_what_help_says_cures_in_large_trees() -> None:
    tried: set[tuple[str, str]] = set()
    for tree in ("docker-minimal", "config"):
        root = SHARED / "orbit" / tree
        files = {f"/repo/config/{path.relative_to(root).as_posix()}": path.read_bytes() for path in root.rglob("*.yaml")}
        assert list(broken_promises(Case(Memory(files)), least=Severity.WARNING, tried=tried)) == []


@needs_shared
def test_what_help_says_cures_of_seeded_mistakes() -> None:
    texts = mutations.read()
    others = mutations.named_files(texts)
    config = mutations.config_of(texts, others)
    known = mutations.diagnostics(texts, others)
    for kind in ("value removed", "/v1/v1 or an endpoint as address"):
        rng = random.Random(kind)
        mutant = rng.choice(list(mutations.CLASSES[kind](config, rng))).applied(kind, texts)
        case = Case(Memory({f"/{path}": text.encode() for path, text in {**others, **mutant.texts}.items()}), where="/repo/config")
        assert list(broken_promises(case, least=Severity.WARNING, known=known, tried=set())) == []


def test_a_form_that_is_not_understood_is_no_remedy() -> None:
    with pytest.raises(LookupError):
        action("knit a sweater")


def test_a_fix_writes_what_help_says() -> None:
    """What an automatic fix writes in place of a text stands in the remedy."""
    for example in CASES:
        for found in case_of(example).result.diagnostics:
            said = re.findall(r"`([^`]*)`", found.help)
            for edit in found.fix.edits if found.fix else ():
                match edit:
                    # a text that is only put into quotes stands there already
                    case Edit(replacement=text) if text and text.strip("\"'") != edit.span.text:
                        assert any(each.strip("\"':").endswith(text.strip("\"'")) for each in said), (found.help, text)
                    case Insertion(key=key, value=value):
                        assert any(str(value).lower() in each.lower() or key in each for each in said), (found.help, key, value)
