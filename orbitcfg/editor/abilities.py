"""What the editor can show."""

from dataclasses import dataclass

from lsprotocol import types


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a client says that it takes; what it does not name it is not sent."""

    markdown_hover: bool = False
    markdown_completion: bool = False
    snippets: bool = False
    insert_modes: bool = False
    nested_symbols: bool = False


def abilities_of(capabilities: types.ClientCapabilities) -> Abilities:
    """The abilities of a client."""
    text = capabilities.text_document or types.TextDocumentClientCapabilities()
    item = (text.completion.completion_item if text.completion is not None else None) or types.ClientCompletionItemOptions()
    hover_formats = text.hover.content_format if text.hover is not None else None
    return Abilities(
        markdown_hover=types.MarkupKind.Markdown in (hover_formats or ()),
        markdown_completion=types.MarkupKind.Markdown in (item.documentation_format or ()),
        snippets=bool(item.snippet_support),
        insert_modes=item.insert_text_mode_support is not None,
        nested_symbols=bool(text.document_symbol is not None and text.document_symbol.hierarchical_document_symbol_support),
    )
