"""Text of a configuration in what an editor renders."""

import pytest

from orbitcfg.editor.markup import MOST, code, content, prose
from orbitcfg.editor.protocol import types


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shimmy", "`shimmy`"),
        ("a`b", "``a`b``"),
        ("a``b`", "``` a``b` ```"),
        ("`a", "`` `a ``"),
        ("a`", "`` a` ``"),
        ("", "`  `"),
        ("  ", "`    `"),
        ("x" * MOST, f"`{'x' * MOST}`"),
        ("x" * (MOST + 1), f"`{'x' * MOST}…`"),
        ("a\x1b[31mb", "`a\ufffd[31mb`"),
        ("http://me:secret@host/a", "`http://***@host/a`"),
        (7, "`7`"),
    ],
)
def test_a_text_as_code_is_nothing_but_code(text: object, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write `a` here", "write `a` here"),
        ("`a``b`", "`a` `b`"),
        ("`a`", "`a`"),
        ("`a`, `b`", "`a`, `b`"),
        ("a ` b", "a ' b"),
        ("[x](command:y) <img> *b* _c_ #d ![e]", r"\[x\]\(command:y\) \<img\> \*b\* \_c\_ \#d \!\[e\]"),
        ("see http://host/a", "see http:\u200b//host/a"),
        ("`http://host/a`", "`http://host/a`"),
    ],
)
def test_of_a_sentence_only_names_in_backquotes_are_code(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_an_editor_that_renders_nothing_is_sent_plain_text() -> None:
    markdown = f"**{code('a')}** {prose('*b* `c`')}"
    assert content(markdown, is_rendered=True) == types.MarkupContent(types.MarkupKind.Markdown, markdown)
    assert content(markdown, is_rendered=False) == types.MarkupContent(types.MarkupKind.PlainText, "a *b* c")
