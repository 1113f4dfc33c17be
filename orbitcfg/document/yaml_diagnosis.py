"""Why a text is no YAML, in the words of those who write it.

PyYAML reports where it gave up, which is often far behind the slip. Here the slip itself is looked for. A remedy that an edit can stand for
is tried: it is proposed where reading then comes further than the line on which it gave up.
"""

import re
from collections.abc import Callable, Iterator
from math import inf

from orbitcfg.document.odd_blanks import ODD_BLANK, blank_name
from orbitcfg.document.yaml_failure import Diagnosis, Failure, Line
from orbitcfg.document.yaml_tags import diagnose_tag
from orbitcfg.plural import counted

_MARGIN = re.compile("[\\s\u200b\u2060\ufeff]*")
_ODD_BLANK_BEHIND = re.compile(f"(?<=[:-]){ODD_BLANK}")
_DASHES = re.compile(r" *(?:- +)*")
_MARKER = re.compile(r"(?:<<<<<<<|>>>>>>>)(?: |$)")
_CLOSERS = {"[": "]", "{": "}"}
_MARGIN_TRIALS = 3
"""Each reads the text again."""


def diagnose(failure: Failure) -> Diagnosis:
    """The best that can be said of a failure."""
    return next(found for kind in _KINDS if (found := kind(failure)) is not None)


def _conflict(failure: Failure) -> Diagnosis | None:
    """Markers that a merge left behind."""
    markers = [line for line in failure.lines if _MARKER.match(line.text)]
    if not markers or markers[0].start > failure.at:
        return None
    first = markers[0]
    last = next((line for line in markers if line.number > first.number and line.text[0] == ">"), first)
    conflicts = sum(line.text[0] == "<" for line in markers)
    lines = f"lines {first.number} to {last.number}" if last is not first else f"line {first.number}"
    what = f"the conflict ({lines})" if conflicts < 2 else f"the {conflicts} conflicts, the first in {lines}"
    return Diagnosis(f"line {first.number} is a merge-conflict marker", f"resolve {what}", first.start, last.end, failure.noticed(first.start))


def _template(failure: Failure) -> Diagnosis | None:
    """Braces of Helm or Jinja where a value begins."""
    for line in failure.suspects:
        at = next((at for brace in ("{{", "{%") if (at := line.text.find(brace)) >= 0), -1)
        before = line.text[: max(at, 0)]
        if at < 0 or before.rstrip(" ")[-1:] not in ("", ":", "-", ",", "[", "{") or before.count('"') % 2 or before.count("'") % 2:
            continue
        closed = line.text.find("%}" if line.text[at + 1] == "%" else "}}", at)
        start, end = line.start + at, line.start + (closed + 2 if closed > 0 else line.length)
        braces = "{% … %}" if line.text[at + 1] == "%" else "{{ … }}"
        help_text = "render the file first, or put the value in quotes if it is meant literally"
        return Diagnosis(f"this is a template (Helm, Jinja): `{braces}` is no YAML value", help_text, start, end, failure.noticed(start))
    return None


def _tab(failure: Failure) -> Diagnosis | None:
    """A tab where YAML takes blanks alone."""
    for line in failure.suspects:
        margin = _margin(line)
        if "\t" in margin:
            start = line.start + margin.index("\t")
            tabs = len(margin) - len(margin[margin.index("\t") :].lstrip("\t")) - margin.index("\t")
            return Diagnosis("there is a tab in the indentation", "indent with blanks", start, start + tabs, failure.noticed(start))
    if failure.problem.startswith("found character '\\t'"):
        return Diagnosis("there is a tab where YAML takes blanks alone", "write a blank in place of the tab", failure.at, failure.at + 1)
    return None


