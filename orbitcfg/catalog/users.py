"""Schemas of the user's, laid over orbitcfg's own."""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from orbitcfg.catalog.keywords import BadExpression, Expression, TooManySteps, linear_validator
from orbitcfg.catalog.rows import overlay
from orbitcfg.catalog.store import ANNOTATION, NOTHING, ROOT, Schema, Store, shipped_store, subschemas, vocabulary
from orbitcfg.document.decode import reason
from orbitcfg.files.sandbox import refuse_leaving
from orbitcfg.files.store import Files
from orbitcfg.limits import MAX_FILE_BYTES

_SHIPPED_ROOT = f"shipped-{ROOT}"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class SchemaError(Exception):
    """A schema of the user's cannot be used; the text says where and why."""


def extended_store(files: Files, paths: tuple[str, ...]) -> Store:
    """The shipped schemas with the user's on top.

    A user's file has the shape of the root schema: what it says of a section, a provider or a key is laid over what is there,
    word by word. Raises SchemaError for a file that cannot be read, is no schema, or has annotations that mean nothing.
    """
    documents = {**shipped_store().documents, _SHIPPED_ROOT: shipped_store().documents[ROOT]}
    for path in paths:
        try:
            _lay_over(documents, files, path)
        except TooManySteps:
            raise SchemaError(f"the schema `{files.name(path)}` is too large to be checked") from None
        except RecursionError:
            # a file of nothing but brackets is enough for that
            raise SchemaError(f"the schema `{files.name(path)}` is nested too deep") from None
    return Store(documents, is_extended=True)


def _lay_over(documents: dict[str, Schema], files: Files, path: str) -> None:
    # numbered: two files may have one name
    name = f"user-{len(documents)}-{os.path.basename(path)}"
    refuse_leaving(files, path)
    documents[name] = _read(files, path, name)
    _check_all_references(Store(documents), documents[name], files.name(path))
    documents[ROOT] = _overlay_deep(Store(documents), documents[ROOT], documents[name])
    _check_annotations(documents[ROOT], files.name(path))


