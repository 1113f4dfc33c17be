"""Whether the part of a configuration that a path leads into is switched on."""

from orbitcfg.tree import KeyPath, Mapping, Node, Scalar, Unknown, child


def in_use(tree: Node, path: KeyPath) -> bool:
    """Whether no mapping on the way down is switched off by an `enabled` of its own.

    A switch that nobody knows here counts as on.
    """
    node: Node | None = tree
    for key in path:
        node = child(node, key)
        if isinstance(node, Mapping) and is_off(node):
            return False
    return True


def is_off(node: Mapping) -> bool:
    """Whether a mapping is switched off: `enabled` is false, or the text "false" that ORBIT's registry takes for it."""
    entry = node.entries.get("enabled")
    if entry is None or not isinstance(entry.node, Scalar):
        return False
    value = entry.node.value
    if isinstance(value, Unknown):
        return False
    return value is False or (isinstance(value, str) and value.lower() == "false")
