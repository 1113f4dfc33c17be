"""The server of one editor: what it is told of texts is done at once, what it is asked is answered beside that."""

import gc
import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import BinaryIO

from orbitcfg.dataclass import replace
from orbitcfg.editor.abilities import Abilities, abilities_of
from orbitcfg.editor.capabilities import DOCTOR, INITIALIZE_RESULT, WATCHED_FILES
from orbitcfg.editor.client import EditorClient
from orbitcfg.editor.documents import path_of
from orbitcfg.editor.judge import Judge
from orbitcfg.editor.protocol.connection import ClientConnection, Handler, Responder, Worker
from orbitcfg.editor.protocol.params import Params
from orbitcfg.editor.session import YAML, Session

_CHANGED = 2
"""A file that was there before, and is there now."""

_TRYING = frozenset({"textDocument/codeAction", "textDocument/rename", "workspace/executeCommand"})
"""Requests that try edits before they offer them."""


def serve() -> int:
    """Serves an editor on the standard streams until it ends; gives the exit status."""
    # no search for garbage before the first pause: what is made until then stays
    gc.disable()
    gc.set_threshold(200_000, 20, 100)
    reader, writer = sys.stdin.buffer, sys.stdout.buffer
    # nothing but messages goes to the editor
    sys.stdout = sys.stderr
    return EditorServer(dict(os.environ), reader, writer).connection.serve()


class EditorServer:
    """Takes what an editor sends. `client` is what is known of the editor."""

    def __init__(self, process: Mapping[str, str], reader: BinaryIO, writer: BinaryIO) -> None:
        self.connection = ClientConnection(reader, writer, self.in_order, self.responder)
        self.client = EditorClient(self.connection, process, Abilities(), Session([], process))
        self.judge = Judge(self.client.session, self.connection)
        self._answering, self._trying, self._asking_servers = Worker(), Worker(), Worker()

    @property
    def session(self) -> Session:
        """The texts and configurations of the editor."""
        return self.client.session

    @property
    def in_order(self) -> dict[str, Handler]:
        """What is done before the next message is read."""
        return {
            "initialize": self.initialize,
            "initialized": self.initialized,
            "textDocument/didOpen": self.opened,
            "textDocument/didChange": self.changed,
            "textDocument/didClose": self.closed,
            "textDocument/didSave": self.saved,
            "workspace/didChangeWatchedFiles": self.changed_on_disk,
            "workspace/didChangeWorkspaceFolders": self.changed_folders,
        }

    def responder(self, method: str, params: Params) -> Responder:
        """Who answers a request: doctor, and what compiles a configuration with edits to try them, may take long, and keep no other answer waiting."""
        usual = self._trying if method in _TRYING else self._answering
        return Responder(partial(self._answer, method), self._asking_servers if params.at("command") == DOCTOR else usual)

    def _answer(self, method: str, params: Params) -> object:
        # imported here, and ahead of time once the first diagnostics are out: they need none of it
        from orbitcfg.editor.answers import answer

        return answer(self.client, method, params)

    def initialize(self, params: Params) -> object:
        """Notes what the editor can show, and the folders that it has open."""
        root = params.at("rootUri")
        uris = [each.text("uri") for each in params.items("workspaceFolders")] or ([root] if isinstance(root, str) else [])
        session = Session([path for uri in uris if (path := path_of(uri)) is not None], self.client.process)
        self.client = replace(self.client, abilities=abilities_of(Params(params.at("capabilities"))), session=session)
        self.judge = Judge(session, self.connection)
        self.judge.start()
        return INITIALIZE_RESULT

    def initialized(self, _params: Params) -> None:
        """Judges what the folders hold, and asks to be told of changes on the disk, where the editor can."""
        self.session.open_folders()
        self.judge.wake()
        if self.client.abilities.watches_files:
            watchers = {"watchers": [{"globPattern": pattern} for pattern in WATCHED_FILES]}
            registration = {"id": "orbitcfg-files", "method": "workspace/didChangeWatchedFiles", "registerOptions": watchers}
            self.connection.ask("client/registerCapability", {"registrations": [registration]})

    def opened(self, params: Params) -> None:
        """Keeps a text."""
        document = self.session.documents.put(params.uri, params.text("textDocument", "text"), params.number("textDocument", "version"))
        self._note(document.path if document is not None else None)

    def changed(self, params: Params) -> None:
        """Keeps a text as it is now."""
        document = self.session.documents.change(params.uri, params.items("contentChanges"), params.number("textDocument", "version"))
        self._note(document.path if document is not None else None)

    def closed(self, params: Params) -> None:
        """Forgets a text: the file counts again."""
        self._note(self.session.documents.remove(params.uri))

    def saved(self, params: Params) -> None:
        """Notes that a file was written."""
        # it may be a configuration now
        self.session.strangers.clear()
        path = self.session.documents.real_path(params.uri)
        # a file that nothing reads may be a new one, which an import or a warning has waited for
        if path is not None and (not path.endswith(YAML) or not self.session.concerned(path)):
            self.session.reread()
        self._note(path)

    def changed_on_disk(self, params: Params) -> None:
        """Notes that files were changed by others, or by a save."""
        for each in params.items("changes"):
            path = self.session.documents.real_path(each.text("uri"))
            if path is not None and each.at("type") == _CHANGED and path.endswith(YAML):
                self.session.note(path)
            else:
                self.session.reread()
                break
        self.judge.wake()

    def changed_folders(self, params: Params) -> None:
        """Notes which folders the editor has open now."""
        removed = {path_of(each.text("uri")) for each in params.items("event", "removed")}
        added = [path for each in params.items("event", "added") if (path := path_of(each.text("uri"))) is not None]
        self.session.folders = [*(each for each in self.session.folders if each not in removed), *added]
        self.session.open_folders()
        self.judge.wake()

    def _note(self, path: str | None) -> None:
        if path is not None:
            self.session.note(path)
        self.judge.wake()
