"""Nodes as they may be shown: the masking of values that know where they come from."""

from collections.abc import Hashable
from datetime import date
from math import isnan

from orbitcfg.document.tree import Interpolated, KeyPath, Mapping, Node, Scalar, Sequence, Unknown, at
from orbitcfg.masking.names import MASK, argument_name, is_secret_name
from orbitcfg.masking.url import without_credentials
from orbitcfg.masking.values import is_only_placeholders, masked_value, without_defaults


def masked_scalar(node: Scalar, key: Hashable) -> object:
    """A scalar as it may be shown under a key.

    Text that a set variable gave is shown as it was written, `${NAME}`, since a variable may hold a secret; a secret that is written out is masked.
    """
    interpolated = _interpolated(node)
    if interpolated is None or not any(substitution.is_set for substitution in interpolated.substitutions):
        return masked_value(key, str(node.value) if isinstance(node.value, Unknown) else node.value)
    if not is_secret_name(key):
        return without_credentials(interpolated.template)
    return without_defaults(interpolated.template) if is_only_placeholders(interpolated.template) else MASK


def masked_node(node: Node, key: Hashable = None) -> object:
    """A node's value with everything secret in it masked; what stands in a list, or below a key that is named as a secret, stands under that key."""
    match node:
        case Scalar():
            return masked_scalar(node, key)
        case Sequence(items=items):
            return [masked_node(item, item_key(node, index) or key if isinstance(item, Scalar) else key) for index, item in enumerate(items)]
        case Mapping(entries=entries):
            return {each: masked_node(entry.node, key if is_secret_name(key) else each) for each, entry in entries.items()}


def item_key(listing: Sequence, index: int) -> str | None:
    """What a scalar in a list is the value of, where the item before it says so: `token` behind `--token`."""
    before = listing.items[index - 1] if index else None
    return argument_name(before.value) if isinstance(before, Scalar) else None


def key_at(root: Node | None, path: KeyPath) -> Hashable:
    """What stands at a path is the value of: the outermost key that is named as a secret, else its own; in a list the option before it, or the list's key."""
    if not path:
        return None
    if secret := next((key for key in path if is_secret_name(key)), None):
        return secret
    above = at(root, path[:-1])
    return item_key(above, path[-1]) or key_at(root, path[:-1]) if isinstance(above, Sequence) and isinstance(path[-1], int) else path[-1]


def _interpolated(node: Scalar) -> Interpolated | None:
    return next((step for step in reversed(node.origin.steps) if isinstance(step, Interpolated)), None)


def as_json(value: object) -> object:
    """A value for JSON: dates, bytes, sets and numbers that are none become text, keys as well."""
    match value:
        case dict():
            return {json_key(key): as_json(each) for key, each in value.items()}
        case list() | tuple():
            return [as_json(each) for each in value]
        case date():
            # a datetime is a date as well
            return value.isoformat()
        case bytes():
            return value.hex()
        case set():
            # a set has no order of its own, and two runs shall print alike
            return ", ".join(sorted(str(each) for each in value))
        case float() if isnan(value):
            # JSON has no such numbers; Python's writer would print words that no other reader takes
            return ".nan"
        case float() if value in (float("inf"), float("-inf")):
            return ".inf" if value > 0 else "-.inf"
    return value


def json_key(key: object) -> str:
    """A mapping's key as JSON's text."""
    match key:
        case bool():
            return str(key).lower()
        case None:
            return "null"
        case date():
            return key.isoformat()
    return str(key)


def one_line(value: object) -> str:
    """A value in one line for people, as it would be written in YAML."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return repr(value) if not value or value != value.strip() or "\n" in value else value
        case dict():
            return "{}" if not value else f"{{{len(value)} keys}}"
        case list():
            return "[]" if not value else f"[{len(value)} items]"
    return str(value)
