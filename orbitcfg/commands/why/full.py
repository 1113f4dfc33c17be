"""For people: a line a step, with its place and the text that stands there."""

from orbitcfg.catalog.meaning import describe
from orbitcfg.commands.needs import describe_need
from orbitcfg.commands.why.result import Explanation
from orbitcfg.document.masked import one_line
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import encodable, fitted

_LABEL = 12
_LEAST_EXCERPT = 20


def render(explanation: Explanation, style: Style) -> str:
    """The value, what it means, its way, newest step first, and who needs it."""
    lines = [f"{explanation.key} = {one_line(explanation.value)}" if explanation.is_set else f"{explanation.key} is not set"]
    lines += [f"  {label:<10}  {text}" for label, text in describe(explanation.meaning)]
    for link in explanation.links:
        where = ""
        if link.place:
            begins = link.place.begins
            where = f"  {link.place.source.name}:{begins.line}:{begins.column}"
        lines.append(f"  {link.kind:<10}  {link.text}{where}")
        if link.place and not link.place.source.private:
            lines.append(f"  {'':<10}  | {_excerpt(link.place.source.masked_line(link.place.begins.line).text.strip(), style)}")
    lines.append(f"  {'needed by':<10}  {describe_need(explanation.need, explanation.key)}")
    if not explanation.orbit.is_catalogued:
        lines.append(f"  {'ORBIT':<10}  {explanation.orbit}")
    return fitted("\n".join(lines) + "\n", style.width, further=_LABEL)


def _excerpt(text: str, style: Style) -> str:
    """As much of a line of a file as a terminal has room for."""
    text, sign = encodable(text, style.encoding), encodable("…", style.encoding)
    room = len(text) if style.width is None else max(style.width - _LABEL - 4, _LEAST_EXCERPT)
    return text if len(text) <= room else f"{text[: room - len(sign)]}{sign}"
