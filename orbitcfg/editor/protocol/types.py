"""The shapes of the protocol that orbitcfg sends, by the protocol's names: `selection_range` is its `selectionRange`.

The libraries that have all of them take longer to import than a configuration takes to be judged.
"""

from collections.abc import Mapping
from dataclasses import fields
from enum import IntEnum, StrEnum
from functools import cache

from orbitcfg.dataclass import dataclass


class DiagnosticSeverity(IntEnum):
    """How bad a diagnostic is."""

    Error = 1
    Warning = 2
    Information = 3
    Hint = 4


class DiagnosticTag(IntEnum):
    """How an editor shows a diagnostic's text: faded, or struck out."""

    Unnecessary = 1
    Deprecated = 2


class CompletionItemKind(IntEnum):
    """What a completion is: the icon beside it."""

    Module = 9
    Property = 10
    Value = 12
    Snippet = 15
    File = 17
    Reference = 18
    EnumMember = 20
    Variable = 6


class CompletionItemTag(IntEnum):
    """How an editor shows a completion."""

    Deprecated = 1


class InsertTextFormat(IntEnum):
    """Whether a completion has stops for the cursor."""

    Snippet = 2


class InsertTextMode(IntEnum):
    """Whether an editor indents what it inserts."""

    AsIs = 1


class SymbolKind(IntEnum):
    """What a symbol is: the icon beside it."""

    Module = 2
    Property = 7
    Object = 19


class MessageType(IntEnum):
    """How bad a message to the user is."""

    Error = 1
    Warning = 2


class MarkupKind(StrEnum):
    """How a text is to be read."""

    PlainText = "plaintext"
    Markdown = "markdown"


class CodeActionKind(StrEnum):
    """What a code action is for."""

    QuickFix = "quickfix"
    SourceFixAll = "source.fixAll"


@dataclass(frozen=True, slots=True)
class Position:
    """A place: line and column from 0, the column in UTF-16 units."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch, its end exclusive."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Location:
    """A stretch of a file."""

    uri: str
    range: Range


@dataclass(frozen=True, slots=True)
class DiagnosticRelatedInformation:
    """Another place that belongs to a diagnostic."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class CodeDescription:
    """Where a code is explained."""

    href: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding at a place."""

    range: Range
    message: str
    severity: DiagnosticSeverity | None = None
    code: str | None = None
    code_description: CodeDescription | None = None
    source: str | None = None
    tags: list[DiagnosticTag] | None = None
    related_information: list[DiagnosticRelatedInformation] | None = None


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A text in the place of another."""

    range: Range
    new_text: str


@dataclass(frozen=True, slots=True)
class WorkspaceEdit:
    """Edits by the URIs of their files."""

    changes: Mapping[str, list[TextEdit]]


@dataclass(frozen=True, slots=True)
class MarkupContent:
    """A text, and how it is to be read."""

    kind: MarkupKind
    value: str


@dataclass(frozen=True, slots=True)
class Hover:
    """What is shown of a stretch."""

    contents: MarkupContent
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class CompletionItem:
    """What may be typed."""

    label: str
    kind: CompletionItemKind
    detail: str | None = None
    documentation: MarkupContent | None = None
    sort_text: str | None = None
    filter_text: str | None = None
    text_edit: TextEdit | None = None
    tags: list[CompletionItemTag] | None = None
    insert_text_format: InsertTextFormat | None = None
    insert_text_mode: InsertTextMode | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """What an editor asks the server for when its user chooses it."""

    title: str
    command: str
    arguments: list[str] | None = None


@dataclass(frozen=True, slots=True)
class CodeLens:
    """A line above a stretch."""

    range: Range
    command: Command


@dataclass(frozen=True, slots=True)
class InlayHint:
    """Words behind a place."""

    position: Position
    label: str
    padding_left: bool | None = None


@dataclass(frozen=True, slots=True)
class CodeAction:
    """A change that is offered."""

    title: str
    kind: CodeActionKind
    diagnostics: list[Diagnostic] | None = None
    is_preferred: bool | None = None
    edit: WorkspaceEdit | None = None


@dataclass(frozen=True, slots=True)
class DocumentSymbol:
    """What a text holds, with what is within."""

    name: str
    kind: SymbolKind
    range: Range
    selection_range: Range
    detail: str | None = None
    children: "list[DocumentSymbol] | None" = None


@dataclass(frozen=True, slots=True)
class SymbolInformation:
    """The same in a list, or what a workspace holds."""

    location: Location
    name: str
    kind: SymbolKind
    container_name: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentHighlight:
    """A stretch that is the same as what stands at the cursor."""

    range: Range


@dataclass(frozen=True, slots=True)
class FoldingRange:
    """Lines that may be folded."""

    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A stretch that leads to a file."""

    range: Range
    target: str


@dataclass(frozen=True, slots=True)
class PrepareRenamePlaceholder:
    """The name that is going to be changed."""

    range: Range
    placeholder: str


def as_json(shape: object) -> dict[str, object]:
    """A shape as JSON has it, one level deep: for `json.dumps`. What is None is left out."""
    kind: type = type(shape)
    return {name: value for attribute, name in _names(kind) if (value := getattr(shape, attribute)) is not None}


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    """The attributes of a shape, with the protocol's names."""
    return tuple((each.name, _camel(each.name)) for each in fields(kind))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))
