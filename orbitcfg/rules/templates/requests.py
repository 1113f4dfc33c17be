"""HTTP templates: what of a request is not sent as it is written."""

import re
from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, child, plain, walk
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.first_rendering import DOMAIN_NAMES
from orbitcfg.effective.intent.payload import MAX_TEXT, Payload
from orbitcfg.effective.intent.template import Parameter, Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template, kind_of, never_works, within
from orbitcfg.rules.templates._headers import of_headers
from orbitcfg.rules.templates._marks import agents_marks, as_it_stands, firecrawls_marks
from orbitcfg.rules.templates._responses import of_agents_response, of_response
from orbitcfg.rules.templates.payloads import is_function, is_json, text_payload
from orbitcfg.suggest import nearest

_DOUBLE = re.compile(r"\{\{-?\s*+([^\W\d]\w*+)[^{}]*+\}\}")
_SINGLE = re.compile(r"(?<!\{)\{([^\W\d]\w*)\}(?!\})")
_SPACED = re.compile(r"(?<!\{)\{(?=\s|\w+\s)\s*+([^\W\d]\w*+)\s*+\}(?!\})")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
LOCATIONS = ("path", "query", "header", "body")


@rule("ORB025", consequence=Consequence.DIFFERENT)
def value_never_filled_in(config: Config) -> Iterator[Finding]:
    """A request holds a mark that ORBIT does not replace.

    In the path, in headers and in `body_template` a value is `{name}`; `{{name}}` is sent as `{{ name }}`, since templates are rendered before parameters are known. In `query_params` neither works:
    `{{name}}` is left out, `{name}` is sent as a text, and a parameter goes there by `location: query`, under its own name. A `{name}` that no parameter has is sent as it stands, and so is one with blanks in it, and one in a list of
    `body_template`. An agent fills in `{name}` in the path alone, or `{{name}}` there, in `query_params` and in the body, and nothing in headers. Firecrawl fills in nothing.

    ```yaml bad
    # base: web
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        endpoint: /cities/{{city}}/items
    ```

    ```yaml good
    # base: web
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        endpoint: /cities/{city}/items
    ```
    """
    yield from by_template(config, _unfilled, "http", "agent")
    yield from by_template(config, firecrawls_marks, "firecrawl")


def _unfilled(each: IntentAdapter, template: Template) -> Iterator[Found]:
    if each.kind.family == "agent" and is_function(template):
        return
    payload = text_payload(each, template)
    if payload is not None:
        yield from _in_text(each, template, payload.key, template.get(payload.key), is_path=True)
    if each.kind.family == "agent":
        yield from agents_marks(template)
        return
    for key in ("headers", "body_template"):
        node = template.get(key)
        for path, below in walk(node) if node is not None else ():
            yield from _in_text(each, template, key, below)
            if key == "body_template" and (not path or isinstance(path[-1], int)):
                yield from _in_list(template, key, below)
    yield from _in_query(template)


def _in_text(each: IntentAdapter, template: Template, key: str, node: Node | None, *, is_path: bool = False) -> Iterator[Found]:
    text = node.value if isinstance(node, Scalar) else None
    if not isinstance(text, str) or "{" not in text or len(text) > MAX_TEXT:
        return
    otherwise, whole_body = template.key_span(key), template.get("body_template")
    for found in _kept_marks(template, key, text) if each.kind.renders_early else ():
        if found[1] not in DOMAIN_NAMES:
            yield Found(
                f"{template.label} sends `{{{{ {found[1]} }}}}` in `{key}`: it is rendered before the value is known, and never replaced",
                within(node, found[0], otherwise),
                f"write `{{{found[1]}}}`" if node is not whole_body else f"make `{key}` a mapping, and write `{{{found[1]}}}`",
            )
    for found in _SINGLE.finditer(text):
        if found[1] not in template.declared and (is_path or key == "headers"):
            yield Found(
                f"{template.label} sends `{found[0]}` in `{key}` unchanged: no parameter has that name",
                within(node, found[0], otherwise),
                f"write `{{{meant}}}`" if (meant := nearest(found[1], template.declared)) else f"add a parameter `{found[1]}`",
            )
    for found in _SPACED.finditer(text):
        if found[1] in template.declared:
            yield as_it_stands(template, key, found, node, "a name that is replaced has no blanks around it", f"write `{{{found[1]}}}`")


def _in_list(template: Template, key: str, node: Node) -> Iterator[Found]:
    """A text of a body that is no value of a mapping: nothing is filled in there."""
    text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    for found in _SINGLE.finditer(text[:MAX_TEXT]):
        if found[1] in template.declared:
            yield as_it_stands(template, key, found, node, "only in values of a mapping it is replaced", "make it the value of a key in a mapping")


