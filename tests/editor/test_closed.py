"""What a hostile repository gets through the language server: nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orbitcfg.editor import actions, completion, hover, lens, navigation, outline
from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.positions import position_at
from orbitcfg.editor.protocol import types
from orbitcfg.editor.session import Session
from tests.shared import PROJECT

CANARY = "canary-7f3a9c21e5d84b60"
CONFIG = """import: [adapters.yaml, linked.yaml, ../../outside.yaml]
general: {{inference_provider: "[x](command:evil)"}}
inference:
  "![x](http://evil.example/x.png)":
    enabled: true
    base_url: "http://user:{canary}@evil.example/<img src=http://evil.example/y.png>"
    model: "`](http://evil.example/z)`"
  openai:
    enabled: true
    api_key: {canary}
    model: ${{STOLEN}}
"""
ADAPTERS = """adapters:
  - name: "<script>`${STOLEN}"
    enabled: true
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: os.system
    inference_provider: "![x](http://evil.example/x.png)"
    model: "${STOLEN}"
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "config").mkdir()
    (root / "config" / "config.yaml").write_text(CONFIG.format(canary=CANARY), "utf-8")
    (root / "config" / "adapters.yaml").write_text(ADAPTERS, "utf-8")
    (tmp_path / "outside.yaml").write_text(f"datasources: {{stolen: {CANARY}}}\n", "utf-8")
    (root / "config" / "linked.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / ".env").write_text(f"STOLEN={CANARY}\nHTTPS_PROXY=http://evil.example\n", "utf-8")
    (root / "orbitcfg.toml").write_text('roots = ["../../.."]\nschemas = ["../outside.yaml"]\n', "utf-8")
    return root


def cursors(session: Session, root: Path) -> Iterator[Cursor]:
    """A cursor at every fifth character of every file."""
    for path in sorted((root / "config").glob("*.yaml")):
        uri = path.as_uri()
        session.documents.put(uri, path.read_text("utf-8"), 1)
        for offset in range(0, path.stat().st_size, 5):
            active = next(iter(session.projects.values()))
            document = session.current(active).documents.get(os.path.realpath(path))
            found = session.cursor(uri, position_at(document.source, offset)) if document is not None else None
            if found is not None:
                yield found[1]


def answers(session: Session, root: Path) -> Iterator[object]:
    """All that is said of a tree."""
    active = next(iter(session.projects.values()))
    snapshot = session.current(active)
    active.found = active.project.check(snapshot)
    session.note_judged(active, snapshot)
    yield session.publishable()
    whole = types.Range(types.Position(0, 0), types.Position(999, 0))
    for cursor in cursors(session, root):
        yield hover.hover(cursor, is_rendered=True)
        yield completion.completions(cursor, (), Abilities(markdown_completion=True, snippets=True))
        yield navigation.definition(cursor)
        yield navigation.references(cursor, with_definition=True)
        if cursor.offset == 0:
            yield [outline.symbols(cursor), outline.links(cursor), lens.lenses(cursor), lens.hints(cursor, whole)]
            yield actions.fix_all(active.project.fixes(snapshot.files), session.documents.uri)


@pytest.mark.usefixtures("no_network")
def test_a_hostile_repository_gets_nothing(hostile: Path) -> None:
    """No secret of it or beside it is shown, nothing that an editor would fetch or run, and no socket is opened."""
    session = Session([str(hostile)], {})
    session.open_folders()
    assert session.complaints
    if not session.projects:
        session.concerned(str(hostile / "config" / "config.yaml"))
    texts = [str(each) for each in answers(session, hostile)]
    assert len(texts) > 100
    for text in texts:
        assert CANARY not in text
    for each in (each for each in answers(session, hostile) if isinstance(each, types.Hover)):
        assert isinstance(each.contents, types.MarkupContent)
        rendered = outside_of_code(each.contents.value)
        assert not any(mark in rendered for mark in ("](", "![", "<img", "<script", "http://", "command:")), each.contents.value


_CODE = re.compile(r"\\[^\w\s]|(?P<ticks>(?<!`)`+(?!`)).*?(?<!`)(?P=ticks)(?!`)", re.DOTALL)


def outside_of_code(markdown: str) -> str:
    """What is left of Markdown without what stands in backquotes and what is escaped."""
    return _CODE.sub("", markdown)


def test_a_file_behind_a_link_that_leaves_is_no_document(hostile: Path) -> None:
    session = Session([str(hostile)], {})
    assert session.documents.put((hostile / "config" / "linked.yaml").as_uri(), "x: 1", 1) is None


def run(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(("-c", code) if code else ("-m", "orbitcfg")), *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, check=False, timeout=60)


def test_left_without_a_word_it_ends_with_1() -> None:
    done = run("lsp")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_on_a_terminal_it_says_who_starts_it() -> None:
    pty = pytest.importorskip("pty")
    controller, terminal = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-m", "orbitcfg", "lsp"], stdin=terminal, capture_output=True, text=True, env=environment, check=False, timeout=60
    )
    os.close(controller)
    os.close(terminal)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "orbitcfg: an editor starts this and speaks to it; docs/editors.md shows how\n"


def test_the_command_line_imports_nothing_of_it() -> None:
    done = run(code="import sys, orbitcfg.cli; print([name for name in sys.modules if name.startswith('orbitcfg.editor')])")
    assert done.stdout == "[]\n"
