"""A finding stands at the same place whatever the format."""

import json
import re
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import unquote

from orbitcfg.commands.formats import render
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.style import Style

VERBOSE = Style(verbose=True)
Place = tuple[str, str | None, int | None, int | None]


def _by_json(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render(report, "json", VERBOSE))["diagnostics"]
    return found


def _places(report: Report) -> list[Place]:
    """Code, file, line and column of every finding, as the JSON report has them."""
    return [(each["code"], each["file"], each["line"], each["column"]) for each in _by_json(report)]


def test_concise_agrees(report: Report) -> None:
    line = re.compile(r"(?:(?P<file>.+?)(?::(?P<line>\d+):(?P<column>\d+))?: )?(?:error|warning|info)\[(?P<code>\w+)\]")
    matches = [line.match(each) for each in render(report, "concise", VERBOSE).splitlines()]
    assert [_place(each) for each in matches if each] == _places(report)


def _place(match: re.Match[str]) -> Place:
    return match["code"], match["file"], _number(match["line"]), _number(match["column"])


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def test_sarif_agrees_with_range_and_related_places(report: Report) -> None:
    run = json.loads(render(report, "sarif", VERBOSE))["runs"][0]
    results = [_physical(each["ruleId"], each["locations"][0]["physicalLocation"]) for each in run["results"]]
    expected = [
        (each["code"], each["file"], *(each[name] for name in ("line", "column", "end_line", "end_column")))
        for each in _by_json(report)
        if each["file"]
    ]
    assert results == expected
    assert [each["associatedRule"]["id"] for each in run["invocations"][0]["toolExecutionNotifications"]] == ["ORB901"]
    related = [_physical("", each["physicalLocation"])[1:4] for result in run["results"] for each in result.get("relatedLocations", ())]
    assert related == [(each["file"], each["line"], each["column"]) for finding in _by_json(report) for each in finding["related"]]


def _physical(code: str, location: dict[str, Any]) -> tuple[Any, ...]:
    region = location.get("region", {})
    numbers = (region.get(name) for name in ("startLine", "startColumn", "endLine", "endColumn"))
    return (code, unquote(location["artifactLocation"]["uri"]), *numbers)


def test_github_agrees_with_errors_first(report: Report) -> None:
    found = [_annotation(line) for line in render(report, "github", VERBOSE).splitlines()]
    order = {"error": 0, "warning": 1, "notice": 2}
    assert [kind for kind, _ in found] == sorted((kind for kind, _ in found), key=order.__getitem__)
    lines = [each["line"] == each["end_line"] for each in _by_json(report)]
    expected = [(code, file, line, column if one else None) for one, (code, file, line, column) in zip(lines, _places(report), strict=True)]
    assert sorted(map(str, (place for _, place in found))) == sorted(map(str, expected))


def _annotation(line: str) -> tuple[str, Place]:
    kind, _, rest = line.removeprefix("::").partition(" ")
    properties = dict(each.split("=", 1) for each in rest.partition("::")[0].split(","))
    return kind, (properties["title"].split()[0], properties.get("file"), _number(properties.get("line")), _number(properties.get("col")))


def test_gitlab_agrees_but_for_places_that_it_cannot_say(report: Report) -> None:
    found = [_quality(each) for each in json.loads(render(report, "gitlab", VERBOSE))]
    assert found == [(code, file or ".", line or 1, column) for code, file, line, column in _places(report)]


def _quality(issue: dict[str, Any]) -> Place:
    location = issue["location"]
    begin = location["positions"]["begin"] if "positions" in location else {"line": location["lines"]["begin"], "column": None}
    return issue["check_name"], location["path"], begin["line"], begin["column"]


def test_junit_agrees_by_line(report: Report) -> None:
    cases = ET.fromstring(render(report, "junit", VERBOSE)).iter("testcase")
    found = [(each.get("name", "").split()[0], each.get("file"), _number(each.get("line"))) for each in cases]
    assert sorted(map(str, found)) == sorted(str(place[:3]) for place in _places(report))
