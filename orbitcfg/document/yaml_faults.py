"""Why a text cannot be read as YAML, as a fault with its cause and its cure."""

import yaml
from yaml.composer import ComposerError

from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Source, Span
from orbitcfg.document.yaml_loaders import YAML_TAG, FastLoader
from orbitcfg.limits import MAX_DEPTH


def fault_of(source: Source, error: yaml.YAMLError) -> FileFault:
    """The fault of what a parser raised."""
    # no marks here: PyYAML's reader knows the position of the character alone
    if isinstance(error, yaml.reader.ReaderError):
        return _character_fault(source, error)
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return FileFault(FileProblem.SYNTAX, source, str(error))
    offset = min(error.problem_mark.index, len(source.text))
    # PyYAML has no class of its own for a second document: its text is the only sign
    if isinstance(error, ComposerError) and error.problem == "but found another document":
        return FileFault(FileProblem.SEVERAL_DOCUMENTS, Span(source, offset, min(offset + 3, len(source.text))))
    context_at = error.context_mark.index if error.context_mark else None
    return diagnosed(source, error.problem or "", offset, error.context or "", context_at)


def _character_fault(source: Source, error: yaml.reader.ReaderError) -> FileFault:
    """The fault of a character that YAML forbids, or of a text in which every other one is."""
    character = error.character if isinstance(error.character, str) else chr(error.character)
    if "\0" in source.text[:2]:
        return FileFault(FileProblem.ENCODING, source, "UTF-16")
    span = Span(source, error.position, error.position + 1)
    return FileFault(FileProblem.SYNTAX, span, f"the character U+{ord(character):04X} is not allowed in YAML", "remove the character")


def diagnosed(source: Source, problem: str, at: int, context: str = "", context_at: int | None = None) -> FileFault:
    """A syntax error with its cause. Looking for it costs as much as reading: it is done only here."""
    from orbitcfg.document.yaml_diagnosis import diagnose
    from orbitcfg.document.yaml_failure import Failure

    quotes, brackets = _quotes_and_brackets(source.text, at)
    found = diagnose(Failure(source.text, problem, at, context, context_at, quotes, brackets, _fails_at))
    noticed = None if found.noticed is None else Span(source, found.noticed, min(found.noticed + 1, len(source.text)))
    return FileFault(FileProblem.SYNTAX, Span(source, found.start, found.end), found.message, found.help, noticed, found.quoted)


def _quotes_and_brackets(text: str, at: int) -> tuple[list[tuple[int, int]], list[tuple[int, int | None]]]:
    """Where texts in quotes and brackets begin and end, up to an offset; None for the end of a bracket that is open there."""
    quotes: list[tuple[int, int]] = []
    brackets: dict[int, int | None] = {}
    still_open: list[int] = []
    try:
        for token in yaml.scan(text, Loader=FastLoader):
            start = token.start_mark.index
            if start > at or len(still_open) > MAX_DEPTH:
                break
            match token:
                case yaml.ScalarToken(style="'" | '"'):
                    quotes.append((start, token.end_mark.index))
                case yaml.FlowSequenceStartToken() | yaml.FlowMappingStartToken():
                    still_open.append(start)
                    brackets[start] = None
                case yaml.FlowSequenceEndToken() | yaml.FlowMappingEndToken() if still_open:
                    brackets[still_open.pop()] = start
    except yaml.YAMLError:
        pass
    return quotes, list(brackets.items())


def _fails_at(text: str) -> int | None:
    """Where a text stops being YAML that can be read, None where it is some to its end."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=FastLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:  # the time for brackets in brackets grows as the square of their number
                return event.start_mark.index if event.start_mark else 0
    except yaml.MarkedYAMLError as error:
        return error.problem_mark.index if error.problem_mark else 0
    except yaml.YAMLError:
        return 0
    return None


def unfit(tag: str) -> str:
    """What is wrong with a value that its tag does not fit, in place of Python's words."""
    name = tag.removeprefix(YAML_TAG)
    return "this cannot be read as a date: there is no such day or time" if name == "timestamp" else f"this cannot be read as `{name}`"
