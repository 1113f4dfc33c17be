"""SearXNG: whether it answers in JSON. No search goes out: without words to search for it says whether it would."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpCheck, HttpServer, lacking, steps_at, words_of
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_AS_ORBIT = {"accept": "text/html", "accept-language": "en-US,en;q=0.5"}
"""Its guard against robots looks at these."""


@dataclass(frozen=True, slots=True)
class AskNothing(HttpCheck):
    """A question in JSON without words to search for."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "whether it answers in JSON; nothing is searched for"
    path: ClassVar = "?format=json"

    def refused(self, context: Visit, reply: Reply, refusal: ResourceFault | ProbeFault) -> bool:
        """It forbids formats that are not switched on."""
        if reply.status == 403:
            detail = "403: JSON is not among `search.formats` of its settings.yml"
            return context.failed(self, ResourceFault.SERVER_ERROR, detail, blames=self.server.blames, ms=reply.ms)
        if reply.status == 429:
            detail = "429: its limiter takes ORBIT for a robot"
            return context.failed(self, ResourceFault.SERVER_ERROR, detail, blames=self.server.blames, ms=reply.ms)
        # `super()` does not work in a slotted dataclass
        return HttpCheck.refused(self, context, reply, refusal)

    def judge(self, context: Visit, reply: Reply) -> bool:
        """That words are missing is what it says where all is well."""
        if reply.status == 400 or (reply.is_ok and "results" in reply.body.fields):
            return context.passed(self, "answers in JSON", reply.ms)
        words = f"{words_of(reply)}: a page; its searches are at `/search`" if reply.body.is_html else words_of(reply)
        return self.foreign(context, reply, words)


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The address without its query, which ORBIT makes anew."""
    server = HttpServer(target.text("url").partition("?")[0], options, ("url",), _AS_ORBIT)
    return lacking(target, "url") or steps_at(server, AskNothing(server))
