"""What a person asks for by a command: doctor's look at servers, and the models of this machine."""

from collections.abc import Mapping
from threading import Thread

from orbitcfg.editor.project import Project
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Files
from orbitcfg.report.terminal import printable


def doctor_text(project: Project, files: Files, adapter: str) -> str:
    """Doctor's rows of an adapter, or where it is empty of all that is on, as text. Raises UsageError where there is no such adapter."""
    # imported here: what it takes to ask a server is slow to import, and most sessions never ask
    from orbitcfg.commands.doctor.command import doctor
    from orbitcfg.commands.doctor.request import EndpointFilter, Request
    from orbitcfg.commands.formats import render

    request = Request(choice=EndpointFilter(adapters=(adapter,) if adapter else ()), smoke="never")
    found = doctor(project.target.root, request, project.settings, files=files, process=project.process)
    return printable(render(found, "full"))


class MachineModels:
    """The models of this machine: looked for once, in the background, when first they are asked for. No server is asked."""

    def __init__(self) -> None:
        self._search: Thread | None = None
        self._found: tuple[str, ...] = ()

    def known(self, path: str, process: Mapping[str, str]) -> tuple[str, ...]:
        """Their names, as far as they are known by now."""
        if self._search is None:
            self._search = Thread(target=self._look, args=(path, process), daemon=True)
            self._search.start()
        return self._found

    def join(self) -> None:
        """Waits until they are known."""
        if self._search is not None:
            self._search.join()

    def _look(self, path: str, process: Mapping[str, str]) -> None:
        self._found = _names(path, process)


def _names(path: str, process: Mapping[str, str]) -> tuple[str, ...]:
    from orbitcfg.commands.models.command import models

    try:
        found = models(path, process=process)
    except (UsageError, OSError):
        return ()
    return tuple(dict.fromkeys(name for each in found.models for listing in each.listings if (name := listing.name)))
