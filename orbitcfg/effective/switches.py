"""Whether the part of a configuration that a path leads into is switched on."""

from collections.abc import Hashable

from orbitcfg.catalog.sections import orbits_sections
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Unknown, child

SWITCH = "enabled"


def in_use(tree: Node, path: KeyPath) -> bool:
    """Whether no mapping on the way down is switched off by an `enabled` of its own.

    A switch that is not known here counts as on. What a path to a switch itself is asked for, is whether the switch is looked at.
    """
    if path and path[-1] == SWITCH:
        path = path[:-2]
    node: Node | None = tree
    for key in path:
        node = child(node, key)
        if isinstance(node, Mapping) and is_off(node, path[0]):
            return False
    return True


def is_off(node: Mapping, section: Hashable) -> bool:
    """Whether a mapping below a top-level section is switched off by its own switch."""
    spec = orbits_sections().get(section) if isinstance(section, str) else None
    return not is_on(child(node, SWITCH), spec.switch_reads if spec else "raw", default=True)


def is_truthy(node: Node | None, *, default: bool) -> bool:
    """A switch by Python's truth: any text but an empty one is on; so is what is not known here, and a missing one as `default` says."""
    match node:
        case None:
            return default
        case Scalar(value=Unknown()):
            return True
        case Scalar(value=value):
            return bool(value)
    return True


def is_on(node: Node | None, reads: str, *, default: bool) -> bool:
    """A switch as its consumer reads it: by Python's truth (`raw`), by a list of words (`parsed`), else on unless it is false.

    `literal` takes no text for false; `registry` takes the text "false" for it.
    """
    if node is None or not isinstance(node, Scalar) or isinstance(node.value, Unknown):
        return default if node is None else True
    value = node.value
    match reads:
        case "raw":
            return bool(value)
        case "parsed":
            return value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "y", "1", "on"))
        case "literal":
            return value is not False
    return value is not False and not (isinstance(value, str) and value.lower() == "false")
