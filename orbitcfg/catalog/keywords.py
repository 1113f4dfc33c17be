"""The keywords of a user's schema, held to a time: its expressions run in an engine that does not backtrack, and every step of the library is counted."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from orbitcfg.cached import cached_property
from orbitcfg.limits import MAX_SCHEMA_STEPS, MOST_SCHEMA_STEPS, SCHEMA_STEPS_A_VALUE

_MAX_STATES = 10_000
"""What an expression may come to, its counted parts written out."""

_COUNT = r"\{(\d{1,9})(?:,(\d{0,9}))?\}"
_OVER_ENTRIES = frozenset({"items", "contains", "additionalProperties", "patternProperties", "propertyNames"})
"""Keywords whose time grows with the entries of the value that they are asked of."""

_OVER_ALL = frozenset({"uniqueItems", "enum", "const"})
"""Keywords whose time grows with all that is in it."""

_SQUARE = frozenset({"unevaluatedItems", "unevaluatedProperties"})
"""Keywords whose time grows with the square of it."""


class TooManySteps(Exception):
    """A schema asks more of a value than there is time for."""


class BadExpression(ValueError):
    """An expression that the engine does not take; the text says why."""


class Expression(str):
    """A regular expression of a user's schema. It is searched for, as JSON Schema has it, in time that grows with the text alone."""

    __slots__ = ("__dict__",)

    @cached_property
    def _holds(self) -> Callable[[str], bool]:
        # imported here: few schemas hold an expression; the engine comes with pydantic, and is the one of Rust
        from pydantic_core import SchemaError, SchemaValidator, core_schema

        try:
            holds: Callable[[str], bool] = SchemaValidator(core_schema.str_schema(pattern=str(self), regex_engine="rust-regex")).isinstance_python
        except SchemaError as error:
            raise BadExpression(_reason(str(error))) from None
        return holds

    @cached_property
    def states(self) -> int:
        """How large it is, its counted parts written out, at most."""
        size = len(self) or 1
        for count in re.finditer(_COUNT, self):
            size *= max(int(count[2] or count[1]), 1)
        return size

    def check(self) -> None:
        """Raises BadExpression for what cannot be used: look-around, references to groups, counts that are too large."""
        if self.states > _MAX_STATES:
            raise BadExpression("it repeats too often")
        _ = self._holds

    def is_in(self, text: str) -> bool:
        """Whether it is found in a text."""
        return self._holds(text)


def _reason(text: str) -> str:
    """The last line of what the engine says."""
    return text.strip().rpartition("\n")[2].removeprefix("error: ").strip().rstrip(".")


def is_found(expression: str, text: str) -> bool:
    """Whether an expression is found in a text: one of orbitcfg's own as Python has it, one of the user's in an engine that does not backtrack."""
    return expression.is_in(text) if isinstance(expression, Expression) else re.search(expression, text) is not None


