"""Every single value of a configuration: whoever may read the repository reads those of sections that ORBIT does not know as well."""

from collections.abc import Callable, Hashable, Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath, Node, Scalar, Unknown, walk
from orbitcfg.project.config import Config
from orbitcfg.rules._variables import is_filled


def written_texts(config: Config, is_meant: Callable[[Hashable, str, Row | None], bool]) -> Iterator[tuple[KeyPath, str, Row | None]]:
    """The texts of some kind that stand in the files as they are, which no variable or default gave, with what the catalogue says of each."""

    def is_written(key: Hashable, node: Node, row: Row | None) -> bool:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return False
        return is_meant(key, node.value, row) and not is_filled(node) and not isinstance(node.value, Unknown)

    for path, node, row, _ in config.rows.where(lambda key, node, row: row is None or is_written(key, node, row)):
        for place, each in walk(node, path) if row is None else ((path, node),):
            if isinstance(each, Scalar) and isinstance(each.value, str) and (row is not None or is_written(place[-1], each, None)):
                yield place, each.value, row
