"""MongoDB and Elasticsearch templates: queries that fall back to everything."""

import json
from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, Scalar, Sequence
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.jinja import JinjaFault, Output, TextRange
from orbitcfg.effective.intent.jinja_expression import Filtered, Name
from orbitcfg.effective.intent.payload import Payload
from orbitcfg.effective.intent.template import NUMBERS, Parameter, Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template, kind_of
from orbitcfg.rules.templates.payloads import is_json, snippet_span, text_payload
from orbitcfg.suggest import nearest

TEXTS = frozenset({"string", "enum", "str", "text", "date", "datetime"})
FIND_KEYS = frozenset({"filter", "projection", "sort", "limit", "skip"})
"""What ORBIT reads of a query that finds or counts."""

QUERY_TYPES = ("find", "count", "aggregate")
_REMEDIES = (
    ("Expecting property name", "write the key in double quotes"),
    ("Expecting value", "write a text in double quotes, a number, a list, a mapping, `true`, `false` or `null`"),
    ("Expecting ',' delimiter", "write a comma between the two"),
    ("Expecting ':' delimiter", "write a colon behind the key"),
    ("Extra data", "remove what is behind the bracket that closes it"),
    ("Unterminated string", "close the quote"),
)
"""What to do where the reader of JSON says so."""

_EVERYTHING = {"mongodb": "the whole collection", "elasticsearch": "the whole index"}


@rule("ORB028", consequence=Consequence.MISLEADS)
def asks_for_everything(config: Config) -> Iterator[Finding]:
    """A MongoDB or Elasticsearch query cannot be read, so everything is asked for in its place.

    The payload must be a text that is JSON once it is rendered. A mapping, a comma too many, single quotes, or a text without quotes fails, and ORBIT goes on with an empty filter, or with `match_all`: the answer
    is made from whatever comes first, and nobody is told. So it does with a MongoDB query that has conditions and no `filter`, or a `pipeline` and no `query_type: aggregate`. `{{ name | tojson }}` brings its own quotes, also for values with a quote in them.

    ```yaml bad
    # base: films
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [films from Rome]
        parameters: [{name: city, required: true}]
        mongodb_query:
          filter: {city: "{{city}}"}
    ```

    ```yaml good
    # base: films
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [films from Rome]
        parameters: [{name: city, required: true}]
        mongodb_query: '{"filter": {"city": {{ city | tojson }}}}'
    ```
    """
    yield from by_template(config, _everything, "mongodb", "elasticsearch")


def _everything(each: IntentAdapter, template: Template) -> Iterator[Found]:
    key = template.payload(each.kind.payload)
    node = None if key is None else template.get(key)
    if key is None or node is None:
        return
    is_sum = template.value("query_type") == "aggregate" and each.kind.family == "mongodb"
    consequence = Consequence.DIFFERENT if is_sum else None
    goes_on = "nothing is found" if is_sum else f"{_EVERYTHING[each.kind.family]} is asked for"
    if isinstance(node, Mapping | Sequence) or (isinstance(node, Scalar) and node.value and not isinstance(node.value, str)):
        yield Found(
            f"{template.label}: `{key}` is {kind_of(node)}, and no text, so {goes_on}",
            template.key_span(key),
            f"write `{key}: |` and the query as JSON below it",
            consequence=consequence,
        )
        return
    payload = text_payload(each, template)
    if payload is None or isinstance(payload.parts, JinjaFault) or payload.undeclared:
        return
    fault = _json_fault(payload)
    if fault is not None:
        why, remedy = fault
        yield Found(
            f"{template.label}: `{key}` is no JSON once it is rendered, as {why}, so {goes_on}",
            template.key_span(key),
            remedy,
            consequence=consequence,
        )

    elif each.kind.family == "mongodb" and not is_sum:
        yield from _without_filter(template, payload)


def _without_filter(template: Template, payload: Payload) -> Iterator[Found]:
    """A query that names no filter, and yet means one."""
    value = payload_value(payload)
    others = [key for key in value if key not in FIND_KEYS] if isinstance(value, dict) and "filter" not in value else []
    if "pipeline" in others:
        yield Found(
            f"{template.label}: a `pipeline` counts only where `query_type` is `aggregate`, so {_EVERYTHING['mongodb']} is asked for",
            template.key_span(payload.key),
            "write `query_type: aggregate`",
        )
    elif others:
        yield Found(
            f"{template.label}: its query has `{others[0]}`, and no `filter`, so {_EVERYTHING['mongodb']} is asked for",
            template.key_span(payload.key),
            'write `{"filter": {…}}` around the conditions',
        )


def payload_value(payload: Payload) -> object:
    """What a payload is as JSON; None where that depends on values."""
    text = _written(payload)
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_fault(payload: Payload) -> tuple[str, str] | None:
    """Why a rendered payload is no JSON, and what to do; None where it is, or where that depends on values."""
    bare = next(_unquoted(payload), None)
    if bare is not None:
        return f"the text `{bare}` has no quotes", f"write `{{{{ {bare} | tojson }}}}`, which brings them"
    quoted = next(_quoted_twice(payload), None)
    if quoted is not None:
        return f"`{quoted}` adds quotes of its own, inside of quotes", f"remove the quotes around `{quoted}`"
    text = _written(payload)
    if text is None:
        return None
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        why, remedy = _reason(error)
        return f"it has {why} on its line {error.lineno}", remedy
    except (ValueError, RecursionError):
        return None
    return None


