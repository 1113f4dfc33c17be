"""The catalogue is asked once for what many ask: a row by its kind, a place by its path."""

from sys import getrefcount
from typing import Any
from unittest.mock import PropertyMock, patch

import pytest

from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.document.tree import at
from tests.trees import config_of

ADAPTERS = "".join(f"- {{name: a{number}, enabled: true, model: m, datasource: none}}\n" for number in range(50))
CONFIG = config_of({"config/config.yaml": f"inference: {{shimmy: {{enabled: true, top_k: 40}}}}\nadapters:\n{ADAPTERS}"}, {})


@pytest.mark.parametrize("word", ["effect", "refers_to", "uri"])
def test_rows_are_found_by_the_words_of_their_annotation_and_by_their_format(word: str) -> None:
    """As by the schema itself."""
    text = "inference: {shimmy: {enabled: true, base_url: 'http://localhost:11435', top_k: 40}}\nadapters: [{name: a, inference_provider: shimmy}]\n"
    config = config_of({"config/config.yaml": text}, {})
    with_row = [(path, node, row, holder) for path, node, row, holder in config.rows if row is not None]
    meant = [each for each in with_row if word in each[2].schema.get("x-orbit", {}) or each[2].schema.get("format") == word]
    assert list(config.rows_with(word)) == meant != []
    assert list(config.rows_with("nothing")) == []


def test_a_row_is_asked_for_its_words_once_however_many_nodes_it_is_of() -> None:
    rows = CONFIG.catalog.for_another_tree().table(CONFIG.tree)
    with patch.object(Row, "words", new_callable=PropertyMock, return_value=("word",)) as words:
        found = list(rows.with_word("word"))
    assert words.call_count < len(found) / 5


def test_the_way_to_a_place_is_gone_once() -> None:
    catalog, tree = CONFIG.catalog.for_another_tree(), CONFIG.tree
    with patch.object(Catalog, "below", autospec=True, side_effect=Catalog.below) as below:
        for key in ("name", "enabled", "model"):
            catalog.at(tree, ("adapters", 3, key))
    # `adapters`, its item, and three keys of that
    assert below.call_count == 5


def test_texts_are_the_known_texts_among_the_rows() -> None:
    config = config_of({"config/config.yaml": "general: {host: h, port: 3000, inference_provider: '${NAME}'}\n"}, None)
    assert [(path, text) for path, _, text, _ in config.texts_where(lambda _key, _text: True)] == [(("general", "host"), "h")]
    assert list(config.texts_where(lambda key, text: (key, text) != ("host", "h"))) == []


def test_what_is_meant_of_a_table_is_found_as_in_all_of_it() -> None:
    meant = [each for each in CONFIG.rows if each[0][-1] in ("name", 3)]
    assert meant
    assert list(CONFIG.rows.keys_where(lambda key: key in ("name", 3))) == meant


def test_a_key_and_a_text_under_it_are_asked_once() -> None:
    asked: list[object] = []

    def is_model(*of: object) -> bool:
        asked.append(of)
        return of[0] == "model" and of[-1] in ("model", "m")

    models = [each for each in CONFIG.rows if each[0][-1] == "model"]
    assert list(CONFIG.rows.keys_where(is_model)) == list(CONFIG.rows.texts_where(is_model)) == models
    assert len(asked) == len(set(asked)) < len(models) * 3


def test_nulls_and_unknown_keys_are_found() -> None:
    config = config_of({"config/config.yaml": "general: {host: , odd: 1, '': }\n"}, None)
    assert [path for path, *_ in config.rows.nulls()] == [("general", "host"), ("general", "")]
    assert [path for path, *_ in config.rows.unknown()] == [("general", "odd"), ("general", "")]
    found = config.rows.texts_or_unknown(lambda _key, _text: False, "")
    assert [path for path, *_ in found] == [("general", "odd"), ("general", "")]


