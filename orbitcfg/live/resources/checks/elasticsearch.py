"""Elasticsearch: the audit's and a datasource's. Asked as ORBIT's client asks at its start, and for the indices that an adapter searches."""

from typing import ClassVar
from urllib.parse import quote, urlsplit

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.switches import truth
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import OWN, HttpCheck, HttpServer, basic, lacking, steps_at
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.foreign_json import at, text_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

PRODUCT = "x-elastic-product"
"""The header by which Elasticsearch's own client knows its server; it refuses every other."""


@dataclass(frozen=True, slots=True)
class IdentifyElasticsearch(HttpCheck):
    """Who answers, and whether the login is good."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "who it is, with the login"
    path: ClassVar = "/"

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Elasticsearch says so in a header."""
        version = text_of(at(reply.body.value, "version.number")) or ""
        if not reply.is_ok:
            return self.foreign(context, reply)
        if reply.headers.get(PRODUCT) == "Elasticsearch":
            return context.passed(self, f"Elasticsearch {version}".strip(), reply.ms)
        if text_of(at(reply.body.value, "version.distribution")) == "opensearch":
            return self.foreign(context, reply, f"OpenSearch {version}, which Elasticsearch's client refuses".replace(" ,", ","))
        return self.foreign(context, reply)


@dataclass(frozen=True, slots=True)
class FindIndices(HttpCheck):
    """Whether the pattern of an adapter matches an index."""

    kind: ClassVar = CheckKind.COLLECTION
    what: ClassVar = "which indices the pattern matches"
    pattern: str

    @property
    def path(self) -> str:
        """What resolves names."""
        return f"/_resolve/index/{quote(self.pattern, safe='*,-_.')}"

    def refused(self, context: Visit, reply: Reply, refusal: ResourceFault | ProbeFault) -> bool:
        """To see the names takes another right than to search."""
        return context.unchecked(self, f"it does not show its indices: {reply.status}, {refusal.value}")

    def judge(self, context: Visit, reply: Reply) -> bool:
        """A template may name an index of its own, so that nothing is at fault where nothing matches."""
        found = [row for key in ("indices", "aliases", "data_streams") if isinstance(rows := at(reply.body.value, key), list) for row in rows]
        if found:
            return context.passed(self, f"`{self.pattern}` matches {len(found)}", reply.ms)
        if reply.status == 404 or reply.is_ok:
            context.remark(f"no index matches `{self.pattern}`: only templates that name an index of their own find anything")
            return context.passed(self, f"`{self.pattern}` matches none", reply.ms)
        return context.unchecked(self, f"it does not tell its indices: {reply.status}")


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The server, and the indices of the adapter that asks for it."""
    # the audit cannot do without a login, and takes it from two variables alone
    login = ("username", "password")
    missing = lacking(target, "node", *login) if target.service == "audit" else lacking(target, "node", also=login)
    if missing:
        return missing
    node, user, password = target.text("node"), target.text("username"), target.text("password")
    if _lacks_port(node):
        return (Unusable(ProbeFault.BAD_URL, "Elasticsearch's client wants a port behind an http host", ("node",)),)
    has_login = bool(user and password)
    server = HttpServer(
        node,
        options,
        ("node",),
        basic(user, password) if has_login else {},
        login,
        has_login=has_login,
        library=OWN,
        verifies=truth(target.content("verify"), "raw") is not False,
    )
    pattern = target.text("index")
    return steps_at(server, IdentifyElasticsearch(server), *([FindIndices(server, pattern)] if pattern else []))


def _lacks_port(node: str) -> bool:
    """Whether the client refuses an address for its port: it fills one in for https alone."""
    try:
        parts = urlsplit(node)
        return parts.scheme == "http" and parts.port is None and bool(parts.hostname)
    except ValueError:
        return False
