"""Where keys and items go in, and out of, every way of writing them."""

import pytest

from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import at
from orbitcfg.document.yaml_reader import parse
from orbitcfg.edit.apply import compatible_remedies, edited_texts, remedies
from orbitcfg.edit.layout import Layout
from orbitcfg.report.diagnostics import Diagnostic, Edit, Fix, Insertion, Removal, Severity


def inserted(text: str, path: tuple[str | int, ...], key: str, value: str | bool, *, joins: bool = False) -> str | None:
    """The text with a key in the mapping at a path."""
    source = Source("a.yaml", text)
    root, _ = parse(source)
    mapping = at(root, path)
    assert mapping is not None
    return put(source, Insertion(mapping.origin.span, key, value, joins=joins))


def put(source: Source, change: Insertion | Removal) -> str | None:
    """The source's text with a change in it."""
    edit = Layout.of(change, {}).edit(change)
    return None if edit is None else source.text[: edit.span.start] + edit.replacement + source.text[edit.span.end :]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import:\n  - a.yaml\n", "import:\n  - a.yaml\n  - x.yaml\n"),
        ("import:\n- a.yaml\n- b.yaml # last\n# tail\nk: 1\n", "import:\n- a.yaml\n- b.yaml # last\n- x.yaml\n# tail\nk: 1\n"),
        ("import:\r\n    - 'a.yaml'\r\n\r\nk: 1\r\n", "import:\r\n    - 'a.yaml'\r\n    - 'x.yaml'\r\n\r\nk: 1\r\n"),
        ("import:\n  - a.yaml", "import:\n  - a.yaml\n  - x.yaml"),
        ("import: [a.yaml] # c\n", "import: [a.yaml, x.yaml] # c\n"),
        ("import: [\n  a.yaml,  # c\n]\n", "import: [\n  a.yaml, x.yaml,  # c\n]\n"),
        ("import: []\n", "import: [x.yaml]\n"),
        ("import: a.yaml # c\n", "import: [a.yaml, x.yaml] # c\n"),
        ('import: "a.yaml"\n', 'import: ["a.yaml", x.yaml]\n'),
        ("# head\n\n# of k\nk: 1\n", "# head\n\n# of k\nimport:\n  - x.yaml\n\nk: 1\n"),
        ("{k: 1}\n", "{import: [x.yaml], k: 1}\n"),
        ("---\nk: 1\r\n", "---\nimport:\n  - x.yaml\n\nk: 1\r\n"),
        ("import:\nk: 1\n", None),
        ("import: {a: b}\n", None),
        ("a: &x b.yaml\nimport: *x\n", None),
    ],
)
def test_a_file_is_added_to_an_import(text: str, wanted: str | None) -> None:
    assert inserted(text, (), "import", "x.yaml", joins=True) == wanted


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [
        ("a:\n  b:\n    # of c\n    c: 1\n", ("a", "b"), "a:\n  b:\n    enabled: true\n    # of c\n    c: 1\n"),
        ("a: # of a\r\n  c: 1\r\n", ("a",), "a: # of a\r\n  enabled: true\r\n  c: 1\r\n"),
        ("a: {c: 1}\n", ("a",), "a: {enabled: true, c: 1}\n"),
        ("a: {}\n", ("a",), "a: {enabled: true}\n"),
        ("l:\n  - name: n # c\n    x: 1\n", ("l", 0), "l:\n  - name: n # c\n    enabled: true\n    x: 1\n"),
        ("l:\n- name: n", ("l", 0), "l:\n- name: n\n  enabled: true"),
        ("l:\n- name: {deep: 1}\n", ("l", 0), None),
        ("k: 1\n", (), "enabled: true\nk: 1\n"),
        ("a:\n  enabled: false\n", ("a",), None),
        ("a: &x\n  c: 1\n", ("a",), None),
    ],
)
def test_a_key_is_added_to_a_mapping(text: str, path: tuple[str | int, ...], wanted: str | None) -> None:
    assert inserted(text, path, "enabled", True) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import:\n  - a\n  - X\n  - b\n", "import:\n  - a\n  - b\n"),
        ("import:\n  - a\n  - X  # why\n", "import:\n  - a\n  # why\n"),
        ("import:\r\n- a\r\n- X\r\n", "import:\r\n- a\r\n"),
        ("import:\n  - a\n  - X", "import:\n  - a\n"),
        ("import:\n  - X\n", "import:\n  []\n"),
        ("import: [a, X, b]\n", "import: [a, b]\n"),
        ("import: [X, b]\n", "import: [b]\n"),
        ("import: [a, 'X']\n", "import: [a]\n"),
        ("import: [X]\n", "import: []\n"),
        ("import: X # c\n", "import: [] # c\n"),
        ("import: [a, # of a\n  X]\n", None),
    ],
)
def test_an_item_is_taken_out_of_a_list(text: str, wanted: str | None) -> None:
    source = Source("a.yaml", text)
    start = text.index("'X'") if "'X'" in text else text.index("X")
    assert put(source, Removal(Span(source, start, start + 1))) == wanted


@pytest.mark.parametrize("value", ["yes", "12:30", "a: b", "a,b", "[x]", "x # y", "", "é", "it's", '"'])
@pytest.mark.parametrize("text", ["k: 1\n", "{k: 1}\n"])
def test_what_is_written_reads_back(value: str, text: str) -> None:
    new = inserted(text, (), "w", value)
    assert new is not None
    node = at(parse(Source("b.yaml", new))[0], ("w",))
    assert getattr(node, "value", None) == value


def finding(fix: Fix) -> Diagnostic:
    """A finding with a fix."""
    return Diagnostic("ORB000", "a-rule", Severity.ERROR, "m", "h", None, fix=fix)


def test_of_two_fixes_in_each_others_way_the_first_wins() -> None:
    source = Source("a.yaml", "abcdef")
    fixes = [Fix((Edit(Span(source, start, end), new),), safe=True) for start, end, new in [(1, 3, "X"), (2, 4, "Y"), (4, 5, "Z"), (3, 3, "+")]]
    offered = remedies(map(finding, fixes))
    chosen = compatible_remedies(offered)
    assert [each.edits[0].replacement for each in chosen] == ["X", "Z"]
    assert dict(edited_texts(chosen)) == {source: "aXdZf"}


def test_changes_of_one_fix_go_together_or_not_at_all() -> None:
    source = Source("a.yaml", "abcdef")
    one, two, three = (Edit(Span(source, at, at + 1), "_") for at in (0, 2, 4))
    offered = remedies([finding(Fix((one, two), safe=True)), finding(Fix((two, three), safe=True)), finding(Fix((three,), safe=True))])
    assert [each.edits for each in compatible_remedies(offered)] == [(one, two), (three,)]


def test_equal_fixes_are_one_that_fixes_both() -> None:
    source = Source("a.yaml", "abc")
    fix = Fix((Edit(Span(source, 0, 1), "_"),), safe=True)
    first, second = finding(fix), Diagnostic("ORB001", "other", Severity.INFO, "m", "h", None, fix=fix)
    (remedy,) = remedies([first, second])
    assert remedy.findings == (first, second)
