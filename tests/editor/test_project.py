"""A project that is edited comes to what a fresh `validate` says of the same texts."""

import gc
from dataclasses import dataclass
from pathlib import Path
from weakref import ref

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbitcfg.commands.validate.command import validate
from orbitcfg.document.source import Source, Span
from orbitcfg.editor.project import Project, project_of
from orbitcfg.editor.session import Session
from orbitcfg.editor.shift import shift_between
from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Disk
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.settings.model import Settings
from tests.editor.texts import typed
from tests.shared import PROJECT, drawn

EXAMPLE = PROJECT / "examples" / "multi-provider"
PATHS = sorted(str(path) for path in (EXAMPLE / "config").rglob("*.yaml"))
PIECES = (
    "\n",
    " ",
    "  ",
    ":",
    "- ",
    "'",
    '"',
    "x",
    "enabled: false\n",
    "${HOST}",
    "${",
    "#",
    "true",
    "0",
    "\t",
    "name: a\n",
    "é",
    "𝄞",
    "{",
    "[",
    "&a ",
    "*a",
    "import: x.yaml\n",
)


@dataclass(frozen=True)
class TypedEdit:
    """Some characters of a file replaced, the place as a part of its length."""

    file: int
    place: float
    removed: int
    text: str

    def on(self, text: str) -> str:
        start = int(self.place * len(text))
        return text[:start] + self.text + text[start + self.removed :]


EDITS = st.builds(TypedEdit, st.integers(0, len(PATHS) - 1), st.floats(0, 1), st.sampled_from((0, 0, 0, 1, 3, 20)), st.sampled_from(PIECES))


def project() -> Project:
    found = project_of(Disk(str(EXAMPLE)), str(EXAMPLE), Settings(), {})
    assert found is not None
    return found


def seen(found: tuple[Diagnostic, ...]) -> list[object]:
    """What a person sees of findings."""
    return [(each.code, each.severity, each.file, _offset(each), each.message, each.help, each.is_symptom) for each in found]


def _offset(found: Diagnostic) -> int | None:
    return found.place.start if isinstance(found.place, Span) else None


@settings(max_examples=drawn(25), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EDITS, min_size=40, max_size=40))
def test_random_edits_end_with_what_a_fresh_validate_says(edits: list[TypedEdit]) -> None:
    """A thousand edits in all. While a file cannot be read, the project says why, as `validate` does, and of the others no more than before."""
    files, edited = Disk(str(EXAMPLE)), project()
    original = {path: Path(path).read_text("utf-8") for path in PATHS}
    texts = dict(original)
    for edit in edits:
        path = PATHS[edit.file]
        before, texts[path] = texts[path], edit.on(texts[path])
        overlay = Overlay(files, {each: text.encode() for each, text in texts.items()})
        snapshot = edited.compile(overlay)
        if snapshot.stale and edit is not edits[-1]:
            # what breaks a file is taken back, or nothing would be read any more after a few edits
            texts[path] = before
    fresh = validate(str(EXAMPLE), files=overlay, process={}).diagnostics
    found = edited.check(snapshot)
    broken = {stale.name for stale in snapshot.stale.values()}
    if not broken:
        assert seen(found) == seen(fresh)
    syntax = [each for each in fresh if each.file in broken and each.code in ("ORB101", "ORB102", "ORB103")]
    assert {(each.code, each.file, _offset(each)) for each in syntax} <= {(each.code, each.file, _offset(each)) for each in found}
    # and back again
    overlay = Overlay(files, {path: text.encode() for path, text in original.items()})
    assert seen(edited.check(edited.compile(overlay))) == seen(validate(str(EXAMPLE), files=overlay, process={}).diagnostics)


def test_one_open_quote_does_not_flood() -> None:
    edited, path = project(), str(EXAMPLE / "config" / "providers.yaml")
    files = Disk(str(EXAMPLE))
    before = edited.check(edited.compile(files))
    broken = Path(path).read_bytes() + b'x: "\n'
    snapshot = edited.compile(Overlay(files, {path: broken}))
    new = [each for each in edited.check(snapshot) if seen((each,)) not in [seen((old,)) for old in before]]
    assert [(each.code, each.file) for each in new] == [("ORB101", "config/providers.yaml")]


