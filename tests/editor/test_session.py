"""Which texts belong to which configuration, and what is kept of them."""

from pathlib import Path

import pytest

from orbitcfg.editor import completion, hover, navigation, outline, rename
from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.context import TypingContext, typing_context
from orbitcfg.editor.documents import path_of, uri_of
from orbitcfg.editor.positions import offset_at
from orbitcfg.editor.protocol import types
from orbitcfg.editor.protocol.params import Params
from orbitcfg.editor.quick import AT_A_KEY, quick_findings
from orbitcfg.editor.session import Session
from orbitcfg.errors import UsageError
from tests.editor.texts import cursor, typed
from tests.shared import SHARED, needs_shared


def test_a_yaml_file_that_is_no_configuration_is_left_alone(session: Session, root: Path) -> None:
    path = root / "compose.yaml"
    path.write_text("services: {}\n", "utf-8")
    assert session.concerned(str(path)) == []
    assert session.strangers == {str(path)}
    assert len(session.projects) == 1


def test_a_file_that_is_opened_without_a_folder_finds_its_root(root: Path) -> None:
    session = Session([], {})
    (active,) = session.concerned(str(root / "config" / "adapters" / "chat.yaml"))
    assert active.root == str(root / "config" / "config.yaml")


def test_a_broken_file_that_nothing_reads_any_more_keeps_nobody_from_a_rename(session: Session, root: Path) -> None:
    folder = root / "config"
    adapters, chat, research = folder / "adapters.yaml", folder / "adapters" / "chat.yaml", folder / "adapters" / "research.yaml"
    session.current(next(iter(session.projects.values())))
    typed(session, research, research.read_text("utf-8"))
    active = typed(session, chat, chat.read_text("utf-8") + 'x: "\n')
    assert session.current(active).stale
    with pytest.raises(UsageError, match="cannot be read at the moment"):
        rename.renamed(cursor(session, research, "name: research", 8), "study")
    chat.unlink()
    session.documents.remove(chat.as_uri())
    typed(session, adapters, "import: [adapters/research.yaml]\n")
    assert not session.current(active).stale
    assert rename.renamed(cursor(session, research, "name: research", 8), "study")


def test_in_a_file_that_is_broken_what_was_not_changed_is_known_where_it_stands_now(session: Session, root: Path) -> None:
    path = root / "config" / "adapters" / "research.yaml"
    text = path.read_text("utf-8")
    session.current(typed(session, path, text))
    typed(session, path, "# one\n# two\n" + text.replace("    enabled: true\n", '    enabled: "true\n', 1))
    found = cursor(session, path, "inference_provider: anthropic", 22)
    assert [each.uri.rpartition("/")[2] for each in navigation.definition(found)] == ["cloud.yaml"]
    shown = hover.hover(found, is_rendered=False)
    assert shown is not None
    assert shown.range == types.Range(types.Position(9, 24), types.Position(9, 33))
    assert navigation.definition(cursor(session, path, "enabled", 2)) == []


def test_more_is_said_at_once_of_a_project_that_is_opened_than_of_a_keystroke(session: Session, root: Path) -> None:
    path = root / "config" / "adapters" / "research.yaml"
    text = path.read_text("utf-8").replace("    enabled: true", "    enabld: true\n    embedding_model: [7]", 1)
    active = typed(session, path, text)

    def said() -> set[str | None]:
        session.note_quick(active, session.current(active))
        return {each.code for each in session.said[active.root][str(path)]}

    first = said()
    assert first > {"ORB301"}
    active.found = active.project.check(session.current(active))
    session.note_judged(active, session.current(active))
    typed(session, path, text.replace("    enabld: true", "    enabld: false"))
    active.found = ()
    assert said() == {"ORB301"}


