"""Text of a configuration in what an editor renders: none of it becomes a link, a picture or a command."""

import re

from orbitcfg.editor.protocol import types
from orbitcfg.masking.url import without_credentials
from orbitcfg.report.terminal import strip_control_characters

_MARKS = re.compile(r"([\\*_{}\[\]<>()#+!|&~])")
_TICKS = re.compile("`+")
MOST = 300
"""Characters of one value that are shown."""


def code(text: object) -> str:
    """A text as code."""
    shown = strip_control_characters(without_credentials(str(text)))
    shown = shown if len(shown) <= MOST else f"{shown[:MOST]}…"
    ticks = "`" * (max((len(each) for each in _TICKS.findall(shown)), default=0) + 1)
    blank = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{ticks}{blank}{shown}{blank}{ticks}"


def prose(text: str) -> str:
    """A sentence in which names stand in backquotes: these are code, everything else is text."""
    pieces = re.split(r"(`[^`\n]+`)", strip_control_characters(without_credentials(text)))
    # a blank between two pieces of code, whose marks would be one otherwise
    return "".join(
        code(piece[1:-1]) if index % 2 else _plain(piece) or (" " if 0 < index < len(pieces) - 1 else "") for index, piece in enumerate(pieces)
    )


def _plain(text: str) -> str:
    """Text without meaning to Markdown. A backquote that is left has no partner: beside that of a piece of code it would change what is code."""
    return _MARKS.sub(r"\\\1", text.replace("`", "'")).replace("://", ":\u200b//")


def content(markdown: str, *, is_rendered: bool) -> types.MarkupContent:
    """Markdown made by `code` and `prose`, for an editor that renders it or one that does not."""
    if is_rendered:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    return types.MarkupContent(types.MarkupKind.PlainText, re.sub(r"\\([\\`*_{}\[\]<>()#+!|&~])", r"\1", markdown.replace("**", "").replace("`", "")))
