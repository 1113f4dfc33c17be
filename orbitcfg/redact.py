"""What of a value may be shown: one rule for every output."""

import re

MASK = "***"

_SECRET_WORDS = frozenset({"key", "apikey", "token", "secret", "password", "passphrase", "credential", "credentials", "dsn"})
_SECRET_ENDINGS = ("connection_string",)
_LAST_WORD = re.compile(r"([A-Z]?[a-z]+|[A-Z]+)$")
_URL_CREDENTIALS = re.compile(r"(?<=://)[^\s/@:'\"]*:[^\s/@'\"]+(?=@)")
_ENTRY = re.compile(
    r"""(?P<flow>[{,]\s*)?["']?(?P<name>[\w.\-]+)["']?\s*[:=]\s*+"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|(?![\[{])(?(flow)(?:\$\{[^}]*\}|[^,}\#])+|.+?))(?=\s*(?(flow)[,}\#]|(?:\s\#|$))|\s*$)"""
)
"""A key and its value in a line. Inside braces a plain value ends at a comma, elsewhere at a comment."""

_HARMLESS = re.compile(r"""["']?(?:\$\{[^}:]*(?::-)?\}|true|false|null|~|[\d.]+|\[.*|\{.*|[|>][-+\d]*|)["']?""", re.IGNORECASE)
_PLACEHOLDERS = re.compile(r"(?:\$\{[^}]*\})+")
_DEFAULT = re.compile(r":-[^}]+\}")


def is_secret_name(name: object) -> bool:
    """Whether a key or a variable is named as one that holds a secret."""
    if not isinstance(name, str):
        return False
    last = _LAST_WORD.search(name)
    return last is not None and (last[0].lower() in _SECRET_WORDS or name.lower().endswith(_SECRET_ENDINGS))


def without_credentials(text: str) -> str:
    """The text, with user and password of each URL in it masked."""
    return _URL_CREDENTIALS.sub(MASK, text) if "://" in text else text


def shown(name: object, value: object) -> object:
    """A literal value under a key, as it may be shown.

    Only text is ever a secret: numbers and lists under such names (`max_tokens`, `stop_tokens`) are not.
    """
    if not isinstance(value, str):
        return value
    if value and is_secret_name(name) and not _HARMLESS.fullmatch(value):
        return _DEFAULT.sub(f":-{MASK}}}", value) if _PLACEHOLDERS.fullmatch(value) else MASK
    return without_credentials(value)


def masked_stretches(line: str) -> list[tuple[int, int]]:
    """The stretches of a line of configuration that may not be shown, left to right."""
    stretches = [match.span("value") for match in _ENTRY.finditer(line) if is_secret_name(match["name"]) and not _HARMLESS.fullmatch(match["value"])]
    if "://" in line:
        stretches += [match.span() for match in _URL_CREDENTIALS.finditer(line)]
    return _joined(sorted(stretches))


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def masked(line: str) -> str:
    """A line of configuration as it may be shown."""
    for start, end in reversed(masked_stretches(line)):
        line = line[:start] + MASK + line[end:]
    return line


def column_in_masked(line: str, column: int) -> int:
    """Where a column (from 0) of a line stands once the line is masked."""
    shift = 0
    for start, end in masked_stretches(line):
        if column >= end:
            shift += len(MASK) - (end - start)
        elif column > start:
            return start + shift
    return column + shift