def test_places_behind_letters_of_two_units(session: Session, root: Path) -> None:
    """𝄞 is two columns to the protocol, one to orbitcfg, and four bytes."""
    path = root / "config" / "adapters" / "research.yaml"
    before = 'adapters:\n  - {name: "𝄞𝄞", inference_provider: '
    typed(session, path, before + "anthropic}\n")
    column = len(before.partition("\n")[2]) + 2
    assert session.cursor(path.as_uri(), types.Position(1, column)) is not None
    found = session.cursor(path.as_uri(), types.Position(1, column + len("anthropic") - 1))
    assert found is not None
    (place,) = navigation.definition(found[1])
    assert place.uri.endswith("cloud.yaml")
    (used, *_) = [each for each in navigation.references(found[1], with_definition=False) if each.uri == path.as_uri()]
    assert used.range == types.Range(types.Position(1, column), types.Position(1, column + len("anthropic")))


def test_lines_end_as_the_protocol_says(session: Session, root: Path) -> None:
    """YAML 1.1 and Python know more line breaks."""
    path = root / "config" / "adapters" / "research.yaml"
    text = "# a\x85b\x0cc\u2028d\r\n" + path.read_text("utf-8").replace("\n", "\r\n").replace("provider: anthropic", "provider: ", 1)
    typed(session, path, text)
    line = next(number for number, each in enumerate(text.split("\r\n")) if each.endswith("inference_provider: "))
    at = session.typing_cursor(path.as_uri(), types.Position(line, 99))
    assert at is not None
    assert "anthropic" in {each.label for each in completion.completions(at, (), Abilities())}


@pytest.mark.parametrize(
    ("text", "kind", "path", "said"),
    [
        ("inf|", "key", (), "inf"),
        ("inference:\n  sh|", "key", ("inference",), "sh"),
        ("adapters:\n  - name: a\n    config:\n      x: 1\n  - name: b\n    capabilities:\n      sk|", "key", ("adapters", 1, "capabilities"), "sk"),
        ("adapters:\n- name: a\n  config:\n    x: 1\n- name: b\n  model: sh|", "value", ("adapters", 1, "model"), "sh"),
        ("adapters:\n- name: a\n- |", "item", ("adapters", 1), ""),
        ('import:\n  - "a.yaml"\n  - "b|', "item", ("import", 1), "b"),
        ("a: [b, c|", "item", ("a", 1), "c"),
        ("a: {b: |}", "value", ("a", "b"), ""),
        ("a: [{b: c, d: e|}]", "value", ("a", 0, "d"), "e"),
        ("a: [{b: 'c, d', e|}]", "key", ("a", 0), "e"),
        ("a: {\n  b: {c: d}, # {\n  e: |\n}", "value", ("a", "e"), ""),
        ("a:\n  - {b: |", "value", ("a", 0, "b"), ""),
        ("a: {b: 1}\nc|", "key", (), "c"),
        ("a:\n  b: &x c|", "value", ("a", "b"), "c"),
        ("a:\n  b: $|", "variable", (), ""),
        ("x:\n  y: ${FO|", "variable", (), "FO"),
        ("a:\n  # b:\n\n    c: |", "value", ("a", "c"), ""),
        ("a:\n  - - b: 1\n      c|", "key", ("a", 0, 0), "c"),
        ('"quoted key":\n  x|', "key", ("quoted key",), "x"),
    ],
)
def test_what_is_typed_is_read_off_the_lines(text: str, kind: str, path: tuple[object, ...], said: str) -> None:
    before = text[: text.index("|")]
    lines = text.replace("|", "").split("\n")
    found = typing_context(lines, before.count("\n"), len(before) - (before.rfind("\n") + 1))
    assert isinstance(found, TypingContext)
    assert (found.kind, found.path, found.typed) == (kind, path, said)


@pytest.mark.parametrize(
    "text",
    [
        "x: 1 # com|",
        "# |",
        "#|",
        "x: ${A:-b|}",
        "x: *a|",
        "x: {a: 1} |",
        "x: {a: {b: c}|",
        "x: [[a]|]",
        "x: [{a: b}|",
        "x: a |",
        "x: |-\n  |",
        "x: >\n  a\n\n  b|",
        "x: a\n  b|",
        "x: 'a'|",
    ],
)
def test_in_a_comment_or_a_text_nothing_is_offered(text: str) -> None:
    before, _, after = text.rpartition("|")
    assert typing_context((before + after).split("\n"), before.count("\n"), len(before) - (before.rfind("\n") + 1)) is None


