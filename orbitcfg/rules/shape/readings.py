"""What ORBIT makes of text where it wants a number or a switch."""

from dataclasses import dataclass

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import Reaction
from orbitcfg.document.tree import Node, Scalar

_TRUE_WORDS = frozenset({"true", "yes", "y", "1", "on"})
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
        return _switch(row.spec.reads, node.value)
    if row.spec.reads in ("int()", "float()"):
        return WORKS if _converts(node.value, row.spec.reads) else None
    return None


def _switch(reads: str | None, text: str) -> Reading | None:
    """A text as a switch. What looks false but counts as true does another thing than written."""
    word = text.lower()
    match reads:
        case "raw" | "mixed":
            truth, works = bool(text), (not text or word in _TRUE_WORDS)
        case "registry":
            truth, works = word != "false", word == "false" or word in _TRUE_WORDS
        case "parsed":
            truth, works = word in _TRUE_WORDS, word in _TRUE_WORDS | _FALSE_LOOKING | {""}
        case _:
            return None
    if reads == "mixed" and word in _FALSE_LOOKING:
        return Reading(Reaction("silent", "parts of ORBIT take this text for true, others for false"))
    if works:
        return WORKS
    return Reading(Reaction("silent" if word in _FALSE_LOOKING else "default-used", f"ORBIT takes this text for {str(truth).lower()}"))


def _converts(text: str, reads: str) -> bool:
    try:
        int(text) if reads == "int()" else float(text)
    except ValueError:
        return False
    return True
