"""Texts as they are typed, and places in them."""

from collections.abc import Iterable
from pathlib import Path

from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.completion import completions
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.protocol import types
from orbitcfg.editor.session import ActiveProject, Session


def typed(session: Session, path: Path, text: str) -> ActiveProject:
    """The project, once a text was typed into a file."""
    session.documents.put(path.as_uri(), text, 1)
    session.note(str(path))
    (active,) = session.projects.values()
    return active


def position_in(text: str, offset: int) -> types.Position:
    """The place of an offset in a text without letters of two units."""
    return types.Position(text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1))


def cursor(session: Session, path: Path, needle: str, offset: int = 0) -> Cursor:
    """The cursor behind so many characters of the first place of a text."""
    text = session.documents.opened[str(path)].text
    found = session.cursor(path.as_uri(), position_in(text, text.index(needle) + offset))
    assert found is not None
    return found[1]


def offered(
    session: Session, path: Path, text: str, abilities: Abilities = Abilities(snippets=True), models: Iterable[str] = ()
) -> dict[str, types.CompletionItem]:
    """What is offered at the bar in a text, by label."""
    before, _, after = text.partition("|")
    typed(session, path, before + after)
    at = session.typing_cursor(path.as_uri(), position_in(before, len(before)))
    assert at is not None
    return {each.label: each for each in completions(at, models, abilities)}