def accepted(session: Session, path: Path, before: str, behind: str, label: str) -> str:
    """What a text becomes when a completion at the bar between its parts is taken."""
    typed(session, path, before + behind)
    at = session.typing_cursor(path.as_uri(), types.Position(before.count("\n"), len(before) - (before.rfind("\n") + 1)))
    assert at is not None
    (found,) = [each for each in completion.completions(at, (), Abilities()) if each.label == label]
    assert found.text_edit is not None
    start, end = (offset_at(at.text, each) for each in (found.text_edit.range.start, found.text_edit.range.end))
    return (before + behind)[:start] + found.text_edit.new_text + (before + behind)[end:]


@pytest.mark.parametrize(
    ("typed_text", "label", "becomes"),
    [
        ("    inference_provider:|", "anthropic", "    inference_provider: anthropic"),
        ("    inference_provider: an|thropic", "anthropic", "    inference_provider: anthropic"),
        ('    inference_provider: "an|', "anthropic", '    inference_provider: "anthropic"'),
        ("    inference_provider: &p an|", "anthropic", "    inference_provider: &p anthropic"),
        ("    inference_provider: $|", "OPENAI_API_KEY", "    inference_provider: ${OPENAI_API_KEY}"),
        ("    inference_provider: ${OP|EN:-x}", "OPENAI_API_KEY", "    inference_provider: ${OPENAI_API_KEY:-x}"),
        ("    inf|erence_provider: anthropic", "inference_provider", "    inference_provider: anthropic"),
        ('    "inf|', "inference_provider", '    "inference_provider": '),
        ('    "inf|"', "inference_provider", '    "inference_provider": '),
        ("    allowed_models:\n      -|", "model", "    allowed_models:\n      - model: "),
        ("    allowed_models: [{name: a, provider: |}]", "anthropic", "    allowed_models: [{name: a, provider: anthropic}]"),
        ("    allowed_models: [{name: a, provider:|}]", "anthropic", "    allowed_models: [{name: a, provider: anthropic}]"),
        ("    allowed_models: [{name: a, pro|}]", "provider", "    allowed_models: [{name: a, provider: }]"),
    ],
)
def test_what_is_taken_is_as_it_should_be_written(session: Session, root: Path, typed_text: str, label: str, becomes: str) -> None:
    before, _, behind = typed_text.partition("|")
    head = "adapters:\n  - name: research\n"
    assert accepted(session, root / "config" / "adapters" / "research.yaml", head + before, behind, label) == head + becomes


def test_an_emptied_file_is_offered_everything(session: Session, root: Path) -> None:
    path = root / "config" / "config.yaml"
    session.current(next(iter(session.projects.values())))
    for text in ("", "# only a comment\n"):
        typed(session, path, text)
        at = session.typing_cursor(path.as_uri(), types.Position(text.count("\n"), 0))
        assert at is not None
        labels = [each.label for each in completion.completions(at, (), Abilities())]
        assert {"general", "adapters", "import"} <= set(labels)
        assert len(labels) == len(set(labels))


def test_what_was_worked_out_and_never_sent_is_sent_later(session: Session, root: Path) -> None:
    """Another key may come between."""
    path = root / "config" / "adapters" / "research.yaml"
    active = typed(session, path, path.read_text("utf-8") + "    enabld: true\n")
    session.note_quick(active, session.current(active))
    session.note_quick(active, session.current(active))
    assert [each.code for each in session.publishable()[path.as_uri()]] == ["ORB301"]
    assert session.publishable() == {}


def test_what_several_projects_say_of_a_file_is_shown_once(session: Session, root: Path) -> None:
    path, at = root / "config" / "config.yaml", types.Range(types.Position(0, 0), types.Position(0, 1))
    one, other = types.Diagnostic(at, "one"), types.Diagnostic(at, "other")
    session.said = {"a": {str(path): [one, one]}}
    assert session.publishable() == {path.as_uri(): [one, one]}
    session.said["b"] = {str(path): [one, other]}
    assert session.publishable() == {path.as_uri(): [one, one, other]}
    del session.said["a"]
    assert session.publishable() == {path.as_uri(): [one, other]}
    session.said.clear()
    assert session.publishable() == {path.as_uri(): []}


