"""What gives access in an address: its user and password; and everything that gives access in a text, under whatever key it stands."""

import re
from collections.abc import Iterator
from functools import lru_cache

from orbitcfg.masking.names import is_harmless, looks_made
from orbitcfg.masking.pairs import pair_stretches
from orbitcfg.masking.stretches import Stretch, mask_stretches, merged_stretches
from orbitcfg.masking.tokens import SHORTEST_TOKEN, token_stretches

MAX_USER_INFO = 256
"""So long a user and a password may be: a line without end shall not take time without end."""

_PASSWORD_IN_URL = re.compile(r"://[^\s/@:'\"]*+:[^\s/@'\"]++@")
# what follows is text: hardly any text comes to these, and `re` compiles each for the first that does
_PLAIN_USER_INFO = r"(?!(?:\$\{\w+\}:?)+@)(?P<value>[^\s/'\"`?#]+)(?=@)"
_HOST = r"(?!sha256:)[\w.\-]{1,255}+(?::\d{1,5})?(?:[/?\#,;)\]}\s'\"`]|$)"
_PORT = r"(?:\d+|[A-Z_]*PORT|\$\w+|\{\w*\}|\$\{[^}\s]{0,64}\}\w*)(?:[/?\#,;)\]\s'\"`]|$)"
_ODD_USER_INFO = rf"(?P<value>[^\s/@:,'\"`?\[{{$]{{0,128}}:(?!{_PORT})(?:(?!://)[^\n]){{1,{MAX_USER_INFO}}}?)(?=@{_HOST})"
"""A password with a slash, a blank, a quote in it, distinguished from a port and a path with `@` in it."""

_LIKE_A_PORT = rf"(?P<value>[^\s/@:,'\"`?\[{{$]{{1,128}}:\d{{1,5}}[/?\#](?P<rest>[^\s/@'\"`]{{1,{MAX_USER_INFO}}}))(?=@{_HOST})"
"""A password that begins as a port does."""

_MORE_USER_INFO = rf"@[^\s@/?\#'\"`.:]{{1,64}}/[^\s@'\"`?\#]{{1,64}}(?=@{_HOST})"
"""What follows the first `@` of a password that has another one, and a slash: no host, since it has neither a dot nor a port."""

_USER_AT_HOST = (
    # an image's digest stands behind an `@` as well
    rf"(?<![\w/@:.$}}{{\-])(?!mailto:)(?P<value>[\w.+%\-]{{1,128}}:(?!\$\{{\w+\}}@)[^\s@'\"`/]{{1,{MAX_USER_INFO}}})(?=@(?!sha256:)(?!\d++(?![\w.]))[\w\[])"
)
_USER_OF_ORACLE = r"(?<![\w/.\-])\w{1,30}+/(?P<value>[^\s/@:'\"]{1,128}+)(?=@(?!sha256:)(?://)?[\w.\-]{1,255}+[:/]\w)"
"""As Oracle has it: `scott/tiger@host:1521/ORCL`."""

_USER_ALONE = r"[a-z]{1,12}"
"""A name that logs nobody in: `ssh://git@…`."""

_SCHEMES = (
    # prose speaks of `bearer tokens`: such words are no token
    r"\b(?:[Bb]earer|BEARER)\s{1,8}+(?!(?:tokens?|auth\w*|schemes?|headers?|prefix|or|and|is|in|of|for)\b)(?P<value>[\w+/=.~\-]++)",
    # likewise `Basic authentication`: a word of letters alone is none
    r"\b(?:[Bb]asic|BASIC)\s{1,8}+(?![A-Z]?[a-z]+(?:-[a-z]+)*(?![\w+/=~\-]))(?P<value>[\w+/=.~\-]{6,}+)",
    # a default stands where the token belongs
    r"\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s{1,8}+\$\{\w{1,80}+:?-(?P<value>[^}]++)(?=\})",
)
_MAY_HOLD_SCHEME = re.compile(r"(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s")


_PLAIN_NAME = re.compile(r"[\w.\-]*+")


def holds_password(url: str) -> bool:
    """Whether an address has a user with a password."""
    return _PASSWORD_IN_URL.search(url) is not None


def without_credentials(text: str) -> str:
    """The text with everything masked that gives access under whatever key it stands: user and password of an address, a bearer's token."""
    found = sorted(credential_stretches(text))
    return mask_stretches(text, merged_stretches(found)) if found else text


@lru_cache(maxsize=4096)
def shown_name(name: str) -> str:
    """A name as it may be shown: an address or a token that stands there by mistake is masked. `NAME@CHOICE` is no address."""
    if not _PLAIN_NAME.fullmatch(name):
        return without_credentials(name)
    found = list(token_stretches(name))
    return mask_stretches(name, merged_stretches(found)) if found else name


def credential_stretches(text: str) -> Iterator[Stretch]:
    """Every stretch of a text that gives access."""
    if len(text) < SHORTEST_TOKEN and text.isalnum():
        # a word, as most values are
        return
    if "@" in text:
        yield from _user_infos(text)
    if _MAY_HOLD_SCHEME.search(text):
        yield from (match.span("value") for scheme in _SCHEMES for match in re.finditer(scheme, text) if not is_harmless(match["value"]))
    yield from pair_stretches(text)
    yield from token_stretches(text)


def _user_infos(text: str) -> Iterator[Stretch]:
    start = text.find("//")
    while start >= 0:
        for pattern in (_PLAIN_USER_INFO, _LIKE_A_PORT, _ODD_USER_INFO):
            match = re.compile(pattern).match(text, start + 2)
            if match and re.fullmatch(_USER_ALONE, match["value"]):
                break
            more = re.compile(_MORE_USER_INFO).match(text, match.end()) if match and pattern is _PLAIN_USER_INFO else None
            if match and more:
                yield match.start("value"), more.end()
                break
            if match and (pattern is not _LIKE_A_PORT or looks_made(match["rest"])):
                yield match.span("value")
                break
        start = text.find("//", start + 2)
    for anywhere in (_USER_AT_HOST, _USER_OF_ORACLE):
        yield from (match.span("value") for match in re.finditer(anywhere, text))