class Steps:
    """Counts what a schema asks. One for each validation."""

    def __init__(self, instance: Any) -> None:
        # by id: the values that are asked about live as long as the validation
        self._sizes: dict[int, int] = {}
        self._left = min(MAX_SCHEMA_STEPS + SCHEMA_STEPS_A_VALUE * self.size(instance), MOST_SCHEMA_STEPS)

    def take(self, number: int) -> None:
        """Counts steps. Raises TooManySteps where there are no more."""
        self._left -= number
        if self._left < 0:
            raise TooManySteps

    def size(self, value: Any) -> int:
        """How many values a value holds, itself one of them."""
        if not isinstance(value, dict | list):
            return 1 + len(value) // 64 if isinstance(value, str) else 1
        known = self._sizes.get(id(value))
        if known is None:
            known = self._sizes[id(value)] = 1 + sum(map(self.size, value.values() if isinstance(value, dict) else value))
        return known

    def counted(self, word: str, check: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
        """A keyword whose steps are counted: what it asks, of how much, and what it says of that."""

        def keyword(validator: Any, asked: Any, instance: Any, schema: Any) -> Iterator[Any]:
            self.take(1 + self._cost(word, asked, instance))
            for error in check(validator, asked, instance, schema) or ():
                # the library writes the whole value into the text of an error, where it is made: it has no keyword yet
                self.take(1 if isinstance(error.validator, str) else self.size(instance))
                yield error

        return keyword

    def _cost(self, word: str, asked: Any, instance: Any) -> int:
        many = len(asked) if isinstance(asked, list | dict) else 1
        if word in _SQUARE and isinstance(instance, dict | list):
            return len(instance) ** 2 // 16
        if word == "pattern" and isinstance(asked, Expression):
            return len(instance) * asked.states // 4096 if isinstance(instance, str) else 1
        if word in _OVER_ALL:
            return many * self.size(instance)
        return len(instance) if word in _OVER_ENTRIES and isinstance(instance, dict | list) else many


def linear_validator(instance: Any, keywords: dict[str, Callable[..., Any]], **options: Any) -> Any:
    """The library's class of validators for 2020-12, with other keywords over its own, every step counted. One for each validation, of this value."""
    from jsonschema import Draft202012Validator, validators

    steps = Steps(instance)
    extend: Any = validators.extend
    words: dict[str, Callable[..., Any]] = {
        **Draft202012Validator.VALIDATORS,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
        **keywords,
    }
    return extend(Draft202012Validator, {word: steps.counted(word, check) for word, check in words.items()}, **options)


def _error(message: str) -> Any:
    from jsonschema import ValidationError

    return ValidationError(message)


def _pattern(_validator: Any, asked: str, instance: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(instance, str) and not is_found(asked, instance):
        yield _error("the expression is not found in it")


def _pattern_properties(validator: Any, asked: dict[str, Any], instance: Any, _schema: Any) -> Iterator[Any]:
    for expression, inner in asked.items() if isinstance(instance, dict) else ():
        for key, value in instance.items():
            if is_found(expression, key):
                yield from validator.descend(value, inner, path=key, schema_path=expression)


def _additional_properties(validator: Any, asked: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    known, expressions = schema.get("properties", {}), schema.get("patternProperties", {})
    more = [key for key in instance if key not in known and not any(is_found(each, key) for each in expressions)]
    if isinstance(asked, dict):
        for key in more:
            yield from validator.descend(instance[key], asked, path=key)
    elif not asked and more:
        yield _error(f"`{more[0]}` may not stand in it")


def _unique_items(_validator: Any, asked: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if asked and isinstance(instance, list) and len(set(map(_identity, instance))) < len(instance):
        yield _error("an item stands in it twice")


def _identity(value: Any) -> Any:
    """What two values have in common that are equal to JSON: 1 is 1.0, and true is no number."""
    match value:
        case bool():
            return ("bool", value)
        case dict():
            return ("dict", frozenset((key, _identity(each)) for key, each in value.items()))
        case list():
            return ("list", tuple(map(_identity, value)))
        case str() | int() | float() | None:
            return value
    return json.dumps(str(value))


def unevaluated_properties(meant: Callable[[str], Any]) -> Callable[..., Iterator[Any]]:
    """The keyword `unevaluatedProperties`; `meant` gives the schema that a reference means."""

    def keyword(validator: Any, asked: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, dict):
            others = {word: value for word, value in schema.items() if word != "unevaluatedProperties"}
            evaluated = _evaluated_keys(validator, instance, others, meant)
            if not all(key in evaluated or _fits(validator, value, asked) for key, value in instance.items()):
                yield _error("it has a key that nothing in the schema allows")

    return keyword


def _fits(validator: Any, value: Any, schema: Any) -> bool:
    return next(iter(validator.descend(value, schema)), None) is None


def _evaluated_keys(validator: Any, instance: dict[str, Any], schema: Any, meant: Callable[[str], Any]) -> set[str]:
    """The keys of a mapping that a schema says something of, and what it refers to."""
    if not isinstance(schema, dict):
        return set()
    found = {key for key in schema.get("properties", {}) if key in instance}
    found |= {key for key in instance for each in schema.get("patternProperties", {}) if is_found(each, key)}
    for word in ("additionalProperties", "unevaluatedProperties"):
        if word in schema:
            found |= {key for key, value in instance.items() if _fits(validator, value, schema[word])}
    also = [meant(schema["$ref"])] if "$ref" in schema else []
    also += [inner for key, inner in schema.get("dependentSchemas", {}).items() if key in instance]
    also += [inner for word in ("allOf", "anyOf", "oneOf") for inner in schema.get(word, ()) if _fits(validator, instance, inner)]
    if "if" in schema:
        holds = _fits(validator, instance, schema["if"])
        also += [schema["if"], schema.get("then")] if holds else [schema.get("else")]
    for inner in also:
        found |= _evaluated_keys(validator, instance, inner, meant)
    return found
