"""What must be the same in a text before and after it was fixed."""

from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml import YAML

from orbitcfg.document.source import Source
from orbitcfg.document.yaml_comments import comments
from orbitcfg.edit.fixer import FixResult
from orbitcfg.files.store import Files, Memory
from orbitcfg.report.diagnostics import Edit

LIMIT = 10_000_000


def comments_of(text: str) -> list[str]:
    """Every comment, in order, as PyYAML's scanner bounds them."""
    return [span.text.strip() for span in comments(Source("", text))]


def ruamels_comments(text: str) -> list[str]:
    """Every comment that ruamel.yaml's scanner finds, in order of place: an oracle that knows nothing of ours."""
    found: dict[int, str] = {}
    yaml: Any = YAML()
    _, parser = yaml.get_constructor_parser(text)
    scanner = parser.scanner
    while scanner.check_token():
        for comment in _tokens(getattr(scanner.get_token(), "_comment", None)):
            found[comment.start_mark.index] = comment.value
    lines = [line.strip() for _, value in sorted(found.items()) for line in value.splitlines()]
    return [line for line in lines if line.startswith("#")]


def _tokens(comment: Any) -> list[Any]:
    if comment is None:
        return []
    if isinstance(comment, list | tuple):
        return [token for each in comment for token in _tokens(each)]
    return [comment]


def after(files: Memory, result: FixResult) -> Memory:
    """The files with the changes in them."""
    return Memory({**files.contents, **{change.path: change.new for change in result.changes}}, files.forbidden)


def assert_only_edited(old: str, new: str, edits: list[Edit]) -> None:
    """Every other stretch of the old text stands in the new one, in order."""
    position = 0
    kept, start = [], 0
    for edit in sorted(edits, key=lambda each: each.span.start):
        kept.append(old[start : edit.span.start])
        start = edit.span.end
    for stretch in [*kept, old[start:]]:
        found = new.find(stretch, position)
        assert found >= 0, stretch
        position = found + len(stretch)


def changed_lines(old: bytes, new: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines, with their line breaks, that are gone, and those that are new."""
    ours, theirs = old.splitlines(keepends=True), new.splitlines(keepends=True)
    gone, come = [], []
    for kind, start, end, other_start, other_end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += ours[start:end]
            come += theirs[other_start:other_end]
    return gone, come


def content(files: Files, path: str) -> bytes:
    """The whole content of a file."""
    return files.read(path, LIMIT)
