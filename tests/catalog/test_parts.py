"""A table joined of parts that are kept says what one table says, and so does all that is made of kept parts."""

from collections.abc import Hashable

import pytest

from orbitcfg.dataclass import replace
from orbitcfg.document.memo import Memo
from orbitcfg.project.config import Config
from tests.catalog.test_walks import CONFIG


def kept(memo: Memo) -> Config:
    return replace(CONFIG, catalog=CONFIG.catalog.for_another_tree(memo))


@pytest.fixture(scope="module")
def memo() -> Memo:
    return Memo(keeps=True)


@pytest.mark.parametrize("look", range(3))
def test_parts_say_what_the_whole_says(memo: Memo, look: int) -> None:
    config, names = kept(memo), {"name", "model"}

    def is_asked(key: Hashable) -> bool:
        return key in ("name", 3)

    assert list(config.rows) == list(CONFIG.rows)
    assert list(config.rows.keys_where(is_asked)) == list(CONFIG.rows.keys_where(is_asked))
    # a question that knows of more than it is asked about is asked anew
    assert list(config.rows.keys_where(lambda key: key in names)) == list(CONFIG.rows.keys_where(lambda key: key in names))
    names.add(f"enabled{'' if look else '_'}")
    assert list(config.rows.keys_where(lambda key: key in names)) == list(CONFIG.rows.keys_where(lambda key: key in names))
    assert list(config.rows_with("effect")) == list(CONFIG.rows_with("effect"))
    assert list(config.rows.nulls()) == list(CONFIG.rows.nulls())
    assert list(config.rows.unknown()) == list(CONFIG.rows.unknown())
    assert list(config.texts_where(lambda _key, text: "o" in text)) == list(CONFIG.texts_where(lambda _key, text: "o" in text))
    assert config.uses == CONFIG.uses
    assert [config.demand.of(path) for path, *_ in config.rows] == [CONFIG.demand.of(path) for path, *_ in CONFIG.rows]
    memo.settle()
