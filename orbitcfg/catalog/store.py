"""Finds and reads the schemas: orbitcfg's own, and the user's on top of them."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from orbitcfg.files import Files

Schema: TypeAlias = Mapping[str, Any]

ROOT = "config.schema.json"
ANNOTATION = "x-orbit"
_SUFFIX = ".schema.json"
MAX_SCHEMA_BYTES = 4 * 1024 * 1024
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_DATA = frozenset({"const", "enum", "default", "examples", ANNOTATION})
_ANYTHING: Schema = {}
_NOTHING: Schema = {"not": {}}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class SchemaError(Exception):
    """A schema of the user's cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Store:
    """Schemas by file name. Every reference in them is absolute: `common.schema.json#/$defs/retry`."""

    documents: Mapping[str, Schema]

    @property
    def names(self) -> tuple[str, ...]:
        """The schemas' names without their suffix, sorted."""
        return tuple(sorted(name.removesuffix(_SUFFIX) for name in self.documents))

    def text(self, name: str) -> str:
        """A shipped schema, by its name without suffix, as it is written."""
        return (folder() / f"{name}{_SUFFIX}").read_text("utf-8")

    def at(self, reference: str) -> Schema:
        """The schema that an absolute reference means. Raises KeyError where there is none."""
        name, _, fragment = reference.partition("#")
        found: Any = self.documents[name]
        if fragment and not fragment.startswith("/"):
            found = next((each for each in _schemas(found) if each.get("$anchor") == fragment), None)
            if found is None:
                raise KeyError(reference)
        for part in fragment.split("/")[1:]:
            found = found[part.replace("~1", "/").replace("~0", "~")]
        if not isinstance(found, dict | bool):
            raise KeyError(reference)
        schema: Schema = found if isinstance(found, dict) else _ANYTHING if found else _NOTHING
        return schema


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema, its own first, as far as it is a mapping; not what is data in it."""
    match schema:
        case dict():
            yield schema
            for word, each in schema.items():
                for inner in each.values() if word in _BY_NAME and isinstance(each, dict) else () if word in _DATA else (each,):
                    yield from _schemas(inner)
        case list():
            for each in schema:
                yield from _schemas(each)


def folder() -> Path:
    """Where the schemas lie: in the package where it is installed, beside it where it is developed."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "schemas" / "orbit"
    return installed if installed.is_dir() else package.parent / "schemas" / "orbit"


@dataclass(frozen=True)
class _Folder(Mapping[str, Schema]):
    """The schemas of a folder by file name, each parsed at its first use."""

    paths: Mapping[str, Path]
    parsed: dict[str, Schema] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Schema:
        if name not in self.parsed:
            self.parsed[name] = _parsed(name, self.paths[name].read_text("utf-8"))
        return self.parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


@cache
def shipped() -> Store:
    """Orbitcfg's own schemas."""
    return Store(_Folder({path.name: path for path in sorted(folder().glob(f"*{_SUFFIX}"))}))


def _parsed(name: str, text: str) -> Any:
    """A schema whose references within its own file are made absolute. Its own name and dialect are not said again."""
    schema = json.loads(text.replace('"$ref": "#', f'"$ref": "{name}#'))
    if isinstance(schema, dict):
        schema.pop("$schema", None)
        schema.pop("$id", None)
    return schema


def orbit_version() -> str:
    """The ORBIT that the catalogue was read from, for people: `2.15.9 (5b961247)`."""
    about = shipped().documents[ROOT][ANNOTATION]["orbit"]
    return f"{about['version']} ({about['commit']})"


def extended(files: Files, paths: tuple[str, ...]) -> Store:
    """The shipped schemas with the user's on top.

    A user's file has the shape of the root schema: what it says of a section, a provider or a key is laid over what is there,
    word by word. Raises SchemaError for a file that cannot be read or is no schema.
    """
    documents = dict(shipped().documents)
    for path in paths:
        name = f"user-{len(documents)}-{os.path.basename(path)}"
        documents[name] = _users(files, path, name)
        _check_words(Store(documents), documents[name], files.name(path))
        documents[ROOT] = _overlaid(Store(documents), documents[ROOT], documents[name])
    return Store(documents)


def _users(files: Files, path: str, name: str) -> Schema:
    where = files.name(path)
    try:
        content = files.read(path, MAX_SCHEMA_BYTES + 1)
        if len(content) > MAX_SCHEMA_BYTES:
            raise SchemaError(f"the schema `{where}` is larger than {MAX_SCHEMA_BYTES // 1024 // 1024} MiB")
        written = json.loads(content.decode("utf-8"))
        _check_dialect(written, where)
        schema = _parsed(name, json.dumps(written))
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


def _name_what_is_refused(schema: Any) -> None:
    """Writes `false` for a key in words: the library does not say which key a plain `false` refuses."""
    for properties in (each["properties"] for each in _schemas(schema) if isinstance(each.get("properties"), dict)):
        properties.update({name: _NOTHING for name, each in properties.items() if each is False})


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


def _check_words(store: Store, schema: Any, where: str) -> None:
    """Raises SchemaError for a reference that leads nowhere or in a circle, and an annotation that is none; nothing is fetched."""
    for each in _schemas(schema):
        if not isinstance(each.get(ANNOTATION, {}), dict):
            raise SchemaError(f"the schema `{where}` has an `{ANNOTATION}` that is no mapping: see `orbitcfg schema common` for how it is used")
        try:
            _follow(store, each)
        except (KeyError, TypeError, ValueError, IndexError):
            known = ", ".join(store.names[:3])
            raise SchemaError(
                f"the schema `{where}` refers to `{each['$ref']}`, which is not there: name one of orbitcfg's ({known}, …) or its own"
            ) from None
        except RecursionError:
            raise SchemaError(f"the schema `{where}` refers to `{each['$ref']}`, which leads back to itself") from None


def _follow(store: Store, schema: Schema) -> None:
    """Goes from reference to reference. Raises KeyError where one leads nowhere, RecursionError where they lead in a circle."""
    seen: set[str] = set()
    while isinstance(reference := schema.get("$ref"), str):
        if reference in seen:
            raise RecursionError
        seen.add(reference)
        schema = store.at(reference)


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
