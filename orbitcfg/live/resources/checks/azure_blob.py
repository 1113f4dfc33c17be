"""Azure Blob Storage: the container, signed with the account's key, which is all that ORBIT asks at its start."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import ClassVar

from orbitcfg.dataclass import dataclass, field
from orbitcfg.effective.address import parse_address
from orbitcfg.live.http import Reply
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import REQUESTS, HttpCheck, HttpServer, lacking, part, steps_at, words_of
from orbitcfg.live.resources.steps import NotTried
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_VERSION = "2021-08-06"
_QUERY = "restype=container"
_EMULATOR = (
    "http://127.0.0.1:10000/devstoreaccount1",
    "devstoreaccount1",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
)
"""Where and as whom the emulator is asked; Microsoft's documentation has its key."""


@dataclass(frozen=True, slots=True)
class Account:
    """A storage account."""

    url: str
    name: str
    key: str = field(default="", repr=False)
    """Empty where the login is another: an identity, or a signature in the address."""


@dataclass(frozen=True, slots=True)
class FindContainer(HttpCheck):
    """The container, asked for with the account's key."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "the container, with the account's key"
    container: str
    account: Account

    @property
    def path(self) -> str:
        """The container's properties."""
        return f"/{part(self.container)}?{_QUERY}"

    async def run(self, context: Visit) -> bool:
        """Signs the request."""
        address = parse_address(self.server.url)
        place = f"{address.path if address else ''}/{part(self.container)}"
        signed = shared_key_headers(self.account, place, datetime.now(UTC))
        reply = await self.server.ask(context, self.method, self.path, headers=signed)
        if reply.fault:
            return context.failed(self, reply.fault, reply.detail, blames=self.server.blames, ms=reply.ms)
        refusal = self.server.refusal(reply)
        return self.judge(context, reply) if refusal is None else self.refused(context, reply, refusal)

    def refused(self, context: Visit, reply: Reply, refusal: ResourceFault | ProbeFault) -> bool:
        """A header says why."""
        code = reply.headers.get("x-ms-error-code", "")
        if code == "AuthenticationFailed":
            refusal = ResourceFault.LOGIN_REFUSED
        blames = self.server.login if reply.status in (401, 403) else self.server.blames
        return context.failed(self, refusal, f"{reply.status}: {code}" if code else words_of(reply), blames=blames, ms=reply.ms)

    def judge(self, context: Visit, reply: Reply) -> bool:
        """Every answer of the service has its version."""
        if reply.status == 404 and "x-ms-version" in reply.headers:
            return context.failed(self, ResourceFault.NO_BUCKET, f"`{self.container}`", blames=("container",), ms=reply.ms)
        if not reply.is_ok or "x-ms-version" not in reply.headers:
            return self.foreign(context, reply)
        return context.passed(self, f"`{self.container}` is there", reply.ms)


def shared_key_headers(account: Account, path: str, at: datetime) -> Mapping[str, str]:
    """The headers of a signed request for a container's properties. Raises binascii.Error where the key is none."""
    headers = {"x-ms-date": format_datetime(at, usegmt=True), "x-ms-version": _VERSION}
    text = "GET" + "\n" * 12 + "".join(f"{name}:{value}\n" for name, value in headers.items()) + f"/{account.name}{path}\nrestype:container"
    signature = hmac.new(base64.b64decode(account.key, validate=True), text.encode(), hashlib.sha256).digest()
    return {**headers, "authorization": f"SharedKey {account.name}:{base64.b64encode(signature).decode()}"}


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The account of the connection string, else that of address and key."""
    blames = ("connection",) if target.text("connection") else ("url",)
    login = ("connection",) if target.text("connection") else ("key",)
    missing = lacking(target, "container", also=("connection",)) or (() if target.text("connection") else lacking(target, "url", also=("key",)))
    account = _of_connection(target.text("connection")) if target.text("connection") else _of_url(target)
    if missing:
        return missing
    if account is None:
        return (Unusable(ResourceFault.BAD_VALUE, "it names no account", blames),)
    if not _is_key(account.key):
        return (Unusable(ResourceFault.BAD_VALUE, "the account's key is no base64", login),)
    server = HttpServer(account.url, options, blames, login=login, has_login=bool(account.key), library=REQUESTS)
    if not account.key:
        return steps_at(server, NotTried("whether the login may read: it is an identity's, or a signature"))
    return steps_at(server, FindContainer(server, target.text("container"), account))


def _of_connection(text: str) -> Account | None:
    """The account that a connection string names; None where it names none."""
    parts = {name.strip().lower(): value.strip() for name, _, value in (each.partition("=") for each in text.split(";"))}
    if parts.get("usedevelopmentstorage", "").lower() == "true":
        return Account(*_EMULATOR)
    name, key = parts.get("accountname", ""), parts.get("accountkey", "")
    scheme, suffix = parts.get("defaultendpointsprotocol", "https"), parts.get("endpointsuffix", "core.windows.net")
    url = parts.get("blobendpoint") or (f"{scheme}://{name}.blob.{suffix}" if name else "")
    return Account(url.partition("?")[0].rstrip("/"), name or _name_in(url), key) if url else None


def _of_url(target: ResourceTarget) -> Account:
    url = target.text("url").partition("?")[0].rstrip("/")
    return Account(url, _name_in(url), target.text("key"))


def _name_in(url: str) -> str:
    """The account that an address names: before its host, or, where that is a number, in its path."""
    address = parse_address(url)
    if address is None:
        return ""
    return address.path.strip("/").partition("/")[0] or address.host.partition(".")[0]


def _is_key(key: str) -> bool:
    try:
        base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