def _odd_blank(failure: Failure) -> Diagnosis | None:
    """A blank that YAML takes for a letter."""
    for line in failure.suspects:
        in_margin = re.search(ODD_BLANK, _margin(line))
        match = in_margin or _ODD_BLANK_BEHIND.search(line.text)
        if match:
            start = line.start + match.start()
            where = "is in the indentation" if in_margin else f"comes after the `{line.text[match.start() - 1]}`"
            return Diagnosis(f"{blank_name(match[0])} {where}", "write an ordinary blank in its place", start, start + 1, failure.noticed(start))
    return None


def _margin(line: Line) -> str:
    match = _MARGIN.match(line.text)
    return match[0] if match else ""


def _escape(failure: Failure) -> Diagnosis | None:
    """A backslash in double quotes that begins no escape."""
    if failure.context != "while scanning a double-quoted scalar":
        return None
    start = failure.text.rfind("\\", 0, failure.at + 1)
    quoted = failure.text[start : start + 2]
    help_text = "put the value in single quotes, where a backslash is only a backslash"
    return Diagnosis(f"`{quoted}` is no escape that double quotes know", help_text, start, start + 2, quoted=quoted)


def _open_quote(failure: Failure) -> Diagnosis | None:
    """A quote that is not closed, or by the quote of another value."""
    opening = _suspect_quote(failure)
    if opening is None:
        return None
    line, quote = failure.line_at(opening), failure.text[opening]
    at_end = failure.at >= len(failure.text) or _is_unended(failure)
    before = "before the end of the file" if at_end else f"before line {failure.here.number}"
    if at_end or failure.is_cured_by(line.end, line.end, quote):
        noticed = failure.noticed(opening)
        return Diagnosis(
            f"a quote opened here is not closed {before}", f"close it with `{quote}` on line {line.number}", opening, opening + 1, noticed
        )
    return None


def _suspect_quote(failure: Failure) -> int | None:
    """The quote that begins the text which ends where the failure is."""
    if failure.context in ("while scanning a quoted scalar", "while scanning a double-quoted scalar", "while scanning a simple key"):
        begin = failure.context_at
        is_quote = begin is not None and failure.text[begin] in "'\"" and (_is_unended(failure) or failure.line_at(begin) != failure.here)
        return begin if is_quote else None
    start, end = _quote_before(failure)
    return start if end > failure.here.start and start < failure.here.start else None


def _is_unended(failure: Failure) -> bool:
    return failure.problem == "found unexpected end of stream"


def _quote_before(failure: Failure) -> tuple[int, int]:
    return next((quote for quote in reversed(failure.quotes) if quote[1] <= failure.at), (0, 0))


def _text_behind_quote(failure: Failure) -> Diagnosis | None:
    """More text where a value in quotes has ended."""
    _, end = _quote_before(failure)
    if (
        end <= failure.here.start
        or failure.text[end : failure.at].strip(" ")
        or failure.text[failure.at : failure.at + 1] in ("", "]", "}", ":", ",")
    ):
        return None
    quote = failure.text[end - 1]
    if failure.text[failure.at] in "'\"" and _bracket(failure) is not None:
        return _missing_comma(failure)
    inner = failure.text.find(quote, failure.at, failure.here.start + len(failure.here.text)) >= 0
    written = "''" if quote == "'" else f"\\{quote}"
    help_text = f"write `{written}` for a `{quote}` inside the quotes" if inner else "put the whole value in quotes"
    return Diagnosis("text follows the closing quote", help_text, end - 1, failure.word(failure.at))


