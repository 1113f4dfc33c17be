"""Files that adapters name, in the editor."""

from io import BytesIO
from pathlib import Path

import pytest

from orbitcfg.dataclass import replace
from orbitcfg.editor import navigation
from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.answers import answer
from orbitcfg.editor.named_keys import named_keys
from orbitcfg.editor.protocol import types
from orbitcfg.editor.protocol.params import Params
from orbitcfg.editor.server import EditorServer
from orbitcfg.editor.session import Session
from tests.rules.test_intent_cases import adapter, configuration

DOMAIN = "entities:\n  item: {table_name: item}\nfields:\n  item:\n    price: {data_type: decimal}\n"
LIBRARY = "templates:\n- id: a\n  nl_examples: [show all]\n  body_template: {a: b}\n  of_mine: 1\n  parameters:\n  - {name: n, required: true}\n"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    settings = {"domain_config_path": "domain.yaml", "template_library_path": ["library.yaml"]}
    files = {"config/config.yaml": configuration([adapter("shop", "http", settings)]), "domain.yaml": DOMAIN, "library.yaml": LIBRARY}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    session = Session([str(tmp_path)], {})
    session.open_folders()
    return session


@pytest.mark.parametrize(
    ("name", "text", "key", "expected"),
    [
        ("library.yaml", LIBRARY, "nl_examples", "Questions that the template answers: each is indexed by itself."),
        ("library.yaml", LIBRARY, "required", "Whether the template is left out where a question gives no value."),
        ("library.yaml", LIBRARY, "body_template", "Body of the request, as a mapping"),
        ("domain.yaml", DOMAIN, "fields", "The fields of each entity: they are read here alone, not below the entity."),
        ("domain.yaml", DOMAIN, "data_type", "data_type"),
        ("library.yaml", LIBRARY, "of_mine", None),
        ("library.yaml", LIBRARY, "show all", None),
    ],
)
def test_a_key_says_what_it_means(session: Session, tmp_path: Path, name: str, text: str, key: str, expected: str | None) -> None:
    before, _, _ = text.partition(key)
    position = types.Position(before.count("\n"), len(before) - (before.rfind("\n") + 1) + 1)
    found = session.named_hover((tmp_path / name).as_uri(), position, is_rendered=False)
    assert (found is None) is (expected is None)
    assert expected is None or expected in str(found)


@pytest.mark.parametrize(
    ("name", "text", "offered", "not_offered"),
    [
        ("domain.yaml", DOMAIN + "voc|", "vocabulary:", "entities"),
        ("domain.yaml", DOMAIN + "    size:\n      da|", "data_type: ", "entities"),
        ("library.yaml", LIBRARY.replace("  of_mine: 1\n", "  des|\n"), "description: ", "nl_examples"),
        ("library.yaml", LIBRARY + "    def|", "default: ", "required"),
        ("library.yaml", LIBRARY + "- i|", "id: ", "data_type"),
    ],
)
def test_the_keys_of_a_place_are_offered(session: Session, tmp_path: Path, name: str, text: str, offered: str, not_offered: str) -> None:
    before, _, after = text.partition("|")
    position = types.Position(before.count("\n"), len(before) - (before.rfind("\n") + 1))
    (active,) = session.projects.values()
    found = named_keys(session.current(active), str(tmp_path / name), before + after, position, Abilities())
    written = {each.text_edit.new_text for each in found if isinstance(each.text_edit, types.TextEdit)}
    assert any(each.startswith(offered) for each in written)
    assert not any(each.startswith(not_offered) for each in written)


def test_the_keys_of_a_file_of_no_adapter_are_not_known(session: Session, tmp_path: Path) -> None:
    (active,) = session.projects.values()
    assert named_keys(session.current(active), str(tmp_path / "other.yaml"), "i", types.Position(0, 1), Abilities()) == []


def test_a_file_of_no_adapter_says_nothing(session: Session, tmp_path: Path) -> None:
    assert session.named_hover((tmp_path / "other.yaml").as_uri(), types.Position(0, 0), is_rendered=False) is None


def test_the_name_of_a_file_leads_to_it(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "config" / "config.yaml"
    at = path.read_text("utf-8").index("library.yaml")
    found = session.cursor(path.as_uri(), types.Position(0, at + 1))
    assert found is not None
    assert [each.uri for each in navigation.definition(found[1])] == [(tmp_path / "library.yaml").as_uri()]


def test_keys_are_offered_in_a_text_that_is_open_as_the_editor_asks(session: Session, tmp_path: Path) -> None:
    server = EditorServer({}, BytesIO(), BytesIO())
    client = replace(server.client, session=session)
    uri = (tmp_path / "library.yaml").as_uri()
    asked = Params({"textDocument": {"uri": uri}, "position": {"line": 7, "character": 7}})
    assert answer(client, "textDocument/completion", asked) == []
    session.documents.put(uri, LIBRARY + "    def\n", 1)
    found = answer(client, "textDocument/completion", asked)
    assert isinstance(found, list)
    assert "default" in {each.label for each in found}


def test_a_fault_in_a_library_is_published_there_and_fixed_there(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "library.yaml"
    (active,) = session.projects.values()
    seen = []
    for example in ("2024", "'2024'"):
        session.documents.put(path.as_uri(), f"templates:\n- id: a\n  nl_examples: [{example}]\n  endpoint: /a\n", 1)
        session.note(str(path))
        snapshot = session.current(active)
        active.found = active.project.check(snapshot)
        session.note_judged(active, snapshot)
        codes = [each.code for each in session.publishable()[path.as_uri()]]
        seen.append((codes, [(change.name, change.new.decode()) for change in active.fixes(snapshot).changes]))
    fixed = "templates:\n- id: a\n  nl_examples: ['2024']\n  endpoint: /a\n"
    assert seen == [(["ORB005"], [("library.yaml", fixed)]), ([], [])]
