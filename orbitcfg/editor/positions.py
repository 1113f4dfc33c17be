"""Places as the protocol counts them: lines and columns from 0, columns in UTF-16 units. Nothing else converts."""

from orbitcfg.document.source import Position, Source, Span
from orbitcfg.editor.protocol import types

_LAST_OF_ONE_UNIT = "\uffff"


def position_at(source: Source, offset: int) -> types.Position:
    """The protocol's position of an offset."""
    line, column = source.position(offset)
    before = source.line(line)[: column - 1]
    return types.Position(line - 1, _units(before))


def range_of(span: Span) -> types.Range:
    """The protocol's range of a span."""
    return types.Range(position_at(span.source, span.start), position_at(span.source, span.end))


def offset_at(source: Source, position: types.Position) -> int:
    """The offset that a position means; one outside of the text means the nearest."""
    if position.line < 0:
        return 0
    number = position.line + 1
    start = source.offset(Position(number, 1))
    line = source.text[start : source.offset(Position(number, len(source.text) + 1))]
    left = position.character
    if line.isascii():
        return start + max(0, min(left, len(line)))
    for index, character in enumerate(line):
        if left <= 0:
            return start + index
        left -= 2 if character > _LAST_OF_ONE_UNIT else 1
    return start + len(line)


def span_of(source: Source, place: types.Range) -> Span:
    """The span that a range means."""
    return Span(source, offset_at(source, place.start), offset_at(source, place.end))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
