"""One schema over another."""

from orbitcfg.catalog.rows import overlay


def test_keywords_are_replaced_and_annotations_merged_word_by_word() -> None:
    below = {"type": "string", "enum": ["a"], "x-orbit": {"reads": "raw", "wrong": {"effect": "silent"}}}
    above = {"enum": ["b"], "x-orbit": {"wrong": {"effect": "will-not-start"}}}
    assert overlay(below, above) == {"type": "string", "enum": ["b"], "x-orbit": {"reads": "raw", "wrong": {"effect": "will-not-start"}}}


def test_what_is_said_of_a_property_lies_over_its_own_words_at_any_depth() -> None:
    below = {"properties": {"a": {"properties": {"b": {"type": "string", "enum": ["x"]}, "c": True}}, "d": {"type": "null"}}}
    above = {"properties": {"a": {"properties": {"b": {"x-orbit": {"reads": "raw"}}, "c": {"type": "number"}}}, "e": {"type": "integer"}}}
    assert overlay(below, above) == {
        "properties": {
            "a": {"properties": {"b": {"type": "string", "enum": ["x"], "x-orbit": {"reads": "raw"}}, "c": {"type": "number"}}},
            "d": {"type": "null"},
            "e": {"type": "integer"},
        }
    }
    assert list(overlay(below, above)["properties"]) == ["a", "d", "e"]
