"""Templates of Firecrawl and of agents."""

import json
import re
from collections.abc import Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, child, value_at
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.first_rendering import DOMAIN_NAMES
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template, kind_of, remedy_for
from orbitcfg.rules.templates.payloads import is_function
from orbitcfg.suggest import nearest

BUILTINS: dict[str, dict[str, tuple[str, ...]]] = {
    "calculator": {
        "percentage": ("value", "total"),
        "add": ("values",),
        "subtract": ("a", "b"),
        "multiply": ("values",),
        "divide": ("a", "b"),
        "average": ("values",),
        "round": ("value",),
    },
    "date_time": {
        "now": (),
        "format": ("date", "format_string"),
        "diff": ("date1", "date2"),
        "add_days": ("date", "days"),
        "parse": ("date_string",),
    },
    "json_transform": {
        "filter": ("data", "field", "operator", "value"),
        "sort": ("data", "field"),
        "select": ("data", "fields"),
        "aggregate": ("data", "field", "operation"),
    },
}
"""The functions that agents have, and what each of their operations must be given."""

_MARK = re.compile(r"\{\{\s*([^\W\d]\w*)\s*\}\}")
_NUMBERS = frozenset({"number", "num", "float", "integer", "int"})


@rule("ORB031", consequence=Consequence.DEGRADED)
def page_unknown(config: Config) -> Iterator[Finding]:
    """A Firecrawl template does not say which page to read.

    The address is a parameter `url`, or `url_mapping.url`, or `url` in `request_body`, which is a JSON text here. A mapping as `request_body`, and a text as `url_mapping`, fail. With the
    address in a parameter and neither of the two, only a parameter `formats` says in which form the page is wanted, and without one no answer can be read.

    ```yaml bad
    # base: pages
    # file: utils/templates.yaml
    templates:
      - id: news
        nl_examples: [what is new]
        url_mapping: {news: "https://example.org/news"}
    ```

    ```yaml good
    # base: pages
    # file: utils/templates.yaml
    templates:
      - id: news
        nl_examples: [what is new]
        url_mapping: {url: "https://example.org/news"}
    ```
    """
    yield from by_template(config, _page_unknown, "firecrawl")


def _page_unknown(each: IntentAdapter, template: Template) -> Iterator[Found]:
    del each
    has_parameter = "url" in template.declared
    mapping, body = template.get("url_mapping"), template.get("request_body")
    remedy = "name the page under `url_mapping.url`"
    if mapping is not None and not isinstance(mapping, Mapping):
        if not has_parameter:
            yield Found(f"{template.label} never works: `url_mapping` is {kind_of(mapping)}", template.key_span("url_mapping"), remedy)
        return
    if has_parameter and mapping is None and not _text(body) and not isinstance(body, Mapping | Sequence) and "formats" not in template.declared:
        yield Found(
            f"every answer of {template.label} is an error text: without `url_mapping` and `request_body` it asks for no format",
            template.span,
            "write `url_mapping: {}`, or add a parameter `formats`",
        )
    if has_parameter or (mapping is not None and value_at(mapping, ("url",))):
        if mapping is None and isinstance(body, Mapping | Sequence) and "formats" not in template.declared:
            yield Found(
                f"{template.label} never works: `request_body` is {kind_of(body)}, and no JSON text", template.key_span("request_body"), remedy
            )
        return
    if body is None or (isinstance(body, Scalar) and not body.value):
        at = "url_mapping" if mapping is not None else ""
        why = "`url_mapping` has no `url`" if mapping is not None else "it names no page"
        yield Found(f"{template.label} never works: {why}", template.key_span(at) if at else template.span, remedy)
    elif not isinstance(body, Scalar) or not isinstance(body.value, str):
        yield Found(f"{template.label} never works: `request_body` is {kind_of(body)}, and no JSON text", template.key_span("request_body"), remedy)
    elif not _names_url(body.value):
        yield Found(f"{template.label} never works: `request_body` is no JSON text with a `url`", template.key_span("request_body"), remedy)


def _text(body: object) -> str:
    """The text of a body; empty where it is none."""
    return body.value if isinstance(body, Scalar) and isinstance(body.value, str) else ""


