"""What stands above a block, and behind a placeholder: who uses it, and what ORBIT really takes."""

from collections.abc import Iterator

from orbitcfg.commands.providers.columns import columns
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.source import Span
from orbitcfg.document.tree import key_span
from orbitcfg.editor.capabilities import DOCTOR
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.positions import range_of
from orbitcfg.editor.protocol import types
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.use import Use
from orbitcfg.plural import counted
from orbitcfg.project.symbols import Symbol, users_of
from orbitcfg.report.terminal import strip_control_characters


def lenses(cursor: Cursor) -> list[types.CodeLens]:
    """A line above each provider with its users, and above each adapter with what it really uses."""
    return [*_of_providers(cursor), *_of_adapters(cursor)]


def hints(cursor: Cursor, place: types.Range) -> list[types.InlayHint]:
    """Behind each placeholder whether its variable is set here."""
    found: list[types.InlayHint] = []
    for event in cursor.config.events_of(PlaceholderUsed):
        span = cursor.snapshot.written(event.span) if event.span.source is cursor.source else None
        if span is None:
            continue
        end = range_of(span).end
        if (place.start.line, place.start.character) <= (end.line, end.character) <= (place.end.line, place.end.character):
            found.append(types.InlayHint(end, _state(event), padding_left=True))
    return found


def _state(event: PlaceholderUsed) -> str:
    if event.substitution.is_set:
        place = event.substitution.place
        return "set" if place is None else f"set by {place.label}"
    return "not set: its default" if event.default is not None else "not set"


def _of_providers(cursor: Cursor) -> Iterator[types.CodeLens]:
    for provider in cursor.config.providers:
        span = _in_file(cursor, key_span(cursor.config.tree, provider.path))
        if span is not None:
            users = users_of(cursor.config, Symbol(provider.name, provider.path))
            adapters = [each for each in users if any(each == adapter.shown for adapter in cursor.config.adapters)]
            others = len(users) - len(adapters)
            words = [counted(len(adapters), "adapter")] if adapters or not others else []
            words += [counted(others, "setting")] if others else []
            yield _lens(span, f"used by {' and '.join(words)}")


def _of_adapters(cursor: Cursor) -> Iterator[types.CodeLens]:
    uses: dict[object, Use] = {}
    for use in cursor.config.uses:
        if use.adapter is not None and use.adapter.entry is None and use.service == "inference":
            uses.setdefault(use.path, use)
    for adapter in cursor.config.adapters:
        span = _in_file(cursor, _name_span(cursor, adapter))
        if span is None:
            continue
        found = uses.get(adapter.path)
        if found is not None:
            _, _, provider, model, url, _, state = columns(found)
            yield _lens(span, strip_control_characters(" · ".join(each.text for each in (provider, model, url, state) if each.text != "-")))
        uri = cursor.uri_of(cursor.snapshot.path(cursor.text))
        yield types.CodeLens(range_of(span), types.Command("run doctor", DOCTOR, arguments=[uri, adapter.shown]))


def _name_span(cursor: Cursor, adapter: Adapter) -> Span | None:
    return key_span(cursor.config.tree, (*adapter.path, "name"))


def _in_file(cursor: Cursor, span: Span | None) -> Span | None:
    return cursor.snapshot.written(span) if span is not None and span.source is cursor.source else None


def _lens(span: Span, title: str) -> types.CodeLens:
    return types.CodeLens(range_of(span), types.Command(title, ""))
