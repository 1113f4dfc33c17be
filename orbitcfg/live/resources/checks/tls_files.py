"""The certificate and the key of ORBIT's own port, as Python's `ssl` loads them."""

import ssl
from datetime import UTC, datetime
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.certificate import NotDerError, Validity
from orbitcfg.live.resources.local import LocalStep, path_of
from orbitcfg.live.resources.paths import PathError, UncheckedError, check_file, head_of
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget
from orbitcfg.plural import counted

MAX_BYTES = 1 << 20
"""A chain has a few thousand."""

_WARNED_DAYS = 30
"""From so few days on ORBIT warns at each start."""

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_LOCKED = "ENCRYPTED"
"""What a key behind a passphrase says of itself, in both forms of it."""

_REASONS = {
    "KEY_VALUES_MISMATCH": (ResourceFault.NOT_A_PAIR, "", ("key", "cert")),
    "KEY_TYPE_MISMATCH": (ResourceFault.NOT_A_PAIR, "", ("key", "cert")),
    "BAD_DECRYPT": (ResourceFault.NOT_OPENED, "", ("password", "key")),
    "BAD_PASSWORD_READ": (ResourceFault.NOT_OPENED, "it is empty", ("password", "key")),
    "EE_KEY_TOO_SMALL": (ResourceFault.BAD_VALUE, "OpenSSL takes no key as short as this one", ("cert",)),
}
"""What OpenSSL says of a pair that cannot be used, and where it comes from."""


@dataclass(frozen=True, slots=True)
class ReadPem(LocalStep):
    """The file is there, and holds what a PEM file of its kind holds."""

    kind: ClassVar = CheckKind.FILE
    what: ClassVar = "whether the certificate and the key can be read"
    name: str = "certificate"
    mark: str = _BEGIN

    def look(self, _context: Visit) -> str:
        """Reads it."""
        if self.mark not in pem_of(self.path):
            raise PathError(ResourceFault.BAD_VALUE, f"the {self.name} is no PEM file of one")
        return f"the {self.name} can be read"


@dataclass(frozen=True, slots=True)
class LoadPair(LocalStep):
    """The key belongs to the certificate, and opens."""

    kind: ClassVar = CheckKind.TLS
    what: ClassVar = "whether they are a pair"
    key: str = ""

    async def run(self, context: Visit) -> bool:
        """Has OpenSSL load both, as ORBIT does."""
        content = context.target.content("password")
        if not isinstance(content, str | None):
            return context.failed(self, ResourceFault.BAD_VALUE, "the passphrase is no text", blames=("password",))
        # `super()` does not work in a slotted dataclass
        return await LocalStep.run(self, context)

    def look(self, context: Visit) -> str:
        """Loads them into a context of a server."""
        for path in (self.path, self.key):
            pem_of(path)
        try:
            # never without a passphrase: OpenSSL would ask for one at the terminal
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.path, self.key, context.target.text("password"))
        except ssl.SSLError as error:
            raise self._meaning(error) from None
        except (OSError, ValueError) as error:
            raise PathError.of(self.key, error) from None
        return "the key belongs to the certificate"

    def _meaning(self, error: ssl.SSLError) -> PathError:
        # of a wrong passphrase some releases of OpenSSL give no reason
        unread = _REASONS["BAD_DECRYPT"] if _LOCKED in pem_of(self.key) else (ResourceFault.BAD_VALUE, "OpenSSL cannot read them", self.blames)
        return PathError(*_REASONS.get(error.reason or "", unread))


@dataclass(frozen=True, slots=True)
class CheckDates(LocalStep):
    """The certificate is valid today: the first of its file."""

    kind: ClassVar = CheckKind.VALUE
    what: ClassVar = "until when the certificate is valid"

    def look(self, context: Visit) -> str:
        """Compares its dates with the clock."""
        text = pem_of(self.path)
        begin = text.index(_BEGIN)
        try:
            validity = Validity.of(ssl.PEM_cert_to_DER_cert(text[begin : text.index(_END, begin) + len(_END)]))
        except (NotDerError, ValueError):
            raise PathError(ResourceFault.BAD_VALUE, "the certificate's dates cannot be read") from None
        now = current_time()
        left = (validity.ends - now).days
        if left < 0:
            raise PathError(ResourceFault.EXPIRED, f"on {validity.ends:%Y-%m-%d}")
        if validity.begins > now:
            context.remark(f"the certificate is valid from {validity.begins:%Y-%m-%d} on: until then clients refuse it")
        if left < _WARNED_DAYS:
            context.remark(f"the certificate expires in {counted(left, 'day')}, on {validity.ends:%Y-%m-%d}: once it has, ORBIT does not start")
        return f"valid for {counted(left, 'more day')}"


def current_time() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def pem_of(path: str) -> str:
    """The text of a PEM file. Raises PathError where there is none, and UncheckedError for one that may not be read here."""
    if not check_file(path, written=False):
        raise PathError(ResourceFault.NO_FILE, f"`{path}`")
    content = head_of(path, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UncheckedError(f"the file has more than {MAX_BYTES >> 20} MiB")
    return content.decode("ascii", "replace")


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """Both files, the pair, and the dates."""
    certificate, key = path_of(target, "cert", options), path_of(target, "key", options)
    if isinstance(certificate, Unusable) or isinstance(key, Unusable):
        return tuple(each for each in (certificate, key) if isinstance(each, Unusable))
    return (
        ReadPem(certificate, ("cert",)),
        ReadPem(key, ("key",), "key", "PRIVATE KEY-----"),
        LoadPair(certificate, ("key", "password", "cert"), key),
        CheckDates(certificate, ("cert",)),
    )