def test_a_project_of_no_folder_is_kept_as_long_as_a_text_of_it_is_open(root: Path) -> None:
    session, path = Session([], {}), root / "config" / "adapters" / "chat.yaml"
    active = typed(session, path, path.read_text("utf-8"))
    session.current(active)
    session.drop_needless()
    assert [*session.projects.values()] == [active]
    session.documents.remove(path.as_uri())
    session.drop_needless()
    assert session.projects == {}


def test_where_no_name_stands_nothing_leads_anywhere(session: Session, root: Path) -> None:
    path = root / "config" / "adapters" / "research.yaml"
    typed(session, path, path.read_text("utf-8"))
    found = cursor(session, path, "conversational")
    assert navigation.definition(found) == []
    assert navigation.references(found, with_definition=True) == []
    assert rename.renamed(found, "name") == ()


def test_a_file_that_is_gone_is_missed_though_it_is_open(session: Session, root: Path) -> None:
    path = root / "config" / "adapters" / "research.yaml"
    active = typed(session, path, path.read_text("utf-8"))
    path.unlink()
    session.reread()
    assert [each.code for each in active.project.check(session.current(active)) if each.code == "ORB110"] == ["ORB110"]


def test_a_variable_that_the_environment_sets_is_not_renamed(root: Path) -> None:
    session = Session([str(root)], {"OPENAI_API_KEY": "x"})
    session.open_folders()
    path = root / "config" / "providers" / "cloud.yaml"
    typed(session, path, path.read_text("utf-8"))
    with pytest.raises(UsageError, match="`OPENAI_API_KEY` is not renamed: it is set outside of the files, by environment"):
        rename.renamed(cursor(session, path, "${OPENAI_API_KEY}", 4), "KEY")


def test_a_variable_that_orbit_looks_up_by_itself_is_known_and_keeps_its_name(session: Session, root: Path) -> None:
    env, path = root / ".env", root / "config" / "providers" / "cloud.yaml"
    env.write_text("ANTHROPIC_API_KEY=x\n", "utf-8")
    active = typed(session, path, path.read_text("utf-8").replace("    api_key: ${ANTHROPIC_API_KEY}\n", "").replace("OPENAI_API_KEY", "OTHER"))
    snapshot = session.current(active)
    found = navigation.variable_at(snapshot, str(env), types.Position(0, 3))
    assert found is not None
    shown = hover.hover_variable(snapshot, *found, is_rendered=True)
    assert shown.contents.value == "**`${ANTHROPIC_API_KEY}`** is set by `.env:1`\n\nused by `inference.anthropic`"
    (used,) = navigation.usages(snapshot, found[0], session.documents.uri)
    assert (used.uri, used.range.start) == (path.as_uri(), types.Position(1, 2))
    of_block = hover.hover(cursor(session, path, "anthropic:", 2), is_rendered=True)
    assert of_block is not None
    assert "- looked up by ORBIT: **`${ANTHROPIC_API_KEY}`** is set by `.env:1`" in of_block.contents.value
    with pytest.raises(UsageError, match="there is a variable `ANTHROPIC_API_KEY` already"):
        rename.renamed(cursor(session, path, "${OTHER}", 4), "ANTHROPIC_API_KEY")
    # a placeholder elsewhere does not make the name free
    typed(session, path, path.read_text("utf-8").replace("    api_key: ${ANTHROPIC_API_KEY}\n", "    base_url: ${ANTHROPIC_API_KEY}\n"))
    with pytest.raises(UsageError, match=r"`ANTHROPIC_API_KEY` is not renamed: ORBIT looks for it by this name, for `inference.anthropic`"):
        rename.renamed(cursor(session, path, "${ANTHROPIC_API_KEY}", 4), "KEY")


