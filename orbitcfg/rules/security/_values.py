"""Every single value of a configuration: whoever may read the repository reads those of sections that ORBIT does not know as well."""

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath, Scalar, Unknown, walk
from orbitcfg.project.config import Config
from orbitcfg.rules._variables import is_filled


def written_texts(config: Config) -> tuple[tuple[KeyPath, str, Row | None], ...]:
    """The texts that stand in the files as they are, which no variable or default gave, with what the catalogue says of each."""
    return config.once(_written_texts)


def _written_texts(config: Config) -> tuple[tuple[KeyPath, str, Row | None], ...]:
    return tuple(
        (place, each.value, row)
        for path, node, row, _ in config.rows
        for place, each in (walk(node, path) if row is None else ((path, node),))
        if isinstance(each, Scalar) and isinstance(each.value, str) and not isinstance(each.value, Unknown) and not is_filled(each)
    )
