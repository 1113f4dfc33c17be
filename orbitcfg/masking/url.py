"""What gives access wherever it stands: user and password of an address, a token in a header, an option of a command."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from orbitcfg.masking.names import HARMLESS, MASK, is_secret_name

Stretch: TypeAlias = tuple[int, int]
"""Where something to be masked begins and ends in a text."""

_PASSWORD_IN_URL = re.compile(r"://[^\s/@:'\"]*:[^\s/@'\"]+@")
_CREDENTIALS = (
    re.compile(r"(?<=://)(?!(?:\$\{\w+\}:?)+@)(?P<value>[^\s/'\"`?]+)(?=@)"),
    # the bounds keep a line without end from taking time without end
    re.compile(
        r"""(?<=://)(?P<value>[^\s/@:,'"`?\[{$]+:(?!(?:\d+|[A-Z_]*PORT|\$\w+|\{\w*\}|\$\{[^}\s]{0,64}\}\w*)(?:[/?\#,;)\]\s'"`]|$))[^\s,'"`@]{1,256})"""
        r"""(?=@(?!sha256:)[\w.\-]+(?::\d+)?(?:[/?\#,;)\]\s'"`]|$))"""
    ),
    re.compile(
        r"(?i:[?&][\w.\-]*?(?:key|token|secret|sig|signature|password|passwd|pwd|credential)=)(?:\$\{\w+(?::-)?)?(?P<value>[^&\s\"'\#`}$]*)",
    ),
    # an image's digest stands behind an `@` as well
    re.compile(r"(?<![\w/@:.$}{\-])(?!mailto:)(?P<value>[\w.+%\-]+:(?!\$\{\w+\}@)[^\s@'\"`/]+)(?=@(?!sha256:)[\w\[])"),
    # prose speaks of `bearer tokens`: such words are no token
    re.compile(r"\b(?:[Bb]earer|BEARER)\s+(?!(?:tokens?|auth\w*|schemes?|headers?|prefix|or|and|is|in|of|for)\b)(?P<value>[\w+/=.~\-]+)"),
    # likewise `Basic authentication`: a word of letters alone is none
    re.compile(r"\b(?:[Bb]asic|BASIC)\s+(?![A-Z]?[a-z]+(?:-[a-z]+)*(?![\w+/=~\-]))(?P<value>[\w+/=.~\-]{6,})"),
)
"""What gives access wherever it stands: in an address, behind a scheme of the header `Authorization`.

The second is an address whose password holds a slash, distinguished from a port and a path with `@` in it.
"""

_MAY_GIVE_ACCESS = re.compile(r"[@=]|--|[Bb]earer|BEARER|[Bb]asic|BASIC")
"""What is in every text that one of these is in, and in few others."""

_ARGUMENT = re.compile(
    r"""(?<![\w\-])--(?P<name>[A-Za-z][\w\-]*)(?:=["']?|["']?\s*,\s*["']?|["']?\s+["']?)(?P<value>\$\{[^}]*\}|(?![\-\#])[^\s"',\]]+)"""
)


def holds_password(url: str) -> bool:
    """Whether an address has a user with a password."""
    return _PASSWORD_IN_URL.search(url) is not None


def without_credentials(text: str) -> str:
    """The text with everything masked that gives access under whatever key it stands: user and password of an address, a bearer's token."""
    return mask_stretches(text, merged_stretches(sorted(credential_stretches(text)))) if _MAY_GIVE_ACCESS.search(text) else text


def shown_name(name: str) -> str:
    """A name as it may be shown: an address by mistake without its credentials. `NAME@CHOICE` is no address."""
    return without_credentials(name) if "://" in name else name


def credential_stretches(text: str) -> Iterator[Stretch]:
    """Every stretch of a text that gives access."""
    for pattern in _CREDENTIALS:
        yield from (match.span("value") for match in pattern.finditer(text) if match["value"])
    for match in _ARGUMENT.finditer(text) if "--" in text else ():
        if is_secret_name(match["name"]) and not HARMLESS.fullmatch(match["value"]):
            yield match.span("value")


def merged_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches, sorted by their start, with those that overlap made one."""
    whole: list[Stretch] = []
    for start, end in stretches:
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def mask_stretches(text: str, stretches: Sequence[Stretch]) -> str:
    """The text with each stretch masked."""
    kept, position = [], 0
    for start, end in stretches:
        kept += [text[position:start], MASK]
        position = end
    return "".join([*kept, text[position:]])
