"""Redis: PING, and the login with the number of the database."""

import ssl
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.switches import truth
from orbitcfg.live import reach
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import Greeting, Login, connection_to, is_here
from orbitcfg.live.resources.unusable import bad_value
from orbitcfg.live.resources.visit import CONNECT_S, ResourceStep, Visit
from orbitcfg.live.resources.wire import CheckFailed, Wire, foreign
from orbitcfg.live.trust import any_trust
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

TLS_WORDS = ("true", "yes", "1")
"""What turns TLS on, as text."""


@dataclass(frozen=True, slots=True)
class Ping(Greeting):
    """It answers PING as Redis does."""

    host: str
    is_secure: bool
    has_password: bool

    def tls(self, _context: Visit) -> ssl.SSLContext | None:
        """Without a look at the certificate, as ORBIT does."""
        return any_trust() if self.is_secure else None

    def named(self, _context: Visit) -> str:
        """The host alone."""
        return self.host

    async def greet(self, wire: Wire, context: Visit) -> str:
        """Sends PING without a login."""
        try:
            told = await self._ping(wire)
        except CheckFailed as error:
            is_silent = error.fault in (ProbeFault.CLOSED, ResourceFault.FOREIGN) and not self.is_secure
            if is_silent and await reach.speaks_tls(context.reached, context.port, CONNECT_S / 2):
                raise CheckFailed(ResourceFault.FOREIGN, "it speaks TLS, and `use_ssl` is off", blames=("use_ssl", "port")) from error
            raise
        if self.is_secure:
            context.remark("ORBIT does not look at its certificate: any other server could take its place")
        return told

    async def _ping(self, wire: Wire) -> str:
        await wire.send(b"PING\r\n")
        start = await wire.take(1)
        if start not in (b"+", b"-"):
            raise foreign(start + await wire.line())
        words = (await wire.line()).decode("utf-8", "replace")
        if start == b"+" and words == "PONG":
            return "answers PING without a login"
        if words.startswith("NOAUTH"):
            if not self.has_password:
                raise CheckFailed(ResourceFault.LOGIN_WANTED, words, blames=("password",))
            return "wants a login"
        if start == b"+" or words.startswith("ERR unknown"):
            raise CheckFailed(ResourceFault.FOREIGN, words)
        if words.startswith("DENIED"):
            raise CheckFailed(ResourceFault.NOT_ALLOWED, words, blames=("password", "host"))
        raise CheckFailed(ResourceFault.SERVER_ERROR, words)


@dataclass(frozen=True, slots=True)
class RedisLogin(Login):
    """It takes the login, and has the database."""

    extra: ClassVar = "redis"
    host: str
    number: int
    username: str | None
    password: str | None
    is_secure: bool

    def log_in(self, context: Visit) -> str:
        """PING, as ORBIT has its client send it."""
        if not self.password and not self.number:
            return "none is needed"
        from redis import Redis, exceptions
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # under TLS by its name, which a server may know its certificate by
        host = context.server_of(self.host, context.target.number("port") or 0)[0] if self.is_secure else context.reached
        client = Redis(
            host,
            context.port,
            self.number,
            self.password,
            username=self.username,
            socket_connect_timeout=CONNECT_S,
            socket_timeout=CONNECT_S,
            retry=Retry(NoBackoff(), 0),
            ssl=self.is_secure,
            ssl_cert_reqs="none",
            ssl_check_hostname=False,
        )
        try:
            client.ping()
        except exceptions.AuthenticationError as error:
            raise CheckFailed(ResourceFault.LOGIN_REFUSED, str(error), blames=("password", "username")) from error
        except exceptions.NoPermissionError as error:
            raise CheckFailed(ResourceFault.NOT_ALLOWED, str(error), blames=("username",)) from error
        except exceptions.ResponseError as error:
            fault, blames = (ResourceFault.NO_DATABASE, ("db",)) if "DB index" in str(error) else (ResourceFault.SERVER_ERROR, ("password", "host"))
            raise CheckFailed(fault, str(error), blames=blames) from error
        except exceptions.RedisError as error:
            raise CheckFailed(ResourceFault.BROKEN_REPLY, str(error)) from error
        finally:
            client.close()
        if not self.is_secure and not is_here(context.reached):
            context.remark("the password goes over the network unencrypted: `use_ssl` is off")
        return f"database {self.number}"


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """What ORBIT makes of the values: a port in the host is cut off, and the text `null` is no password."""
    host = target.text("host").partition(":")[0]
    is_secure = _is_secure(target.content("use_ssl"))
    number, username, password = target.number("db"), _credential(target, "username"), _credential(target, "password")
    if number is None:
        return (bad_value(target, "db", f"is no number: `{target.text('db')}`"),)
    if not isinstance(target.content("password"), str | None):
        return (bad_value(target, "password", "is no text, which ORBIT asks of it"),)
    way = connection_to(target, host, target.number("port"))
    return (
        *way,
        Ping(host, is_secure=is_secure, has_password=password is not None),
        RedisLogin(host, number, username, password, is_secure=is_secure),
    )


def _credential(target: ResourceTarget, name: str) -> str | None:
    text = target.text(name)
    return text if text.strip() and text != "null" else None


def _is_secure(content: object) -> bool:
    return content.lower() in TLS_WORDS if isinstance(content, str) else truth(content, "raw") is True
