"""Text that neither steers a terminal nor a build server, and is aligned."""

import re
import unicodedata
from collections.abc import Iterator

from orbitcfg.masking.steering import COMMAND, INNER_COMMAND, STEERING, is_like_command
from orbitcfg.masking.url import without_credentials

_STEERING_CHARACTER = f"[{STEERING}]"
_UNPRINTABLE = f"[\\t\\n{STEERING}]"
_NOT_OURS = rf"\x1b\[(?:0|1|2|4|(?:1;)?3[0-7])m|(?P<steering>[{STEERING}])"
"""The colours that a style or a table has, and everything else that begins as they do."""
_PIECE = 1_000_000
_PLAIN_CHARACTERS = str.maketrans({"\u2192": "->", "\u2026": "...", "\u2013": "-", "\u00d7": "x", "✓": "+", "✗": "x", "\u2018": "'", "\u2019": "'"})


def strip_control_characters(text: str) -> str:
    """The text in one line, without characters that would steer a terminal."""
    # all that steers is no printable character
    return text if text.isprintable() else re.sub(_UNPRINTABLE, lambda match: " " if match[0] in "\t\n\r" else "\ufffd", text)


def printable(text: str, *, in_color: bool = False, has_commands: bool = False) -> str:
    """An output as it may be written: no character steers the terminal but those of our own colours, and no line is a command to a build server.

    `has_commands`: the output is made of such commands, each of which was escaped where it was made.
    """
    if in_color and "\x1b" in text:
        text = re.sub(_NOT_OURS, lambda match: "\ufffd" if match["steering"] else match[0], text)
    elif not all(piece.replace("\n", "").replace("\t", "").isprintable() for piece in pieces(text)):
        text = re.sub(_STEERING_CHARACTER, "\ufffd", text)
    if is_like_command(text):
        text = re.sub(INNER_COMMAND if has_commands else COMMAND, lambda match: f"{match[0][:-1]} {match[0][-1]}", text)
    return text


def encodable(text: str, encoding: str | None) -> str:
    """The text with the nearest characters for those that an encoding lacks; None: it lacks none."""
    if encoding is None or text.isascii():
        return text
    try:
        for piece in pieces(text):
            piece.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN_CHARACTERS).encode(encoding, "replace").decode(encoding)
    return text


def pieces(text: str) -> Iterator[str]:
    """A text in parts of up to a million characters: what is made of a long one as a whole takes as much room as the text."""
    return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


def escaped(text: str) -> str:
    r"""Text of a format in which `\uXXXX` stands for a character: each that would steer a terminal, or a build server, is written so."""
    if "##" in text:
        text = re.sub(INNER_COMMAND, r"#\\u0023", text)
    return text if text.isascii() and "\x7f" not in text else re.sub(_STEERING_CHARACTER, _escape, text)


def _escape(match: re.Match[str]) -> str:
    # what has no code of four digits is written as a pair
    units = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def error_text(error: Exception) -> str:
    """What an error says, as it may be shown, each line of it by itself."""
    return without_credentials(str(error))


def wrapped(line: str, limit: int | None, *, further: int = 2) -> list[str]:
    """A sentence in lines of at most so many columns, those after the first set in further than it; as it is where no terminal is known."""
    if limit is None or len(line) <= limit:
        return [line]
    indent = " " * (len(line) - len(line.lstrip(" ")) + further)
    lines = [""]
    for word in re.findall(r" *[^ ]+", line):
        if lines[-1].strip() and width(lines[-1] + word) > limit:
            lines.append(indent + word.lstrip())
        else:
            lines[-1] += word
    return lines


def fitted(text: str, limit: int | None, *, further: int = 2) -> str:
    """Lines of sentences, each in as many as a terminal of so many columns wants."""
    if limit is None or not text:
        return text
    # at line breaks of ours alone: a name may hold others
    lines = text.removesuffix("\n").split("\n")
    return "".join(f"{part}\n" for line in lines for part in wrapped(line, limit, further=further))


def width(text: str) -> int:
    """How many columns a terminal needs for the text; our own colours need none."""
    if "\x1b" in text:
        text = re.sub(_NOT_OURS, lambda match: match["steering"] or "", text)
    return sum(_columns(character) for character in text) if not text.isascii() else len(text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
