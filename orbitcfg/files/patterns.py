"""Patterns for paths, as in `.gitignore`. Import it where there are patterns only: pathspec takes 20 ms."""

import re
from functools import lru_cache
from typing import AnyStr

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_MAGIC = re.compile(r"[\\*?\[]")

_STAR = r"\[\^/\]\*"
_EARLIER_STAR = re.compile(rf"{_STAR}((?:(?!{_STAR})(?:\[\^/\]|[^/]))*)(?={_STAR})")
"""What pathspec makes of a `*` that another one follows in the same name, and of the text between them."""

_INNER_FOLDERS = r"\(\?:/\.\+\)\?"
_EARLIER_FOLDERS = re.compile(rf"(\(\?:\.\+/\)\?|{_INNER_FOLDERS})((?:(?!{_INNER_FOLDERS}).)+)(?={_INNER_FOLDERS})")
"""What it makes of a `**` that another one follows, and of the names between them."""


def matches(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the patterns, the last that fits deciding, mean the path or a folder above it: what is in such a folder no `!` brings back."""
    spec = _spec(patterns)
    names = path.split("/")
    folders = ("/".join(names[:depth]) + "/" for depth in range(1, len(names)))
    return any(spec.match_file(each) for each in (*folders, path))


def pattern_below(folder: str, pattern: str) -> str:
    """A pattern that is relative to a folder, as seen from where that folder's name is."""
    negation, rest = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if folder == "." or pattern.startswith("#") or not rest.strip("/"):
        return pattern
    literal_folder = _MAGIC.sub(r"\\\g<0>", folder)
    # without a slash a pattern means every depth below its folder, as in git
    any_depth = "" if "/" in rest.rstrip("/") else "**/"
    return f"{negation}/{literal_folder}/{any_depth}{rest.lstrip('/')}"


class _Pattern(GitIgnoreSpecPattern):
    """A pattern of which each wildcard but the last settles for its first match, as in Python's own fnmatch.

    `re` would try every way in which several `*` can share a name, so that a settings file of a few bytes could hang a run.
    """

    __slots__ = ()

    @classmethod
    def pattern_to_regex(cls, pattern: AnyStr) -> tuple[AnyStr | None, bool | None]:
        """The expression for a pattern, None where it matches nothing, and whether it includes or takes out."""
        try:
            regex, include = super().pattern_to_regex(pattern)
        except ValueError:  # a lone `!`, a backslash at the end: git takes them for patterns that match nothing
            return None, None
        if isinstance(regex, str):
            regex = _committed(regex)
        return regex, include


def _committed(regex: str) -> str:
    # atomic groups, which Python has since 3.11, never try a second way
    regex = _EARLIER_STAR.sub(r"(?>[^/]*?\1)", regex)
    return _EARLIER_FOLDERS.sub(lambda match: f"(?>{match[1].replace('+', '+?')}?{match[2]}(?=/))", regex)


@lru_cache(maxsize=16)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns, _Pattern, backend="simple")  # its other engines do not know atomic groups
