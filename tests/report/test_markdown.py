"""Pages as a terminal shows them."""

from orbitcfg.commands.rule.command import rule
from orbitcfg.commands.rule.full import render
from orbitcfg.commands.rule.written import written_page
from orbitcfg.report.markdown import format_markdown
from orbitcfg.report.style import Style
from orbitcfg.rules import RULES, pages

PAGE = """\
# ORB999 a-name (error)

A value `names` something
that is not there, and what it
names is not.

- one thing, and it goes on for more
- another

**Reported:**

```yaml
a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
```
"""


def test_prose_fits_a_terminal_and_examples_stay_as_they_are() -> None:
    assert format_markdown(PAGE, Style(), 30) == (
        "ORB999 a-name (error)\n\n"
        "A value `names` something that\nis not there, and what it\nnames is not.\n\n"
        "- one thing, and it goes on\n  for more\n- another\n\n"
        "Reported:\n\n"
        "    a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n"
    )


def test_headings_and_code_are_coloured() -> None:
    first, *_, last = format_markdown(PAGE, Style(color=True), 80).splitlines()
    assert first == "\x1b[1mORB999 a-name (error)\x1b[0m"
    assert last == "    \x1b[1;36ma: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\x1b[0m"
    assert "A value \x1b[1;36mnames\x1b[0m something" in format_markdown(PAGE, Style(color=True), 80)


def test_every_page_fits_80_columns() -> None:
    lines = [line for each in RULES for line in render(rule(each.code), Style(width=80)).splitlines()]
    assert [line for line in lines if len(line) > 80 and not line.startswith("    ")] == []


def test_a_written_page_is_that_of_the_rule() -> None:
    assert [each.code for each in RULES if written_page(each.code) != pages.page(each)] == []
    assert [written_page(code) for code in ("ORB1", "ORB000", "ORB../", "orb501", "unknown-reference", "")] == [None] * 6
