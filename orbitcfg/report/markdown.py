"""The Markdown of our own pages as a terminal shows it: headings, paragraphs, lists, and fenced examples."""

import re
import textwrap
from collections.abc import Iterator

from orbitcfg.report.style import Style

WIDEST = 100
"""Columns from which on lines of prose are tiring to read."""

_FENCE = re.compile(r"^```.*\n", re.MULTILINE)
_ITEM = re.compile(r"\n(?=- )")
_CODE = re.compile(r"`([^`\n]*)`")


def format_markdown(text: str, style: Style, width: int) -> str:
    """The text in lines of at most `width` columns; examples stay as they are."""
    blocks = []
    # what stands between two fences is an example
    for number, part in enumerate(_FENCE.split(text)):
        if number % 2:
            blocks.append("\n".join(f"    {style.paint(line, 'cyan')}".rstrip() for line in part.splitlines()))
        else:
            blocks += ["\n".join(_lines(block, style, min(width, WIDEST))) for block in part.strip("\n").split("\n\n") if block]
    return "\n\n".join(blocks) + "\n"


def _lines(block: str, style: Style, width: int) -> Iterator[str]:
    """A heading, a bold line, or a paragraph, or the items of a list."""
    if block.startswith("#"):
        yield style.paint(block.lstrip("# "), "bold")
        return
    is_bold = block.startswith("**") and block.endswith("**")
    for item in _ITEM.split(block):
        indent = "  " if item.startswith("- ") else ""
        for line in textwrap.wrap(item.strip("*"), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False):
            yield style.paint(line, "bold") if is_bold else _painted(line, style)


def _painted(line: str, style: Style) -> str:
    return _CODE.sub(lambda match: style.paint(match[1], "cyan"), line) if style.color else line
