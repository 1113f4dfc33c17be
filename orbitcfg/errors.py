"""How a command ends: what stops it before it has a result, and its exit status."""

from enum import IntEnum


class UsageError(Exception):
    """The call cannot be carried out; the text says why and what to do."""


class ExitStatus(IntEnum):
    """What the process says when it ends, as the README lists it."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    FAULT = 3
    INTERRUPTED = 130
