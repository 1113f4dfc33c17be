"""Marks for values that are sent with their brackets, since an agent or Firecrawl fills in nothing there."""

import re
from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, Node, Scalar, child, walk
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.payload import MAX_TEXT
from orbitcfg.effective.intent.template import Template
from orbitcfg.rules.templates._found import Found, within

_ANY = re.compile(r"\{\{-?\s*+([^\W\d]\w*+)[^{}]*+\}\}|(?<!\{)\{([^\W\d]\w*+)\}(?!\})")


def as_it_stands(template: Template, key: str, found: re.Match[str], node: Node | None, why: str, remedy: str) -> Found:
    """A mark that is sent with its brackets."""
    return Found(f"{template.label} sends `{found[0]}` in `{key}` unchanged: {why}", within(node, found[0], template.key_span(key)), remedy)


def agents_marks(template: Template) -> Iterator[Found]:
    """The marks in a request of an agent beside its path that stay."""
    for key in ("headers", "query_params", "body_template" if template.has("body_template") else "request_body"):
        node = template.get(key)
        for path, below in walk(node) if node is not None else ():
            for found in _marks(template, below):
                if key == "headers":
                    yield as_it_stands(
                        template, key, found, below, "an agent fills in no value in headers", "take it out, or send the value in the query"
                    )
                elif found[1] is None:
                    yield as_it_stands(template, key, found, below, "an agent fills in `{name}` in the path alone", f"write `{{{{{found[2]}}}}}`")
                elif len(path) > 1:
                    yield as_it_stands(template, key, found, below, "an agent fills in values at the top alone", "write the body as a text of JSON")


def firecrawls_marks(each: IntentAdapter, template: Template) -> Iterator[Found]:
    """The marks in what Firecrawl is sent, which all stay."""
    del each
    mapping = template.get("url_mapping")
    nodes = {"url_mapping": child(mapping, "url")} if isinstance(mapping, Mapping) else {"request_body": template.get("request_body")}
    for key, node in nodes.items():
        for found in _marks(template, node) if "url" not in template.declared else ():
            yield as_it_stands(template, key, found, node, "Firecrawl is sent no values", "make the whole address a parameter `url`")


def _marks(template: Template, node: Node | None) -> Iterator[re.Match[str]]:
    """The marks of a text that name a parameter."""
    text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) and len(node.value) <= MAX_TEXT else ""
    return (found for found in _ANY.finditer(text) if (found[1] or found[2]) in template.declared)