def _read(files: Files, path: str, name: str) -> Schema:
    where = files.name(path)
    try:
        content = files.read(path, MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise SchemaError(f"the schema `{where}` is larger than {MAX_FILE_BYTES // 1024 // 1024} MiB")
        schema = json.loads(content.decode("utf-8"))
        # first of all: whatever follows relies on a sound schema
        _check_dialect(schema, where)
        for each in subschemas(schema):
            _made_fit(each, name)
    except BadExpression as error:
        raise SchemaError(
            f"the schema `{where}` has an expression that cannot be used: {error}: write one without look-around and references"
        ) from None
    except OSError as error:
        raise SchemaError(f"cannot read the schema `{where}`: {reason(error)}") from None
    except ValueError as error:
        raise SchemaError(f"the schema `{where}` is not JSON: {error}") from None
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise SchemaError(f"the schema `{where}` has no `properties`: give it the shape of the whole configuration")
    # a reference to the shipped root is idle: that lies below already
    own_keywords = {"$schema", "$id"} | ({"$ref"} if schema.get("$ref", "").rstrip("#") == _SHIPPED_ROOT else set())
    return {word: value for word, value in schema.items() if word not in own_keywords}


def _made_fit(schema: dict[str, Any], name: str) -> None:
    """Makes a reference absolute, and one to the root mean the shipped one; writes `false` for a key as a mapping: the library would not name the key."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        document, mark, fragment = reference.partition("#")
        # a fragment is part of an address, so it may be percent-encoded
        schema["$ref"] = {"": name, ROOT: _SHIPPED_ROOT}.get(document, document) + mark + unquote(fragment)
    if isinstance(schema.get("pattern"), str):
        schema["pattern"] = _expression(schema["pattern"])
    if isinstance(schema.get("patternProperties"), dict):
        schema["patternProperties"] = {_expression(each): value for each, value in schema["patternProperties"].items()}
    properties = schema.get("properties")
    if isinstance(properties, dict):
        properties.update({key: NOTHING for key, each in properties.items() if each is False})


def _expression(text: str) -> Expression:
    expression = Expression(text)
    try:
        expression.check()
    except BadExpression as error:
        raise BadExpression(f"`{text}`: {error}") from None
    return expression


def _check_dialect(schema: Any, where: str) -> None:
    """Raises SchemaError for what is no schema of the one dialect that is read."""
    from jsonschema.exceptions import best_match

    validator = linear_validator(schema, {})
    error = best_match(validator(validator.META_SCHEMA).iter_errors(schema))
    if error is not None:
        raise SchemaError(f"the schema `{where}` is not valid: {error.json_path}: {error.message}")
    dialect = schema.get("$schema", _DIALECT) if isinstance(schema, dict) else _DIALECT
    if dialect.rstrip("#") != _DIALECT:
        raise SchemaError(f"the schema `{where}` is written in `{dialect}`: orbitcfg reads `{_DIALECT}`")


def _check_annotations(root: Schema, where: str) -> None:
    """Raises SchemaError for an annotation that is not written in the vocabulary.

    They are looked at where they lie over orbitcfg's own, since an annotation may change a part of what is there.
    """
    from jsonschema.exceptions import best_match

    validator = linear_validator(root, {})(vocabulary())
    for each in subschemas(root):
        error = best_match(validator.iter_errors(each[ANNOTATION])) if ANNOTATION in each else None
        if error is not None:
            place = error.json_path.replace("$", ANNOTATION, 1)
            raise SchemaError(
                f"the schema `{where}` has an `{ANNOTATION}` that is none: {place}: {error.message}: `orbitcfg schema common` has examples"
            )


def _check_all_references(store: Store, schema: Any, where: str) -> None:
    """Raises SchemaError for a reference that leads nowhere or in a circle; nothing is fetched."""
    sound: set[str] = set()
    for each in subschemas(schema):
        _check_references(store, each, where, (), sound)


def _check_references(store: Store, schema: Schema, where: str, trail: tuple[str, ...], sound: set[str]) -> None:
    """Follows all that a schema says of one and the same value. `sound` are the references that are known to lead to an end."""
    for each in _in_place(schema):
        _check_references(store, each, where, trail, sound)
    reference = schema.get("$ref")
    # the known ones are not followed again: a chain in which each refers twice to the next would double at every step
    if not isinstance(reference, str) or reference in sound:
        return
    if reference in trail:
        raise SchemaError(f"the schema `{where}` refers to `{reference}`, which leads back to itself")
    _check_references(store, _meant(store, reference, where), where, (*trail, reference), sound)
    sound.add(reference)


def _in_place(schema: Schema) -> Iterator[Schema]:
    """The schemas under the keywords that speak of the same value."""
    for word in ("allOf", "anyOf", "oneOf", "not", "if", "then", "else"):
        found = schema.get(word, ())
        yield from (each for each in (found if isinstance(found, list) else (found,)) if isinstance(each, dict))


def _meant(store: Store, reference: str, where: str) -> Schema:
    try:
        return store.at(reference)
    except (KeyError, TypeError, ValueError, IndexError):
        known = ", ".join(store.names[:3])
        raise SchemaError(
            f"the schema `{where}` refers to `{reference}`, which is not there: name one of orbitcfg's ({known}, …) or its own"
        ) from None


def _overlay_deep(store: Store, below: Schema, above: Schema) -> Schema:
    """One schema laid over another; references below are followed where something is laid over what they mean."""
    if "$ref" in below and len(above.keys() - {"$ref"}) > 0:
        siblings = {word: value for word, value in below.items() if word != "$ref"}
        try:
            below = overlay(store.at(below["$ref"]), siblings)
        except KeyError:
            return above
        return _overlay_deep(store, below, above)
    result = dict(below)
    for word, value in above.items():
        mine = result.get(word)
        if word in ("properties", "$defs", ANNOTATION) and isinstance(mine, dict) and isinstance(value, dict):
            result[word] = {
                **mine,
                **{key: _overlay_deep(store, mine[key], each) if _both_schemas(mine.get(key), each) else each for key, each in value.items()},
            }
        else:
            result[word] = value
    return result


def _both_schemas(one: object, other: object) -> bool:
    return isinstance(one, dict) and isinstance(other, dict)
