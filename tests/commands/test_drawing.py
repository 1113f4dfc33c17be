"""The rows as a drawing: what is drawn, and that no name in it becomes markup."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import orbitcfg
from orbitcfg.commands.formats import render
from orbitcfg.commands.providers.drawing import Drawing, DrawnEdge, Layer, Mark, drawing_of
from orbitcfg.commands.providers.html import page
from orbitcfg.commands.providers.usage import Usage, selected, unused
from orbitcfg.files.store import Memory
from tests.commands.doctor.test_browser import CHROMIUM, measured
from tests.effective.small import SHIMMY, adapter, config

FILES = {
    "/repo/config/config.yaml": b"""\
general: {inference_provider: shimmy}
auth: {default_admin_password: long-enough-to-pass}
import: [inference.yaml, adapters.yaml]
""",
    "/repo/config/inference.yaml": b"""\
inference:
  shimmy: {enabled: true, base_url: "http://localhost:11435", model: small}
  vllm: {enabled: false, base_url: "http://gpu:8000", model: large}
  groq: {enabled: true, api_key: k, base_url: "https://api.groq.com/openai/v1", model: quick}
""",
    "/repo/config/adapters.yaml": b"""\
adapters:
  - {name: plain, enabled: true, type: passthrough, datasource: none, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation}
  - {name: heavy, enabled: true, type: passthrough, datasource: none, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation, inference_provider: vllm}
""",
}
DRAWN = [
    (Layer.ADAPTER, "(default)", "", Mark.WORKS, "config.yaml:1"),
    (Layer.PROVIDER, "shimmy", "", Mark.WORKS, "inference.yaml:2"),
    (Layer.MODEL, "small", "", Mark.WORKS, "inference.yaml:2"),
    (Layer.ENDPOINT, "http://localhost:11435/v1", "", Mark.WORKS, "inference.yaml:2"),
    (Layer.ADAPTER, "plain", "", Mark.WORKS, "adapters.yaml:2"),
    (Layer.ADAPTER, "heavy", "", Mark.BROKEN, "adapters.yaml:3"),
    (Layer.PROVIDER, "vllm", "", Mark.BROKEN, "inference.yaml:3"),
    (Layer.MODEL, "large", "", Mark.BROKEN, "inference.yaml:3"),
    (Layer.ENDPOINT, "http://gpu:8000", "", Mark.BROKEN, "inference.yaml:3"),
    (Layer.PROVIDER, "groq", "", Mark.UNUSED, "inference.yaml:4"),
]
WAYS = [(0, 1), (1, 2), (2, 3), (4, 1), (5, 6), (6, 7), (7, 8)]
FLOWCHART = """\
flowchart LR
  n0(["(default)<br/><small>config.yaml:1</small>"])
  n1["shimmy<br/><small>inference.yaml:2</small>"]
  n2("small<br/><small>inference.yaml:2</small>")
  n3[/"http://localhost:11435/v1<br/><small>inference.yaml:2</small>"/]
  n4(["plain<br/><small>adapters.yaml:2</small>"])
  n5(["heavy<br/>broken<br/><small>adapters.yaml:3</small>"])
  n6["vllm<br/>broken<br/><small>inference.yaml:3</small>"]
  n7("large<br/>broken<br/><small>inference.yaml:3</small>")
  n8[/"http://gpu:8000<br/>broken<br/><small>inference.yaml:3</small>"/]
  n9["groq<br/>unused<br/><small>inference.yaml:4</small>"]
  n0 --> n1
  n1 --> n2
  n2 --> n3
  n4 --> n1
  n5 --> n6
  n6 --> n7
  n7 --> n8
  classDef broken stroke:#b3261e,stroke-width:2px
  class n5,n6,n7,n8 broken
  classDef unused stroke-dasharray:2 4
  class n9 unused
