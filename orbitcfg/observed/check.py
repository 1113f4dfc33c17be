"""Checks and how they ended. Data, without codes or severities."""

from enum import Enum

from orbitcfg.dataclass import dataclass


class CheckKind(Enum):
    """What is checked, in this order; the value is the word for people."""

    PROVIDER = "provider"
    ADDRESS = "address"
    KEY = "key"
    RESOLVE = "name"
    CONNECT = "connect"
    TLS = "TLS"
    IDENTIFY = "server"
    HEALTH = "health"
    ADAPTERS = "adapters"
    START = "start"
    AUTHORISE = "access"
    LIST = "models"
    MODEL = "model"
    GENERATE = "reply"
    STREAM = "stream"
    EMBED = "embed"
    DATABASE = "database"
    COLLECTION = "index"
    TOOLS = "tools"
    FILE = "file"
    FOLDER = "folder"
    PORT = "port"
    COMMAND = "command"
    VALUE = "value"
    PROGRAM = "program"
    ENGINE = "engine"


class CheckState(Enum):
    """How a check ended. `UNCHECKED` is neither pass nor fail."""

    OK = "ok"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check and how it ended. `ms` is None where no time was taken."""

    kind: CheckKind
    state: CheckState
    detail: str
    ms: float | None = None


class ProbeFault(Enum):
    """Why an endpoint, or one request to it, gave no usable answer."""

    BAD_URL = "the address cannot be used"
    BIND_ADDRESS = "the address is for listening only"
    BAD_PROXY = "the proxy's address cannot be used"
    UNRESOLVED = "the name is not known"
    REFUSED = "connection refused"
    NO_CONNECTION = "no connection"
    TLS_EXPIRED = "the certificate has expired"
    TLS_SELF_SIGNED = "the certificate is self-signed"
    TLS_UNKNOWN_CA = "the certificate's authority is not known"
    TLS_WRONG_HOST = "the certificate is for another host"
    TLS_WITHOUT_TRUST = "the certificates to trust cannot be read"
    TLS_FAILED = "the TLS handshake failed"
    PLAIN_ON_TLS = "the server speaks plain http"
    TLS_ON_PLAIN = "the server speaks https"
    SILENT = "connected, but no answer came in time"
    CLOSED = "the connection was closed without a reply"
    NOT_HTTP = "the answer is not HTTP"
    TOO_LARGE = "the answer is longer than 1 MiB"
    REDIRECTED = "redirected to another host"
    REDIRECT_LOOP = "redirected in a circle"
    DEADLINE = "the deadline of the run passed"
    INTERRUPTED = "interrupted"
    INTERNAL = "a fault inside orbitcfg"


NOT_CHECKED = frozenset({ProbeFault.DEADLINE, ProbeFault.INTERRUPTED, ProbeFault.INTERNAL})
"""Faults that say nothing about the server."""
