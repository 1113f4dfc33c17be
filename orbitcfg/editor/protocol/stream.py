"""Messages on a stream: a header with their length, then JSON."""

import json
from typing import BinaryIO

from orbitcfg.editor.protocol.types import as_json

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""Of one message. A text that is longer than any that orbitcfg reads fits in, also where each of its characters is escaped."""

_LENGTH = b"content-length:"
_CHUNK = 1024 * 1024


class MalformedError(Exception):
    """A message is no JSON, or too long."""


def read_message(stream: BinaryIO) -> object:
    """The next message. Raises EOFError at the end of the stream, and MalformedError for one that is no JSON: the next may be read all the same."""
    length = _read_header(stream)
    if length > MAX_MESSAGE_BYTES:
        _pass_over(stream, length)
        raise MalformedError("the message is too long")
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise MalformedError("the message is no JSON") from None


def format_message(message: object) -> bytes:
    """A message with its header; the protocol's shapes in it as JSON."""
    content = json.dumps(message, default=as_json, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(content), content)


def _read_header(stream: BinaryIO) -> int:
    """The length of the message whose header comes next; lines that belong to none are passed over."""
    length = None
    while True:
        line = stream.readline(_CHUNK)
        if not line:
            raise EOFError
        if line.lower().startswith(_LENGTH):
            digits = line[len(_LENGTH) :].strip()
            length = int(digits) if digits.isdigit() and len(digits) < len(str(2**63)) else None
        elif not line.strip() and length is not None:
            return length


def _pass_over(stream: BinaryIO, length: int) -> None:
    while length > 0:
        content = stream.read(min(length, _CHUNK))
        if not content:
            raise EOFError
        length -= len(content)
