"""Every finding, whole: of the examples on the pages, of edge cases, and of templates with more than one fault.

`edges.txt` and `templates.txt` hold each case as its title, its text and, after `>>>`, what is found; `pages.txt` has the findings alone. All are written by
`pytest --write-golden`.
"""

import re
from pathlib import Path

import pytest

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Change, Diagnostic, Edit, Insertion, Removal
from tests.rules.test_examples import STATIC, examples
from tests.trees import example_result

FOLDER = Path(__file__).parent
STRICT = "# strict-env\n"
"""The first line of a case that is looked at with `--strict-env`."""


def findings(example: str) -> str:
    """All that is found in an example."""
    return "".join(map(_text, example_result(example.removeprefix(STRICT), strict_env=example.startswith(STRICT)).diagnostics))


def _text(found: Diagnostic) -> str:
    related = "".join(f"  {_place(each.span)}: {each.message}\n" for each in found.related)
    fix = "" if found.fix is None else f"  {'safe' if found.fix.safe else 'unsafe'} fix: {'; '.join(map(_change, found.fix.edits))}\n"
    return f"{found.severity.label} {found.code} {found.key} {_place(found.place)}\n  {found.message}\n  {found.remedy}\n{related}{fix}"


def _change(change: Change) -> str:
    match change:
        case Edit():
            return f"{_place(change.span)} becomes {change.replacement!r}"
        case Insertion():
            return f"{_place(change.mapping)} gets {change.key}: {change.value!r}"
        case Removal():
            return f"{_place(change.span)} goes"


def _place(place: Span | Source | None) -> str:
    match place:
        case Span():
            return f"{place.source.name}:{place.begins.line}:{place.begins.column} {place.text.partition(chr(10))[0][:40]!r}"
        case Source():
            return place.name
    return "nowhere"


def _compare(found: str, name: str, *, write: bool) -> None:
    if write:
        (FOLDER / name).write_text(found, "utf-8")
    assert found == (FOLDER / name).read_text("utf-8")


def test_the_examples_on_the_pages(request: pytest.FixtureRequest) -> None:
    found = "".join(
        f"--- {rule.code} {kind} {number}\n{findings(example)}"
        for rule in STATIC
        for kind in ("bad", "good")
        for number, example in enumerate(examples(rule, kind), 1)
    )
    _compare(found, "pages.txt", write=request.config.getoption("--write-golden"))


def edge_cases(name: str = "edges.txt") -> list[tuple[str, str]]:
    """Each case of a file with its title."""
    _, *rest = re.split(r"^--- (.*)\n", (FOLDER / name).read_text("utf-8"), flags=re.MULTILINE)
    return [(title, text.partition(">>>\n")[0]) for title, text in zip(rest[::2], rest[1::2], strict=True)]


@pytest.mark.parametrize("name", ["edges.txt", "templates.txt"])
def test_edges(name: str, request: pytest.FixtureRequest) -> None:
    cases = edge_cases(name)
    assert len({title for title, _ in cases}) == len(cases)
    found = "".join(f"--- {title}\n{example}>>>\n{findings(example)}" for title, example in cases)
    _compare(found, name, write=request.config.getoption("--write-golden"))
