"""MySQL and MariaDB: the greeting, the login, the database."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.paths import UncheckedError
from orbitcfg.live.resources.steps import Greeting, Login, way_to
from orbitcfg.live.resources.visit import CONNECT_S, ResourceStep, Visit
from orbitcfg.live.resources.wire import CheckFailed, Wire, foreign
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

MAX_GREETING = 4096
PROTOCOL, ERROR = 10, 255
"""First bytes of a greeting: the version of the protocol, and an error."""

_FAULTS: Mapping[int, tuple[ResourceFault | ProbeFault, tuple[str, ...]]] = {
    1044: (ResourceFault.NOT_ALLOWED, ("database", "username")),
    1045: (ResourceFault.LOGIN_REFUSED, ("password", "username")),
    1049: (ResourceFault.NO_DATABASE, ("database",)),
    1130: (ResourceFault.NOT_ALLOWED, ("host", "username")),
    1698: (ResourceFault.LOGIN_REFUSED, ("username", "password")),
    2013: (ResourceFault.BROKEN_REPLY, ("port", "host")),
    2026: (ProbeFault.TLS_FAILED, ("host",)),
}
"""By the numbers of the servers' and the clients' errors."""


def failure(number: int, words: str) -> CheckFailed:
    """What an error is, by its number."""
    fault, blames = _FAULTS.get(number, (ResourceFault.SERVER_ERROR, ("host", "port")))
    return CheckFailed(fault, f"{number}: {words.partition(' (using password')[0]}", blames=blames)


@dataclass(frozen=True, slots=True)
class ServerHello(Greeting):
    """It greets first, with its version or the reason why it takes nobody."""

    async def greet(self, wire: Wire, _context: Visit) -> str:
        """Hears the greeting, and goes."""
        header = await wire.take(4)
        length = int.from_bytes(header[:3], "little")
        if header[3] or not 5 < length < MAX_GREETING:
            raise foreign(header)
        content = await wire.take(length)
        if content[0] == ERROR:
            # a state of six bytes stands before the words where the client said that it knows them
            raise failure(int.from_bytes(content[1:3], "little"), content[3:].decode("utf-8", "replace").removeprefix("#HY000"))
        if content[0] != PROTOCOL:
            raise foreign(header + content)
        # MariaDB puts a number that old replicas understand before its own
        version = content[1:].partition(bytes(1))[0].removeprefix(b"5.5.5-")
        return f"version {version.decode('utf-8', 'replace')}"


class KeptPassword:
    """What the client does about a server that asks for the password itself: any server could, and PyMySQL would send it, unencrypted too."""

    def __init__(self, _connection: object) -> None:
        """For one connection."""

    def authenticate(self, _packet: object) -> None:
        """Sends nothing. Raises UncheckedError."""
        raise UncheckedError("the login is not tried: the server asks for the password itself, and not for a proof of it")


_KEPT: dict[str, Callable[..., Any]] = dict.fromkeys(("mysql_clear_password", "mysql_old_password", "dialog"), KeptPassword)


@dataclass(frozen=True, slots=True)
class MySqlLogin(Login):
    """It takes the login, and has the database."""

    extra: ClassVar = "mysql"
    username: str
    password: str
    database: str

    def log_in(self, context: Visit) -> str:
        """Connects to the database."""
        import pymysql

        try:
            connection = pymysql.connect(
                host=context.reached,
                port=context.port,
                user=self.username,
                # as bytes: of text the client takes Latin-1 alone
                password=self.password.encode(),
                database=self.database,
                connect_timeout=CONNECT_S,
                read_timeout=CONNECT_S,
                write_timeout=CONNECT_S,
                auth_plugin_map=_KEPT,
            )
        except pymysql.MySQLError as error:
            number, words = (*error.args, "", "")[:2]
            raise failure(number if isinstance(number, int) else 0, str(words)) from error
        except RuntimeError as error:
            # the client came without what the logins of MySQL 8 take
            raise ImportError(str(error)) from error
        connection.close()
        return f"database `{self.database}`"


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The greeting and the login."""
    return (*way_to(target), ServerHello(), MySqlLogin(target.text("username"), target.text("password"), target.text("database")))
