"""What the editor shows of a key: what it means, where its value comes from, and who needs it."""

from collections.abc import Iterator

from orbitcfg.catalog.meaning import describe
from orbitcfg.commands.needs import describe_need
from orbitcfg.commands.why.command import explanation_of
from orbitcfg.commands.why.result import Link
from orbitcfg.document.masked import one_line
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.markup import code, content, prose
from orbitcfg.editor.models import users_of_model
from orbitcfg.editor.positions import range_of
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol import types
from orbitcfg.project.config import Config
from orbitcfg.project.later import release_of
from orbitcfg.project.symbols import Symbol, symbol_at, users_of, variable_line
from orbitcfg.project.variables import variable_uses

SHOWN_LINKS = 6
"""Steps of a value's way that are shown."""


def hover(cursor: Cursor, *, is_rendered: bool) -> types.Hover | None:
    """What is known of the key, the value or the variable at the cursor; None where nothing is."""
    place, offset = cursor.place, cursor.tree_offset
    if offset is None:
        return None
    symbol = symbol_at(cursor.config, cursor.source, offset)
    parts = list(_variable(cursor.config, symbol)) if symbol is not None and symbol.is_variable else []
    if place is not None:
        parts += _key(cursor, place.path, symbol)
    if not parts:
        return None
    span = cursor.snapshot.written(place.span) if place is not None else None
    return types.Hover(content("\n\n".join(parts), is_rendered=is_rendered), range_of(span) if span is not None else None)


def hover_variable(snapshot: Snapshot, symbol: Symbol, span: Span, *, is_rendered: bool) -> types.Hover:
    """What is known of a variable where an env file sets or declares it."""
    users = users_of(snapshot.config, symbol)
    parts = [*_variable(snapshot.config, symbol), f"used by {', '.join(code(each) for each in users)}" if users else "nothing uses it"]
    return types.Hover(content("\n\n".join(parts), is_rendered=is_rendered), range_of(span))


def _key(cursor: Cursor, path: KeyPath, symbol: Symbol | None) -> Iterator[str]:
    found = explanation_of(cursor.config, path)
    yield f"**{code(found.key)}**" + (f" = {code(one_line(found.value))}" if found.is_set else " is not set")
    meaning = list(describe(found.meaning))
    yield from (prose(text) for label, text in meaning if label == "what it is")
    rows = [f"- {label}: {prose(text) if label == 'effect' else code(text)}" for label, text in meaning if label != "what it is"]
    since = release_of(cursor.config.tree, path)
    rows += [f"- came with: ORBIT {since}"] if since is not None else []
    rows += [_step(cursor, link) for link in found.links[:SHOWN_LINKS]]
    rows.append(f"- needed by: {prose(describe_need(found.need, found.key))}")
    looked_up = (each.name for each in variable_uses(cursor.config) if each.by_orbit and each.path == path)
    rows += [f"- looked up by ORBIT: {text}" for name in looked_up for text in _variable(cursor.config, Symbol(name, None))]
    is_name = symbol is not None and not symbol.is_variable
    users = users_of(cursor.config, symbol) if symbol is not None and is_name else users_of_model(cursor.config, path)
    rows += [f"- used by {', '.join(code(each) for each in users)}"] if users else []
    yield "\n".join(rows)


def _step(cursor: Cursor, link: Link) -> str:
    where = cursor.location(link.place) if link.place is not None else None
    label = f" ({code(link.place.label)})" if link.place is not None and where is not None else ""
    return f"- {link.kind}: {prose(link.text)}{label}"


def _variable(config: Config, symbol: Symbol) -> Iterator[str]:
    """Whether a variable is set, and by what: never to what."""
    name = f"${{{symbol.name}}}"
    found = config.environment[symbol.name]
    if found is None:
        yield f"**{code(name)}** is not set here"
        return
    line = variable_line(config, symbol.name)
    yield f"**{code(name)}** is set by {code(line.label if line is not None else found.source)}"
