"""PostgreSQL, and what is made of it: the server, the login, and what ORBIT does there at the start."""

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import lacking
from orbitcfg.live.resources.steps import Greeting, Login, connection_to, is_here, way_to
from orbitcfg.live.resources.unusable import bad_value
from orbitcfg.live.resources.visit import CONNECT_S, ResourceStep, Visit
from orbitcfg.live.resources.wire import CheckFailed, Wire, foreign
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

if TYPE_CHECKING:
    from psycopg import Connection

PORT = 5432
ASK_TLS = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")
"""A whole message: whether the server offers TLS."""

_FAULTS: tuple[tuple[str, ResourceFault | ProbeFault, tuple[str, ...]], ...] = (
    ("invalid sslmode|does not support SSL|root certificate file", ResourceFault.BAD_VALUE, ("sslmode",)),
    ("SSL error|server certificate for", ProbeFault.TLS_FAILED, ("sslmode", "host")),
    ("no password supplied", ResourceFault.LOGIN_WANTED, ("password",)),
    ("authentication failed", ResourceFault.LOGIN_REFUSED, ("password", "username")),
    ('role ".*" (does not exist|is not permitted)|[Tt]enant or user not found', ResourceFault.LOGIN_REFUSED, ("username",)),
    ('database ".*" does not exist', ResourceFault.NO_DATABASE, ("database",)),
    ("no pg_hba.conf entry", ResourceFault.NOT_ALLOWED, ("username", "sslmode", "host")),
    ("permission denied", ResourceFault.NOT_ALLOWED, ("username", "database")),
    ("could not translate host name|failed to resolve host", ProbeFault.NO_CONNECTION, ("host",)),
    ("Connection refused|^on socket", ProbeFault.REFUSED, ("host", "port")),
    ("timeout expired", ProbeFault.SILENT, ("host", "port")),
    ("received invalid response|lost synchronization", ResourceFault.FOREIGN, ("port", "host")),
    ("closed the connection", ResourceFault.BROKEN_REPLY, ("host", "port")),
)
"""What a refusal says, in the words of libpq and of servers that speak English: the first that fits."""


@dataclass(frozen=True, slots=True)
class AskTls(Greeting):
    """It answers the question that clients begin with."""

    async def greet(self, wire: Wire, _context: Visit) -> str:
        """Asks whether it offers TLS."""
        await wire.send(ASK_TLS)
        match answer := await wire.first():
            case b"S":
                return "offers TLS"
            case b"N":
                return "offers no TLS"
        raise foreign(answer)


class PostgresLogin(Login):
    """It takes the login, has the database, and what ORBIT needs there."""

    __slots__ = ()
    extra: ClassVar = "postgres"

    def log_in(self, context: Visit) -> str:
        """Connects, and looks around without changing anything."""
        import psycopg

        try:
            with psycopg.connect(self.connection_text(), **self.reached(context), **_MANNERS) as connection:
                # for this transaction alone: behind a pool another client gets the session
                connection.read_only = True
                connection.execute("SET LOCAL statement_timeout = 3000")
                if not is_here(context.reached or "127.0.0.1") and not connection.pgconn.ssl_in_use:
                    context.remark("the connection is not encrypted")
                return self.look_around(connection, context)
        except psycopg.ProgrammingError as error:
            # its words may quote any part of the text
            words = _refusal(str(error)) if "sslmode" in str(error) else CheckFailed(ResourceFault.BAD_VALUE, "libpq cannot read it", blames=_TEXT)
            raise words from error
        except psycopg.Error as error:
            refusal = _refusal(str(error))
            raise (_NO_HOST if refusal.fault is ProbeFault.REFUSED and _names_no_host(context.target) else refusal) from error

    def connection_text(self) -> str:
        """What is connected to, in libpq's words."""
        return ""

    def reached(self, context: Visit) -> dict[str, Any]:
        """What stands beside that."""
        values = context.target
        found = {"host": values.text("host"), "dbname": values.text("database"), "user": values.text("username"), "sslmode": values.text("sslmode")}
        return {**found, "password": values.text("password"), "port": values.text("port"), **_place(context)}

    def look_around(self, _connection: "Connection[Any]", context: Visit) -> str:
        """What is there, for people. Raises CheckFailed."""
        return f"database `{context.target.text('database')}`"