def test_a_model_says_who_uses_it_and_leads_to_its_provider_and_to_all_who_name_it(session: Session, root: Path) -> None:
    path, cloud = root / "config" / "adapters" / "research.yaml", root / "config" / "providers" / "cloud.yaml"
    more = "  - name: more\n    enabled: true\n    type: passthrough\n    datasource: none\n    adapter: conversational\n"
    typed(session, path, path.read_text("utf-8") + more + "    inference_provider: anthropic\n    model: ${MODEL:-claude-sonnet-4-5}\n")
    for needle, users in (("model: claude-sonnet", "research, more"), ("model: ${MODEL", "research, more"), ("model: claude-opus", "research@deep")):
        shown = hover.hover(cursor(session, path, needle, 2), is_rendered=False)
        assert shown is not None
        assert f"- used by {users}" in shown.contents.value.splitlines()
    model = cursor(session, path, "model: claude", 8)
    assert [(each.uri, each.range.start.line) for each in navigation.definition(model)] == [(cloud.as_uri(), 1)]
    lines = session.documents.opened[str(path)].text.splitlines()
    named = [number for number, line in enumerate(lines) if "sonnet" in line]
    assert [each.range.start.line for each in navigation.references(model, with_definition=False) if each.uri == path.as_uri()] == named


def test_a_key_says_with_which_release_it_came(session: Session, root: Path) -> None:
    path = root / "config" / "adapters" / "research.yaml"
    typed(
        session,
        path,
        path.read_text("utf-8").replace("    model:", "    capabilities: {supports_charts: true, retrieval_behavior: none}\n    model:", 1),
    )
    for key, expected in (("supports_charts", "- came with: ORBIT 2.15.5"), ("retrieval_behavior", "")):
        shown = hover.hover(cursor(session, path, key, 2), is_rendered=False)
        assert shown is not None
        assert [line for line in shown.contents.value.splitlines() if line.startswith("- came with")] == ([expected] if expected else [])


def test_half_typed_settings_leave_those_of_before(session: Session, root: Path) -> None:
    (root / "orbitcfg.toml").write_text('ignore = ["ORB301"]\n', "utf-8")
    session.reread()
    (active,) = session.projects.values()
    before = active.project.settings
    (root / "orbitcfg.toml").write_text('ignore = ["ORB301\n', "utf-8")
    session.reread()
    assert (active.project.settings, len(session.complaints)) == (before, 1)
    assert before.policy.selects("ORB301") is False


@needs_shared
def test_a_key_that_goes_by_another_name_is_struck_out() -> None:
    root = (SHARED / "orbit" / "config").resolve()
    session = Session([str(root)], {})
    session.open_folders()
    (active,) = session.projects.values()
    snapshot = session.current(active)
    active.found = active.project.check(snapshot)
    session.note_judged(active, snapshot)
    shown = session.publishable()[(root / "adapters" / "audio.yaml").as_uri()]
    tags = {each.message.partition(":")[0]: each.tags for each in shown}
    assert tags["ORBIT does not read `storage_backend` here"] == [types.DiagnosticTag.Deprecated]
    assert [types.DiagnosticTag.Unnecessary] in tags.values()


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("ab", [((0, 1, 0, 1), "X")], "aXb"),
        ("a\nb\n", [((1, 0, 1, 1), ""), ((0, 0, 0, 0), "0")], "0a\n\n"),
        ("𝄞𝄞", [((0, 2, 0, 4), "x")], "𝄞x"),
        ("a\r\nb", [((0, 9, 1, 0), "-")], "a-b"),
        ("ab", [((0, 0, 9, 9), ""), (None, "all"), ((0, 3, 0, 3), "!")], "all!"),
        ("ab", [((0, 2, 0, 0), "x")], "abx"),
        ("", [((5, 5, 6, 6), "x")], "x"),
    ],
)
def test_a_text_is_as_its_changes_make_it(root: Path, before: str, changes: list[tuple[tuple[int, ...] | None, str]], after: str) -> None:
    session, uri = Session([str(root)], {}), (root / "config" / "new.yaml").as_uri()
    session.documents.put(uri, before, 1)
    sent: list[dict[str, object]] = []
    for place, text in changes:
        start, end = ((place[0], place[1]), (place[2], place[3])) if place is not None else ((0, 0), (0, 0))
        at = {name: {"line": line, "character": column} for name, (line, column) in (("start", start), ("end", end))}
        sent.append({"text": text} | ({} if place is None else {"range": at}))
    changed = session.documents.change(uri, [Params(each) for each in sent], 2)
    assert changed is not None
    assert (changed.text, changed.version) == (after, 2)