def _kept_marks(template: Template, key: str, text: str) -> Iterator[re.Match[str]]:
    """The marks of a text that come out of the first rendering as they stand: the others are told as decided too early."""
    if "{{" not in text:
        return
    decided = Payload(template, key, text).first.decided
    yield from (found for found in _DOUBLE.finditer(text) if not any(each.at.start <= found.start() < each.at.end for each in decided))


def _in_query(template: Template) -> Iterator[Found]:
    params = template.get("query_params")
    by_query = {each.name for each in template.parameters if each.value("location") == "query"}
    for key, entry in params.entries.items() if isinstance(params, Mapping) else ():
        text = entry.node.value if isinstance(entry.node, Scalar) else None
        if not isinstance(text, str):
            continue
        doubles = [found for found in _kept_marks(template, "query_params", text) if found[1] not in DOMAIN_NAMES]
        # the parameter itself goes under this name
        is_harmless = key in by_query and len(doubles) == 1 and doubles[0][1] == key
        if doubles and not is_harmless:
            name = doubles[0][1]
            yield Found(
                f"{template.label} leaves the query parameter `{key}` out: `{doubles[0][0]}` is rendered before the value is known",
                within(entry.node, text, entry.key_span),
                f"write `location: query` for the parameter `{name}`, and name it as the query wants it",
            )
        for found in _SINGLE.finditer(text) if key not in by_query else ():
            if found[1] in template.declared:
                yield Found(
                    f"{template.label} sends the query parameter `{key}` with the text `{found[0]}` in it",
                    within(entry.node, text, entry.key_span),
                    f"write `location: query` for the parameter `{found[1]}`, and name it as the query wants it",
                )


@rule("ORB026", consequence=Consequence.DIFFERENT)
def parameter_never_sent(config: Config) -> Iterator[Finding]:
    """A parameter that a question must give is not part of the request.

    `location` is `query`, `header` or `body`; with anything else, and without one, a parameter only fills `{name}` in the path, in headers and in the body. `body` counts for POST, PUT and PATCH, where there is no
    `body_template`.

    ```yaml bad
    # base: web
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true, location: querystring}]
        endpoint: /items
    ```

    ```yaml good
    # base: web
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true, location: query}]
        endpoint: /items
    ```
    """
    yield from by_template(config, _unsent, "http")


def _unsent(each: IntentAdapter, template: Template) -> Iterator[Found]:
    payload = text_payload(each, template)
    if payload is None:
        return
    has_body = _method(template) in _WITH_BODY
    sent_in = [payload.text, *_texts_in(template.get("headers")), *(_texts_in(template.get("body_template")) if has_body else ())]
    queried = list(_texts_in(template.get("query_params")))
    for parameter in template.parameters:
        location = parameter.value("location")
        is_placed = location in ("query", "header") or (location == "body" and has_body and not template.has("body_template"))
        mark = re.compile(r"\{\s*" + re.escape(parameter.name) + r"\b")
        if is_placed or any(mark.search(text) for text in (*sent_in, *queried)):
            continue
        yield from _told_unsent(template, parameter, location, has_body=has_body)


def _told_unsent(template: Template, parameter: Parameter, location: object, *, has_body: bool) -> Iterator[Found]:
    is_unknown = location is not None and location not in LOCATIONS
    # one that may be left out is often kept for the language model alone
    if not is_unknown and not parameter.is_required and location != "body":
        return
    meant = nearest(str(location), LOCATIONS, cutoff=0.5) or "query"
    why = f"ORBIT knows no location `{location}`" if is_unknown else "it has no place there"
    if location == "body":
        why = "there is a `body_template`" if has_body else "only POST, PUT and PATCH have a body"
    node = child(parameter.node, "location")
    yield Found(
        f"{template.label} never sends its parameter `{parameter.name}`, as {why}",
        node.span if node is not None and node.span.text else parameter.span,
        f"write `{meant}`" if is_unknown else f"name a place for it: `location: query`, or `{{{parameter.name}}}` in the path",
    )


def _texts_in(node: Node | None) -> Iterator[str]:
    for _, below in walk(node) if node is not None else ():
        if isinstance(below, Scalar) and isinstance(below.value, str):
            yield below.value


def _method(template: Template) -> str:
    method = template.value("http_method") if template.has("http_method") else "GET"
    return method.upper() if isinstance(method, str) else ""


