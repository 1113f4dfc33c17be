"""Qdrant: its list of collections, which ORBIT asks for at the start, and the collection of an adapter."""

from typing import ClassVar
from urllib.parse import urlsplit

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpCheck, HttpServer, lacking, part, steps_at
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.vectors import CollectionCheck, sized
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import at, count_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

PORT = 6333
"""What the client takes for an address without a port, and for one that is no number."""


@dataclass(frozen=True, slots=True)
class ListQdrantCollections(HttpCheck):
    """The collections, which nobody sees without the key."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "its list of collections, with the key"
    path: ClassVar = "/collections"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Qdrant's list."""
        rows = at(reply.body.value, "result.collections")
        if not reply.is_ok or not isinstance(rows, list):
            return self.foreign(context, reply)
        return context.passed(self, f"Qdrant, {len(rows)} collections", reply.ms)


@dataclass(frozen=True, slots=True)
class FindQdrantCollection(CollectionCheck):
    """The collection that an adapter searches."""

    @property
    def path(self) -> str:
        """What tells of one collection."""
        return f"/collections/{part(self.name)}"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """One without names for its vectors tells their size."""
        if reply.status == 404:
            return self.missing(context, reply)
        return self.found(context, reply, count_of(at(reply.body.value, "result.config.params.vectors.size")))


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The server at its address, else at host and port."""
    unknown = lacking(target, also=("url", "host", "port", "api_key", "collection"))
    if unknown:
        return unknown
    # a store takes 6333 for it, a datasource cannot be made
    if target.service == "datasource" and not target.text("url") and target.number("port") is None:
        return (Unusable(ResourceFault.BAD_VALUE, f"`{target.text('port')}` is no port", ("port",)),)
    key = target.text("api_key")
    blames = ("url",) if target.text("url") else ("host", "port")
    server = HttpServer(_url(target), options, blames, headers={"api-key": key} if key else {}, login=("api_key",), has_login=bool(key))
    return steps_at(server, ListQdrantCollections(server), *sized(target, server, FindQdrantCollection))


def _url(target: ResourceTarget) -> str:
    url = target.text("url")
    if not url:
        port = target.number("port") if target.number("port") is not None else PORT
        return f"{'https' if target.content('https') else 'http'}://{target.text('host')}:{port}" if target.text("host") else ""
    url = f"http://{url}" if url.startswith("localhost") else url
    try:
        parts = urlsplit(url)
        # the client leaves a user out
        host = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=host if parts.port else f"{host}:{PORT}").geturl()
    except ValueError:
        return url
