"""What stops a command before it has a result."""


class UsageError(Exception):
    """The call cannot be carried out; the text says why and what to do."""
