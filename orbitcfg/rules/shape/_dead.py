"""Keys that do nothing, and what lies below them."""

from orbitcfg.catalog.rows import Row
from orbitcfg.config import Config
from orbitcfg.tree import KeyPath

DEAD = frozenset({"never-read", "no-effect", "log-only", "report-only"})


def is_dead(row: Row | None) -> bool:
    """Whether the catalogue says that a value there does nothing."""
    return row is not None and row.effect in DEAD


def below_dead(config: Config, path: KeyPath) -> bool:
    """Whether a path leads through a key that does nothing: what lies below needs no finding of its own."""
    return any(is_dead(config.catalog.at(config.tree, path[:depth])) for depth in range(1, len(path)))
