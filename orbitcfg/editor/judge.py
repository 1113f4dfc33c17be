"""Judges what has changed while the editor goes on."""

import gc
import time
from functools import partial
from importlib import import_module
from threading import Event, Thread

from orbitcfg.editor.project import Snapshot, SupersededError
from orbitcfg.editor.protocol.connection import REQUEST_FAILED, ClientConnection, ResponseError
from orbitcfg.editor.protocol.types import MessageType
from orbitcfg.editor.session import ActiveProject, Session
from orbitcfg.project.symbols import prepare_symbols

DEBOUNCE_S = 0.02
"""What is waited for after a keystroke: another one makes what was begun worthless."""

IDLE_S = 0.3
"""After what pause nobody types."""


class Judge(Thread):
    """A thread that shows what is wrong with every project that has changed, until nothing has changed since."""

    def __init__(self, session: Session, connection: ClientConnection) -> None:
        super().__init__(daemon=True)
        self.session, self.connection = session, connection
        self._changed = Event()
        self._untidy: Snapshot | None = None

    def wake(self) -> None:
        """Has every project judged that has changed, and says what is wrong with settings."""
        while self.session.complaints:
            self.tell(self.session.complaints.pop())
        self._changed.set()

    def tell(self, text: str) -> None:
        """Shows a line to the user."""
        self.connection.notify("window/showMessage", {"type": MessageType.Warning, "message": f"orbitcfg: {text}"})

    def run(self) -> None:
        """Judges until the process ends."""
        while True:
            if self._changed.wait(None if self._untidy is None else IDLE_S):
                self._changed.clear()
                self._judge_all()
            elif self._untidy is not None:
                snapshot, self._untidy = self._untidy, None
                self.connection.attempt(partial(_tidy, snapshot))

    def _judge_all(self) -> None:
        for active in tuple(self.session.projects.values()):
            self.session.drop_needless()
            if active.root in self.session.projects:
                self._judge(active)
        self.session.drop_needless()
        self._publish()

    def _judge(self, active: ActiveProject) -> None:
        while not active.is_idle:
            time.sleep(DEBOUNCE_S)
            wanted = active.wanted
            outcome = self.connection.attempt(partial(self._judge_once, active, wanted))
            if isinstance(outcome, ResponseError):
                if outcome.code == REQUEST_FAILED:
                    self.tell(outcome.message)
                # the next keystroke may help
                active.checked = wanted

    def _judge_once(self, active: ActiveProject, wanted: int) -> None:
        """Shows what is wrong with a project. What has changed meanwhile is not shown."""
        snapshot = self.session.current(active)
        if active.wanted != wanted:
            return
        self.session.note_quick(active, snapshot)
        self._publish()
        try:
            found = active.project.check(snapshot, lambda: active.wanted != wanted)
        except SupersededError:
            return
        active.found, active.checked = found, wanted
        self.session.note_judged(active, snapshot)
        self._publish()
        self._untidy = snapshot

    def _publish(self) -> None:
        """Shows what is not shown yet."""
        for uri, found in self.session.publishable().items():
            document = self.session.documents.document(uri)
            params = {"uri": uri, "diagnostics": found}
            self.connection.notify("textDocument/publishDiagnostics", params | ({} if document is None else {"version": document.version}))


def _tidy(snapshot: Snapshot) -> None:
    """Does while nobody types what the first hover would wait for."""
    import_module("orbitcfg.editor.answers")
    prepare_symbols(snapshot.config)
    # a configuration holds what was worked out of it, which knows the configuration
    gc.collect()
    gc.enable()
