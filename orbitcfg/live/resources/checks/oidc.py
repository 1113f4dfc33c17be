"""Identity providers: that they issue tokens under the name that ORBIT accepts, and show a key to check them by. Nothing secret is sent."""

import re
from collections.abc import Iterator
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpCheck, HttpServer, lacking, steps_at, words_of
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.foreign_json import at, text_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_TENANT = re.compile(r"[\w.-]+")
_ENTRA = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class CompareIssuer(HttpCheck):
    """The issuer that the provider names in its tokens is the one that ORBIT accepts."""

    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "its description of itself"
    document: str
    """Where it stands."""
    issuers: tuple[str, ...]
    """What ORBIT accepts."""

    @property
    def path(self) -> str:
        """The document."""
        return self.document

    def refused(self, context: Visit, reply: Reply, refusal: ResourceFault | ProbeFault) -> bool:
        """ORBIT does not ask for the description: what counts are the keys."""
        return context.unchecked(self, f"it does not describe itself: {words_of(reply)}, {refusal.value}")

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Microsoft's answer for a tenant that does not exist is a 400 with a reason."""
        issuer = text_of(at(reply.body.value, "issuer"))
        if reply.status == 400:
            reason = text_of(at(reply.body.value, "error_description")) or reply.body.error_text
            return context.failed(self, ResourceFault.BAD_VALUE, reason, blames=self.server.blames, ms=reply.ms)
        if issuer is None:
            return self.refused(context, reply, ResourceFault.FOREIGN)
        if issuer not in self.issuers:
            detail = f"its tokens are issued by `{issuer}`, ORBIT accepts `{self.issuers[0]}`"
            return context.failed(self, ResourceFault.BAD_VALUE, detail, blames=self.server.blames, ms=reply.ms)
        return context.passed(self, f"issues tokens as `{issuer}`", reply.ms)


@dataclass(frozen=True, slots=True)
class ReadKeys(HttpCheck):
    """The keys, at the very address that ORBIT reads them from."""

    kind: ClassVar = CheckKind.KEY
    what: ClassVar = "its public keys"
    document: str
    """Where they stand."""

    @property
    def path(self) -> str:
        """The document."""
        return self.document

    def judge(self, context: Visit, reply: Reply) -> bool:
        """ORBIT checks signatures by RS256 alone."""
        rows = at(reply.body.value, "keys")
        if not reply.is_ok or not isinstance(rows, list):
            return self.foreign(context, reply)
        usable = sum(1 for row in rows if text_of(at(row, "kty")) == "RSA" and at(row, "use") in (None, "sig"))
        if not usable:
            return self.foreign(context, reply, f"none of its {len(rows)} keys is one for RS256")
        return context.passed(self, f"{usable} for RS256", reply.ms)


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The provider as ORBIT makes its addresses, which always are https."""
    return _entra(target, options) if "tenant" in target.values else _auth0(target, options)


def _entra(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    tenant = target.text("tenant")
    missing = lacking(target, "tenant", "client")
    if missing:
        return missing
    if not _TENANT.fullmatch(tenant):
        return (Unusable(ResourceFault.BAD_VALUE, "a tenant is a GUID", ("tenant",)),)
    server = HttpServer(f"{_ENTRA}/{tenant}", options, ("tenant",))
    issuers = (f"{_ENTRA}/{tenant}/v2.0", f"https://sts.windows.net/{tenant}/")
    return steps_at(server, *_asked(server, "/v2.0", issuers, "/discovery/v2.0/keys"))


def _auth0(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    missing = lacking(target, "domain", "audience" if "audience" in target.values else "client")
    url = f"https://{target.text('domain').rstrip('/')}"
    server = HttpServer(url, options, ("domain",))
    return missing or steps_at(server, *_asked(server, "", (f"{url}/",), "/.well-known/jwks.json"))


def _asked(server: HttpServer, description: str, issuers: tuple[str, ...], keys: str) -> Iterator[ResourceStep]:
    yield CompareIssuer(server, f"{description}/.well-known/openid-configuration", issuers)
    yield ReadKeys(server, keys)
