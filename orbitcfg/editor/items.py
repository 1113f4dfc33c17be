"""What a completion is made of: the place where something is typed, and the items that may be written there."""

import re

from orbitcfg.catalog.rows import Row
from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Position, Source, Span
from orbitcfg.document.tree import Mapping, Origin
from orbitcfg.document.yaml_reader import parse
from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.context import TypingContext, typing_context
from orbitcfg.editor.markup import content, prose
from orbitcfg.editor.positions import position_at
from orbitcfg.editor.protocol import types

FIRST, USUAL, LAST = "0", "1", "2"
"""How completions sort: what is on before what is off."""

_LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class TypingPlace:
    """Where something is typed: what a completion takes the place of, and the file without that line; None where that is no YAML either."""

    context: TypingContext
    range: types.Range
    tree: Mapping | None


def typing_place(text: Source, offset: int) -> TypingPlace | None:
    """The place at an offset; None where nothing can be completed."""
    # not at every break that Python knows: a protocol's line ends at these alone
    lines = _LINE_BREAK.split(text.text)
    number, column = text.position(offset)
    context = typing_context(lines, number - 1, column - 1)
    if context is None:
        return None
    start, end = (position_at(text, text.offset(Position(number, each + 1))) for each in (context.start, context.end))
    return TypingPlace(context, types.Range(start, end), _tree(text.name, [*lines[: number - 1], "", *lines[number:]]))


def _tree(name: str, lines: list[str]) -> Mapping | None:
    source = Source(name, "\n".join(lines))
    root, events = parse(source)
    if any(isinstance(event, FileFault) and event.problem is FileProblem.EMPTY for event in events):
        return Mapping({}, Origin(Span(source, 0, 0)))
    return root if isinstance(root, Mapping) else None


class ItemWriter:
    """Makes the items for one place."""

    def __init__(self, place: TypingPlace, abilities: Abilities) -> None:
        self.context, self.range, self.abilities = place.context, place.range, abilities

    def item(
        self,
        label: str,
        kind: types.CompletionItemKind,
        *,
        text: str | None = None,
        detail: str = "",
        about: str = "",
        sort: str = USUAL,
        dead: bool = False,
    ) -> types.CompletionItem:
        """What writes a label, or a text in its place."""
        return types.CompletionItem(
            label,
            kind=kind,
            detail=detail or None,
            documentation=content(prose(about), is_rendered=self.abilities.markdown_completion) if about else None,
            sort_text=f"{sort}{label}",
            filter_text=label,
            text_edit=types.TextEdit(self.range, self.context.before + (f"{label}{self.context.after}" if text is None else text)),
            tags=[types.CompletionItemTag.Deprecated] if dead else None,
        )

    def key(self, name: str, row: Row) -> types.CompletionItem:
        """What writes a key with what its value begins with."""
        dead = row.spec.effect in ("never-read", "no-effect")
        context, inside = self.context, "\n" + " " * (self.context.indent + 2)
        ending = " " if context.is_flow else inside if row.types[:1] == ("object",) else f"{inside}- " if row.types[:1] == ("array",) else " "
        default = row.schema.get("default")
        detail = " or ".join(row.types) + (f" = {default}" if default is not None and not isinstance(default, dict | list) else "")
        kind, sort = types.CompletionItemKind.Property, LAST if dead else FIRST
        text = f"{name}{context.after}" if context.is_followed else f"{name}{context.after}:{ending}"
        return self.item(name, kind, text=text, detail=detail, about=row.description, sort=sort, dead=dead)
