"""HTML that cannot hold a name as markup: whatever is not built here is escaped on its way in."""

import html
import re
from collections.abc import Iterable
from typing import TypeAlias

from orbitcfg.report.home import tilde
from orbitcfg.report.terminal import strip_control_characters

_EMPTY = frozenset({"meta", "link", "br"})
"""Elements that have no end."""

_CODE = re.compile(r"`([^`]+)`")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content: TypeAlias = str | Iterable[str]
"""Text, which is escaped unless it is `Markup`, or several of them."""


def element(tag: str, /, *content: Content, **attributes: str | None) -> Markup:
    """An element. An attribute's name is written `class_` or `data_step`; one that is None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(display_text(value))}"' for key, value in attributes.items() if value is not None
    )
    start = f"<{tag}{written}>"
    return Markup(start) if tag in _EMPTY else Markup(f"{start}{concatenate(*content)}</{tag}>")


def concatenate(*content: Content) -> Markup:
    """Pieces one after the other."""
    return Markup("".join(escaped(piece) for each in content for piece in ((each,) if isinstance(each, str) else each)))


def escaped(text: str) -> Markup:
    """Text as HTML; `Markup` as it is."""
    return text if isinstance(text, Markup) else Markup(html.escape(display_text(text)))


def prose(text: str) -> Markup:
    """A message with what stands in backquotes as code."""
    pieces = _CODE.split(display_text(text))
    return concatenate(element("code", piece) if index % 2 else piece for index, piece in enumerate(pieces))


def display_text(text: str) -> str:
    """Text in one line as people may see it: `~` for home, without characters that would turn it round."""
    return strip_control_characters(tilde(text))
