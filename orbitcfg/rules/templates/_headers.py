"""Headers with which the client of HTTP sends no request."""

import re
from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, Node, Scalar
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Template
from orbitcfg.rules.templates._found import Found, kind_of, never_works, remedy_for

_NAME = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_BREAKS = re.compile(r"[\0\n\v\f\r]")


def of_headers(each: IntentAdapter, template: Template) -> Iterator[Found]:
    """The first header of a template that the client refuses: names and values are texts in ASCII, of one line each, and without blanks around."""
    headers = template.get("headers")
    for name, entry in headers.entries.items() if isinstance(headers, Mapping) else ():
        why, remedy = "", "write it in ASCII"
        if not isinstance(name, str):
            why, remedy = f"the name of the header `{name}` is no text", "put the name in quotes"
        elif not name.isascii():
            why = f"the name of the header `{name}` is not ASCII"
        elif not _NAME.fullmatch(name):
            why, remedy = f"the name of the header `{name}` holds what no name may", "write letters, digits and `-` alone"
        elif _is_beyond_ascii(entry.node):
            why = f"the header `{name}` is not ASCII"
        elif fault := _fault_of_text(_sent(entry.node, each)):
            why, remedy = f"the header `{name}` {fault}", "write it on one line, without blanks around it"
        elif each.kind.family == "agent" and not (isinstance(entry.node, Scalar) and isinstance(entry.node.value, str)):
            # the HTTP class makes a text of it
            why, remedy = f"the header `{name}` is {kind_of(entry.node)}, and no text", remedy_for(f"is {kind_of(entry.node)}, and no text")
        if why:
            yield never_works(template, "headers", why, remedy, at=entry.key_span)
            return


def _sent(node: Node, each: IntentAdapter) -> str:
    """The text of a header as it is sent, but for its values; empty where that is not known."""
    text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    if any(mark in text for mark in ("{{", "{%", "{#")):
        return ""
    # rendering takes the last line break away
    return text.replace("\r\n", "\n").removesuffix("\n") if each.kind.renders_early else text


def _fault_of_text(text: str) -> str:
    if _BREAKS.search(text):
        return "has a line break in it"
    return "has blanks around it" if text != text.strip(" \t") else ""


def _is_beyond_ascii(node: Node) -> bool:
    """Whether a value keeps a character beyond ASCII: what is rendered may come out otherwise."""
    text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    return not text.isascii() and not any(mark in text for mark in ("{{", "{%", "{#"))
