"""A Chroma server: its heartbeat, and the collection of an adapter."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpCheck, HttpServer, lacking, part, steps_at
from orbitcfg.live.resources.vectors import CollectionCheck, sized
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import at, count_of
from orbitcfg.observed.resource import ResourceTarget

API = "/api/v2"
"""What Chroma's client asks since 0.6; an older server knows `/api/v1` alone."""


@dataclass(frozen=True, slots=True)
class Heartbeat(HttpCheck):
    """Who answers."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "its heartbeat"
    path: ClassVar = f"{API}/heartbeat"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Chroma gives the time."""
        if not reply.is_ok or at(reply.body.value, "nanosecond heartbeat") is None:
            return self.foreign(context, reply)
        return context.passed(self, "Chroma", reply.ms)


@dataclass(frozen=True, slots=True)
class FindChromaCollection(CollectionCheck):
    """The collection that an adapter searches, in the tenant and the database that ORBIT takes."""

    @property
    def path(self) -> str:
        """What tells of one collection."""
        return f"{API}/tenants/default_tenant/databases/default_database/collections/{part(self.name)}"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """An empty one has no size yet."""
        if reply.status == 404:
            return self.missing(context, reply)
        return self.found(context, reply, count_of(at(reply.body.value, "dimension")))


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The server at host and port; of a host that is a whole address the port stands in there."""
    missing = lacking(target, "host", "port", also=("collection",))
    if missing:
        return missing
    host = target.text("host")
    server = HttpServer(host if host.startswith("http") else f"http://{host}:{target.text('port')}", options, ("host", "port"))
    return steps_at(server, Heartbeat(server), *sized(target, server, FindChromaCollection))
