"""What was seen on this machine beside the servers. Data, without codes or severities."""

from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath


@dataclass(frozen=True, slots=True)
class ServerProgram:
    """A server's program on this machine."""

    name: str
    """Its file name."""
    path: str | None
    """Where PATH has it; None where it is not on PATH."""
    beside: str | None = None
    """Where it lies although it is not on PATH."""
    version: str | None = None
    """The version that it states; None where it was not asked."""
    models: tuple[str, ...] | None = None
    """The models that it lists itself; None where it did not say."""
    gpu: str = ""
    """What it computes with, in its own words."""
    fault: str = ""
    """Its last line where it does not run."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """An API key that requests need: whether it is set, and by which source."""

    provider: str
    """ORBIT's name for the provider."""
    variables: tuple[str, ...]
    """The variables that may hold it."""
    users: tuple[str, ...]
    """The adapters that need it, or `the default`."""
    is_set: bool
    """Whether there is a key to send."""
    source: str = ""
    """What sets it, for people: the environment or a file; empty where it is written in the configuration."""
    at: KeyPath | None = None
    """The line that sets it, or the provider's block."""
    fault: str = ""
    """Why no request can carry it; empty where one can."""
    is_known: bool = True
    """False where something that is not asked may bring it."""
    is_needed: bool = True
    """Whether the server, or an adapter that is on, sends requests with it."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What lies around the configuration and runs beside it.

    `container_file` is the compose file or Dockerfile beside it, `bind_without_key` whether that file starts Shimmy for all addresses without a key. `orbit_at` is where ORBIT itself answers.
    """

    container_file: str | None = None
    bind_without_key: bool = False
    orbit_at: str | None = None
    programs: tuple[ServerProgram, ...] = ()
    keys: tuple[KeyState, ...] = ()
