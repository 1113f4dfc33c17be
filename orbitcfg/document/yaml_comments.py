"""The comments of a YAML text."""

import re
from collections.abc import Iterator

import yaml

from orbitcfg.document.source import Source, Span
from orbitcfg.document.yaml_loaders import FastLoader, PlainLoader, c_reads_otherwise


def comments(source: Source) -> Iterator[Span]:
    """Every comment, from its `#` to the end of its line, up to where the text stops being YAML."""
    end = 0
    try:
        # tokens, not lines: a `#` within quotes or a block is no comment
        for token in _tokens(source):
            start, token_end = token.start_mark.index, token.end_mark.index
            yield from _between(source, end, start)
            # the token of a block scalar begins at its `|`, and a comment may follow on that line
            if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
                yield from _between(source, start, _end_of_line(source.text, start))
            end = max(end, token_end)
    except yaml.YAMLError:
        return
    yield from _between(source, end, len(source.text))


def closed_stretches(source: Source) -> Iterator[Span]:
    """Where no comment can stand though a line ends there: within a text of several lines, and behind the place where the text stops being YAML."""
    end = 0
    try:
        for token in _tokens(source):
            start, end = token.start_mark.index, token.end_mark.index
            if isinstance(token, yaml.ScalarToken) and token.start_mark.line < token.end_mark.line:
                # a comment may follow the `|` of a block
                yield Span(source, _end_of_line(source.text, start) + 1 if token.style in ("|", ">") else start, end)
    except yaml.YAMLError:
        yield Span(source, end, len(source.text) + 1)


def _tokens(source: Source) -> Iterator[yaml.Token]:
    return yaml.scan(source.text, Loader=PlainLoader if c_reads_otherwise(source.text) else FastLoader)


def _between(source: Source, start: int, end: int) -> Iterator[Span]:
    """The comments of a stretch that holds no other text than the head of a block scalar."""
    while (start := source.text.find("#", start, end)) >= 0:
        stop = _end_of_line(source.text, start)
        yield Span(source, start, stop)
        start = stop


def _end_of_line(text: str, offset: int) -> int:
    match = re.compile(_LINE_END).search(text, offset)
    return match.start() if match else len(text)


# YAML 1.1 ends lines at more characters than editors do (loader §4.1)
_LINE_END = r"[\r\n\x85\u2028\u2029]"
