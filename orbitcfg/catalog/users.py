"""Schemas of the user's, laid over orbitcfg's own."""

import json
import os
from typing import Any

from orbitcfg.catalog.store import ANNOTATION, NOTHING, ROOT, Schema, Store, parsed, shipped, subschemas
from orbitcfg.files import Files

MAX_SCHEMA_BYTES = 4 * 1024 * 1024
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class SchemaError(Exception):
    """A schema of the user's cannot be used; the text says where and why."""


def extended(files: Files, paths: tuple[str, ...]) -> Store:
    """The shipped schemas with the user's on top.

    A user's file has the shape of the root schema: what it says of a section, a provider or a key is laid over what is there,
    word by word. Raises SchemaError for a file that cannot be read or is no schema.
    """
    documents = dict(shipped().documents)
    for path in paths:
        name = f"user-{len(documents)}-{os.path.basename(path)}"
        documents[name] = _read(files, path, name)
        _check(Store(documents), documents[name], files.name(path))
        documents[ROOT] = _overlaid(Store(documents), documents[ROOT], documents[name])
    return Store(documents)


def _read(files: Files, path: str, name: str) -> Schema:
    where = files.name(path)
    try:
        content = files.read(path, MAX_SCHEMA_BYTES + 1)
        if len(content) > MAX_SCHEMA_BYTES:
            raise SchemaError(f"the schema `{where}` is larger than {MAX_SCHEMA_BYTES // 1024 // 1024} MiB")
        written = json.loads(content.decode("utf-8"))
        _check_dialect(written, where)
        schema = parsed(name, json.dumps(written))
        _name_what_is_refused(schema)
    except OSError as error:
        raise SchemaError(f"cannot read the schema `{where}`: {error.strerror}") from None
    except ValueError as error:
        raise SchemaError(f"the schema `{where}` is not JSON: {error}") from None
    except RecursionError:
        raise SchemaError(f"the schema `{where}` is nested too deep") from None
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise SchemaError(f"the schema `{where}` has no `properties`: give it the shape of the whole configuration")
    if schema.get("$ref") == ROOT:  # it is laid over the root as it is
        del schema["$ref"]
    return schema


def _check_dialect(schema: Any, where: str) -> None:
    """Raises SchemaError for what is no schema of the one dialect that is read."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as InvalidSchema

    try:
        Draft202012Validator.check_schema(schema)
    except InvalidSchema as error:
        raise SchemaError(f"the schema `{where}` is not valid: {error.json_path}: {error.message}") from None
    dialect = schema.get("$schema", _DIALECT) if isinstance(schema, dict) else _DIALECT
    if dialect.rstrip("#") != _DIALECT:
        raise SchemaError(f"the schema `{where}` is written in `{dialect}`: orbitcfg reads `{_DIALECT}`")


def _name_what_is_refused(schema: Any) -> None:
    """Writes `false` for a key in words: the library does not say which key a plain `false` refuses."""
    for properties in (each["properties"] for each in subschemas(schema) if isinstance(each.get("properties"), dict)):
        properties.update({name: NOTHING for name, each in properties.items() if each is False})


def _check(store: Store, schema: Any, where: str) -> None:
    """Raises SchemaError for a reference that leads nowhere or in a circle, and for an annotation that is none; nothing is fetched."""
    for each in subschemas(schema):
        if not isinstance(each.get(ANNOTATION, {}), dict):
            raise SchemaError(f"the schema `{where}` has an `{ANNOTATION}` that is no mapping: `orbitcfg schema common` has examples")
        followed: Schema = each
        trail: list[str] = []
        while isinstance(reference := followed.get("$ref"), str):
            if reference in trail:
                raise SchemaError(f"the schema `{where}` refers to `{reference}`, which leads back to itself")
            trail.append(reference)
            followed = _meant(store, reference, where)


def _meant(store: Store, reference: str, where: str) -> Schema:
    try:
        return store.at(reference)
    except (KeyError, TypeError, ValueError, IndexError):
        known = ", ".join(store.names[:3])
        raise SchemaError(
            f"the schema `{where}` refers to `{reference}`, which is not there: name one of orbitcfg's ({known}, …) or its own"
        ) from None


def _overlaid(store: Store, below: Schema, above: Schema) -> Schema:
    """One schema laid over another; references below are followed where something is laid over what they mean."""
    if "$ref" in below and len(above.keys() - {"$ref"}) > 0:
        siblings = {word: value for word, value in below.items() if word != "$ref"}
        try:
            below = {**store.at(below["$ref"]), **siblings}
        except KeyError:
            return above
        return _overlaid(store, below, above)
    result = dict(below)
    for word, value in above.items():
        mine = result.get(word)
        if word in ("properties", "$defs", ANNOTATION) and isinstance(mine, dict) and isinstance(value, dict):
            result[word] = {
                **mine,
                **{key: _overlaid(store, mine[key], each) if _both_schemas(mine.get(key), each) else each for key, each in value.items()},
            }
        else:
            result[word] = value
    return result


def _both_schemas(one: object, other: object) -> bool:
    return isinstance(one, dict) and isinstance(other, dict)
