"""What an editor asks, handed to the modules that know it."""

from collections.abc import Callable, Iterable

from orbitcfg.editor import actions, completion, hover, lens, navigation, outline, rename
from orbitcfg.editor.capabilities import DOCTOR, FIX_EVERYTHING, RULE_PAGE
from orbitcfg.editor.checkup import doctor_text
from orbitcfg.editor.client import EditorClient
from orbitcfg.editor.cursor import Cursor, cursor_at
from orbitcfg.editor.diagnostics import UriOf, source_of
from orbitcfg.editor.named_keys import named_keys
from orbitcfg.editor.positions import span_of
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol.connection import UnknownMethodError
from orbitcfg.editor.protocol.params import InvalidParamsError, Params
from orbitcfg.editor.protocol.types import CodeAction, CodeActionKind, CompletionItem, Position, WorkspaceEdit
from orbitcfg.report.diagnostics import Diagnostic, Edit
from orbitcfg.rules import find
from orbitcfg.rules.pages import page


def answer(client: EditorClient, method: str, params: Params) -> object:
    """The answer to a request. Raises UnknownMethodError for one that nobody answers."""
    if method in _AT_CURSOR:
        position = params.position("position") if params.at("position") is not None else Position(0, 0)
        found = client.session.cursor(params.uri, position)
        return _outside(client, method, params.uri, position) if found is None else _AT_CURSOR[method](client, found[1], params)
    if method in _OTHERS:
        return _OTHERS[method](client, params)
    raise UnknownMethodError(method)


_IN_ENV_FILES = frozenset({"textDocument/hover", "textDocument/references", "textDocument/prepareRename"})


def _outside(client: EditorClient, method: str, uri: str, position: Position) -> object:
    """What is said in a file that is no part of the configuration: of the variable on a line of an env file, and of a key in what an adapter names."""
    active, path = client.session.at(uri), client.session.documents.real_path(uri)
    if active is None or path is None or method not in _IN_ENV_FILES:
        return None
    snapshot, is_rendered = client.session.current(active), client.abilities.markdown_hover
    found = navigation.variable_at(snapshot, path, position)
    if method == "textDocument/prepareRename":
        return None if found is None else rename.placeholder(*found)
    if method == "textDocument/references":
        return [] if found is None else navigation.usages(snapshot, found[0], client.session.documents.uri)
    if found is None:
        return client.session.named_hover(uri, position, is_rendered=is_rendered)
    return hover.hover_variable(snapshot, *found, is_rendered=is_rendered)


