"""For programs: the configuration itself, as JSON."""

from orbitcfg.commands.resolve.result import Resolution
from orbitcfg.document.masked import as_json
from orbitcfg.errors import UsageError
from orbitcfg.report.json_text import json_text
from orbitcfg.report.style import Style


def render(resolution: Resolution, style: Style) -> str:
    """The configuration as one JSON document; dates, bytes and numbers that are none become text. Raises UsageError where annotations are wanted."""
    if style.annotate:
        raise UsageError("--annotate needs YAML: JSON has no comments")
    return json_text(as_json(resolution.printable(show_secrets=style.show_secrets)))
