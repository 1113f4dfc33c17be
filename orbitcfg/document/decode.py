"""Bytes to a source, as ORBIT decodes them: strictly UTF-8."""

import errno

from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Source, Span
from orbitcfg.limits import MAX_FILE_BYTES

_BYTE_ORDER_MARK = "\ufeff"
_REASONS = {
    errno.ENOENT: "it does not exist",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "its links lead in a circle",
}


def decode_source(name: str, content: bytes) -> tuple[Source, FileFault | None]:
    """The source of a file's bytes, and why it cannot be used where it cannot."""
    if len(content) > MAX_FILE_BYTES:
        source = Source(name, "")
        return source, FileFault(FileProblem.TOO_LARGE, source, f"{MAX_FILE_BYTES // 1024 // 1024} MiB")
    try:
        # PyYAML skips one byte order mark as well (loader §4.1)
        return Source(name, content.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)), None
    except UnicodeDecodeError as error:
        # the offset in characters: what stands before the fault is valid
        offset = len(content[: error.start].decode("utf-8").removeprefix(_BYTE_ORDER_MARK))
        # replaced, so that a frame can still show the line
        source = Source(name, content.decode("utf-8", errors="replace").removeprefix(_BYTE_ORDER_MARK))
        return source, FileFault(FileProblem.ENCODING, Span(source, offset, offset + 1), f"byte 0x{content[error.start]:02x}")


def reason(error: OSError | ValueError) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, OSError) and error.errno is not None:
        return _REASONS.get(error.errno) or (error.strerror or str(error)).lower()
    return str(error)
