"""Where a value does not fit orbitcfg's own schemas: the keywords of JSON Schema that these use, as `jsonschema` reads them.

The library takes longer to import than these schemas take to be looked at; it judges by the users' own, see `check`.
"""

import re
from collections.abc import Callable
from math import isfinite
from typing import Any, TypeAlias

from orbitcfg.catalog.conditions import equals, is_of_type
from orbitcfg.catalog.store import Schema, Store
from orbitcfg.document.tree import KeyPath
from orbitcfg.record import NamedTuple


class Violation(NamedTuple):
    """A value that a schema refuses, at its path: by which keyword, what that asks for, and the schema around it.

    Of `required` there is one for each key that a mapping lacks, which is `asked` then.
    """

    path: KeyPath
    instance: Any
    keyword: str
    asked: Any
    schema: Schema


def violations(store: Store, schema: Schema, instance: Any) -> list[Violation]:
    """Everything in a value of JSON's types that a schema refuses, in the order of its keywords."""
    evaluation = _Evaluation(store, [])
    evaluation.look(schema, instance, ())
    return evaluation.found


def is_number(instance: Any) -> bool:
    """Whether a value is a number of JSON's, which has neither `.nan` nor `.inf`."""
    # a whole number is finite, and may be larger than `isfinite` takes
    return (isinstance(instance, int) and not isinstance(instance, bool)) or (isinstance(instance, float) and isfinite(instance))


class _Evaluation(NamedTuple):
    """One look at a value: the schemas, and what was found so far."""

    store: Store
    found: list[Violation]

    def look(self, schema: Any, instance: Any, path: KeyPath) -> None:
        """Asks a value everything that a schema asks."""
        if isinstance(schema, bool):
            if not schema:
                self.found.append(Violation(path, instance, "None", None, {}))
            return
        for keyword, asked in schema.items():
            look = _KEYWORDS.get(keyword)
            if look is not None:
                look(self, asked, instance, schema, path)

    def accepts(self, schema: Any, instance: Any) -> bool:
        """Whether a schema refuses nothing in a value."""
        if isinstance(schema, bool):
            return schema
        alone = _Evaluation(self.store, [])
        for keyword, asked in schema.items():
            look = _KEYWORDS.get(keyword)
            if look is not None:
                look(alone, asked, instance, schema, ())
                # most conditions fail, and by their first word
                if alone.found:
                    return False
        return True


_Keyword: TypeAlias = Callable[[_Evaluation, Any, Any, Schema, KeyPath], None]


def _reference(run: _Evaluation, asked: Any, instance: Any, _schema: Schema, path: KeyPath) -> None:
    run.look(run.store.at(asked), instance, path)


def _properties(run: _Evaluation, asked: Any, instance: Any, _schema: Schema, path: KeyPath) -> None:
    if isinstance(instance, dict):
        for name, schema in asked.items():
            if name in instance:
                run.look(schema, instance[name], (*path, name))


def _additional_properties(run: _Evaluation, asked: Any, instance: Any, schema: Schema, path: KeyPath) -> None:
    if not isinstance(instance, dict) or asked is True:
        return
    known = schema.get("properties", {})
    more = [name for name in instance if name not in known]
    if isinstance(asked, dict):
        for name in more:
            run.look(asked, instance[name], (*path, name))
    elif more:
        run.found.append(Violation(path, instance, "additionalProperties", asked, schema))


def _property_names(run: _Evaluation, asked: Any, instance: Any, _schema: Schema, path: KeyPath) -> None:
    for name in instance if isinstance(instance, dict) else ():
        run.look(asked, name, path)


def _items(run: _Evaluation, asked: Any, instance: Any, _schema: Schema, path: KeyPath) -> None:
    if isinstance(instance, list):
        for index, item in enumerate(instance):
            run.look(asked, item, (*path, index))


def _all_of(run: _Evaluation, asked: Any, instance: Any, _schema: Schema, path: KeyPath) -> None:
    for schema in run.store.branches(asked).open_to(instance.get) if isinstance(instance, dict) else asked:
        run.look(schema, instance, path)


def _if(run: _Evaluation, asked: Any, instance: Any, schema: Schema, path: KeyPath) -> None:
    branch = schema.get("then" if run.accepts(asked, instance) else "else")
    if branch is not None:
        run.look(branch, instance, path)


def _required(run: _Evaluation, asked: Any, instance: Any, schema: Schema, path: KeyPath) -> None:
    if isinstance(instance, dict):
        run.found.extend(Violation(path, instance, "required", name, schema) for name in asked if name not in instance)


def _asking(keyword: str, fits: Callable[[Any, Any], bool]) -> _Keyword:
    """A keyword about a value itself."""

    def look(run: _Evaluation, asked: Any, instance: Any, schema: Schema, path: KeyPath) -> None:
        if not fits(asked, instance):
            run.found.append(Violation(path, instance, keyword, asked, schema))

    return look


def _not(run: _Evaluation, asked: Any, instance: Any, schema: Schema, path: KeyPath) -> None:
    if run.accepts(asked, instance):
        run.found.append(Violation(path, instance, "not", asked, schema))


def _is_of_type(asked: str | list[str], value: Any) -> bool:
    # `.nan` and `.inf` are of no type of JSON's
    return is_of_type(asked, value) and (not isinstance(value, float) or isfinite(value))


def _is_in(asked: list[Any], value: Any) -> bool:
    return value in asked if isinstance(value, str) else any(equals(each, value) for each in asked)


_KEYWORDS: dict[str, _Keyword] = {
    "$ref": _reference,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "items": _items,
    "allOf": _all_of,
    "if": _if,
    "not": _not,
    "required": _required,
    "type": _asking("type", _is_of_type),
    "enum": _asking("enum", _is_in),
    "const": _asking("const", equals),
    "minimum": _asking("minimum", lambda asked, value: not is_number(value) or value >= asked),
    "maximum": _asking("maximum", lambda asked, value: not is_number(value) or value <= asked),
    "exclusiveMinimum": _asking("exclusiveMinimum", lambda asked, value: not is_number(value) or value > asked),
    "minLength": _asking("minLength", lambda asked, value: not isinstance(value, str) or len(value) >= asked),
    "minProperties": _asking("minProperties", lambda asked, value: not isinstance(value, dict) or len(value) >= asked),
    "pattern": _asking("pattern", lambda asked, value: not isinstance(value, str) or re.search(asked, value) is not None),
}
KEYWORDS = frozenset(_KEYWORDS)
"""The keywords that are evaluated."""
