"""What is offered about findings: few things, each of which does what it says."""

from pathlib import Path

import pytest

from orbitcfg.commands.validate.command import validate
from orbitcfg.editor import actions
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.positions import span_of
from orbitcfg.editor.protocol import types
from orbitcfg.editor.session import ActiveProject, Session
from orbitcfg.files.store import Files
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Severity

HEAD = """general: {inference_provider: shimmy}
auth: {default_admin_password: "${ADMIN_PASSWORD}"}
embedding: {enabled: false}
internal_services: {backend: {type: sqlite}}
inference:
  shimmy: {enabled: true, base_url: http://localhost:11435, model: m}
adapters:
"""
ADAPTER = """  - name: a{}
    enabled: true
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    inference_provider: shimy
"""


def opened(folder: Path, text: str) -> tuple[ActiveProject, Cursor]:
    path = folder / "config" / "config.yaml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    session = Session([str(folder)], {})
    session.open_folders()
    session.documents.put(path.as_uri(), text, 1)
    (active,) = session.projects.values()
    active.found = active.project.check(session.current(active))
    found = session.cursor(path.as_uri(), types.Position(0, 0))
    assert found is not None
    return found


def after(cursor: Cursor, edits: list[types.TextEdit]) -> str:
    text = cursor.text.text
    for span, new in sorted(((span_of(cursor.text, each.range), each.new_text) for each in edits), key=lambda each: -each[0].start):
        text = text[: span.start] + new + text[span.end :]
    return text


def codes(folder: Path, text: str) -> list[str]:
    (folder / "config" / "config.yaml").write_text(text, "utf-8")
    return [each.code for each in validate(str(folder), process={}).diagnostics if each.severity is not Severity.INFO]


def offered(active: ActiveProject, cursor: Cursor, compiled: list[Files]) -> list[types.CodeAction]:
    """What is offered for all adapters; what was compiled to try it."""

    def compile_apart(files: Files) -> Config:
        compiled.append(files)
        return active.project.compile_apart(files).config

    whole = span_of(cursor.text, types.Range(types.Position(HEAD.count("\n"), 0), types.Position(99_999, 0)))
    return actions.actions(cursor, active.found, whole, compile_apart)


def test_of_very_many_findings_the_first_are_offered_and_tried_together(tmp_path: Path) -> None:
    active, cursor = opened(tmp_path, HEAD + "".join(ADAPTER.format(number) for number in range(300)))
    compiled: list[Files] = []
    found = offered(active, cursor, compiled)
    fixes = [each for each in found if "silence" not in each.title]
    assert (len(fixes), len(found), len(compiled)) == (actions.MOST, 2 * actions.MOST, 1)
    assert {each.title for each in fixes} == {"write `shimmy` (ORB501)"}
    for number in (0, actions.MOST - 1):
        for action in (fixes[number], found[actions.MOST + number]):
            assert action.edit is not None
            ((_, edits),) = action.edit.changes.items()
            assert len(codes(tmp_path, after(cursor, edits))) == 299


def test_all_fixes_of_very_many_leave_nothing(tmp_path: Path) -> None:
    active, cursor = opened(tmp_path, HEAD + "".join(ADAPTER.format(number) for number in range(300)))
    result = active.fixes(cursor.snapshot)
    assert result is active.fixes(cursor.snapshot)
    edit = actions.fix_all(result, lambda path: path)
    assert edit is not None
    ((_, edits),) = edit.changes.items()
    assert codes(tmp_path, after(cursor, edits)) == []


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("    enabld: true", "    enabld: true  # orbitcfg: ignore[ORB301] accepted as it is"),
        ("    enabld: true   ", "    enabld: true  # orbitcfg: ignore[ORB301] accepted as it is   "),
        ("    enabld: true # orbitcfg: ignore[ORB501] why", "    enabld: true # orbitcfg: ignore[ORB501, ORB301] why"),
        ("    enabld: true # for now", None),
        ("    enabld: some\n      more", None),
        ('    enabld: "some\n      more"', None),
        ("    enabld: |\n      more", "    enabld: |  # orbitcfg: ignore[ORB301] accepted as it is\n      more"),
        ("    enabld: [some,\n      more]", "    enabld: [some,  # orbitcfg: ignore[ORB301] accepted as it is\n      more]"),
    ],
)
def test_a_comment_that_silences_stands_where_a_comment_can(tmp_path: Path, line: str, becomes: str | None) -> None:
    text = HEAD + ADAPTER.format(1).replace("shimy", "shimmy") + line + "\n"
    active, cursor = opened(tmp_path, text)
    found = [each for each in offered(active, cursor, []) if each.title == "silence ORB301 on this line"]
    assert len(found) == (becomes is not None)
    for each in found:
        assert each.edit is not None
        ((_, edits),) = each.edit.changes.items()
        silenced = after(cursor, edits)
        assert silenced == text.replace(line, str(becomes))
        assert "ORB301" not in codes(tmp_path, silenced)