def _open_bracket(failure: Failure) -> Diagnosis | None:
    """A bracket that is not closed, or by another kind of bracket."""
    opening = _bracket(failure)
    if opening is None:
        return None
    bracket, line = failure.text[opening], failure.line_at(opening)
    closer, wrong = _CLOSERS[bracket], failure.text[failure.at : failure.at + 1]
    if wrong in ("]", "}") and failure.is_cured_by(failure.at, failure.at + 1, closer):
        message = f"a `{bracket}` opened here is closed by `{wrong}`"
        return Diagnosis(message, f"write `{closer}` in place of `{wrong}`", opening, opening + 1, failure.at)
    at_end = failure.problem.endswith("'<stream end>'")
    last = failure.here if at_end else failure.above(failure.here)
    for closing in (line, last):
        if closing and closing.number >= line.number and failure.is_cured_by(closing.end, closing.end, closer):
            before = "before the end of the file" if at_end else f"before line {failure.here.number}"
            help_text = f"close it with `{closer}` on line {closing.number}"
            return Diagnosis(f"a `{bracket}` opened here is not closed {before}", help_text, opening, opening + 1, failure.noticed(opening))
    if at_end or wrong in ("]", "}"):
        return Diagnosis(f"a `{bracket}` opened here is not closed", f"close it with `{closer}`", opening, opening + 1, failure.noticed(opening))
    return None


def _bracket(failure: Failure) -> int | None:
    """The innermost bracket that is open where the failure is."""
    still_open = (start for start, end in reversed(failure.brackets) if start < failure.at and (end is None or end >= failure.at))
    return next(still_open, None)


def _missing_comma(failure: Failure) -> Diagnosis | None:
    """Something within brackets that is no next item."""
    opening = _bracket(failure)
    if opening is None or not failure.problem.startswith(("expected ','", "expected the node content")):
        return None
    bracket = failure.text[opening]
    if failure.text[failure.at : failure.at + 1] == "?" and failure.problem.startswith("expected ','"):
        what = f"within `{bracket}` a text without quotes ends before its `?`"
        return Diagnosis(what, "put the text in quotes", *_here(failure))
    help_text = "put a `,` between the items, and quotes around text that holds `: `, `,`, `[`, `]`, `{` or `}`"
    return Diagnosis(f"no item of the `{bracket}` opened on line {failure.line_at(opening).number} can stand here", help_text, *_here(failure))


def _text_behind_bracket(failure: Failure) -> Diagnosis | None:
    """A value that begins with a bracket and is no list."""
    before = failure.text[failure.here.start : failure.at].rstrip(" ")
    if before[-1:] not in ("]", "}") or not failure.problem.startswith("expected"):
        return None
    end = failure.here.start + len(before)
    opening = next((start for start, closed in reversed(failure.brackets) if closed == end - 1), end - 1)
    help_text = "put the value in quotes"
    return Diagnosis(f"text follows the closing `{before[-1]}`", help_text, opening, failure.word(failure.at), failure.noticed(opening))


def _second_colon(failure: Failure) -> Diagnosis | None:
    """`key: text: more`, where the text is meant."""
    line = failure.here
    start = line.start + line.colon + 1
    start += len(failure.text[start : line.end]) - len(failure.text[start : line.end].lstrip(" "))
    if failure.problem != "mapping values are not allowed here" or line.colon < 0 or start > failure.at:
        return None
    value = failure.text[start : line.end]
    if not failure.is_cured_by(start, line.end, "'" + value.replace("'", "''") + "'"):
        return None
    return Diagnosis("the value holds `: `, as only a key may", "put the value in quotes", start, line.end)


def _missing_blank(failure: Failure) -> Diagnosis | None:
    """`key:value` or `-item`."""
    for line in failure.suspects:
        body = line.text[: line.length]
        for mark, at in ((":", body.find(":")), ("-", line.indent)):
            if body[at : at + 1] == mark and body[at + 1 : at + 2] not in ("", " ", mark, "/"):
                start = line.start + at
                if failure.is_cured_by(start + 1, start + 1, " "):
                    help_text = f"write a blank behind the `{mark}`"
                    return Diagnosis(f"no blank follows the `{mark}`", help_text, start, start + 1, failure.noticed(start))
    return None


