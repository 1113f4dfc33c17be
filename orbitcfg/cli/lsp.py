"""`orbitcfg lsp`."""

import sys

from orbitcfg.errors import UsageError


def command() -> None:
    """Serve an editor: the Language Server Protocol on the standard streams.

    It runs nothing of a repository and touches no network, unless its user asks for doctor by a command. Exit status: 0 ended by its client as the protocol has
    it, 1 its client was gone all at once, 2 started on a terminal without one.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("an editor starts this and speaks to it; docs/editors.md shows how")
    from orbitcfg.editor.server import serve

    raise SystemExit(serve())
