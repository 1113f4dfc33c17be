"""A tree against the catalogue: where it does not fit. The only module that knows `jsonschema`."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from orbitcfg.catalog.store import ANNOTATION, ROOT, Schema, Store
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that a schema refuses.

    `keyword` is the word of the schema that refuses it, `wanted` what it asks for, `schema` the schema around it; empty for `false`.
    For `required`, `path` is the mapping that lacks the keys in `wanted`.
    """

    path: KeyPath
    keyword: str
    wanted: Any
    schema: Schema

    @property
    def words(self) -> Schema:
        """The annotation beside the keyword; empty where there is none."""
        words: Schema = self.schema.get(ANNOTATION, {})
        return words


def mismatches(store: Store, tree: Node) -> Iterator[Mismatch]:
    """Everything in the tree that the schemas refuse, unknown keys left out; the unknown fits everywhere."""
    for error in _validator(store).iter_errors(_instance(tree)):
        if error.validator == "additionalProperties" or isinstance(error.instance, Unknown):
            continue
        path = tuple(error.absolute_path)
        if error.validator == "required":
            yield Mismatch(path, "required", _lacking(error), error.schema)
        else:
            yield Mismatch(_real(tree, path), str(error.validator), error.validator_value, error.schema or {})


def _validator(store: Store) -> Any:
    """The library's validator for a whole configuration. The store itself follows `$ref`, which saves a third of the time."""
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    extend: Any = validators.extend
    registry: Any = Registry

    def meant(validator: Any, reference: str, instance: Any, _schema: Schema) -> Iterator[Any]:
        yield from validator.descend(instance, store.at(reference))

    # For the words that look for a schema themselves, such as `unevaluatedProperties` in one of the user's.
    documents = registry(retrieve=lambda name: DRAFT202012.create_resource(store.documents[name]))
    return extend(Draft202012Validator, {"$ref": meant})(store.documents[ROOT], registry=documents)


def _lacking(error: Any) -> str:
    """The one key that this error is about: jsonschema gives an error for each."""
    return str(next(name for name in error.validator_value if error.message == f"{name!r} is a required property"))


def _real(tree: Node, path: KeyPath) -> KeyPath:
    """A path in which keys that are no text stand as they are in the tree."""
    real: list[Hashable] = []
    node: Node | None = tree
    for key in path:
        match node:
            case Mapping(entries=entries):
                found = key if key in entries else next(each for each in entries if str(each) == key)
                real.append(found)
                node = entries[found].node
            case Sequence(items=items) if isinstance(key, int):
                real.append(key)
                node = items[key]
    return tuple(real)


def _instance(node: Node) -> Any:
    """The tree as JSON's types: keys become text, dates too."""
    match node:
        case Mapping(entries=entries):
            return {str(key): _instance(entry.node) for key, entry in entries.items()}
        case Sequence(items=items):
            return [_instance(item) for item in items]
        case Scalar(value=date() | bytes() as value):
            return str(value)
        case Scalar(value=value):
            return value
