"""What the editor can show."""

from orbitcfg.dataclass import dataclass
from orbitcfg.editor.protocol.params import Params
from orbitcfg.editor.protocol.types import MarkupKind


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a client says that it takes; what it does not name it is not sent."""

    markdown_hover: bool = False
    markdown_completion: bool = False
    snippets: bool = False
    insert_modes: bool = False
    nested_symbols: bool = False
    watches_files: bool = False


def abilities_of(capabilities: Params) -> Abilities:
    """The abilities of a client."""
    text, item = Params(capabilities.at("textDocument")), Params(capabilities.at("textDocument", "completion", "completionItem"))
    return Abilities(
        markdown_hover=MarkupKind.Markdown in text.texts("hover", "contentFormat"),
        markdown_completion=MarkupKind.Markdown in item.texts("documentationFormat"),
        snippets=item.at("snippetSupport") is True,
        insert_modes=item.at("insertTextModeSupport") is not None,
        nested_symbols=text.at("documentSymbol", "hierarchicalDocumentSymbolSupport") is True,
        watches_files=capabilities.at("workspace", "didChangeWatchedFiles", "dynamicRegistration") is True,
    )
