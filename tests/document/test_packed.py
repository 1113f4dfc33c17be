"""Texts that are packed, since there are many."""

import pytest

from orbitcfg.commands.formats import render
from orbitcfg.commands.validate.command import validate
from orbitcfg.compile import imports
from orbitcfg.document.packed import Unpacker
from orbitcfg.document.source import Position, Source
from orbitcfg.files.store import Memory
from orbitcfg.report.style import Style
from orbitcfg.settings.model import Settings

_FILES = {
    "/r/config/config.yaml": "import: [a.yaml, b.yaml]\ngeneral: {inference_provider: shimmy}\n",
    "/r/config/a.yaml": "inference:\n  shimmy:\n    enabled: true\n    base_url: localhost\n    api_key: sk-5f0c1d7e9b3a2f4c\n    top_k: 40 # \u2713\n",
    "/r/config/b.yaml": "general: {portt: 1}\n# orbitcfg: ignore[ORB306]\nserver: {x: [}\n",
}


def test_a_packed_text_is_the_same() -> None:
    """Also of the second file of two, and asked for again; packed twice it is packed once."""
    unpacker = Unpacker()
    texts = [f"a: {number}\nb: \u2713\n" for number in range(9)]
    sources = [Source(str(number), text) for number, text in enumerate(texts)]
    for each in (*sources, *sources):
        each.pack(unpacker)
    assert all("text" not in vars(each) for each in sources)
    assert [each.text for each in sources] * 2 == [*texts, *(each.text for each in sources)]
    assert (sources[3].line(2), sources[3].position(7), sources[3].offset(Position(2, 3))) == ("b: \u2713", Position(2, 3), 7)


def test_what_is_no_field_of_a_source_is_not_there() -> None:
    """As of any object."""
    with pytest.raises(AttributeError, match="'Source' object has no attribute 'nothing'"):
        Source("a", "").nothing  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.parametrize("format_name", ["full", "json"])
def test_reports_are_the_same(format_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the lines that they show, the secrets in them, and what cannot be read."""

    def reported() -> str:
        files = Memory({path: text.encode() for path, text in _FILES.items()})
        return render(validate(["/r/config"], Settings(no_env=True), files=files), format_name, Style(verbose=True))

    plain = reported()
    monkeypatch.setattr(imports, "PLAIN_CHARACTERS", 0)
    assert reported() == plain
    assert "top_k" in plain