"""
HOSTILE = '"]</title><script>alert(1)</script>\x1b[31m`;end'


def used(**options: Any) -> Usage:
    """What the files above use."""
    return orbitcfg.providers("/repo", files=Memory(FILES), process={}, **options)


def hostile() -> Usage:
    """Rows in which every name is an attempt at markup."""
    choices = [{"name": HOSTILE, "provider": "shimmy", "model": HOSTILE}]
    whole = config(
        {
            "inference": {"shimmy": {**SHIMMY, "model": HOSTILE}, HOSTILE: {"enabled": True, "model": HOSTILE}},
            "adapters": [adapter(HOSTILE, allowed_models=choices), adapter("other", inference_provider=HOSTILE)],
        }
    )
    return Usage(whole, selected(whole.uses, every=True), unused(whole))


def test_adapters_lead_to_endpoints_and_what_is_broken_or_unused_is_marked() -> None:
    drawing = drawing_of(used())
    assert [(node.layer, node.label, node.note, node.mark, node.place) for node in drawing.nodes] == DRAWN
    assert [(edge.source, edge.target) for edge in drawing.edges] == WAYS
    assert drawing.nodes[5].reason.endswith("(ORB502)")


def test_only_what_was_asked_for_is_drawn() -> None:
    assert [node.label for node in drawing_of(used(adapter="plain")).nodes] == ["plain", "shimmy", "small", "http://localhost:11435/v1"]


def test_with_all_what_is_switched_off_is_unused_as_well() -> None:
    files = {**FILES, "/repo/config/inference.yaml": FILES["/repo/config/inference.yaml"] + b"  cohere: {enabled: false, api_key: k, model: c}\n"}
    marks = {
        every: [
            node.label
            for node in drawing_of(orbitcfg.providers("/repo", files=Memory(files), process={}, every=every)).nodes
            if node.mark is Mark.UNUSED
        ]
        for every in (False, True)
    }
    assert marks == {False: ["groq"], True: ["groq", "cohere"]}


def test_a_model_that_only_some_can_ask_is_not_broken_by_the_others() -> None:
    whole = config({"adapters": [adapter("works"), adapter("off", enabled=False)]})
    marks = {each.label: each.mark for each in drawing_of(Usage(whole, selected(whole.uses, every=True))).nodes}
    assert marks["off"] is Mark.OFF
    assert marks["llama-3.2-3b"] is Mark.WORKS


def test_a_choice_is_a_way_of_its_own_kind() -> None:
    whole = config({"adapters": [adapter("chat", allowed_models=[{"name": "fast", "provider": "shimmy", "model": "tiny"}])]})
    drawing = drawing_of(Usage(whole, selected(whole.uses, adapter="chat")))
    labels = [node.label for node in drawing.nodes]
    assert labels == ["chat", "shimmy", "llama-3.2-3b", "http://localhost:11435/v1"]
    assert drawing.edges[0] == DrawnEdge(0, 1, Mark.WORKS, is_choice=False)


def test_mermaid() -> None:
    assert render(used(), "mermaid") == FLOWCHART


def test_no_name_ends_a_label_of_mermaid() -> None:
    lines = render(hostile(), "mermaid").splitlines()
    assert all(line.count('"') in (0, 2) for line in lines)
    assert not re.search(
        r"[\x00-\x1f<>](?!br/>|small>|/small>)",
        "".join(re.sub(r"</?(?:br|small)/?>", "", line) for line in lines).replace("-->", "").replace("-.->", ""),
    )


def test_no_name_is_markup_on_the_page_and_the_page_asks_for_nothing() -> None:
    text = page(hostile())
    assert "<script" not in text
    assert "\x1b" not in text
    assert re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!#|data:)[^\"'>\s]+", text) == []


def test_the_drawing_is_sound_xml_in_which_every_curve_joins_two_boxes() -> None:
    text = page(used())
    tree = ET.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    boxes = {(float(each.attrib["x"]), float(each.attrib["y"]) + 20) for each in tree.iter("rect")}
    ends = [re.findall(r"-?[\d.]+", each.attrib["d"]) for each in tree.iter("path")]
    assert len(boxes) == len(DRAWN)
    assert len(ends) == len(WAYS)
    for numbers in ends:
        x, y, *_, to_x, to_y = map(float, numbers)
        assert {(x - 226, y), (to_x, to_y)} <= boxes


def test_each_adapter_has_a_card_with_its_line() -> None:
    text = re.sub(r"<[^>]+>", " ", page(used()))
    assert re.search(r"heavy\s+adapters\.yaml:3\s+.*vllm", text)
    assert "inference.yaml:4" in text


def test_nothing_to_draw_is_a_page_all_the_same() -> None:
    whole = config({})
    assert drawing_of(Usage(whole, ())) == Drawing((), ())
    assert "<svg" not in page(Usage(whole, ()))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt install chromium")
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)], ids=["phone-dark", "desktop"])
def test_in_a_browser_nothing_overflows_and_all_is_legible(width: int, dark: bool, tmp_path: Any) -> None:
    """`measured` knows nothing of the boxes behind SVG's texts, so these are left out where all else is looked at."""
    found = measured(page(used()), width, tmp_path, dark=dark)
    assert (found["width"], found["wide"], found["loaded"]) == (width, [], [])
    assert [each for each in found["faint"] if not each.startswith(("text", "title"))] == []
