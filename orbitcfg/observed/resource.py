"""What was seen of the things that ORBIT needs beside models: databases, stores, files, folders, other servers. Data, without codes."""

from collections.abc import Mapping
from enum import Enum

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath
from orbitcfg.observed.check import NOT_CHECKED, CheckResult, CheckState, ProbeFault
from orbitcfg.report.consequence import Consequence


class ResourceFault(Enum):
    """What is wrong with a resource, beside what may be wrong with the way to any server; the value says it for people."""

    FOREIGN = "something else answers there"
    BROKEN_REPLY = "the answer broke off"
    LOGIN_WANTED = "it wants a login"
    LOGIN_REFUSED = "it refuses the login"
    NOT_ALLOWED = "the login may not do what ORBIT does"
    NO_DATABASE = "the database is not there"
    NO_TABLE = "the table is not there"
    NO_COLLECTION = "the collection is not there"
    NO_BUCKET = "the bucket is not there"
    OTHER_SIZE = "its vectors are of another size"
    LACKS_EXTENSION = "an extension is missing"
    SERVER_ERROR = "it answers with an error"
    NO_FILE = "the file is not there"
    NO_FOLDER = "the folder cannot be made"
    NOT_A_FILE = "there is no file"
    NOT_A_DATABASE = "the file is no database"
    EMPTY_DATABASE = "the database has no table"
    NOT_READABLE = "it cannot be read"
    NOT_WRITABLE = "it cannot be written"
    EXPIRED = "the certificate has expired"
    NOT_A_PAIR = "the key does not belong to the certificate"
    NOT_OPENED = "the passphrase does not open the key"
    PORT_TAKEN = "another program listens there"
    NO_COMMAND = "the command is not there"
    NO_TOOLS = "it offers no tool"
    ENDED = "the program ends before it answers"
    NOT_SET = "a value is missing"
    BAD_VALUE = "a value cannot be used"


@dataclass(frozen=True, slots=True)
class ResourceValue:
    """One value that a resource is reached by, as ORBIT would have it. `at` is the line that sets it; None where nothing does."""

    content: object = field(repr=False)
    at: KeyPath | None = None
    is_secret: bool = False
    variable: str = ""
    """The variable that it comes from, where no key of the configuration holds it."""
    key: KeyPath | None = None
    """The key that would set it, where nothing does."""


@dataclass(frozen=True, slots=True)
class ResourceLoss:
    """What some of those who need a resource lose without it."""

    users: tuple[str, ...]
    """Who."""
    consequence: Consequence
    """What becomes of them."""
    without: str
    """That, in words."""


@dataclass(frozen=True, slots=True)
class ResourceTarget:
    """One resource that the configuration uses."""

    kind: str
    """The name of its row, such as `backend_postgres`."""
    title: str
    """What it is, for people: `PostgreSQL, the backend database`."""
    service: str
    """What it is to ORBIT, as `--service` names it: backend, cache, datasource, store, …"""
    place: str
    """Where it is, for people: host and port, an address without credentials, a path."""
    at: KeyPath
    """Its block, or the key that asks for it."""
    values: Mapping[str, ResourceValue] = field(repr=False)
    """What it is reached by."""
    consequence: Consequence
    """What becomes of ORBIT without it."""
    without: str
    """That, in words, as it was recorded."""
    users: tuple[str, ...] = ()
    """The adapters, and choices, that need it; none where the server itself does."""
    struck: tuple[str, ...] | None = None
    """Those of the adapters whom its absence strikes so; None: all its users."""
    lesser: ResourceLoss | None = None
    """What the others lose; None where there are no others."""
    is_needed: bool = True
    """Whether somebody needs it, or may."""
    rank: int = 0
    """When it is started: lower ones before higher ones."""
    unknown: tuple[str, ...] = ()
    """Its values that are not known here."""
    overrides: Mapping[ResourceFault | ProbeFault, Consequence] = field(default_factory=dict)
    """What becomes of ORBIT by a fault that strikes otherwise than its absence."""

    @property
    def label(self) -> str:
        """What it is and where, for people."""
        return f"{self.title} at {self.place}" if self.place else self.title

    @property
    def losers(self) -> tuple[str, ...]:
        """Those whom its absence strikes as `consequence` says."""
        return self.users if self.struck is None else self.struck

    def content(self, name: str) -> object:
        """One of its values as it is; None where it has none."""
        value = self.values.get(name)
        return None if value is None else value.content

    def text(self, name: str) -> str:
        """One of its values as text; empty where there is none."""
        content = self.content(name)
        return "" if content is None else str(content)

    def number(self, name: str) -> int | None:
        """One of its values as a number, as `int()` makes one of it; None where it does not."""
        try:
            return int(self.text(name))
        except ValueError:
            return None

    def key_name(self, name: str) -> str:
        """What a person calls one of its values: the variable that it comes from, or its key."""
        value = self.values.get(name)
        if value is None:
            return name
        path = value.at or value.key
        return value.variable or (str(path[-1]) if path else name)

    def line(self, *names: str) -> KeyPath:
        """The line that sets the first of these values that a line sets, else its block."""
        return next((value.at for name in names if (value := self.values.get(name)) and value.at), self.at)


@dataclass(frozen=True, slots=True)
class ResourceResult:
    """What was seen of one resource."""

    target: ResourceTarget
    checks: tuple[CheckResult, ...]
    """Its checks, in order."""
    fault: ResourceFault | ProbeFault | None = None
    """Why it is of no use; None where it is, or where that could not be checked."""
    detail: str = ""
    """What of the fault changes from one to the next, in the server's own words where it has some."""
    blamed: tuple[str, ...] = ()
    """The values that the fault comes from, the likeliest first."""
    remarks: tuple[str, ...] = ()
    """What a person should know although it works."""
    trace: tuple[str, ...] = ()
    """A line for each request."""

    @property
    def is_down(self) -> bool:
        """Whether it was looked at, and is of no use."""
        return self.fault is not None and self.fault not in NOT_CHECKED

    @property
    def is_sure(self) -> bool:
        """Whether every check of it was made."""
        return all(check.state is not CheckState.UNCHECKED for check in self.checks)

    @property
    def at(self) -> KeyPath:
        """The line that its fault comes from."""
        return self.target.line(*self.blamed)
