"""For programs: the published shape of `schemas/rule.schema.json`."""

from pydantic import Field, RootModel

from orbitcfg.commands.rule.result import RuleList
from orbitcfg.report.diagnostics import SeverityName
from orbitcfg.report.json import Shape, document
from orbitcfg.report.style import Style
from orbitcfg.rules._rule import Rule


class RuleShape(Shape):
    """One rule."""

    code: str = Field(description="Its code, such as ORB501.")
    name: str = Field(description="Its name, such as unknown-provider.")
    severity: SeverityName = Field(description="How bad its findings are, unless one says otherwise.")
    summary: str = Field(description="What it finds, in one line.")
    page: str = Field(description="Its page, as Markdown.")


class RulesShape(RootModel[list[RuleShape]]):
    """The result of `orbitcfg rule --format json`."""


def render(listed: RuleList, _style: Style) -> str:
    """The rules as a JSON list."""
    return document(RulesShape([_rule(each) for each in listed.rules]))


def _rule(rule: Rule) -> RuleShape:
    return RuleShape(code=rule.code, name=rule.name, severity=rule.usual_severity.label, summary=rule.summary, page=rule.page)