_MANNERS: dict[str, Any] = {"connect_timeout": int(CONNECT_S), "application_name": "orbitcfg"}
_TEXT = ("connection_string", "host", "database")
_PAIR = re.compile(r"(?<!\w)(?P<key>\w++)\s*+=\s*+(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|(?P<plain>(?:[^\s\\]|\\.)*))", re.DOTALL)
"""A name with its value, as libpq reads them; what stands in quotes names nothing."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


_NO_HOST = CheckFailed(ResourceFault.NOT_SET, "`host`, so that libpq looks for a socket of this machine, and nothing listens there", blames=("host",))


def _names_no_host(target: ResourceTarget) -> bool:
    return "host" in target.values and not target.text("host")


def _place(context: Visit) -> dict[str, Any]:
    """Where the host is reached, so that its certificate is still looked at by its name."""
    return {"hostaddr": context.reached, "port": str(context.port)} if context.reached else {}


class BackendLogin(PostgresLogin):
    """It lets the login make tables, which ORBIT does at each start."""

    __slots__ = ()

    def look_around(self, connection: "Connection[Any]", context: Visit) -> str:
        """Asks for the right to make tables where they would be made."""
        row = connection.execute("SELECT current_schema(), has_schema_privilege(current_schema(), 'CREATE'), pg_is_in_recovery()").fetchone()
        schema, may_create, is_standby = row or (None, None, None)
        if is_standby:
            raise CheckFailed(ResourceFault.NOT_ALLOWED, "the server is a standby, which takes no writes", blames=("host",))
        if schema is None:
            raise CheckFailed(ResourceFault.NOT_ALLOWED, "the search path leads to no schema", blames=("database", "username"))
        if not may_create:
            user = context.target.text("username")
            raise CheckFailed(ResourceFault.NOT_ALLOWED, f"`{user}` may not create tables in the schema `{schema}`", blames=("username", "database"))
        return f"database `{context.target.text('database')}`, may create tables"


@dataclass(frozen=True, slots=True)
class VectorLogin(PostgresLogin):
    """It has the type that vectors are kept in."""

    text: str

    def connection_text(self) -> str:
        """The text of the configuration."""
        return self.text

    def reached(self, context: Visit) -> dict[str, Any]:
        """Where its host is reached."""
        return _place(context)

    def look_around(self, connection: "Connection[Any]", _context: Visit) -> str:
        """Asks for the extension."""
        row = connection.execute(
            "SELECT to_regtype('vector') IS NOT NULL, EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector'), current_database()"
        ).fetchone()
        is_there, is_available, database = row or (False, False, "")
        if is_there:
            return f"database `{database}`, has `vector`"
        remedy = f"`CREATE EXTENSION vector` in `{database}` makes it" if is_available else "pgvector is not installed on the server"
        raise CheckFailed(ResourceFault.LACKS_EXTENSION, remedy, blames=("connection_string",))


def _refusal(words: str) -> CheckFailed:
    """What a refusal is, by its words. libpq tries with TLS and without, and the last attempt is not always the one that tells why."""
    attempts = [" ".join(each.split()) for each in words.split("connection to server ")]
    found = ((fault, attempt, blames) for sign, fault, blames in _FAULTS for attempt in attempts if re.search(sign, attempt))
    fault, attempt, blames = next(found, (ResourceFault.SERVER_ERROR, attempts[-1], ("host", "port")))
    said = attempt.rpartition("FATAL:")[2].rpartition(" failed: ")[2].removeprefix("connection is bad: ").strip()
    return CheckFailed(fault, said, blames=(*blames, "connection_string"))


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """By host and port, or by a text of libpq's."""
    if "connection_string" in target.values:
        return _of_text(target)
    is_own = target.service in ("backend", "audit")
    # without them ORBIT does not begin to connect
    missing = lacking(target, "host", "port", "username", "database") if is_own else ()
    if missing:
        return missing
    login = BackendLogin() if is_own else PostgresLogin()
    if _is_socket(target.text("host")):
        return (login,)
    return (*way_to(target), AskTls(), login)


def _of_text(target: ResourceTarget) -> tuple[ResourceStep, ...]:
    """A connection where the text names one host."""
    text = target.text("connection_string")
    # libpq would take what stands before them for the host, and look for it
    if "://" in text and "@" in text.partition("://")[2].partition("?")[0].partition("/")[2]:
        return (bad_value(target, "connection_string", "has a user or password that is not escaped"),)
    host, port = _server_of(text)
    if not host or _is_socket(host):
        return (VectorLogin(text),)
    return (*connection_to(target, host, port, ("connection_string",)), AskTls(), VectorLogin(text))


def _server_of(text: str) -> tuple[str, int]:
    """The host and the port in a text of libpq's; no host where it is not one, or cannot be told."""
    if "://" in text:
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port or PORT
        except ValueError:
            return "", PORT
        return host, port
    pairs = {found["key"]: _ESCAPE.sub(r"\1", found["quoted"] or found["plain"] or "") for found in _PAIR.finditer(text)}
    written = pairs.get("port", "")
    return pairs.get("host", ""), int(written) if written.isdecimal() else PORT


def _is_socket(host: str) -> bool:
    """Whether libpq is to use a socket of this machine, or any of several hosts."""
    return not host or host.startswith(("/", "@")) or "," in host
