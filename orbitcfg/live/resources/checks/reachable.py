"""Servers that ORBIT asks, and can do without: whether they answer is told, and is no fault."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpServer, lacking
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceTarget


@dataclass(frozen=True, slots=True)
class Tried(ResourceStep):
    """A request whose failure proves nothing."""

    kind: ClassVar = CheckKind.HEALTH
    what: ClassVar = "whether it answers"
    server: HttpServer

    async def run(self, context: Visit) -> bool:
        """Any answer will do."""
        reply = await self.server.ask(context, "HEAD", "/")
        if not reply.status:
            return context.unchecked(self, f"does not answer from here: {reply.fault.value if reply.fault else 'nothing came'}")
        return context.passed(self, f"answers {reply.status}", reply.ms)


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """One request."""
    return lacking(target, "url") or (Tried(HttpServer(target.text("url"), options)),)
