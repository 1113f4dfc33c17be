"""What ORBIT makes of a value of another type than it wants: of text for a number or a switch, of `false` for a list."""

from math import isfinite

from orbitcfg.catalog.check import Mismatch
from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import Reaction
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence

_TRUE_WORDS = frozenset({"true", "yes", "y", "1", "on"})
_NUMBERS = frozenset({"integer", "number"})
_SWITCH_OR_LIST = frozenset({"boolean", "array"})
_FALSE_LOOKING = frozenset({"false", "no", "n", "off", "0", "none", "null", "disabled"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a consumer makes of a text. `reaction` is what happens; None where the text works as written."""

    reaction: Reaction | None = None


WORKS = Reading()


def reading_of(row: Row, node: Node) -> Reading | None:
    """How ORBIT reads a text where the catalogue wants a boolean or a number; None where nothing is known of it."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return None
    if "boolean" in row.types:
        return _switch(row, node.value)
    if row.spec.reads in ("int()", "float()"):
        return WORKS if _converts(node.value, row.spec.reads) else None
    return None


def _switch(row: Row, text: str) -> Reading | None:
    """A text as a switch. What looks false but counts as true does another thing than written; what counts as false does what null does."""
    word = text.lower()
    match row.spec.reads:
        case "raw" | "mixed":
            truth, works = bool(text), (not text or word in _TRUE_WORDS)
        case "registry":
            truth, works = word != "false", word == "false" or word in _TRUE_WORDS
        case "parsed":
            truth, works = word in _TRUE_WORDS, word in _TRUE_WORDS | _FALSE_LOOKING | {""}
        case _:
            return None
    if row.spec.reads == "mixed" and not works:
        effect = "silent" if word in _FALSE_LOOKING else _effect(row.spec.wrong or row.spec.null)
        return Reading(Reaction(effect, "parts of ORBIT take this text for true, others for false"))
    if works:
        return WORKS
    effect = "silent" if word in _FALSE_LOOKING else _effect(row.spec.wrong if truth else row.spec.null)
    return Reading(Reaction(effect, f"ORBIT takes this text for {str(truth).lower()}"))


def _effect(known: Reaction | None) -> str:
    return known.effect if known else "default-used"


def reaction_to(mismatch: Mismatch, row: Row, node: Node) -> Reaction | None:
    """What follows from a value that does not fit; None where the catalogue does not say, or where it counts as left out."""
    spec = row.spec
    said = spec.wrong or mismatch.spec.wrong
    if is_endless(node) and not _NUMBERS.isdisjoint(row.types):
        return Reaction("request-fails", "JSON cannot hold it, so every request fails") if _is_sent(row) else None
    if fits_type(row, node):
        # what cannot be sent at all is as bad as no text
        return (spec.mistyped if mismatch.keyword == "pattern" else None) or said
    if "array" in row.types and spec.reads == "as-is" and _gives_items(node):
        return said
    if _counts_as_null(row, node) and (spec.null or not spec.mistyped) and (_is_false(node) or not spec.mistyped):
        return spec.null
    # measured: a scalar that null breaks is broken by one of another type, too
    return spec.mistyped or said or (spec.null if isinstance(node, Scalar) and _SWITCH_OR_LIST.isdisjoint(row.types) else None)


def is_endless(node: Node) -> bool:
    """Whether a value is one of YAML's numbers that are none: `.nan`, `.inf`."""
    return isinstance(node, Scalar) and isinstance(node.value, float) and not isfinite(node.value)


def _is_sent(row: Row) -> bool:
    return row.spec.parameter is not None or (row.spec.wrong is not None and row.spec.wrong.effect == "sent-as-is")


def fits_type(row: Row, node: Node) -> bool:
    """Whether a value is of a type that works, whatever else is asked of it."""
    match node:
        case Mapping():
            return "object" in row.types
        case Sequence():
            return "array" in row.types
        case Scalar(value=bool()):
            return "boolean" in row.types
        case Scalar(value=int()):
            return not _NUMBERS.isdisjoint(row.types)
        case Scalar(value=float()):
            return "number" in row.types
        case Scalar(value=str()):
            return "string" in row.types
    return "null" in row.types


def _counts_as_null(row: Row, node: Node) -> bool:
    """Whether a value of another type does what null does: what is false for Python where null is left out, and what has no keys or items.

    Measured on 122 mappings of the real ORBIT, `false` and null do the same in each: both lack `get`, or both are left out by `or {}`.
    """
    if "null" in row.types and _NUMBERS.isdisjoint(row.types) and _is_false(node):
        return True
    lacks_items = isinstance(node, Scalar) and not isinstance(node.value, str)
    return row.spec.null is not None and (("array" in row.types and lacks_items) or "object" in row.types)


def _gives_items(node: Node) -> bool:
    """Whether its letters or its keys may be taken for the items of a list."""
    return isinstance(node, Mapping) or (isinstance(node, Scalar) and isinstance(node.value, str))


def _is_false(node: Node) -> bool:
    match node:
        case Mapping(entries=entries):
            return not entries
        case Sequence(items=items):
            return not items
        case Scalar(value=value):
            return not value


def _converts(text: str, reads: str) -> bool:
    try:
        int(text) if reads == "int()" else float(text)
    except ValueError:
        return False
    return True