def test_an_untouched_file_is_parsed_once() -> None:
    edited, files = project(), Disk(str(EXAMPLE))
    first = edited.compile(files)
    second = edited.compile(Overlay(files, {PATHS[0]: Path(PATHS[0]).read_bytes() + b"\n"}))
    before = {path: document.source for path, document in first.documents.items()}
    changed = [path for path, document in second.documents.items() if before[path] is not document.source]
    assert changed == [PATHS[0]]


@given(st.text("ab\n", max_size=20), st.text("ab\n", max_size=20), st.integers(0, 20))
def test_what_is_not_changed_keeps_its_place(old: str, new: str, offset: int) -> None:
    offset = min(offset, len(old))
    to = shift_between(old, new).moved(offset)
    if to is not None:
        assert old[:offset] == new[:to] or old[offset:] == new[to:]


@pytest.mark.parametrize("text", ["", "plain", "ä𝄞b", "a\r\nb\rc\n", "𝄞𝄞\n"])
def test_positions_there_and_back(text: str) -> None:
    from orbitcfg.editor.positions import offset_at, position_at

    source = Source("", text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n" and text[offset - 1 : offset] != "\r":
            assert offset_at(source, position_at(source, offset)) == offset


@pytest.mark.parametrize("comment", ["", "# orbitcfg: ignore[ORB306] of another release"])
def test_a_finding_that_is_kept_keeps_no_configuration(tmp_path: Path, comment: str) -> None:
    """Also where nobody asks for its words, since a comment silences it."""
    root, adapters = tmp_path / "config.yaml", tmp_path / "adapters.yaml"
    idle = f"inference:\n  shimmy:\n    enabled: true\n    base_url: http://localhost:11435\n    model: m\n    timeout: 3 {comment}\n"
    root.write_text(f"import: adapters.yaml\n{idle}", "utf-8")
    adapters.write_text("adapters: []\n", "utf-8")
    session, seen = Session([str(tmp_path)], {}), []
    session.open_folders()
    for number in range(10):
        active = typed(session, adapters, f"adapters: [{{name: a, type: passthrough, inference_provider: shimmy, model: m{number}}}]\n")
        snapshot = session.current(active)
        active.found = active.project.check(snapshot)
        assert ("ORB306" in {each.code for each in active.found}) is (not comment)
        session.note_judged(active, snapshot)
        seen.append(ref(snapshot.config))
    del active, snapshot
    gc.collect()
    assert [each() is not None for each in seen] == [False] * 9 + [True]


def test_whom_a_finding_strikes_follows_the_adapters_that_change(tmp_path: Path) -> None:
    """The finding itself stays the same: it stands in a provider's block, and somebody else asks that now."""
    root, adapters = tmp_path / "config.yaml", tmp_path / "adapters.yaml"
    shimmy = "inference:\n  shimmy:\n    enabled: true\n    base_url: http://localhost:11435\n    model: m\n    timeout: 3\n"
    root.write_text(f"import: adapters.yaml\n{shimmy}  ollama: {{enabled: true, base_url: 'http://localhost:11434', model: m}}\n", "utf-8")
    adapters.write_text("adapters: []\n", "utf-8")
    session = Session([str(tmp_path)], {})
    session.open_folders()
    for asking in ("a", "b", "ab", ""):
        listed = (f"{{name: {name}, type: passthrough, inference_provider: {'shimmy' if name in asking else 'ollama'}}}" for name in "ab")
        active = typed(session, adapters, f"adapters: [{', '.join(listed)}]\n")
        snapshot = session.current(active)
        active.found = active.project.check(snapshot)
        assert [each.affects for each in active.found if each.code == "ORB306"] == [tuple(asking)]
        session.note_judged(active, snapshot)
