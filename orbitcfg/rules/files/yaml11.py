"""Plain text that YAML 1.1 reads otherwise than a person."""

import re
from collections.abc import Iterator
from datetime import date

from orbitcfg.document.events import Reinterpreted
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Edit, Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_LONGEST_KEY = 200
"""Characters before a value in which its key is looked for."""


@rule("ORB106", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="texts that YAML 1.1 reads in its own way")
def yaml_surprise(config: Config) -> Iterator[Finding]:
    """Plain text is not what it looks like, since ORBIT reads YAML 1.1.

    `0644` is 420, `12:30` is 750, `1e5` and `0o17` stay text, the key `on:` is the key `true` (warning). `yes`, `no`, `on` and `off` are
    booleans, an unquoted date is a date, and a version `3.10` is the number 3.1 (info, as each may be meant).

    ```yaml bad
    performance:
      keep_alive_timeout: 030
    ```

    ```yaml bad
    inference:
      shimmy: {enabled: yes, base_url: "http://localhost:11435", model: m}
    ```

    ```yaml good
    performance:
      keep_alive_timeout: 24
    ```
    """
    for event in config.events_of(Reinterpreted):
        finding = _as_key(event, event.text) if event.is_key else _as_value(event, event.text)
        if finding:
            yield finding


def _as_key(event: Reinterpreted, text: str) -> Finding | None:
    if not isinstance(event.value, bool):
        return None
    return Finding(f"the key `{text}` is read as the boolean {str(event.value).lower()}", event.span, f'write `"{text}":`')


def _as_value(event: Reinterpreted, text: str) -> Finding | None:
    match event.value:
        case bool(value):
            word = str(value).lower()
            fix = Fix((Edit(event.span, word),), safe=True) if event.span.text == text else None
            return _info(event, f"`{text}` is the boolean {word}", f'write `{word}`, or `"{text}"` if text is meant', fix)
        case str():
            return Finding(f"`{text}` stays text: it is no number in YAML 1.1", event.span, f"write {_as_number(text)}")
        case date():
            return _info(event, f"`{text}` is read as a date", f'write `"{text}"` if text is meant')
        case float(value) if ":" not in text:
            return _version(event, text, value)
        case int(value) if re.fullmatch(r"[-+]?0[0-7_]+|[-+]?[0-9_]+(:[0-5]?[0-9])+", text):
            base = "base 60" if ":" in text else "octal"
            return Finding(f"`{text}` is read as {base}: it is {value}", event.span, f'write `{value}`, or `"{text}"` if text is meant')
        case float(value):
            return Finding(f"`{text}` is read as base 60: it is {value}", event.span, f'write `"{text}"` if text is meant')
    return None


def _version(event: Reinterpreted, text: str, value: float) -> Finding | None:
    """A number that loses its last zero, where the key says that the zero counts."""
    start = event.span.start
    before = event.span.source.text[start - min(event.span.begins.column - 1, _LONGEST_KEY) : start]
    is_cut = re.fullmatch(r"\d+\.\d*0", text)
    if not is_cut or not re.search(r"(version|release|tag|model)[\w-]{0,60}[\"']?\s{0,60}:\s{0,60}$", before, re.IGNORECASE):
        return None
    return _info(event, f"`{text}` is read as the number {value}", f'write `"{text}"` if text is meant')


def _info(event: Reinterpreted, message: str, help_text: str, fix: Fix | None = None) -> Finding:
    return Finding(message, event.span, help_text, severity=Severity.INFO, fix=fix)


def _as_number(text: str) -> str:
    if text.lower().startswith("0o"):
        return f"`{int(text, 8)}`"
    if "e" in text.lower() and abs(float(text)) < 1e15:
        return f"`{float(text)!r}` if a number is meant"
    return f"`{text.lstrip('0') or '0'}` if a number is meant" if text.isdecimal() else "a plain number"


RULES = (yaml_surprise,)
