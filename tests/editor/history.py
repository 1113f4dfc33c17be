"""A long session of an editor, drawn from a seed: what it shows in the end is what one that has just begun shows.

python -m tests.editor.history [--edits 1000] [--seed 1] [TREE ...]
    By default in an example and, where it is at hand, in the tree that ORBIT ships.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from orbitcfg.commands.settings import load_settings
from orbitcfg.commands.validate.command import validate
from orbitcfg.document.source import Source
from orbitcfg.document.yaml_reader import parse
from orbitcfg.editor.diagnostics import KnownDiagnostics, by_file
from orbitcfg.editor.positions import position_at
from orbitcfg.editor.project import project_of
from orbitcfg.editor.protocol.stream import format_message, read_message
from orbitcfg.editor.server import EditorServer
from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Disk
from tests.shared import PROJECT, SHARED

PIECES = (
    *("\n", " ", "  ", ":", "- ", "'", '"', "x", "#", "true", "0", "\t", "{", "[", "&a ", "*a", "é", "𝄞", "\r\n", "\u2028", "|"),
    *(
        "enabled: false\n",
        "${HOST}",
        "${",
        "name: a\n",
        "import: x.yaml\n",
        "# orbitcfg: ignore[ORB301] so it is\n",
        "model: m",
        "  <<: *a\n",
        ": null",
    ),
)
PATIENCE_S = 60
MADE, CHANGED, DELETED = 1, 2, 3
"""What is told of a file on the disk."""

Shown = dict[str, list[Any]]


class Typist:
    """An editor, and who types in it. `texts` are what they see, by path; `shown` what is said of each file, by URI."""

    def __init__(self, root: Path, *, folders: bool = True) -> None:
        self.root = root
        (theirs, to_server), (from_server, ours) = os.pipe(), os.pipe()
        self.writer, self.reader = os.fdopen(to_server, "wb"), os.fdopen(from_server, "rb")
        self.server = EditorServer({}, os.fdopen(theirs, "rb"), os.fdopen(ours, "wb"))
        self.shown: Shown = {}
        self.faults: list[str] = []
        self.texts: dict[Path, str] = {}
        self.version = 0
        self.threads = [Thread(target=self.server.connection.serve), Thread(target=self.listen)]
        for each in self.threads:
            each.start()
        self.tell("initialize", {"rootUri": root.as_uri() if folders else None, "capabilities": {}}, id=0)
        self.tell("initialized", {})

    def tell(self, method: str, params: object, **more: object) -> None:
        self.writer.write(format_message({"jsonrpc": "2.0", "method": method, "params": params, **more}))
        self.writer.flush()

    def listen(self) -> None:
        while True:
            try:
                message = read_message(self.reader)
            except EOFError:
                return
            assert isinstance(message, dict)
            params = message.get("params") or {}
            match message.get("method"):
                case "textDocument/publishDiagnostics":
                    self.shown[params["uri"]] = params["diagnostics"]
                case "window/logMessage":
                    self.faults.append(params["message"])

    def open(self, path: Path) -> str:
        if path not in self.texts:
            self.texts[path] = path.read_bytes().decode("utf-8")
            item = {"uri": path.as_uri(), "languageId": "yaml", "version": self.next_version(), "text": self.texts[path]}
            self.tell("textDocument/didOpen", {"textDocument": item})
        return self.texts[path]

    def type(self, path: Path, start: int, end: int, new: str) -> None:
        """Puts a text in the place of another, as editors send it."""
        old = self.open(path)
        self.texts[path] = old[:start] + new + old[end:]
        source = Source("", old)
        place = {"start": position_at(source, start), "end": position_at(source, end)}
        document = {"uri": path.as_uri(), "version": self.next_version()}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": place, "text": new}]})

    def retype(self, path: Path, old: str, new: str) -> None:
        """Puts a text in the place of the first that is there."""
        start = self.open(path).index(old)
        self.type(path, start, start + len(old), new)

    def save(self, path: Path) -> None:
        """Writes a text to its file."""
        path.write_text(self.texts[path], "utf-8", newline="")
        self.tell("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})

    def note_on_disk(self, kind: int, *paths: Path) -> None:
        """Tells that files were made (1), changed (2) or deleted (3) by others."""
        self.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": each.as_uri(), "type": kind} for each in paths]})

    def close(self, path: Path) -> None:
        """Closes a text without a save."""
        if self.texts.pop(path, None) is not None:
            self.tell("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def next_version(self) -> int:
        self.version += 1
        return self.version

    def check(self) -> str:
        """How what is shown differs from what a fresh look at the same texts gives; empty where it does not."""
        wanted = fresh(self.root, self.texts)
        return "" if self.waits_for(lambda shown: shown == wanted) else difference(self.wrong, wanted)

    def waits_for(self, holds: Callable[[Shown], bool]) -> bool:
        """Whether something comes to hold of the files in which something is wrong."""
        until = time.monotonic() + PATIENCE_S
        while not holds(self.wrong) and time.monotonic() < until:
            time.sleep(0.01)
        return holds(self.wrong)

    @property
    def wrong(self) -> Shown:
        """What is said of the files in which something is wrong."""
        return {uri: each for uri, each in dict(self.shown).items() if each}

    def end(self) -> None:
        self.tell("shutdown", {}, id=1)
        self.tell("exit", {})
        self.threads[0].join()
        self.server.connection.writer.close()
        self.threads[1].join()
        for each in (self.writer, self.reader, self.server.connection.reader):
            each.close()


def fresh(root: Path, texts: dict[Path, str]) -> Shown:
    """What `validate` says of texts, as an editor is sent it."""
    files = Disk(str(root))
    overlay = Overlay(files, {str(path): text.encode("utf-8", "surrogatepass") for path, text in texts.items() if path.is_file()})
    project = project_of(files, str(root), load_settings(str(root), process={}), {})
    assert project is not None
    found = validate(str(root), project.settings, files=overlay, process={}).diagnostics
    snapshot = project.compile(overlay)
    assert [str(each) for each in project.check(snapshot)] == [str(each) for each in found]
    said = by_file(snapshot, project.check(snapshot), lambda path: Path(path).as_uri(), KnownDiagnostics())
    shown: Shown = json.loads(format_message({Path(path).as_uri(): each for path, each in said.items()}).partition(b"\r\n\r\n")[2])
    return shown


def difference(found: Shown, wanted: Shown) -> str:
    """What one has and the other lacks, a line each."""

    def lines(shown: Shown) -> set[str]:
        return {f"{uri.rpartition('/')[2]}: {json.dumps(each, ensure_ascii=False)}" for uri, listed in shown.items() for each in listed}

    ours, theirs = lines(found), lines(wanted)
    return "\n".join([*(f"- {each}" for each in sorted(theirs - ours)), *(f"+ {each}" for each in sorted(ours - theirs))]) or "the order differs"


def is_readable(text: str) -> bool:
    root, _ = parse(Source("", text))
    return root is not None


def play(typist: Typist, edits: int, seed: int, looks: int) -> Iterator[str]:
    """Types, and looks so many times whether all is as it should be. A file that cannot be read is repaired some edits later: until then its last good text stands for it."""
    drawn = random.Random(seed)
    paths = sorted(typist.root.rglob("*.yaml"))
    good: dict[Path, str] = {}
    gone: dict[Path, bytes] = {}
    for number in range(1, edits + 1):
        path = drawn.choice(paths)
        if drawn.random() < 0.05:
            disturb(typist, drawn, path, gone, is_broken=path in good)
        if path not in gone or path in typist.texts:
            step(typist, drawn, path, good)
        if number % (edits // looks) == 0:
            for path in sorted(good):
                repair(typist, good, path)
            if wrong := typist.check():
                yield f"after {number} edits of seed {seed}:\n{wrong}"
                return
    yield from typist.faults


def step(typist: Typist, drawn: random.Random, path: Path, good: dict[Path, str]) -> None:
    """Types into a file, or closes it; repairs one that is broken."""
    text = typist.open(path)
    start = drawn.randint(0, len(text))
    start, end = (beside_break(text, each) for each in (start, min(len(text), start + drawn.choice((0, 0, 0, 1, 3, 20, 400)))))
    if drawn.random() < 0.02:
        typist.close(path)
    elif path not in good:
        typist.type(path, start, end, drawn.choice(PIECES))
        if not is_readable(typist.texts[path]):
            good[path] = text
    if good and drawn.random() < 0.2:
        repair(typist, good, drawn.choice(sorted(good)))
    if drawn.random() < 0.1:
        time.sleep(drawn.random() / 10)


def beside_break(text: str, offset: int) -> int:
    """An offset that the protocol has a place for: none is within a line break of two characters."""
    return offset - 1 if text[max(offset - 1, 0) : offset + 1] == "\r\n" else offset


def disturb(typist: Typist, drawn: random.Random, path: Path, gone: dict[Path, bytes], *, is_broken: bool) -> None:
    """Saves a file, or has another program write it, delete it, or bring it back."""
    if path in gone:
        path.write_bytes(gone.pop(path))
        typist.note_on_disk(MADE, path)
    elif drawn.random() < 0.3 and path.name != "config.yaml":
        gone[path] = path.read_bytes()
        path.unlink()
        typist.note_on_disk(DELETED, path)
    elif drawn.random() < 0.5 and not is_broken:
        path.write_bytes(path.read_bytes() + b"\n# by another\n")
        typist.note_on_disk(CHANGED, path)
    elif path in typist.texts and not is_broken:
        typist.save(path)


def repair(typist: Typist, good: dict[Path, str], path: Path) -> None:
    text = good.pop(path)
    if path in typist.texts:
        typist.type(path, 0, len(typist.texts[path]), text)


@contextmanager
def typing(root: Path, *, folders: bool = True) -> Iterator[Typist]:
    """A session in a folder."""
    typist = Typist(root, folders=folders)
    try:
        yield typist
    finally:
        typist.end()


@contextmanager
def session(tree: Path) -> Iterator[Typist]:
    """A session in a copy of a tree."""
    with tempfile.TemporaryDirectory() as folder, typing(Path(os.path.realpath(shutil.copytree(tree, Path(folder) / "tree")))) as typist:
        yield typist


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.editor.history", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("trees", nargs="*", type=Path, metavar="TREE")
    asked = parser.parse_args(arguments)
    status = 0
    for tree in asked.trees or [PROJECT / "examples" / "multi-provider", *([SHARED / "orbit" / "config"] if SHARED.is_dir() else [])]:
        with session(tree) as typist:
            wrong = list(play(typist, asked.edits, asked.seed, min(asked.edits, 20)))
        print("\n".join(wrong) or f"{tree.name}: {asked.edits} edits of seed {asked.seed} end as a fresh look does")
        status |= bool(wrong)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