def _hover(client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return hover.hover(cursor, is_rendered=client.abilities.markdown_hover)


def _definition(_client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return navigation.definition(cursor)


def _references(_client: EditorClient, cursor: Cursor, params: Params) -> object:
    return navigation.references(cursor, with_definition=params.at("context", "includeDeclaration") is True)


def _highlights(_client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return navigation.highlights(cursor)


def _symbols(client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return outline.symbols(cursor) if client.abilities.nested_symbols else outline.flat_symbols(cursor)


def _folds(_client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return outline.folds(cursor)


def _links(_client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return outline.links(cursor)


def _lenses(_client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return lens.lenses(cursor)


def _hints(_client: EditorClient, cursor: Cursor, params: Params) -> object:
    return lens.hints(cursor, params.range("range"))


def _rename_range(_client: EditorClient, cursor: Cursor, _params: Params) -> object:
    return rename.name_range(cursor)


_AT_CURSOR: dict[str, Callable[[EditorClient, Cursor, Params], object]] = {
    "textDocument/hover": _hover,
    "textDocument/definition": _definition,
    "textDocument/references": _references,
    "textDocument/documentHighlight": _highlights,
    "textDocument/documentSymbol": _symbols,
    "textDocument/foldingRange": _folds,
    "textDocument/documentLink": _links,
    "textDocument/codeLens": _lenses,
    "textDocument/inlayHint": _hints,
    "textDocument/prepareRename": _rename_range,
}
"""What is asked about a place, or about a whole text."""


def _completions(client: EditorClient, params: Params) -> list[CompletionItem]:
    cursor = client.session.typing_cursor(params.uri, params.position("position"))
    if cursor is None:
        return _keys_outside(client, params)
    models = client.models.known(cursor.config.graph.root.path, client.process)
    return completion.completions(cursor, models, client.abilities)


def _keys_outside(client: EditorClient, params: Params) -> list[CompletionItem]:
    """The keys of a file that an adapter names."""
    session = client.session
    active, path = session.at(params.uri), session.documents.real_path(params.uri)
    document = None if path is None else session.documents.opened.get(path)
    if active is None or document is None:
        return []
    return named_keys(session.current(active), document.path, document.text, params.position("position"), client.abilities)


def _symbols_anywhere(client: EditorClient, params: Params) -> object:
    query, session = params.text("query"), client.session
    snapshots = [session.current(each) for each in tuple(session.projects.values())]
    return list(dict.fromkeys(each for snapshot in snapshots for each in outline.workspace_symbols(snapshot, query, session.documents.uri)))


def _renamed(client: EditorClient, params: Params) -> WorkspaceEdit | None:
    """The edits in all configurations that read the file."""
    session = client.session
    position, name, path = params.position("position"), params.text("newName"), session.documents.real_path(params.uri)
    edits: list[WorkspaceEdit] = []
    for active in session.concerned(path) if path is not None else ():
        snapshot = session.current(active)
        found = _renamed_in(snapshot, path, position, name, session.documents.uri) if path is not None else ()
        if found:
            rename.check_promise(active.project, snapshot, found)
            edits.append(rename.as_edit(snapshot, found, session.documents.uri))
    return rename.joined(edits) if edits else None


def _renamed_in(snapshot: Snapshot, path: str, position: Position, name: str, uri_of: UriOf) -> tuple[Edit, ...]:
    cursor = cursor_at(snapshot, path, position, uri_of)
    if cursor is not None:
        return rename.renamed(cursor, name)
    variable = navigation.variable_at(snapshot, path, position)
    return () if variable is None else rename.renamed_symbol(snapshot, variable[0], name)


def _actions(client: EditorClient, params: Params) -> list[CodeAction]:
    place = params.range("range")
    found = client.session.cursor(params.uri, place.start)
    if found is None:
        return []
    active, cursor = found
    wanted = params.texts("context", "only")
    offered: list[CodeAction] = []
    judged = active.found if active.is_idle else active.project.check(cursor.snapshot)
    if not wanted or any(CodeActionKind.QuickFix.startswith(each) for each in wanted):
        offered += actions.actions(cursor, judged, span_of(cursor.text, place), lambda files: active.project.compile_apart(files).config)
    # what a broken file holds now is not known, so nothing is made of all files
    if _offers_fix_all(cursor, judged, wanted) and not cursor.snapshot.stale:
        result = active.fixes(cursor.snapshot)
        edit = actions.fix_all(result, client.session.documents.uri, only=cursor.snapshot.path(cursor.text))
        if edit is not None:
            offered.append(CodeAction("fix all that is safe in this file", kind=CodeActionKind.SourceFixAll, edit=edit))
    return offered


def _offers_fix_all(cursor: Cursor, judged: Iterable[Diagnostic], wanted: list[str]) -> bool:
    """Whether all safe fixes are asked for, or else are worth the time that it takes to try them."""
    safe = (each for each in judged if each.fix is not None and each.fix.safe)
    if wanted:
        return any(CodeActionKind.SourceFixAll.startswith(each) for each in wanted) and any(safe)
    return any(source_of(cursor.snapshot, each) is cursor.source for each in safe)


def _execute(client: EditorClient, params: Params) -> object:
    command = params.text("command")
    if command not in COMMANDS:
        raise InvalidParamsError(f"there is no command `{command}`")
    return COMMANDS[command](client, *(*params.texts("arguments"), "", "")[:2])


_OTHERS: dict[str, Callable[[EditorClient, Params], object]] = {
    "textDocument/completion": _completions,
    "workspace/symbol": _symbols_anywhere,
    "textDocument/rename": _renamed,
    "textDocument/codeAction": _actions,
    "workspace/executeCommand": _execute,
}


def _doctor(client: EditorClient, uri: str, adapter: str) -> str | None:
    """Doctor's rows of one adapter, or of all, as text: the only command that touches the network."""
    active = client.session.at(uri)
    return None if active is None else doctor_text(active.project, client.session.documents.overlay, adapter)


def _rule_page(_client: EditorClient, code: str, _: str) -> str | None:
    """The page of a rule, Markdown."""
    rule = find(code)
    return None if rule is None else page(rule)


def _fix_everything(client: EditorClient, uri: str, _: str) -> None:
    """Has the editor apply all safe fixes in all files, as one edit."""
    active = client.session.at(uri)
    if active is not None:
        edit = actions.fix_all(active.project.fixes(client.session.documents.overlay), client.session.documents.uri)
        if edit is not None:
            client.connection.ask("workspace/applyEdit", {"label": "orbitcfg: fix all that is safe", "edit": edit})


COMMANDS: dict[str, Callable[[EditorClient, str, str], object]] = {DOCTOR: _doctor, RULE_PAGE: _rule_page, FIX_EVERYTHING: _fix_everything}
"""What is asked by a command: its arguments are the URI of a file, or a rule's code, and the name of an adapter."""
