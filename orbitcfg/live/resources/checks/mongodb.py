"""MongoDB: hello, and the login by the very address that ORBIT makes of the values."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import Greeting, Login, connection_to, way_to
from orbitcfg.live.resources.unusable import bad_value
from orbitcfg.live.resources.visit import CONNECT_S, ResourceStep, Visit
from orbitcfg.live.resources.wire import MAX_REPLY, CheckFailed, Wire, foreign
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

PORT = 27017
ATLAS = "mongodb.net"
"""In a host it makes ORBIT look the servers up in DNS."""

_ENDS_LOGIN = "/@"
"""What ends user and password in an address."""

_OP_MSG = (2013).to_bytes(4, "little")
_BODY = b"\x10hello\x00\x01\x00\x00\x00\x02$db\x00\x06\x00\x00\x00admin\x00\x00"
_MESSAGE = bytes(4) + b"\x00" + (len(_BODY) + 4).to_bytes(4, "little") + _BODY
HELLO = (len(_MESSAGE) + 16).to_bytes(4, "little") + b"\x01\x00\x00\x00" + bytes(4) + _OP_MSG + _MESSAGE
"""A whole message: `{hello: 1, $db: "admin"}`, which anybody may ask."""

_WIRE_VERSION = b"\x10maxWireVersion\x00"
_UNAUTHORIZED, _AUTHENTICATION_FAILED, _ATLAS_ERROR = 13, 18, 8000


@dataclass(frozen=True, slots=True)
class Hello(Greeting):
    """It answers hello."""

    async def greet(self, wire: Wire, _context: Visit) -> str:
        """Sends hello."""
        await wire.send(HELLO)
        start = await wire.take(4)
        length = int.from_bytes(start, "little")
        if not 16 < length < MAX_REPLY:
            raise foreign(start)
        rest = await wire.take(length - 4)
        if rest[8:12] != _OP_MSG:
            raise foreign(start + rest)
        _, _, version = rest.partition(_WIRE_VERSION)
        return f"answers hello, wire version {int.from_bytes(version[:4], 'little')}" if version else "answers hello"


@dataclass(frozen=True, slots=True)
class MongoLogin(Login):
    """It takes the login, and lets it read the database."""

    extra: ClassVar = "mongodb"

    def log_in(self, context: Visit) -> str:
        """Pings as ORBIT does, and asks for the names of the collections."""
        from pymongo import MongoClient, errors

        milliseconds = int(CONNECT_S * 1000)
        target, database = context.target, context.target.text("database")
        try:
            client: MongoClient[Any] = MongoClient(
                address_of(target, context),
                serverSelectionTimeoutMS=milliseconds,
                connectTimeoutMS=milliseconds,
                socketTimeoutMS=milliseconds,
                appname="orbitcfg",
            )
        except (errors.ConfigurationError, ValueError) as error:
            raise _unusable(target, str(error)) from error
        try:
            client.admin.command("ping")
            found = client[database].list_collection_names(authorizedCollections=True)
        except errors.InvalidName as error:
            raise CheckFailed(ResourceFault.BAD_VALUE, str(error), blames=("database",)) from error
        except errors.OperationFailure as error:
            raise _refusal(target, error.code, str(error.details.get("errmsg", "")) if error.details else "") from error
        except errors.ServerSelectionTimeoutError as error:
            raise _unreachable(str(error)) from error
        except errors.PyMongoError as error:
            raise CheckFailed(ResourceFault.BROKEN_REPLY, str(error)) from error
        finally:
            client.close()
        if not found and target.service == "datasource":
            context.remark(f"the database `{database}` has no collection that the login may read")
        return f"database `{database}`"


def _unusable(target: ResourceTarget, words: str) -> CheckFailed:
    """What an address is that the client refuses. Its own words may quote a part of the password."""
    detail = (
        words if target.text("connection_string") or not target.text("password") else "the client cannot read the address that ORBIT makes of them"
    )
    return CheckFailed(ResourceFault.BAD_VALUE, detail, blames=("password", "connection_string", "username", "host"))


def _refusal(target: ResourceTarget, code: int | None, words: str) -> CheckFailed:
    """What an answer is that is an error."""
    if code in (_AUTHENTICATION_FAILED, _ATLAS_ERROR):
        return CheckFailed(ResourceFault.LOGIN_REFUSED, words, blames=("password", "username", "connection_string"))
    if code == _UNAUTHORIZED:
        has_login = bool(target.text("username") or target.text("connection_string"))
        return CheckFailed(ResourceFault.NOT_ALLOWED if has_login else ResourceFault.LOGIN_WANTED, words, blames=("username", "connection_string"))
    return CheckFailed(ResourceFault.SERVER_ERROR, words, blames=("connection_string", "host"))


def _unreachable(words: str) -> CheckFailed:
    """Why no server of the set answers."""
    words = words.partition(", Timeout:")[0].partition(" (configured timeouts:")[0]
    fault = ProbeFault.TLS_FAILED if "SSL" in words or "ertificate" in words else ProbeFault.NO_CONNECTION
    return CheckFailed(fault, words, blames=("connection_string", "host", "port"))


def address_of(target: ResourceTarget, context: Visit | None = None) -> str:
    """The address that ORBIT makes of the values; with `context`, where that is reached."""
    if written := target.text("connection_string"):
        return written if context is None else _reached(written, context)
    host, port, username, password = (target.text(name) for name in ("host", "port", "username", "password"))
    database = target.text("login_database") or target.text("database")
    login = f"{username}:{password}@" if username and password else ""
    if ATLAS in host and login:
        return f"mongodb+srv://{login}{host}/{database}"
    if context is not None:
        host, port = (str(each) for each in context.server_of(host, target.number("port") or PORT))
    # without a login ORBIT drops all options, TLS too
    source = f"?authSource={target.text('auth_source')}" if login and target.text("auth_source") else ""
    tls = "&tls=true" if source and target.content("tls") else ""
    return f"mongodb://{login}{host}:{port}/{database}{source}{tls}"


def _reached(written: str, context: Visit) -> str:
    """An address with the place where its server is reached; as it is where it names several, a name for all of them, or TLS, which is for one name."""
    if _one_server(written) is None:
        return written
    parts = urlsplit(written)
    host, port = context.server_of(parts.hostname or "", parts.port or PORT)
    login, at_sign, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{login}{at_sign}{f'[{host}]' if ':' in host else host}:{port}").geturl()


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """A connection and hello where the address names one server without TLS, and the login."""
    written = target.text("connection_string")
    return _of_address(target, written) if written else _of_values(target)


def _of_values(target: ResourceTarget) -> tuple[ResourceStep, ...]:
    # the client would take what stands before them for the host, and look for it
    broken = next((name for name in ("password", "username") if set(_ENDS_LOGIN) & set(target.text(name))), None)
    if broken and target.text("username") and target.text("password"):
        return (bad_value(target, broken, f"has one of `{_ENDS_LOGIN}`, and ORBIT writes it into an address as it is"),)
    address = address_of(target)
    if address.startswith("mongodb+srv://"):
        return (MongoLogin(),)
    return (*way_to(target), *(() if "tls=true" in address else (Hello(),)), MongoLogin())


def _of_address(target: ResourceTarget, written: str) -> tuple[ResourceStep, ...]:
    if not written.startswith(("mongodb://", "mongodb+srv://")):
        return (bad_value(target, "connection_string", "begins neither with `mongodb://` nor with `mongodb+srv://`"),)
    if "@" in written.partition("://")[2].partition("?")[0].partition("/")[2]:
        return (bad_value(target, "connection_string", "has a user or password that is not escaped"),)
    server = _one_server(written)
    return (MongoLogin(),) if server is None else (*connection_to(target, *server, ("connection_string",)), Hello(), MongoLogin())


def _one_server(written: str) -> tuple[str, int] | None:
    """The host and the port of an address that names one server without TLS; None for any other, and for one that the client refuses in words of its own."""
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        return None
    options = parts.query.lower()
    is_plain = parts.scheme == "mongodb" and "," not in parts.netloc and "tls=true" not in options and "ssl=true" not in options
    return (host, port) if host and is_plain else None
