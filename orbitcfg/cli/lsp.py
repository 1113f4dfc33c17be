"""`orbitcfg lsp`."""

import sys

from orbitcfg.errors import UsageError


def command() -> None:
    """Serve an editor: the Language Server Protocol on the standard streams.

    Needs `orbitcfg[editor]`. It runs nothing of a repository and touches no network, but where its user asks for doctor by a command. Exit status: 0 ended by its
    client, 2 started on a terminal without one, or not installed.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("an editor starts this and speaks to it; docs/editors.md shows how")
    try:
        from orbitcfg.editor.features import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise UsageError("the language server needs pygls: pip install 'orbitcfg[editor]'") from None
    serve()
