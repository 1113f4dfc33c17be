"""Through a running ORBIT: with which credentials it is looked at, and how what it says compares with the files."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

from orbitcfg.commands.doctor.request import ServerRequest
from orbitcfg.commands.doctor.subject import Subject
from orbitcfg.compile.environment import PROCESS
from orbitcfg.document.tree import KeyPath, Unknown, value_at
from orbitcfg.effective.address import parse_address, with_scheme
from orbitcfg.errors import UsageError
from orbitcfg.live.orbit.probe import OrbitProbe, plan_orbit
from orbitcfg.live.orbit.talk import Credential, OrbitOptions
from orbitcfg.observed.orbit import ChangedFile, OrbitResult
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.config import Config

_KEY_HEADER: KeyPath = ("api_keys", "header_name")
_SESSION_HEADER: KeyPath = ("general", "session_id", "header_name")


def probe_of(request: ServerRequest, config: Config, process: Mapping[str, str]) -> OrbitProbe:
    """The checks to be made of a running ORBIT. Raises UsageError for an address that is none, and for a variable that holds nothing."""
    if parse_address(request.url) is None:
        meant = with_scheme(request.url)
        raise UsageError("--server needs the address of an ORBIT, such as `http://localhost:3000`" + (f": did you mean `{meant}`?" if meant else ""))
    if request.ask and not request.key_variables:
        raise UsageError("--ask needs a key to ask with: name the variable that holds it with `--api-key-env NAME`")
    options = OrbitOptions(
        keys=tuple(_credential(name, process) for name in dict.fromkeys(request.key_variables)),
        token=_credential(request.token_variable, process) if request.token_variable else None,
        ask=request.ask,
        names=frozenset(adapter.name for adapter in config.adapters),
        key_header=_header(config, _KEY_HEADER) or "X-API-Key",
        session_header=_header(config, _SESSION_HEADER) or "X-Session-ID",
    )
    return plan_orbit(request.url, options)


def _credential(name: str, process: Mapping[str, str]) -> Credential:
    # of the process alone: the `.env` of a repository has no say in what is sent where
    secret = process.get(name, "").strip()
    if not secret:
        raise UsageError(f"the variable `{name}` is not set in this shell, or is empty: set it to the key itself")
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise UsageError(f"the variable `{name}` holds a character that no HTTP header can carry")
    return Credential(name, secret)


def _header(config: Config, path: KeyPath) -> str | None:
    """The name of a header as ORBIT was told; None where that is not known, or no name."""
    value = value_at(config.tree, path)
    return value if isinstance(value, str) and not isinstance(value, Unknown) and value.isascii() and value.replace("-", "").isalnum() else None


def result_of(probe: OrbitProbe, seen: ProbeResult, subject: Subject) -> OrbitResult:
    """What was seen of a running ORBIT, and which files it cannot have read: only of one on this machine, whose clock and files are the same."""
    address = parse_address(probe.target.url)
    if address is None or not address.is_loopback:
        return OrbitResult(seen, probe.seen)
    uptime = probe.seen.uptime_s
    changed = () if uptime is None else tuple(_younger(subject, time.time() - uptime))
    return OrbitResult(seen, probe.seen, changed, _is_other(probe.seen.config_path, subject))


def _younger(subject: Subject, started: float) -> Iterator[ChangedFile]:
    """The files of a configuration that were written after a moment, and the `.env` that was read."""
    config = subject.config
    env_files = (name for name in config.environment.sources if name != PROCESS)
    for path, name in (*((each.path, each.source.name) for each in config.graph.documents), *((name, name) for name in env_files)):
        with suppress(OSError, ValueError):
            if (after := os.stat(subject.files.realpath(path)).st_mtime - started) > 0:
                yield ChangedFile(name, after)


def _is_other(path: str | None, subject: Subject) -> bool | None:
    """Whether a path is another file than the root; None where it is none on this machine, as in a container."""
    if path is None or not os.path.isfile(path):
        return None
    return os.path.realpath(path) != subject.files.realpath(subject.config.graph.root.path)