def test_texts_and_rows_with_a_word_and_unknown_keys_are_found_in_their_order() -> None:
    with_word = [each[0] for each in CONFIG.rows_with("refers_to")]
    names = [each[0] for each in CONFIG.rows if each[0][-1] == "name"]
    found = [each[0] for each in CONFIG.rows.texts_or_unknown(lambda key, _text: key == "name", "refers_to")]
    assert found == [each[0] for each in CONFIG.rows if each[0] in {*with_word, *names}]
    assert len(found) == len(with_word) + len(names) > len(names) > 0
    with_either = [each[0] for each in CONFIG.rows_with("null")]
    assert with_either == [each[0] for each in CONFIG.rows if each[2] is not None and "null" in each[2].words] != []


def choosing(key: str, description: str) -> dict[str, Any]:
    """A schema with a branch for those who have a key."""
    return {"allOf": [{"if": {"required": [key]}, "then": {"properties": {"name": {"description": description}}}}]}


def test_a_node_in_two_places_chooses_branches_in_each() -> None:
    """As an alias puts it there."""
    catalog, node = CONFIG.catalog.for_another_tree(), at(CONFIG.tree, ("adapters", 0))
    assert node is not None
    for _ in range(2):
        seen = [catalog.below(catalog.row(schema), node, "name") for schema in (FIRST, SECOND)]
        assert [each and each.description for each in seen] == ["one", "two"]


FIRST, SECOND = choosing("name", "one"), choosing("enabled", "two")


def test_a_node_lives_as_long_as_what_it_chose() -> None:
    """Else another would get its id, and its branches."""
    catalog, node = CONFIG.catalog.for_another_tree(), at(CONFIG.tree, ("adapters", 1))
    before = getrefcount(node)
    assert catalog.branches(catalog.row(FIRST), node) != ()
    assert getrefcount(node) > before
    assert (another := catalog.for_another_tree()).branches(another.row(FIRST), node) == catalog.branches(catalog.row(FIRST), node)


def test_what_is_no_mapping_chooses_what_does_not_rule_it_out() -> None:
    """A condition about keys says nothing of a text; of what is not there nothing is chosen."""
    catalog, chat = CONFIG.catalog.for_another_tree(), {"properties": {"model": {"const": "chat"}}, "required": ["model"]}
    row = catalog.row({"allOf": [{"if": chat, "then": {"properties": {"name": {"description": "one"}}}}]})
    seen = [catalog.branches(row, node) for node in (at(CONFIG.tree, ("adapters", 0, "name")), at(CONFIG.tree, ("adapters", 0)), None)]
    assert [len(each) for each in seen] == [1, 0, 0]


def test_a_number_is_a_key_of_a_mapping_and_a_place_in_a_list() -> None:
    catalog, row = CONFIG.catalog.for_another_tree(), Row({"items": {"description": "item"}, "additionalProperties": False})
    seen = [catalog.below(row, at(CONFIG.tree, path), 0) for path in (("adapters",), ("adapters", 0))]
    assert [each and each.description for each in seen] == ["item", None]


def test_a_key_that_is_no_text_is_known_by_its_own_name() -> None:
    """Though to Python 1 equals true."""
    catalog, row = CONFIG.catalog.for_another_tree(), Row({"properties": {"1": {"description": "one"}}, "additionalProperties": False})
    for _ in range(2):
        assert [below and below.description for below in (catalog.below(row, CONFIG.tree, key) for key in (1, "1", True))] == ["one", "one", None]


def test_a_branch_that_only_rules_on_a_key_makes_it_no_property() -> None:
    catalog = CONFIG.catalog.for_another_tree()
    row = catalog.row({"additionalProperties": False, "allOf": [{"if": {}, "then": {"properties": {"name": True, "odd": {}}}}]})
    assert list(catalog.keys(row, at(CONFIG.tree, ("adapters", 0)))) == ["odd"]
