"""What ORBIT makes of text where it wants a number or a switch."""

from dataclasses import dataclass

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import Node, Scalar

_TRUE_WORDS = frozenset({"true", "yes", "y", "1", "on"})
_FALSE_LOOKING = frozenset({"false", "no", "n", "off", "0", "none", "null", "disabled"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a consumer makes of a text: whether it works as written, and else what happens, with its effect in the catalogue's words."""

    works: bool
    what: str = ""
    effect: str = "silent"


def reading_of(row: Row, node: Node, _keyword: str) -> Reading | None:
    """How ORBIT reads a text where the catalogue wants a boolean or a number; None where nothing is known of it."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return None
    if "boolean" in row.types:
        return _switch(str(row.words.get("reads", "")), node.value)
    if row.words.get("reads") in ("int()", "float()"):
        return Reading(works=True) if _converts(node.value, row.words["reads"]) else None
    return None


def _switch(reads: str, text: str) -> Reading | None:
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
        return Reading(works=False, what="parts of ORBIT take this text for true, others for false")
    if works:
        return Reading(works=True)
    return Reading(works=False, what=f"ORBIT takes this text for {str(truth).lower()}", effect="silent" if word in _FALSE_LOOKING else "default-used")


def _converts(text: str, reads: str) -> bool:
    try:
        int(text) if reads == "int()" else float(text)
    except ValueError:
        return False
    return True
