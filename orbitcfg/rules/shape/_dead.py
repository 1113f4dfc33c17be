"""Keys that do nothing, and what lies below them."""

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath, Scalar
from orbitcfg.project.config import Config

DEAD = frozenset({"never-read", "no-effect", "log-only", "report-only"})


def is_dead(row: Row | None) -> bool:
    """Whether the catalogue says that a value there does nothing."""
    return row is not None and row.effect in DEAD


def is_of_other_mode(config: Config, path: KeyPath, row: Row | None) -> bool:
    """Whether a provider's block works in a mode in which ORBIT does not look at a key."""
    if row is None or row.spec.modes is None:
        return False
    mode = config.once(_modes).get(path[:2])
    return mode is not None and mode not in row.spec.modes


def _modes(config: Config) -> dict[KeyPath, str]:
    """The mode of each provider's block that has more than one, where it is known here and one of them."""
    found = ((each.path, each.row.provider.modes, each.mode) for each in config.providers)
    return {path: mode for path, modes, mode in found if modes is not None and mode in modes.values}


def is_misplaced_section(config: Config, path: KeyPath, holder: Row) -> bool:
    """Whether a top-level section stands in another one that holds blocks of any name, as it does where its lines are indented too far."""
    return (
        len(path) == 2
        and path[-1] not in holder.properties
        and path[-1] in config.catalog.root.properties
        and "additionalProperties" in holder.schema
    )


def below_dead(config: Config, path: KeyPath) -> bool:
    """Whether a path leads through a key that does nothing: what lies below needs no finding of its own."""
    dead = config.once(_dead_paths)
    return any(path[:depth] in dead for depth in range(1, len(path)))


def _dead_paths(config: Config) -> frozenset[KeyPath]:
    # below a single value lies nothing
    return frozenset(path for path, node, row, _ in config.rows_with("effect") if not isinstance(node, Scalar) and is_dead(row))