def _indentation(failure: Failure) -> Diagnosis | None:
    """A line that stands a little too far to the left or right."""
    line, around = failure.here, list(_around(failure, failure.here))
    if not around or _bracket(failure) is not None:
        return None
    gaps = [(each, level - line.indent) for each in around for level in reversed(_levels(each)) if level != line.indent]
    gaps.sort(key=lambda gap: (abs(gap[1]), -gap[1]))
    near = dict.fromkeys(line.indent + gap for _, gap in gaps)
    trials = [(line, level) for level in list(near)[:_MARGIN_TRIALS]] + [(other, max(other.indent - gap, 0)) for other, gap in gaps[:1]]
    reached = [(failure.reach(slip.start, slip.start + slip.indent, " " * level), slip, level) for slip, level in trials]
    # people indent by two or four, and a slip is of one blank or two
    far, slip, level = max(reached, key=lambda trial: (trial[0], trial[2] % 2 == 0, -abs(trial[1].indent - trial[2])), default=(-inf, line, 0))
    if far <= line.start + len(line.text):
        return None
    few = slip.indent - level
    help_text = f"{'remove' if few > 0 else 'add'} {'one blank' if abs(few) == 1 else counted(abs(few), 'blank')}"
    message = f"line {slip.number} is indented by {slip.indent}, {_neighbours(failure, slip, level)} by {level}"
    return Diagnosis(message, help_text, slip.start, slip.start + (slip.indent or slip.length), failure.noticed(slip.start))


def _around(failure: Failure, line: Line) -> Iterator[Line]:
    """The line above a line and those that either may stand in, from the inside out."""
    bound = inf
    for each in reversed(failure.lines[: line.number - 1]):
        if bound == 0:
            return
        if each.is_content and each.indent < bound:
            yield each
            bound = each.indent


def _levels(line: Line) -> tuple[int, ...]:
    """Where what belongs to a line may begin: its first word, and what stands behind its dashes."""
    dashes = _DASHES.match(line.text)
    return (line.indent, dashes.end()) if dashes else (line.indent,)


def _neighbours(failure: Failure, line: Line, level: int) -> str:
    """The lines around one that stand at a level."""
    above = failure.above(line)
    below = next((each for each in failure.lines[line.number :] if each.is_content), None)
    near = [each for each in (above, below) if each is not None and each.indent == level]
    match near:
        case [_, _]:
            return "its neighbours"
        case [only]:
            return f"line {only.number}"
    return "the lines that it belongs to"


def _no_key(failure: Failure) -> Diagnosis | None:
    """A line among keys that has none."""
    line = failure.above(failure.here)
    match failure.problem, failure.context_at:
        case "could not find expected ':'", int() as began:
            line = failure.line_at(began)
        case "mapping values are not allowed here", _ if line is not None and line.indent == failure.here.indent:
            pass
        case _:
            return None
    if line is None or line.colon >= 0 or line.text.lstrip().startswith("- "):
        return None
    help_text = "write it as `key: value`, or indent it further if it goes on with the line above"
    start = line.start + line.indent
    return Diagnosis(f"line {line.number} is no `key: value`", help_text, start, line.end, failure.noticed(start))


def _reserved(failure: Failure) -> Diagnosis | None:
    """A value that begins with a character which means something else to YAML."""
    start = failure.at if failure.context_at is None else failure.context_at
    match failure.text[start : start + 1], failure.context:
        case ("@" | "`" | "%") as sign, "while scanning for the next token":
            return Diagnosis(f"no value can begin with {'a backquote' if sign == '`' else f'`{sign}`'}", "put the value in quotes", *_here(failure))
        case ("*" | "&") as sign, "while scanning an alias" | "while scanning an anchor":
            kind = "an alias" if sign == "*" else "an anchor"
            return Diagnosis(
                f"a value that begins with `{sign}` is {kind}, and this is no name of one", "put the value in quotes", start, failure.word(start)
            )
        case ("|" | ">") as sign, "while scanning a block scalar":
            help_text = "put the value in quotes, or move the text to the lines below"
            return Diagnosis(f"behind `{sign}` the text begins on the next line", help_text, start, failure.line_at(start).end)
        case "!", context if "tag" in context:
            return Diagnosis(
                "a value that begins with `!` has a tag, and this is no name of one", "put the value in quotes", start, failure.word(start)
            )
    return None