def _names_url(text: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # a mark in it may come to anything
        return "{{" in text or "{%" in text
    return isinstance(value, dict) and bool(value.get("url"))


@rule("ORB032", consequence=Consequence.DEGRADED)
def tool_unusable(config: Config) -> Iterator[Finding]:
    """An agent's tool is not offered to the model, or fails each time.

    A template with `tool_type: function` needs `execution` with a `type`, `builtin` or `http_call`. A built-in function is one of `calculator`, `date_time` and `json_transform`, each with its operations, and `function_schema` must have the parameters that it needs;
    an HTTP call needs `endpoint_template`. Values of `headers` and `query_params` are texts.

    ```yaml bad
    # base: tools
    # file: utils/templates.yaml
    templates:
      - id: add
        tool_type: function
        nl_examples: [add 1 and 2]
        function_schema: {name: add, parameters: [{name: values, type: array}]}
        execution: {type: builtin, builtin_function: calc, operation: add}
    ```

    ```yaml good
    # base: tools
    # file: utils/templates.yaml
    templates:
      - id: add
        tool_type: function
        nl_examples: [add 1 and 2]
        function_schema: {name: add, parameters: [{name: values, type: array}]}
        execution: {type: builtin, builtin_function: calculator, operation: add}
    ```
    """
    yield from by_template(config, _tool_unusable, "agent")


def _tool_unusable(each: IntentAdapter, template: Template) -> Iterator[Found]:
    del each
    if not is_function(template):
        return
    dropped = next(_dropped(template), None)
    if dropped is not None:
        place, why = dropped
        yield Found(f"{template.label} is not offered to the model: {why}", place, remedy_for(why))
        return
    execution = template.get("execution")
    assert isinstance(execution, Mapping)
    kind = value_at(execution, ("type",))
    if str(kind).lower() not in ("builtin", "http_call"):
        yield Found(
            f"{template.label}: ORBIT knows no execution `{kind}`, and takes it for `builtin`",
            _key(execution, "type"),
            f"write `{nearest(str(kind), ('builtin', 'http_call'), cutoff=0.5) or 'builtin'}`",
            consequence=Consequence.DIFFERENT,
        )
    if str(kind).lower() == "http_call":
        if not value_at(execution, ("endpoint_template",)):
            yield Found(f"{template.label} never works: `execution` has no `endpoint_template`", _key(execution, "type"), "add `endpoint_template`")
        yield from _of_call(template, execution)
        yield from _of_call_headers(template, execution)
        return
    yield from _of_builtin(template, execution)


def _of_call(template: Template, execution: Mapping) -> Iterator[Found]:
    """Names in the address of a call that `function_schema` does not have: the address cannot be rendered."""
    address = value_at(execution, ("endpoint_template",))
    listed = child(template.get("function_schema"), "parameters")
    names = {str(value_at(each, ("name",))) for each in listed.items} if isinstance(listed, Sequence) else set()
    for name in _MARK.findall(address) if isinstance(address, str) else ():
        if name not in names | DOMAIN_NAMES:
            meant = nearest(name, names)
            yield Found(
                f"{template.label} never works: its `function_schema` has no parameter `{name}`, which `endpoint_template` needs",
                _key(execution, "endpoint_template"),
                f"write `{{{{{meant}}}}}`" if meant else f"list `{name}` under `function_schema.parameters`",
            )


def _of_call_headers(template: Template, execution: Mapping) -> Iterator[Found]:
    headers = child(execution, "headers")
    for entry in headers.entries.values() if isinstance(headers, Mapping) else ():
        text = entry.node.value if isinstance(entry.node, Scalar) and isinstance(entry.node.value, str) else ""
        if mark := _MARK.search(text):
            yield Found(
                f"{template.label} sends `{mark[0]}` in `headers` unchanged: an agent fills in no value in headers",
                entry.key_span,
                "take it out, or send the value in the query",
                consequence=Consequence.DIFFERENT,
            )


def _of_builtin(template: Template, execution: Mapping) -> Iterator[Found]:
    function, operation = value_at(execution, ("builtin_function",)), value_at(execution, ("operation",))
    if function not in BUILTINS:
        what = "`execution` has no `builtin_function`" if function is None else f"ORBIT has no function `{function}`"
        yield Found(f"{template.label} never works: {what}", _key(execution, "builtin_function"), _function_remedy(str(function)))
        return
    known = BUILTINS[str(function)]
    if operation not in known:
        meant = nearest(operation, known, cutoff=0.5) if isinstance(operation, str) else None
        yield Found(
            f"{template.label} never works: "
            + (f"`{function}` has no operation `{operation}`" if operation is not None else "it names no `operation`"),
            _key(execution, "operation"),
            f"write `operation: {meant}`" if meant else f"write one of {', '.join(f'`{each}`' for each in known)} as `operation`",
        )
        return
    lacking = _lacking(template, known[str(operation)])
    if lacking is not None:
        what, remedy = lacking
        yield Found(f"{template.label} never works: `{function}.{operation}` needs {what}", template.key_span("function_schema"), remedy)


def _lacking(template: Template, needed: tuple[str, ...]) -> tuple[str, str] | None:
    """What an operation needs beyond the parameters of `function_schema`, and what to do; None where nothing is sure to fail.

    Of other names ORBIT takes the values in order, if there are enough of them.
    """
    listed = child(template.get("function_schema"), "parameters")
    parameters = [each for each in listed.items if isinstance(each, Mapping)] if isinstance(listed, Sequence) else []
    names = [value_at(each, ("name",)) for each in parameters]
    missing = [name for name in needed if name not in names]
    if missing and len(names) < len(needed):
        told = ", ".join(f"`{each}`" for each in missing)
        return f"{told}, which its `function_schema` does not have", f"list {told} under `function_schema.parameters`"
    if needed == ("values",) and all(
        value_at(each, ("type",)) in _NUMBERS for each in parameters if value_at(each, ("name",)) == "values" or missing
    ):
        return "`values`, a list of numbers, and is given one number", "declare one parameter, `{name: values, type: array}`"
    return None


def _function_remedy(function: str) -> str:
    name, _, operation = function.partition(".")
    if operation in BUILTINS.get(name, ()):
        return f"write `builtin_function: {name}` and `operation: {operation}`"
    meant = nearest(function, BUILTINS, cutoff=0.5)
    return f"write `{meant}`" if meant else "write `calculator`, `date_time` or `json_transform`"


def _dropped(template: Template) -> Iterator[tuple[Span, str]]:
    """Why ORBIT makes no tool of a template."""
    execution, schema = template.get("execution"), template.get("function_schema")
    if execution is None or not isinstance(execution, Mapping):
        yield template.key_span("execution"), "it has no `execution`" if execution is None else f"`execution` is {kind_of(execution)}, and no mapping"
        return
    if "type" not in execution.entries:
        yield template.key_span("execution"), "`execution` has no `type`"
    yield from _dropped_by_execution(execution)
    if schema is not None:
        yield from _dropped_by_schema(template, schema)
    tags = template.get("tags")
    for item in tags.items if isinstance(tags, Sequence) else ():
        if not (isinstance(item, Scalar) and isinstance(item.value, str)):
            yield template.key_span("tags"), f"a tag is {kind_of(item)}, and no text"


def _dropped_by_execution(execution: Mapping) -> Iterator[tuple[Span, str]]:
    for key in ("headers", "query_params"):
        node = child(execution, key)
        if isinstance(node, Mapping):
            for name, entry in node.entries.items():
                if not (isinstance(entry.node, Scalar) and isinstance(entry.node.value, str)):
                    yield entry.key_span, f"`{name}` of its `{key}` is {kind_of(entry.node)}, and no text"
        elif node is not None and not (isinstance(node, Scalar) and node.value is None):
            yield _key(execution, key), f"its `{key}` is {kind_of(node)}, and no mapping"
    for key in ("builtin_function", "operation", "http_method", "endpoint_template"):
        node = child(execution, key)
        if node is not None and not (isinstance(node, Scalar) and (node.value is None or isinstance(node.value, str))):
            yield _key(execution, key), f"`{key}` is {kind_of(node)}, and no text"


def _dropped_by_schema(template: Template, schema: Node) -> Iterator[tuple[Span, str]]:
    place = template.key_span("function_schema")
    if not isinstance(schema, Mapping):
        yield place, f"`function_schema` is {kind_of(schema)}, and no mapping"
        return
    parameters = child(schema, "parameters")
    if parameters is None:
        return
    if not isinstance(parameters, Sequence):
        yield _key(schema, "parameters"), f"its `parameters` are {kind_of(parameters)}, and no list"
        return
    for item in parameters.items:
        if not isinstance(item, Mapping):
            yield _key(schema, "parameters"), f"a parameter is {kind_of(item)}, and no mapping"
        elif not isinstance(value_at(item, ("name",)), str):
            yield _key(schema, "parameters"), "a parameter has no `name`"


def _key(mapping: Mapping, key: str) -> Span:
    """Where a key stands; the first one where the mapping lacks it."""
    entry = mapping.entries.get(key) or next(iter(mapping.entries.values()), None)
    return entry.key_span if entry is not None else mapping.span


RULES = (page_unknown, tool_unusable)