def _reason(error: json.JSONDecodeError) -> tuple[str, str]:
    """What is wrong with a text that is no JSON, and what to do."""
    if error.pos >= len(error.doc.rstrip()):
        return "a fault at its end", "close every bracket and every quote"
    around = error.doc[max(error.pos - 1, 0) : error.pos + 1].strip()
    if error.doc[error.pos : error.pos + 1] == "'":
        return "single quotes", "write double quotes"
    before = error.doc[: error.pos].rstrip()
    if before.endswith(",") and error.doc[error.pos : error.pos + 1] in "]}":
        return "a comma before a bracket that closes", "remove the comma"
    return f"a fault at `{around}`", next((remedy for begin, remedy in _REMEDIES if error.msg.startswith(begin)), "write JSON there")


def _unquoted(payload: Payload) -> Iterator[str]:
    """Texts that are written without quotes."""
    in_quotes = False
    parameters = {each.name: each for each in payload.template.parameters}
    for piece in payload.first.pieces:
        if isinstance(piece, str):
            in_quotes ^= _quotes(piece) % 2 == 1
        elif not in_quotes and isinstance(piece.expression, Name):
            parameter = parameters.get(piece.expression.name)
            if parameter is not None and (_is_text(parameter) or _is_list_of_texts(parameter)):
                yield parameter.name


def quoted_outputs(payload: Payload) -> Iterator[Output]:
    """The values that are written in between quotes."""
    in_quotes = False
    for piece in payload.first.pieces:
        if isinstance(piece, str):
            in_quotes ^= _quotes(piece) % 2 == 1
        elif in_quotes:
            yield piece


def _quoted_twice(payload: Payload) -> Iterator[str]:
    """Texts that are written with their quotes in between quotes."""
    texts = {each.name for each in payload.template.parameters if each.kind in TEXTS}
    for piece in quoted_outputs(payload):
        if isinstance(piece.expression, Filtered) and piece.expression.filter in ("tojson", "json"):
            value = piece.expression.value
            if isinstance(value, Name) and value.name in texts:
                yield value.name


def _quotes(text: str) -> int:
    return text.replace('\\"', "").count('"')


def _is_text(parameter: Parameter) -> bool:
    """Whether a value is sure to be a text that is no JSON by itself."""
    if parameter.kind not in TEXTS:
        return False
    given = [parameter.value("default"), parameter.value("example")]
    values = parameter.value("allowed_values")
    given += values if isinstance(values, list) else []
    return not any(isinstance(each, int | float | list | dict) or (isinstance(each, str) and is_json(each)) for each in given)


def _is_list_of_texts(parameter: Parameter) -> bool:
    """Whether a value is sure to be a list of texts: outside of JSON's filter it is written as Python has it."""
    given = [parameter.value("default"), parameter.value("example"), parameter.value("allowed_values")]
    listed = [item for each in given if isinstance(each, list) for item in each]
    return parameter.kind == "array" and bool(listed) and all(isinstance(each, str) for each in listed)


def _written(payload: Payload) -> str | None:
    """The text with something in the place of each value; None where its form depends on values."""
    if not payload.first.exact:
        return None
    written: list[str] = []
    in_quotes = False
    for piece in payload.first.pieces:
        text = piece if isinstance(piece, str) else "x" if in_quotes else _stand_in(payload, piece)
        if text is None:
            return None
        written.append(text)
        in_quotes ^= _quotes(text) % 2 == 1
    return "".join(written)


def _stand_in(payload: Payload, piece: Output) -> str | None:
    expression = piece.expression
    if getattr(expression, "filter", None) in ("tojson", "json"):
        return '"x"'
    if isinstance(expression, Name):
        kinds = {each.kind for each in payload.template.parameters if each.name == expression.name}
        return "1" if kinds and kinds <= NUMBERS else None
    return None


@rule("ORB029", consequence=Consequence.DEGRADED)
def query_type_unknown(config: Config) -> Iterator[Finding]:
    """A MongoDB template is of a type that ORBIT does not run.

    `query_type` is `find`, `count` or `aggregate`; an aggregation is a mapping with a `pipeline`, and a list by itself gives no rows.

    ```yaml bad
    # base: films
    # file: utils/templates.yaml
    templates:
      - id: cities
        nl_examples: [which cities are there]
        query_type: distinct
        mongodb_query: '{"filter": {}}'
    ```

    ```yaml good
    # base: films
    # file: utils/templates.yaml
    templates:
      - id: cities
        nl_examples: [which cities are there]
        query_type: aggregate
        mongodb_query: '{"pipeline": [{"$group": {"_id": "$city"}}]}'
    ```
    """
    yield from by_template(config, _type_unknown, "mongodb")


def _type_unknown(each: IntentAdapter, template: Template) -> Iterator[Found]:
    kind = template.value("query_type") if template.has("query_type") else "find"
    if kind not in QUERY_TYPES:
        meant = nearest(str(kind), QUERY_TYPES, cutoff=0.5)
        yield Found(
            f"{template.label} never works: ORBIT runs no query of type `{kind}`",
            template.value_span("query_type"),
            f"write `{meant}`" if meant else "write `find`, `count` or `aggregate`",
        )
        return
    payload = text_payload(each, template)
    if payload is None or isinstance(payload.parts, JinjaFault):
        return
    value = payload_value(payload)
    if isinstance(value, list) or (kind == "aggregate" and isinstance(value, dict) and not value.get("pipeline")):
        yield Found(
            f"{template.label} never finds anything: its query is no mapping{' with a `pipeline`' if kind == 'aggregate' else ''}",
            snippet_span(payload, _first_line(payload)),
            'write `{"pipeline": […]}`' if kind == "aggregate" else 'write `{"filter": {…}}`',
            consequence=Consequence.DIFFERENT,
        )


def _first_line(payload: Payload) -> TextRange:
    """The first line of a payload."""
    return TextRange(0, len(payload.text.partition("\n")[0]))


RULES = (asks_for_everything, query_type_unknown)
