"""Marqo: its welcome."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import REQUESTS, HttpCheck, HttpServer, lacking, steps_at
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import at, text_of
from orbitcfg.observed.resource import ResourceTarget


@dataclass(frozen=True, slots=True)
class BeWelcomed(HttpCheck):
    """Who answers."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "who it is"
    path: ClassVar = "/"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Marqo welcomes."""
        version = text_of(at(reply.body.value, "version")) or ""
        if not reply.is_ok or "Marqo" not in (text_of(at(reply.body.value, "message")) or ""):
            return self.foreign(context, reply)
        return context.passed(self, f"Marqo {version}".strip(), reply.ms)


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The server at its address."""
    server = HttpServer(target.text("url"), options, library=REQUESTS)
    return lacking(target, also=("url",)) or steps_at(server, BeWelcomed(server))
