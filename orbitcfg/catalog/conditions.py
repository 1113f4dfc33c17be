"""Whether a value is what a schema asks for, as far as that can be said without the rest of the tree.

`jsonschema` judges whole trees (see `check`); it has no answer for what is not known here, and takes longer to import than all that is done with these.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from orbitcfg.catalog.keywords import is_found
from orbitcfg.catalog.store import ANNOTATION, Schema
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, Unknown, child


def holds(condition: Schema | bool, node: Node | None) -> bool | None:
    """Whether a branch's condition holds, for what is not there too.

    None where that cannot be said: of the unknown, or by keywords that are not known here.
    """
    if isinstance(condition, bool):
        return condition or node is None
    if node is None:
        return True
    if isinstance(node, Scalar) and isinstance(node.value, Unknown):
        return None
    return _all(_says(keyword, asked, node) for keyword, asked in condition.items() if keyword not in _SAYING_NOTHING)


def fits(schema: Schema, value: object) -> bool:
    """Whether a value is of a schema's type, in its list and in its range."""
    return all(_CHECKS[keyword](schema[keyword], as_json(value)) for keyword in _TYPE_AND_RANGE if keyword in schema)


def instance_of(node: Node) -> Any:
    """A node as JSON's types: keys become text, dates too."""
    match node:
        case Scalar(value=value):
            return value if isinstance(value, _OF_JSON) else as_json(value)
        case Mapping(entries=entries):
            return {str(key): instance_of(entry.node) for key, entry in entries.items()}
        case Sequence(items=items):
            return [instance_of(item) for item in items]


def as_json(value: object) -> Any:
    """A value as JSON's types: dates and bytes, which JSON lacks, are text, and so are keys."""
    if isinstance(value, _OF_JSON):
        return value
    match value:
        case dict():
            return {str(key): as_json(each) for key, each in value.items()}
        case list():
            return [as_json(each) for each in value]
        case date() | bytes():
            return str(value)
    return value


def _says(keyword: str, asked: Any, node: Node) -> bool | None:
    match keyword:
        case "required":
            return not isinstance(node, Mapping) or all(name in node.entries for name in asked)
        case "properties":
            return _all(holds(wanted, child(node, name)) for name, wanted in asked.items())
        case "not":
            inner = holds(asked, node)
            return None if inner is None else not inner
        case "type" | "minLength" | "pattern":
            return _CHECKS[keyword](asked, instance_of(node))
        case "const" | "enum":
            return _CHECKS[keyword](asked, instance_of(node)) if _is_known(node) else None
    return None


def _is_known(node: Node) -> bool:
    match node:
        case Mapping(entries=entries):
            return all(_is_known(entry.node) for entry in entries.values())
        case Sequence(items=items):
            return all(_is_known(item) for item in items)
        case Scalar(value=value):
            return not isinstance(value, Unknown)


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    # logic of three values: one false decides, else one unknown leaves it open
    found: bool | None = True
    for each in verdicts:
        if each is False:
            return False
        found = each if found else None
    return found


def is_of_type(asked: str | list[str], value: object) -> bool:
    """Whether a value is of one of JSON's types."""
    # nearly all are of the one that is asked for
    if _NAMES.get(type(value)) == asked:
        return True
    return _is_of(value, asked) if isinstance(asked, str) else any(_is_of(value, name) for name in asked)


def _is_of(value: object, name: str) -> bool:
    """Whether a value is of one of JSON's types: a boolean is no number, and 1.0 is an integer."""
    # first of all: to Python a boolean is an int
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name])


def equals(one: object, other: object) -> bool:
    """Equality as JSON has it: 1 is 1.0, and true is no number."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(equals(each, other[key]) for key, each in one.items())
        case list(), list():
            return len(one) == len(other) and all(map(equals, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_OF_JSON = (str, int, float, type(None))
"""Scalars that stay what they are."""

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
    "object": dict,
    "array": list,
}
_NAMES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", type(None): "null", dict: "object", list: "array"}
"""What JSON calls the values of a type of Python's, where that is all that there is to say of them."""

_CHECKS: dict[str, Callable[[Any, Any], bool]] = {
    "type": is_of_type,
    "const": equals,
    "enum": lambda asked, value: value in asked if isinstance(value, str) else any(equals(each, value) for each in asked),
    "minLength": lambda asked, value: not isinstance(value, str) or len(value) >= asked,
    "pattern": lambda asked, value: not isinstance(value, str) or is_found(asked, value),
    # as the library compares: NaN is below no minimum
    "minimum": lambda asked, value: not _is_number(value) or not value < asked,
    "maximum": lambda asked, value: not _is_number(value) or not value > asked,
}
"""What a keyword asks of a value. One about text or numbers asks nothing of other values."""

_TYPE_AND_RANGE = ("type", "enum", "minimum", "maximum")
_SAYING_NOTHING = frozenset({"title", "description", "$comment", "examples", "default", ANNOTATION})
