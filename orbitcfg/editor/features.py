"""What the protocol asks, handed to the modules that know it."""

import asyncio
import gc
import logging
import os
import sys
from contextlib import suppress
from functools import partial

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from orbitcfg.editor import actions, completion, lens, navigation, outline, rename
from orbitcfg.editor.positions import span_of
from orbitcfg.editor.server import EditorServer
from orbitcfg.errors import UsageError
from orbitcfg.report.terminal import error_text
from orbitcfg.rules import find
from orbitcfg.rules.pages import page

RULE_PAGE = "orbitcfg.rule"
"""The command that gives a rule's page."""

FIX_EVERYTHING = "orbitcfg.fixAll"
"""The command that carries out all safe fixes in all files."""

_WATCHED = ("**/*.yaml", "**/*.yml", "**/.env", "**/env.example", "**/.env.example", "**/orbitcfg.toml", "**/pyproject.toml", "**/*.schema.json")


def serve() -> None:
    """Serves an editor on the standard streams until it ends."""
    # a log of requests would hold what is typed
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
    # no search for garbage before the first pause: what is made until then stays
    gc.disable()
    gc.set_threshold(200_000, 20, 100)
    make_server(dict(os.environ)).start_io()
    # the protocol has closed it
    sys.stdout = sys.stderr


def make_server(process: dict[str, str]) -> EditorServer:
    """A server with all that it answers."""
    server = EditorServer(process)
    _texts(server)
    _knowledge(server)
    _outline(server)
    _typing(server)
    _changes(server)
    _commands(server)
    return server


