"""Every single value of a configuration: whoever may read the repository reads those of sections that ORBIT does not know as well."""

from collections.abc import Callable, Hashable, Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath, Scalar, Unknown, walk
from orbitcfg.project.config import Config
from orbitcfg.rules._variables import is_filled


def written_texts(config: Config, is_meant: Callable[[Hashable, str], bool], word: str = "") -> Iterator[tuple[KeyPath, str, Row | None]]:
    """The texts of some kind, or whose row has a word, that stand in the files as they are, which no variable or default gave; with their rows."""
    for path, node, row, _ in config.rows.texts_or_unknown(is_meant, word):
        for place, each in walk(node, path) if row is None else ((path, node),):
            if not isinstance(each, Scalar) or not isinstance(each.value, str) or isinstance(each.value, Unknown) or is_filled(each):
                continue
            if row is not None or is_meant(place[-1], each.value):
                yield place, each.value, row
