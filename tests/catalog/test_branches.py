"""Branches that a value is never asked about, since the text under one key rules them out: the rest is what their conditions decide on."""

import pytest

from orbitcfg.catalog.branches import Branches

CHAT = {"if": {"properties": {"type": {"const": "chat"}}, "required": ["type"]}, "then": {}}
SPEECH = {"if": {"properties": {"type": {"enum": ["stt", "tts"]}, "mode": {"const": 1}}, "required": ["mode", "type"]}, "then": {}}
NUMBER = {"if": {"properties": {"type": {"enum": ["1", 1]}}, "required": ["type"]}, "then": {}}
OPTIONAL = {"if": {"properties": {"type": {"const": "chat"}}}, "then": {}}
OTHERWISE = {**CHAT, "else": {"required": ["name"]}}
BESIDE = {**CHAT, "required": ["name"]}
EXPLAINED = {"$comment": "as it says itself", **CHAT}
PLAIN = {"required": ["type"]}


@pytest.mark.parametrize(
    ("branches", "value", "expected"),
    [
        ([CHAT, SPEECH], {"type": "chat"}, [CHAT]),
        ([CHAT, SPEECH, CHAT], {"type": "tts"}, [SPEECH]),
        ([SPEECH, CHAT, SPEECH], {"type": "stt"}, [SPEECH, SPEECH]),
        ([CHAT, SPEECH], {"type": "other"}, []),
        ([CHAT, SPEECH], {"type": 1}, []),
        ([CHAT, SPEECH], {"type": None}, []),
        ([CHAT, SPEECH], {"type": ["chat"]}, []),
        ([CHAT, SPEECH], {}, []),
        # what goes by something else stays, in its place
        ([NUMBER, CHAT, OPTIONAL], {"type": "other"}, [NUMBER, OPTIONAL]),
        ([BESIDE, EXPLAINED], {"type": "tts"}, [BESIDE]),
        ([SPEECH, CHAT, *[SPEECH] * 6, OPTIONAL], {"type": "chat"}, [CHAT, OPTIONAL]),
        ([OTHERWISE, PLAIN, True], {}, [OTHERWISE, PLAIN, True]),
    ],
)
def test_branches_are_ruled_out_by_a_text(branches: list[object], value: dict[str, object], expected: list[object]) -> None:
    assert Branches(branches).open_to(value.get) == expected
