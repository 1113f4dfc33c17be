"""Milvus: ORBIT speaks gRPC with it; since 2.4 the same port answers HTTP too, and tells of a collection."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import OWN, HttpCheck, HttpServer, lacking, steps_at
from orbitcfg.live.resources.vectors import CollectionCheck, sized
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import at, count_of, text_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

NOT_AUTHENTICATED = 1800
NO_COLLECTION = 100
"""Milvus's own codes, which come with a status of 200."""


@dataclass(frozen=True, slots=True)
class ListMilvusCollections(HttpCheck):
    """Its collections, over HTTP."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "its list of collections"
    method: ClassVar = "POST"
    path: ClassVar = "/v2/vectordb/collections/list"
    body: ClassVar = {"dbName": "default"}

    async def run(self, context: Visit) -> bool:
        """What answers no HTTP may well be a Milvus before 2.4."""
        reply = await self.server.ask(context, self.method, self.path, self.body)
        if reply.fault or reply.status == 404:
            context.unchecked(self, "took the connection, but answers no HTTP of Milvus 2.4 or later")
            return False
        refusal = self.server.refusal(reply)
        return self.judge(context, reply) if refusal is None else self.refused(context, reply, refusal)

    def judge(self, context: Visit, reply: Reply) -> bool:
        """A list, or a code that says why not."""
        code, rows = at(reply.body.value, "code"), at(reply.body.value, "data")
        if code == NOT_AUTHENTICATED:
            return context.failed(self, ResourceFault.LOGIN_WANTED, text_of(at(reply.body.value, "message")) or "", blames=self.server.blames)
        if not isinstance(code, int):
            return self.foreign(context, reply)
        return context.passed(self, f"Milvus, {len(rows)} collections" if isinstance(rows, list) else "Milvus", reply.ms)


@dataclass(frozen=True, slots=True)
class FindMilvusCollection(CollectionCheck):
    """The collection that an adapter searches."""

    method: ClassVar = "POST"
    path: ClassVar = "/v2/vectordb/collections/describe"

    @property
    def body(self) -> object:
        """Which one."""
        return {"dbName": "default", "collectionName": self.name}

    def judge(self, context: Visit, reply: Reply) -> bool:
        """The size stands among the parameters of a field."""
        code, message = at(reply.body.value, "code"), text_of(at(reply.body.value, "message"))
        if code == NO_COLLECTION:
            return self.missing(context, reply)
        if code not in (0, 200):
            return context.unchecked(self, f"it does not tell of `{self.name}`: {message or code}")
        return self.found(context, reply, _size(at(reply.body.value, "data.fields")))


def _size(fields: object) -> int | None:
    """The dimensions of the only field of vectors; None where there are more."""
    params = [row for each in _list(fields) for row in _list(at(each, "params")) if at(row, "key") == "dim"]
    value = at(params[0], "value") if len(params) == 1 else None
    return count_of(int(value)) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else count_of(value)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The server at its address, else at host and port."""
    unknown = lacking(target, also=("url", "host", "port", "collection"))
    if unknown:
        return unknown
    url = target.text("url") or f"http://{target.text('host')}:{target.text('port')}"
    server = HttpServer(url, options, ("url",) if target.text("url") else ("host", "port"), library=OWN)
    return steps_at(server, ListMilvusCollections(server), *sized(target, server, FindMilvusCollection))