def test_a_change_of_a_text_that_is_not_open_is_passed_over(session: Session, root: Path) -> None:
    assert session.documents.change((root / "config" / "config.yaml").as_uri(), [Params({"text": "x"})], 2) is None


def test_a_text_that_is_as_it_was_read_has_nothing_judged_again(session: Session, root: Path) -> None:
    path = root / "config" / "adapters" / "chat.yaml"
    # the first text comes before anything was compiled
    for text, wanted in ((path.read_text("utf-8"), 1), ("x: 1\n", 2)):
        assert typed(session, path, text).wanted == wanted
    (active,) = session.projects.values()
    session.current(active)
    assert session.documents.remove(path.as_uri()) == str(path)
    session.note(str(path))
    assert active.wanted == 3


def test_what_is_said_of_a_keystroke_at_once_asks_for_no_more_than_its_file(session: Session, root: Path) -> None:
    path = root / "config" / "adapters" / "research.yaml"
    active = typed(session, path, path.read_text("utf-8").replace("inference_provider:", "inference_providr:"))
    snapshot = session.current(active)
    assert [each.code for each in quick_findings(active.project, snapshot, AT_A_KEY)] == ["ORB301"]
    assert "uses" not in vars(snapshot.config)


def test_a_file_that_is_open_by_two_names_is_one(session: Session, root: Path) -> None:
    """The text that was opened last counts, and what is said of it is said under its name."""
    path = root / "config" / "adapters" / "research.yaml"
    (root / "link").symlink_to("config")
    first, second = path.as_uri(), (root / "link" / "adapters" / "research.yaml").as_uri()
    documents = session.documents
    for uri, text in ((first, "a: 1\n"), (second, "b: 2\n")):
        documents.put(uri, text, 1)
    assert (documents.overlay.read(str(path), 99), documents.uri(str(path))) == (b"b: 2\n", second)
    documents.change(first, [Params({"text": "c: 3\n"})], 2)
    assert (documents.overlay.read(str(path), 99), documents.uri(str(path))) == (b"c: 3\n", first)
    session.said["root"] = {str(path): [types.Diagnostic(types.Range(types.Position(0, 0), types.Position(0, 1)), "m")]}
    assert [*session.publishable()] == [first]
    documents.remove(first)
    assert {uri: len(found) for uri, found in session.publishable().items()} == {first: 0, second: 1}
    documents.remove(first)
    assert documents.uri(str(path)) == second
    documents.remove(second)
    assert (documents.opened, documents.hidden) == ({}, {})


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a%20b/%C3%A9.yaml", "/a b/é.yaml"),
        ("file://localhost/a", "/a"),
        ("file://host/share/a", None),
        ("file:////host/share", None),
        ("untitled:a", None),
        ("file:///%00", None),
        ("file://[", None),
        ("a", None),
    ],
)
def test_a_uri_means_a_file_of_this_machine_or_none(uri: str, path: str | None) -> None:
    assert path_of(uri) == path
    assert path is None or path_of(uri_of(path)) == path


def test_whatever_is_half_typed_nothing_that_is_asked_fails(session: Session, root: Path) -> None:
    """A text that ends anywhere, as it is typed from its begin."""
    path = root / "config" / "adapters" / "research.yaml"
    whole = (
        path.read_text("utf-8").partition("    skills")[0] + '    config: {a: [1, "b # c"], "d": &e \'f\'} # g\n    h: |\n      ${I:-j}\n    k: *e\n'
    )
    for cut in (*range(0, len(whole) - 130, 9), *range(len(whole) - 130, len(whole))):
        text = whole[:cut]
        active = typed(session, path, text)
        position = types.Position(text.count("\n"), len(text) - (text.rfind("\n") + 1))
        at, found = session.typing_cursor(path.as_uri(), position), session.cursor(path.as_uri(), position)
        assert at is not None
        assert found is not None
        completion.completions(at, (), Abilities())
        if cut % 8 == 0:
            hover.hover(found[1], is_rendered=True)
            outline.symbols(found[1])
        session.note_quick(active, session.current(active))
        active.changed = {str(path)}
