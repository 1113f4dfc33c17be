"""A tree against the catalogue: where it does not fit. `evaluate` judges by orbitcfg's own schemas, `jsonschema` where the user's are among them."""

from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any

from orbitcfg.catalog.annotation import key_spec
from orbitcfg.catalog.conditions import instance_of
from orbitcfg.catalog.evaluate import Violation, is_number, violations
from orbitcfg.catalog.keywords import TooManySteps, linear_validator, unevaluated_properties
from orbitcfg.catalog.specs import KeySpec
from orbitcfg.catalog.store import ANNOTATION, ROOT, Schema, Store
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.memo import NOTHING_KEPT, Memo
from orbitcfg.document.tree import KeyPath, Mapping, Node, Sequence, Unknown
from orbitcfg.errors import UsageError


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that a schema refuses.

    `keyword` is the word of the schema that refuses it, `wanted` what it asks for, `schema` the schema around it; empty for `false`.
    For `required`, `path` is the mapping that lacks the key `wanted`.
    """

    path: KeyPath
    keyword: str
    wanted: Any
    schema: Schema

    @property
    def spec(self) -> KeySpec:
        """What the annotation beside the keyword says."""
        return key_spec(self.schema.get(ANNOTATION, {}))


def mismatches(store: Store, tree: Node, memo: Memo = NOTHING_KEPT) -> Iterator[Mismatch]:
    """Everything in the tree that the schemas refuse, unknown keys left out; the unknown fits everywhere.

    What `memo` holds of the same part is not looked at again.
    """
    try:
        # of the user's own schemas one may join sections
        if memo.keeps and not store.is_extended and isinstance(tree, Mapping):
            yield from _by_section(store, tree, memo)
        else:
            found = _mismatches(store, instance_of(tree))
            yield from (replace(each, path=_real(tree, each.path)) for each in found)
    except (TooManySteps, RecursionError):
        raise UsageError("it takes too long to check this configuration against the settings' `schemas`: make them simpler") from None


def _by_section(store: Store, tree: Mapping, memo: Memo) -> Iterator[Mismatch]:
    """The mismatches of each section by itself: nothing in orbitcfg's own schemas joins two, but for what the root must have."""
    root = store.documents[ROOT]
    yield from (Mismatch((), "required", name, root) for name in root.get("required", ()) if name not in tree.entries)
    for key, entry in tree.entries.items():
        for path, node, is_item in _parts(store, key, entry.node):
            yield from memo.kept((_of_part, path), (store, node), partial(_of_part, store, path, node, is_item=is_item))


def _of_part(store: Store, path: KeyPath, node: Node, *, is_item: bool) -> tuple[Mismatch, ...]:
    instance = instance_of(node)
    found = _mismatches(store, {str(path[0]): [instance] if is_item else instance})
    # what lies at the first item of a list of one lies at that item of this one
    return tuple(replace(each, path=(*path, *_real(node, each.path[1 + is_item :]))) for each in found if each.path)


def _parts(store: Store, key: Hashable, node: Node) -> Iterator[tuple[KeyPath, Node, bool]]:
    """What of a section is judged by itself, with its path: each item of a list of which nothing is asked as a whole, and whether it is one."""
    schema = store.documents[ROOT].get("properties", {}).get(str(key), {})
    asked = {*schema, *(store.at(schema["$ref"]) if "$ref" in schema else ())}
    if isinstance(node, Sequence) and asked <= _OF_ITEMS:
        yield from (((key, index), item, True) for index, item in enumerate(node.items))
    else:
        yield (key,), node, False


_OF_ITEMS = frozenset({"$ref", "type", "items", "title", "description", ANNOTATION})
"""The words of a schema that ask nothing of a list but that it is one."""


def _mismatches(store: Store, instance: Any) -> Iterator[Mismatch]:
    found = _violations_by_library(store, instance) if store.is_extended else violations(store, store.documents[ROOT], instance)
    for violation in found:
        # unknown keys have rules of their own, which know the likely slips
        if violation.keyword == "additionalProperties" or isinstance(violation.instance, Unknown):
            continue
        mismatch = Mismatch(violation.path, violation.keyword, violation.asked, violation.schema)
        if violation.keyword == "required" or violation.instance not in mismatch.spec.works:
            yield mismatch


def _violations_by_library(store: Store, instance: Any) -> Iterator[Violation]:
    batch = None
    for error in _validator(store, instance).iter_errors(instance):
        violation = Violation(tuple(error.absolute_path), error.instance, str(error.validator), error.validator_value, error.schema or {})
        if violation.keyword != "required":
            yield violation
            continue
        # The library gives one error after the other for the keys that a mapping lacks, and names the key in its text alone.
        before, batch = batch, (id(violation.instance), id(violation.schema))
        if batch != before:
            yield from (violation._replace(asked=name) for name in violation.asked if name not in violation.instance)


def _validator(store: Store, instance: Any) -> Any:
    """The library's validator for a whole configuration. The store itself follows `$ref`, which saves a third of the time."""
    # imported here: only schemas of the user need the library, which is slow to import
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    def meant(validator: Any, reference: str, instance: Any, _schema: Schema) -> Iterator[Any]:
        yield from validator.descend(instance, store.at(reference))

    # for keywords that look for a schema themselves, such as `unevaluatedItems`
    registry: Any = Registry
    documents = registry(retrieve=lambda name: DRAFT202012.create_resource(store.documents[name]))
    words = {"$ref": meant, "unevaluatedProperties": unevaluated_properties(store.at)}
    types = Draft202012Validator.TYPE_CHECKER.redefine("number", lambda _checker, value: is_number(value))
    return linear_validator(instance, words, type_checker=types)(store.documents[ROOT], registry=documents)


def _real(tree: Node, path: KeyPath) -> KeyPath:
    """A path in which keys that are no text stand as they are in the tree."""
    real: list[Hashable] = []
    node: Node | None = tree
    for key in path:
        match node:
            case Mapping(entries=entries):
                # the library saw the text that `instance_of` made of such a key
                found = key if key in entries else next(each for each in entries if str(each) == key)
                real.append(found)
                node = entries[found].node
            case Sequence(items=items) if isinstance(key, int):
                real.append(key)
                node = items[key]
    return tuple(real)