def _texts(server: EditorServer) -> None:
    """What the editor tells of its texts, and of files."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.begin(params)

    @server.feature(types.INITIALIZED)
    async def initialized(_params: types.InitializedParams) -> None:
        server.loop = asyncio.get_running_loop()
        server.guarded(server.session.open_folders, fallback=None)
        server.schedule()
        await _watch(server)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        _put(server, params.text_document.uri, params.text_document.version)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        _put(server, params.text_document.uri, params.text_document.version)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        path = server.session.documents.remove(params.text_document.uri)
        server.guarded(partial(server.session.note, [path] if path else []), fallback=None)
        server.schedule()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        path = server.session.documents.real_path(params.text_document.uri)
        # it may be a configuration now
        server.session.strangers.clear()
        server.guarded(partial(server.session.note, [path] if path else []), fallback=None)
        server.schedule()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(_params: types.DidChangeWatchedFilesParams) -> None:
        server.guarded(server.session.reread, fallback=None)
        server.schedule()


def _put(server: EditorServer, uri: str, version: int) -> None:
    def put() -> None:
        text = server.workspace.get_text_document(uri).source
        document = server.session.documents.put(uri, text, version)
        if document is not None:
            server.session.note([document.path])

    server.guarded(put, fallback=None)
    server.schedule()


async def _watch(server: EditorServer) -> None:
    """Asks the editor to tell of changes on the disk, where it can."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace is not None else None
    if watching is None or not watching.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(pattern) for pattern in _WATCHED])
    registration = types.Registration("orbitcfg-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    # one that says that it can, and cannot, is told of changes by its user, who saves
    with suppress(JsonRpcException):
        await server.client_register_capability_async(types.RegistrationParams([registration]))


def _knowledge(server: EditorServer) -> None:
    """What the editor asks about a place."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        # imported here, and ahead of time once the first diagnostics are out: published shapes are slow to import
        from orbitcfg.editor import hover

        return await server.at_cursor(params, partial(hover.hover, is_rendered=server.abilities.markdown_hover), None)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: types.DefinitionParams) -> list[types.Location]:
        return await server.at_cursor(params, navigation.definition, [])

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def referred(params: types.ReferenceParams) -> list[types.Location]:
        wanted = params.context.include_declaration
        return await server.at_cursor(params, partial(navigation.references, with_definition=wanted), [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlighted(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        return await server.at_cursor(params, navigation.highlights, [])


def _outline(server: EditorServer) -> None:
    """What the editor asks about a whole text."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
        nested: list[types.DocumentSymbol] = []
        flat: list[types.SymbolInformation] = []
        is_nested = server.abilities.nested_symbols
        return await (server.at_cursor(params, outline.symbols, nested) if is_nested else server.at_cursor(params, outline.flat_symbols, flat))

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folds(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        return await server.at_cursor(params, outline.folds, [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def links(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return await server.at_cursor(params, outline.links, [])

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        return await server.at_cursor(params, lens.lenses, [])

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        return await server.at_cursor(params, lambda cursor: lens.hints(cursor, params.range), [])


def _typing(server: EditorServer) -> None:
    """What the editor asks while something is typed."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["$", "{", ":", " ", "-", '"']))
    async def completed(params: types.CompletionParams) -> list[types.CompletionItem]:
        return await server.answer(lambda: _completed(server, params), [])


def _completed(server: EditorServer, params: types.CompletionParams) -> list[types.CompletionItem]:
    cursor = server.session.typing_cursor(params.text_document.uri, params.position)
    if cursor is None:
        return []
    models = server.models.known(server.checkups.pool, cursor.config.graph.root.path, server.process)
    return completion.completions(cursor, models, server.abilities)


def _changes(server: EditorServer) -> None:
    """What the editor asks to have changed."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepared(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        return await server.at_cursor(params, rename.name_range, None)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        return await server.answer(lambda: _renamed(server, params), None)

    kinds = [types.CodeActionKind.QuickFix, actions.FIX_ALL]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    async def acted(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.answer(lambda: _acted(server, params), [])


def _renamed(server: EditorServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    found = server.session.cursor(params.text_document.uri, params.position)
    if found is None:
        return None
    active, cursor = found
    edits = rename.renamed(cursor, params.new_name)
    if not edits:
        return None
    rename.check_promise(active.project, cursor.snapshot, edits)
    return rename.as_edit(cursor, edits)


def _acted(server: EditorServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    found = server.session.cursor(params.text_document.uri, params.range.start)
    if found is None:
        return []
    active, cursor = found
    only = params.context.only or ()
    offered: list[types.CodeAction] = []
    judged = active.found if active.is_idle else active.project.check(cursor.snapshot)
    if not only or any(str(types.CodeActionKind.QuickFix.value).startswith(_word(each)) for each in only):
        place = span_of(cursor.text, params.range)
        offered += actions.actions(cursor, judged, place, lambda files: active.project.compile_apart(files).config)
    wants_all = any(actions.FIX_ALL.value.startswith(_word(each)) for each in only)
    has_safe = any(each.fix is not None and each.fix.safe for each in judged)
    # what a broken file holds now is not known, so nothing is made of all files
    if (wants_all or not only) and has_safe and not cursor.snapshot.stale:
        path = cursor.snapshot.path(cursor.text)
        result = active.project.fixes(cursor.snapshot.files)
        edit = actions.fix_all(result, server.session.documents.uri, only=path)
        if edit is not None:
            offered.append(types.CodeAction("fix all that is safe in this file", kind=actions.FIX_ALL, edit=edit))
    return offered


def _word(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _commands(server: EditorServer) -> None:
    """What the editor asks to have done."""

    @server.command(lens.DOCTOR)
    async def doctor(*arguments: str) -> str | None:
        """Doctor's rows of one adapter, or of all, as text: the only command that touches the network. Its arguments are the URI of a file, and a name."""
        uri, adapter = (*map(str, arguments), "", "")[:2]
        path = server.session.documents.real_path(uri)
        active = server.session.of(path) if path is not None else None
        if active is None:
            return None
        work = partial(server.checkups.text, active.project, server.session.documents.overlay, adapter)
        try:
            return await asyncio.get_running_loop().run_in_executor(server.checkups.pool, work)
        except UsageError as error:
            server.tell(error_text(error))
        except Exception as error:  # noqa: BLE001 - a fault of a command must not end the server
            server.fault(error)
        return None

    @server.command(RULE_PAGE)
    def rule_page(code: str) -> str | None:
        """The page of a rule, Markdown."""
        rule = find(code)
        return None if rule is None else page(rule)

    @server.command(FIX_EVERYTHING)
    async def fix_everything(uri: str) -> None:
        """All safe fixes in all files, as one edit that the editor applies."""
        path = server.session.documents.real_path(uri)
        active = server.session.of(path) if path is not None else None
        if active is None:
            return
        overlay, fixed = server.session.documents.overlay, active.project.fixes
        edit = await server.answer(lambda: actions.fix_all(fixed(overlay), server.session.documents.uri), None)
        if edit is not None:
            await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, "orbitcfg: fix all that is safe"))
