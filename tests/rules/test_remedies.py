"""A remedy is a promise: what `help` says to write is written, and the finding is gone, with nothing new where it stood.

Tried on every bad example of the pages and on every edge case. What is told beside a finding's own place, as a setting elsewhere, is not written here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import yaml

from orbitcfg.commands.compiled import compile_config
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.source import Span
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.compiler import targets
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import RULES
from orbitcfg.settings.model import Settings
from tests.rules.test_examples import STATIC, examples
from tests.rules.test_findings import STRICT, edge_cases
from tests.trees import example_files

_WRITE = re.compile(r"write `(?P<text>[^`]+)`(?: instead)?(?:, .*)?")
_NUMBER = re.compile(r"write (?P<text>-?\d[\d.]*)")
_SETTING = re.compile(r"(?P<path>[a-z_]+(?:\.[\w-]+)+): (?P<value>\S+)")
_OF_ANOTHER_KIND = {
    "ORB106": "the key is shown with its colon",
    "ORB401": "a key is to be added",
    "ORB603": "the begin of an address is meant",
    "ORB904": "a comment is meant",
}
"""Remedies that look as if they told a whole value or key, and what they tell instead."""

_REVEALED = {("ORB420", "ORB421"), ("ORB120", "ORB110"), ("ORB410", "ORB604")}
"""What was so before, and can be told only now that the first fault is gone: what a preset that is found replaces, a file that an import does not find, the network
of an address that could not be read."""


@dataclass(frozen=True, slots=True)
class Look:
    """The files of a case, and what is found in them."""

    files: Memory
    variables: dict[str, str]
    settings: Settings

    def found(self) -> tuple[Diagnostic, ...]:
        config = compile_config(self.files, targets(self.files, "/repo")[0], self.settings, InterpolationMode.UNKNOWN, self.variables)
        return tuple(run_rules(config, RULES).diagnostics)


def look_at(example: str) -> Look:
    files, variables = example_files(example.removeprefix(STRICT))
    return Look(files, variables, Settings(strict_env=example.startswith(STRICT)))


def remedied(look: Look, found: Diagnostic) -> Look | None:
    """The files with the remedy of a finding carried out; None where it is not one that says what to write at its place."""
    said = _WRITE.fullmatch(found.remedy) or _NUMBER.fullmatch(found.remedy)
    if said is None or not isinstance(found.place, Span) or found.code in _OF_ANOTHER_KIND:
        return None
    path, text, span = f"/{found.place.source.name}", found.place.source.text, found.place
    if path not in look.files.contents or "<" in said["text"]:
        return None
    setting = _SETTING.fullmatch(said["text"])
    if setting is not None:
        keys = setting["path"].split(".")
        path = next((name for name, content in look.files.contents.items() if _has(content, keys)), path)
        return _with(look, path, _with_setting(look.files.contents[path].decode(), keys, yaml.safe_load(setting["value"])))
    if ": " in said["text"] or not span.text or "\n" in span.text:
        return None
    is_key = text[span.end :].lstrip(" ").startswith(":")
    is_quoted = not is_key and (span.text[:1] in ("'", '"') or ("${" in said["text"] and text[: span.start].rstrip()[-1:] in ":,[{-"))
    return _with(look, path, text[: span.start] + (json.dumps(said["text"]) if is_quoted else said["text"]) + text[span.end :])


def _with(look: Look, path: str, text: str) -> Look:
    return Look(Memory({**look.files.contents, path: text.encode()}), look.variables, look.settings)


def _has(content: bytes, keys: list[str]) -> bool:
    """Whether a file has a setting."""
    try:
        holder = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError):
        return False
    for key in keys:
        if not isinstance(holder, dict) or key not in holder:
            return False
        holder = holder[key]
    return True


def _with_setting(text: str, path: list[str], value: object) -> str:
    """A file's text with a setting written in it."""
    whole = yaml.safe_load(text) or {}
    holder = whole
    for key in path[:-1]:
        if not isinstance(holder.get(key), dict):
            holder[key] = {}
        holder = holder[key]
    holder[path[-1]] = value
    return yaml.safe_dump(whole, sort_keys=False)


def broken_promises(example: str) -> Iterator[str]:
    """The remedies of a case that do not cure."""
    look = look_at(example)
    before = look.found()
    for found in before:
        after_look = remedied(look, found) if found.severity > Severity.INFO else None
        if after_look is None:
            continue
        after = after_look.found()
        if any((each.code, each.key, each.message) == (found.code, found.key, found.message) for each in after):
            yield f"{found.code} {found.remedy}: still there"
        known = {(each.code, each.key) for each in before}
        place = found.place
        assert isinstance(place, Span)
        for each in after:
            is_here = isinstance(each.place, Span) and each.place.source.name == place.source.name and each.place.begins.line == place.begins.line
            if is_here and each.severity > Severity.INFO and (each.code, each.key) not in known and (found.code, each.code) not in _REVEALED:
                yield f"{found.code} {found.remedy}: then {each.code} {each.message}"


CASES = [text for rule in STATIC for text in examples(rule, "bad")] + [text for _, text in edge_cases()]


@pytest.mark.parametrize("example", CASES)
def test_what_help_says_to_write_cures(example: str) -> None:
    assert list(broken_promises(example)) == []


def test_remedies_are_tried() -> None:
    tried = sum(remedied(look, each) is not None for text in CASES for look in [look_at(text)] for each in look.found())
    assert tried > 120
