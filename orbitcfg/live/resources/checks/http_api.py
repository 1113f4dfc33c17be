"""HTTP and GraphQL interfaces that adapters ask: whether one lives, and takes the login. No template of theirs is carried out."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.switches import truth
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpCheck, HttpServer, basic, lacking, steps_at
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_GATEWAY = frozenset({502, 503, 504})
"""Answers of a proxy whose server is down; of any other error at its root a server may well answer elsewhere."""

_LOGINS = {"basic_auth": ("username", "password"), "api_key": ("api_key",), "bearer_token": ("token",)}
"""The values that each kind of login takes."""


@dataclass(frozen=True, slots=True)
class Alive(HttpCheck):
    """Any answer at the base address is life; what there is below it only the templates know."""

    kind: ClassVar = CheckKind.HEALTH
    what: ClassVar = "whether its base address answers"
    method: ClassVar = "HEAD"
    path: ClassVar = ""

    async def run(self, context: Visit) -> bool:
        """Asks for the head alone, and for all where that is not known there."""
        reply = await self.server.ask(context, self.method, self.path)
        if reply.status in (405, 501) or reply.fault in (ProbeFault.CLOSED, ProbeFault.NOT_HTTP):
            reply = await self.server.ask(context, "GET", self.path)
        if reply.fault and reply.fault is not ProbeFault.TOO_LARGE:
            return context.failed(self, reply.fault, reply.detail, blames=self.server.blames, ms=reply.ms)
        return self.judge(context, reply)

    def judge(self, context: Visit, reply: Reply) -> bool:
        """A login that the root refuses is wrong; that it forbids the root says nothing of what is below."""
        if reply.status == 401 and self.server.sends_login:
            return self.refused(context, reply, ResourceFault.LOGIN_REFUSED)
        if reply.status in _GATEWAY:
            return self.refused(context, reply, ResourceFault.SERVER_ERROR)
        if reply.status == 401:
            context.remark("its base address wants a login, and none is configured")
        return context.passed(self, f"answers {reply.status}", reply.ms)


@dataclass(frozen=True, slots=True)
class AskGraphQl(HttpCheck):
    """The smallest question of GraphQL."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "the name of its root type"
    method: ClassVar = "POST"
    path: ClassVar = ""
    body: ClassVar = {"query": "{__typename}"}

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Data or errors are GraphQL, whatever they say."""
        if not {"data", "errors"} & reply.body.fields.keys():
            return self.foreign(context, reply)
        return context.passed(self, f"GraphQL, answers {reply.status}", reply.ms)


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The base address, and for GraphQL the endpoint below it."""
    login = _LOGINS.get(target.text("auth"), ())
    # ORBIT leaves out a header whose variable is not set, without a word
    missing = lacking(target, "url", *login)
    if missing:
        return missing
    is_graphql = target.text("family") == "intent_graphql"
    url = _joined(target.text("url"), target.text("endpoint")) if is_graphql else target.text("url")
    server = HttpServer(
        url,
        options,
        ("endpoint", "url") if is_graphql else ("url",),
        _headers(target),
        login,
        has_login=bool(login),
        verifies=truth(target.content("verify"), "raw") is not False,
    )
    return steps_at(server, AskGraphQl(server) if is_graphql else Alive(server))


def _headers(target: ResourceTarget) -> dict[str, str]:
    match target.text("auth"):
        case "basic_auth":
            return basic(target.text("username"), target.text("password"))
        case "api_key":
            return {target.text("header"): target.text("api_key")}
        case "bearer_token":
            return {"authorization": f"Bearer {target.text('token')}"}
    return {}


def _joined(base: str, endpoint: str) -> str:
    """As httpx puts a path behind its base address; a whole address stands for itself."""
    return endpoint if "://" in endpoint else f"{base.rstrip('/')}/{endpoint.lstrip('/')}"
