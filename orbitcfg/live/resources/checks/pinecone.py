"""Pinecone: the key, and the index of an adapter; its list of indexes is free of charge."""

from collections.abc import Iterator
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import OWN, HttpCheck, HttpServer, lacking, steps_at
from orbitcfg.live.resources.vectors import CollectionCheck, sized
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import at, count_of, text_of
from orbitcfg.observed.resource import ResourceTarget


@dataclass(frozen=True, slots=True)
class ListIndexes(HttpCheck):
    """The indexes that the key sees."""

    kind: ClassVar = CheckKind.AUTHORISE
    what: ClassVar = "its list of indexes, with the key"
    path: ClassVar = "/indexes"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Pinecone's list."""
        rows = at(reply.body.value, "indexes")
        if not reply.is_ok or not isinstance(rows, list):
            return self.foreign(context, reply)
        return context.passed(self, f"Pinecone, {len(rows)} indexes", reply.ms)


@dataclass(frozen=True, slots=True)
class FindIndex(CollectionCheck):
    """The index that an adapter searches, looked up in the list as ORBIT does."""

    path: ClassVar = "/indexes"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Each row tells its size."""
        sizes = {name: count_of(at(row, "dimension")) for row in _rows(reply) if (name := text_of(at(row, "name"))) is not None}
        if reply.is_ok and self.name not in sizes:
            return self.missing(context, reply, tuple(sizes))
        return self.found(context, reply, sizes.get(self.name))


def _rows(reply: Reply) -> Iterator[object]:
    rows = at(reply.body.value, "indexes")
    yield from rows if isinstance(rows, list) else ()


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The service, at the host that stands in for it where one is written."""
    missing = lacking(target, "api_key", also=("host", "collection"))
    if missing:
        return missing
    host = target.text("host")
    headers = {"api-key": target.text("api_key"), "x-pinecone-api-version": "2025-01"}
    server = HttpServer(host if "://" in host else f"https://{host}", options, ("host",), headers, ("api_key",), has_login=True, library=OWN)
    return steps_at(server, ListIndexes(server), *sized(target, server, FindIndex))
