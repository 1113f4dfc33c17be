"""A table joined of parts that are kept says what one table says, and so does all that is made of kept parts."""

from collections.abc import Hashable
from types import FunctionType
from typing import Any

import pytest

from orbitcfg.dataclass import replace
from orbitcfg.document.memo import Memo
from orbitcfg.project.config import Config
from tests.catalog.test_walks import CONFIG
from tests.trees import config_of


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


ODD = config_of(
    {
        "config/config.yaml": "x-a: &a {name: n, enabled: true, port: 3000, host: }\ngeneral: *a\nauth: *a\nsecurity: 5\nlogging: \nodd: [1, {name: m}]\n"
        "adapters: [*a, text, [1], {name: b, enabled: , config: {name: c}}]\nlast: \nother: x\n"
    },
    {},
)
"""With single values where sections belong, and one mapping in three sections."""


@pytest.mark.parametrize("look", range(2))
def test_parts_of_odd_sections_say_what_the_whole_says(look: int) -> None:
    memo = Memo(keeps=True)
    for _ in range(look + 1):
        rows = ODD.catalog.for_another_tree(memo).table(ODD.tree)
        assert list(rows) == list(ODD.rows)
        assert list(rows.nulls()) == list(ODD.rows.nulls()) != []
        assert list(rows.unknown()) == list(ODD.rows.unknown()) != []
        assert list(rows.with_word("effect")) == list(ODD.rows.with_word("effect"))
        for word in ("", "null", "effect"):
            assert list(rows.texts_or_unknown(_is_name, word)) == list(ODD.rows.texts_or_unknown(_is_name, word)) != []
        memo.settle()


def _is_name(*of: object) -> bool:
    return of[0] == "name"


def _is_name_or_m(*of: object) -> bool:
    return of[-1] in ("name", "m")


def test_what_is_kept_answers_the_same_question_alone() -> None:
    """The same of keys and of texts are two; so is what asks with other defaults, and what another module calls the same."""
    memo = Memo(keeps=True)
    rows = kept(memo).rows
    for _ in range(2):
        assert [each[0][-1] for each in rows.keys_where(_is_name_or_m)] == ["name"] * 50
        assert [each[0][-1] for each in rows.texts_where(_is_name_or_m)] == ["model"] * 50
        for name in ("name", "model"):
            for asked in (lambda key, name=name: key == name, _by_keyword(name), _of_module(name)):
                assert list(rows.keys_where(asked)) == [each for each in CONFIG.rows if each[0][-1] == name] != []


def _by_keyword(name: str) -> Any:
    def is_meant(key: Hashable, *, meant: str = name) -> bool:
        return key == meant

    return is_meant


def _of_module(name: str) -> FunctionType:
    """The same code in a module for each name."""
    scope: dict[str, Any] = {"__name__": name, "MEANT": name}
    exec("def is_meant(key): return key == MEANT", scope)
    made: FunctionType = scope["is_meant"]
    return made
