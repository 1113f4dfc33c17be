"""The server: what the protocol asks, handed to the modules that know it."""

import asyncio
import gc
import os
import traceback
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from orbitcfg.editor.abilities import Abilities, abilities_of
from orbitcfg.editor.checkup import Checkups, MachineModels
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.documents import path_of
from orbitcfg.editor.project import Snapshot, SupersededError
from orbitcfg.editor.session import ActiveProject, Session
from orbitcfg.errors import UsageError
from orbitcfg.project.symbols import prepare_symbols
from orbitcfg.report.terminal import error_text
from orbitcfg.version import __version__

Result = TypeVar("Result")

DEBOUNCE_S = 0.03
"""What is waited for after a keystroke: another one makes what was begun worthless."""


IDLE_S = 0.3
"""After what pause nobody types."""


class _Protocol(LanguageServerProtocol):
    """The protocol with columns in UTF-16 units, as every client can, whatever else one offers."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        return (yield from super().lsp_initialize(params))


class EditorServer(LanguageServer):
    """The language server of one editor."""

    def __init__(self, process: dict[str, str]) -> None:
        super().__init__("orbitcfg", __version__, protocol_cls=_Protocol, converter_factory=default_converter)
        self.process = process
        self.session = Session([], process)
        self.pool = ThreadPoolExecutor(1)
        self.answering = ThreadPoolExecutor(1)
        self.abilities = Abilities()
        self.models = MachineModels()
        self.checkups = Checkups()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.tidying: asyncio.Task[None] | None = None
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, params: types.InitializeParams) -> None:
        """Notes what the editor can show, and the folders that it has open."""
        self.abilities = abilities_of(params.capabilities)
        uris = [each.uri for each in params.workspace_folders or ()] or ([params.root_uri] if params.root_uri else [])
        self.session = Session([path for uri in uris if (path := path_of(uri)) is not None], self.process)

    def guarded(self, work: Callable[[], Result], *, fallback: Result) -> Result:
        """What work gives; where it cannot, the reason is told to the user, and the fallback is the answer."""
        try:
            return work()
        except UsageError as error:
            self.tell(error_text(error))
        except Exception as error:  # noqa: BLE001 - a fault of one request must not end the others
            self.fault(error)
        return fallback

    def tell(self, text: str) -> None:
        """Shows a line to the user."""
        self._from_any_thread(self.window_show_message, types.ShowMessageParams(types.MessageType.Warning, f"orbitcfg: {text}"))

    def fault(self, error: Exception) -> None:
        """Logs a fault of orbitcfg's own, without what the error says: that may be a value of the configuration."""
        *_, last = traceback.extract_tb(error.__traceback__) or [None]
        place = f" at {os.path.basename(last.filename)}:{last.lineno}" if last else ""
        message = f"a fault inside orbitcfg: {type(error).__name__}{place}"
        self._from_any_thread(self.window_log_message, types.LogMessageParams(types.MessageType.Error, message))

    def _from_any_thread(self, send: Callable[[Any], None], params: object) -> None:
        """Sends where messages are sent from, so that no two get mixed up."""
        if self.loop is None:
            send(params)
        else:
            self.loop.call_soon_threadsafe(send, params)

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002 - as pygls calls it
        """What pygls could not do, without what the error says."""
        self.fault(error)

    async def answer(self, work: Callable[[], Result], fallback: Result) -> Result:
        """What work gives, in a thread of its own: one that is cancelled while it waits is never done, and what it gives later is dropped."""
        return await asyncio.get_running_loop().run_in_executor(self.answering, lambda: self.guarded(work, fallback=fallback))

    async def at_cursor(self, params: Any, work: Callable[[Cursor], Result], fallback: Result) -> Result:
        """What is to be said at the cursor of a request."""

        def say() -> Result:
            found = self.session.cursor(params.text_document.uri, getattr(params, "position", types.Position(0, 0)))
            return fallback if found is None else work(found[1])

        return await self.answer(say, fallback)

    def schedule(self) -> None:
        """Has every project judged that has changed."""
        for complaint in self.session.complaints:
            self.tell(complaint)
        self.session.complaints.clear()
        for root, active in tuple(self.session.projects.items()):
            task = self.tasks.get(root)
            if not active.is_idle and (task is None or task.done()):
                self.tasks[root] = asyncio.ensure_future(self.judge(active))

    async def judge(self, active: ActiveProject) -> None:
        """Judges a project until nothing has changed since; what has changed meanwhile is not published."""
        while not active.is_idle:
            if active.checked:
                await asyncio.sleep(DEBOUNCE_S)
            wanted = active.wanted
            try:
                await self._judge_once(active, wanted)
            except UsageError as error:
                self.tell(error_text(error))
                active.checked = wanted
            except Exception as error:  # noqa: BLE001 - the next keystroke may help
                self.fault(error)
                active.checked = wanted

    async def _judge_once(self, active: ActiveProject, wanted: int) -> None:
        loop = asyncio.get_running_loop()
        snapshot = await loop.run_in_executor(self.pool, self.session.current, active)
        if active.wanted != wanted:
            return
        if active.judged is not None:
            quick = await loop.run_in_executor(self.pool, self.session.quick, active, snapshot)
            if active.wanted != wanted:
                return
            self.publish(quick)
        try:
            found = await loop.run_in_executor(self.pool, active.project.check, snapshot, lambda: active.wanted != wanted)
        except SupersededError:
            return
        if active.wanted != wanted:
            return
        active.found, active.checked = found, wanted
        self.publish(self.session.publishable(active, snapshot))
        self.tidying = asyncio.ensure_future(self._tidy(active, snapshot))

    async def _tidy(self, active: ActiveProject, snapshot: Snapshot) -> None:
        """Does what is better done while nobody types."""
        await asyncio.sleep(IDLE_S)
        if active.is_idle:
            await asyncio.get_running_loop().run_in_executor(self.pool, _prepare, snapshot)

    def publish(self, shown: Mapping[str, list[types.Diagnostic]]) -> None:
        """Shows what was found in files, by real path."""
        for path, found in shown.items():
            document = self.session.documents.opened.get(path)
            version = document.version if document is not None else None
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(self.session.documents.uri(path), found, version))


def _prepare(snapshot: Snapshot) -> None:
    """Does ahead of time what the first hover would wait for."""
    import_module("orbitcfg.editor.hover")
    prepare_symbols(snapshot.config)
    # a configuration holds what was worked out of it, which knows the configuration
    gc.collect()
    gc.enable()
