"""What the server says of itself when an editor connects."""

from orbitcfg.editor.protocol.types import CodeActionKind
from orbitcfg.version import __version__

DOCTOR = "orbitcfg.doctor"
"""The command that looks at servers: the only one that touches the network."""

RULE_PAGE = "orbitcfg.rule"
"""The command that gives a rule's page."""

FIX_EVERYTHING = "orbitcfg.fixAll"
"""The command that carries out all safe fixes in all files."""

_INCREMENTAL = 2

INITIALIZE_RESULT: dict[str, dict[str, object]] = {
    "serverInfo": {"name": "orbitcfg", "version": __version__},
    "capabilities": {
        # the one that every client can
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": True, "change": _INCREMENTAL, "save": True},
        "hoverProvider": True,
        "definitionProvider": True,
        "referencesProvider": True,
        "documentHighlightProvider": True,
        "documentSymbolProvider": True,
        "workspaceSymbolProvider": True,
        "foldingRangeProvider": True,
        "documentLinkProvider": {},
        "codeLensProvider": {},
        "inlayHintProvider": True,
        "completionProvider": {"triggerCharacters": ["$", "{", "[", ",", ":", " ", "-", '"']},
        "renameProvider": {"prepareProvider": True},
        "codeActionProvider": {"codeActionKinds": [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll]},
        "executeCommandProvider": {"commands": [DOCTOR, RULE_PAGE, FIX_EVERYTHING]},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    },
}

WATCHED_FILES = (
    "**/*.yaml",
    "**/*.yml",
    "**/.env",
    "**/env.example",
    "**/.env.example",
    "**/orbitcfg.toml",
    "**/pyproject.toml",
    "**/*.schema.json",
)
"""The files whose changes on the disk the server asks to be told of."""