_NAMED = (
    (re.compile(r"found undefined alias '(.*)'"), "`{}` is no anchor of the lines above", "put the value in quotes, or define the anchor above"),
    (re.compile(r"found undefined tag handle '(.*)'"), "`{}` begins no tag that is known here", "put the value in quotes"),
)


def _named(failure: Failure) -> Diagnosis | None:
    """An alias or a tag that does not exist."""
    for pattern, message, help_text in _NAMED:
        match = pattern.fullmatch(failure.problem)
        if match:
            return Diagnosis(message.format(match[1]), help_text, *_here(failure), quoted=match[1])
    return None


def _unfit(failure: Failure) -> Diagnosis | None:
    """A value that is none of its type."""
    if not failure.problem.startswith("this cannot be read as"):
        return None
    tagged = failure.text.startswith("!", failure.at)
    return Diagnosis(failure.problem, "remove the tag" if tagged else "put the value in quotes", *_here(failure))


def _anchor_twice(failure: Failure) -> Diagnosis | None:
    """Two anchors of one name."""
    if failure.problem != "second occurrence":
        return None
    first = failure.here.number if failure.context_at is None else failure.line_at(failure.context_at).number
    return Diagnosis(f"this anchor has the name of the one on line {first}", "give it a name of its own", *_here(failure))


_WORDINGS = (
    ("mapping values are not allowed", "there is a `: ` where no key can be", "put text that holds `: ` in quotes"),
    ("could not find expected ':'", "this begins like a key, and no `: ` follows", "write it as `key: value`"),
    ("sequence entries are not allowed", "a list cannot begin here", "move the `-` to a line of its own below the key"),
    ("mapping keys are not allowed", "a `?` cannot be here", "put the value in quotes"),
    ("expected <block end>", "this line belongs to nothing above it", "indent it like its neighbours"),
    ("expected the node content", "a value is missing before this", "put text that begins with `,`, `-`, `?`, `]` or `}` in quotes"),
    ("expected '<document start>'", "the file has ended before this", "indent it like the lines above, or remove it"),
    ("found incompatible YAML document", "ORBIT reads YAML 1.1 alone", "remove the `%YAML` line"),
    ("expected a mapping", "`<<` takes a mapping, or a list of mappings", "write an alias of a mapping behind `<<:`"),
    ("a list or a mapping cannot be a key", "a list or a mapping cannot be a key", "put text that begins with `[` or `{` in quotes"),
    ("this cannot be a key", "this cannot be a key", "write a plain text as key"),
)


def _reworded(failure: Failure) -> Diagnosis:
    """What PyYAML says itself, in our words where there are some."""
    for problem, message, help_text in _WORDINGS:
        if failure.problem.startswith(problem):
            return Diagnosis(message, help_text, *_here(failure))
    detail = ", ".join(part for part in (failure.context, failure.problem) if part)
    return Diagnosis(detail, "put the value in quotes", *_here(failure))


def _here(failure: Failure) -> tuple[int, int]:
    return failure.at, failure.word(failure.at)


_KINDS: tuple[Callable[[Failure], Diagnosis | None], ...] = (
    _conflict,
    _template,
    _tab,
    _odd_blank,
    _open_quote,
    _escape,
    _text_behind_quote,
    _open_bracket,
    _missing_comma,
    _text_behind_bracket,
    _second_colon,
    _missing_blank,
    _no_key,
    _indentation,
    _reserved,
    diagnose_tag,
    _named,
    _unfit,
    _anchor_twice,
    _reworded,
)
"""The surest first: a character that cannot stand there, then what a trial can show, then what PyYAML says."""