@rule("ORB027", consequence=Consequence.DIFFERENT)
def request_not_as_written(config: Config) -> Iterator[Finding]:
    """A part of a request is not read, or has a form with which the template fails.

    HTTP templates take their body, with POST, PUT and PATCH alone, from `body_template`, a mapping or a text of JSON, or from parameters with `location: body`; `request_body` is for agents and Firecrawl. The query of a request is `query_params` and the
    parameters with `location: query`: one in the path is lost. `http_method` is a method of HTTP. `headers` and `query_params` are mappings: with a list or
    null the template never works, and neither does it with a `timeout` that is no number, or with a header that holds a character beyond ASCII, a line break, or a blank at an end. With `response_mapping` null, or `fields` that are no mappings of `name` and `path`, the answer is an error text;
    a field with a path and without a name ends the question in an error.

    ```yaml bad
    # base: web
    # file: utils/templates.yaml
    templates:
      - id: add_item
        nl_examples: [add an item]
        parameters: [{name: title, required: true}]
        http_method: POST
        endpoint: /items/{title}
        request_body: {title: "{title}"}
    ```

    ```yaml good
    # base: web
    # file: utils/templates.yaml
    templates:
      - id: add_item
        nl_examples: [add an item]
        parameters: [{name: title, required: true}]
        http_method: POST
        endpoint: /items
        body_template: {title: "{title}"}
    ```
    """
    yield from by_template(config, _not_as_written, "http", "agent")
    yield from by_template(config, _of_timeout, "http", "agent", "graphql", "firecrawl")


def _not_as_written(each: IntentAdapter, template: Template) -> Iterator[Found]:
    if each.kind.family == "agent" and is_function(template):
        return
    yield from _of_method(template)
    is_http = each.kind.family == "http"
    in_body = any(parameter.value("location") == "body" for parameter in template.parameters)
    yield from _of_path(each, template)
    if is_http:
        yield from _of_body(each, template)
    if is_http and template.has("request_body") and not template.has("body_template") and _method(template) in _WITH_BODY and not in_body:
        yield Found(
            f"{template.label} is sent without a body: `request_body` is not read here", template.key_span("request_body"), "write `body_template`"
        )
    for key in ("headers", "query_params"):
        node = template.get(key)
        if node is not None and not isinstance(node, Mapping):
            yield never_works(template, key, f"`{key}` is {kind_of(node)}, and no mapping", "write a mapping, or take the key out")
    yield from of_headers(each, template)
    if is_http:
        yield from of_response(template)
    else:
        yield from of_agents_response(template)


def _of_body(each: IntentAdapter, template: Template) -> Iterator[Found]:
    body = template.get("body_template")
    if body is None or not plain(body):
        return
    why, remedy = "", "write a mapping"
    if _method(template) in METHODS and _method(template) not in _WITH_BODY:
        if any(True for _ in _unsent(each, template)):
            # told of the parameter
            return
        why, remedy = f"a request of the method `{_method(template)}` has none", "write `http_method: POST`, or take the key out"
    elif isinstance(body, Sequence) or (isinstance(body, Scalar) and not isinstance(body.value, str)):
        why = f"`body_template` is {kind_of(body)}"
    elif isinstance(body, Scalar) and _is_no_json(template, str(body.value)):
        why = "the text of `body_template` is no JSON"
    if why:
        yield Found(f"{template.label} is sent without a body: {why}", template.key_span("body_template"), remedy)


def _is_no_json(template: Template, text: str) -> bool:
    """Whether a body is no JSON, whatever is asked: marks that stay in it count as they are written."""
    marks = [found[1] for found in _kept_marks(template, "body_template", text)]
    return "{%" not in text and text.count("{{") == len(marks) and DOMAIN_NAMES.isdisjoint(marks) and not is_json(text)


def _of_timeout(each: IntentAdapter, template: Template) -> Iterator[Found]:
    is_firecrawl = each.kind.family == "firecrawl"
    node = template.get("timeout")
    is_number = isinstance(node, Scalar) and isinstance(node.value, int | float)
    is_none = isinstance(node, Scalar) and node.value is None
    if node is None or is_number or (is_none and not is_firecrawl) or (each.kind.family == "agent" and is_function(template)):
        return
    yield never_works(template, "timeout", f"`timeout` is {kind_of(node)}, and no number", "write a number of seconds, without quotes")


def _of_path(each: IntentAdapter, template: Template) -> Iterator[Found]:
    """A query in the path: the one that ORBIT makes takes its place, be it empty."""
    payload = text_payload(each, template)
    path = payload.text.partition("{{")[0] if payload is not None else ""
    if payload is not None and "?" in path and "{%" not in path:
        query = payload.text[payload.text.index("?") :].strip()
        yield Found(
            f"{template.label} is sent without what comes after `?` in `{payload.key}`: ORBIT makes the query itself",
            within(template.get(payload.key), query, template.key_span(payload.key)),
            "write it under `query_params`, and `location: query` for a parameter",
        )


def _of_method(template: Template) -> Iterator[Found]:
    node = template.get("http_method")
    if node is None:
        return
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        yield never_works(template, "http_method", f"`http_method` is {kind_of(node)}", "write `http_method: GET`, or take the key out")
    elif node.value.upper() not in METHODS:
        meant = nearest(node.value.upper(), METHODS, cutoff=0.6) or "GET"
        yield Found(
            f"{template.label} sends the method `{node.value.upper()}`, which HTTP does not have",
            template.value_span("http_method"),
            f"write `{meant}`",
        )


RULES = (value_never_filled_in, parameter_never_sent, request_not_as_written)
