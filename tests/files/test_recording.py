"""A recording is valid for equal answers, and for no others."""

from dataclasses import dataclass, field

import pytest

from orbitcfg.files.recording import RecordingFiles, still_valid
from orbitcfg.files.store import Memory


def test_every_call_is_noted_in_order() -> None:
    recorder = RecordingFiles(Memory({"/a/b": b"1"}, frozenset({"/a/b"})))
    assert (recorder.is_dir("/a"), recorder.listdir("/a"), recorder.is_link("/a/b")) == (True, ["b"], False)
    assert (recorder.realpath("/a/b"), recorder.is_file("/a/b"), recorder.name("/a/b")) == ("/a/b", True, "a/b")
    for limit in (1, 2):
        with pytest.raises(PermissionError):
            recorder.read("/a/b", limit)
    assert [call for call, _ in recorder.recording] == [
        ("is_dir", "/a"),
        ("listdir", "/a"),
        ("is_link", "/a/b"),
        ("realpath", "/a/b"),
        ("is_file", "/a/b"),
        ("read", "/a/b", 1),
        ("read", "/a/b", 2),
    ]


@pytest.mark.parametrize("content", [b"", b"2", b"13", b"PermissionError 13", b"('PermissionError', (13, 'Permission denied'))"])
def test_a_file_is_told_from_one_that_may_not_be_read_or_is_not_there(content: bytes) -> None:
    trees = (Memory({"/a": content}), Memory({"/a": content}, frozenset({"/a"})), Memory({}))
    for index, files in enumerate(trees):
        recorder = RecordingFiles(files)
        try:
            recorder.read("/a", 9)
        except OSError:
            assert index > 0
        assert [still_valid(recorder.recording, each) for each in trees] == [each is files for each in trees]


@dataclass(frozen=True, slots=True)
class Wavering(Memory):
    """Files of which each is there at every second look."""

    looks: list[str] = field(default_factory=list)

    def is_file(self, path: str) -> bool:
        """Whether this is a second look."""
        self.looks.append(path)
        return len(self.looks) % 2 == 0


def test_what_changes_during_a_run_holds_no_more() -> None:
    files = Wavering({})
    recorder = RecordingFiles(files)
    assert [recorder.is_file("/a"), recorder.is_file("/a")] == [False, True]
    assert [still_valid(recorder.recording, files), still_valid(recorder.recording, files)] == [False, False]


def test_calls_end_at_the_first_other_answer() -> None:
    """What lies behind a link that was none before is not read."""
    recorder = RecordingFiles(Memory({"/a": b"1", "/b": b"2"}))
    assert (recorder.is_file("/a"), recorder.read("/b", 9)) == (True, b"2")
    later = RecordingFiles(Memory({"/b": b"2"}))
    assert not still_valid(recorder.recording, later)
    assert [call for call, _ in later.recording] == [("is_file", "/a")]
