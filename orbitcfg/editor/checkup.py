"""What a person asks for by a command: doctor's look at servers, and the models of this machine."""

from collections.abc import Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from orbitcfg.editor.project import Project
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Files
from orbitcfg.report.terminal import printable


class Checkups:
    """Doctor, one run at a time."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)

    def text(self, project: Project, files: Files, adapter: str) -> str:
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
        self._found: Future[tuple[str, ...]] | None = None

    def known(self, pool: Executor, path: str, process: Mapping[str, str]) -> tuple[str, ...]:
        """Their names, as far as they are known by now."""
        if self._found is None:
            self._found = pool.submit(_names, path, process)
        return self._found.result() if self._found.done() and not self._found.exception() else ()


def _names(path: str, process: Mapping[str, str]) -> tuple[str, ...]:
    from orbitcfg.commands.models.command import models

    try:
        found = models(path, process=process)
    except (UsageError, OSError):
        return ()
    return tuple(dict.fromkeys(name for each in found.models for listing in each.listings if (name := listing.name)))
