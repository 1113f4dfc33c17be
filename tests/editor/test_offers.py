"""What is offered where something is typed, and what is shown of a file at a glance."""

from pathlib import Path

import pytest

from orbitcfg.editor import hover, lens, navigation, outline, rename
from orbitcfg.editor.abilities import Abilities, abilities_of
from orbitcfg.editor.flow import FlowPlace, flow_place
from orbitcfg.editor.protocol import types
from orbitcfg.editor.protocol.params import Params
from orbitcfg.editor.session import Session
from tests.editor.texts import cursor, offered, typed

ADAPTER = "adapters:\n  - name: research\n    enabled: true\n    inference_provider: anthropic\n"


def where(root: Path, name: str = "adapters/research.yaml") -> Path:
    return root / "config" / name


def test_an_import_is_offered_once_and_at_the_top_alone(session: Session, root: Path) -> None:
    path = where(root)
    assert "import" in offered(session, path, f"im|\n{ADAPTER}")
    assert "import" not in offered(session, path, f"import: [a.yaml]\nim|\n{ADAPTER}")
    assert "import" not in offered(session, path, f"{ADAPTER}    im|")


def test_new_adapters_are_offered_as_items_of_adapters_alone(session: Session, root: Path) -> None:
    path = where(root)
    label = "new conversational adapter"
    found = offered(session, path, f"{ADAPTER}  - |")[label]
    assert (found.insert_text_format, found.insert_text_mode) == (types.InsertTextFormat.Snippet, None)
    assert offered(session, path, f"{ADAPTER}  - |", Abilities(snippets=True, insert_modes=True))[label].insert_text_mode is types.InsertTextMode.AsIs
    for text in (f"{ADAPTER}    allowed_models:\n      - |", f"{ADAPTER}skills:\n  - |", f"{ADAPTER}    |"):
        assert label not in offered(session, path, text)
    assert label not in offered(session, path, f"{ADAPTER}  - |", Abilities())


def test_new_providers_are_offered_in_their_section_but_those_that_are_there(session: Session, root: Path) -> None:
    path = where(root, "providers/cloud.yaml")
    found = offered(session, path, "inference:\n  anthropic: {enabled: true}\n  |\n")
    assert "shimmy: new block" in found
    assert "anthropic: new block" not in found
    edit = found["shimmy: new block"].text_edit
    assert edit is not None
    assert edit.new_text.startswith("shimmy:\n    enabled: true\n")


def test_what_is_on_and_what_is_its_own_comes_first(session: Session, root: Path) -> None:
    path = where(root)
    providers = offered(session, path, ADAPTER.replace("anthropic", "|"))
    assert [(name, providers[name].detail, providers[name].sort_text) for name in ("anthropic", "llama_cpp", "openai")] == [
        ("anthropic", "on", "0anthropic"),
        ("llama_cpp", "on", "0llama_cpp"),
        ("openai", "off or not configured", "2openai"),
    ]
    defaults = offered(session, where(root, "providers/cloud.yaml"), "inference:\n  shimmy:\n    base_url: |\n")
    assert [(each.detail, each.sort_text[:1]) for each in defaults.values() if each.sort_text is not None] == [("default", "0")]


def test_a_key_says_its_type_and_default(session: Session, root: Path) -> None:
    found = offered(session, where(root, "providers/cloud.yaml"), "inference:\n  shimmy:\n    |\n")
    assert {name: found[name].detail for name in ("base_url", "model", "retry")} == {
        "base_url": "string = http://localhost:11435",
        "model": "string",
        "retry": "object",
    }
    edits = {name: edit.new_text for name in ("base_url", "retry") if (edit := found[name].text_edit) is not None}
    assert edits == {"base_url": "base_url: ", "retry": "retry:\n      "}
    assert all("ORBIT" not in (each.detail or "") for each in found.values())


def test_models_are_those_of_the_provider_and_of_this_machine(session: Session, root: Path) -> None:
    path = where(root)
    of_adapter = offered(session, path, f"{ADAPTER}    model: |", models=["mine", "claude-sonnet-4-5"])
    assert {name: (each.detail, each.sort_text) for name, each in of_adapter.items()} == {
        "claude-sonnet-4-5": ("configured", "0claude-sonnet-4-5"),
        "mine": ("on this machine", "1mine"),
    }
    local = offered(session, path, ADAPTER.replace("anthropic", "llama_cpp") + "    model: |")
    assert {name: each.detail for name, each in local.items()} == {"gemma-3-4b-it": "configured"}
    session.current(
        typed(session, where(root, "providers.yaml"), where(root, "providers.yaml").read_text("utf-8") + "ollama_presets: {small: {model: x}}\n")
    )
    presets = offered(session, path, ADAPTER.replace("anthropic", "ollama") + "    model: |")
    assert {name: each.detail for name, each in presets.items()} == {"small": "preset"}
    embeddings = offered(session, where(root, "providers/embeddings.yaml"), "embeddings:\n  ollama:\n    model: |\n")
    assert {name: each.detail for name, each in embeddings.items() if each.detail == "configured"} == {"nomic-embed-text": "configured"}
    blocks = offered(session, where(root, "providers/cloud.yaml"), "inference:\n  openai:\n    model: |\n")
    assert [name for name, each in blocks.items() if each.detail == "configured"] == ["gpt-5"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[", FlowPlace("item", (0,), 1)),
        ("[a, ", FlowPlace("item", (1,), 3)),
        ("{a: ", FlowPlace("value", ("a",), 3)),
        ("{a: [b], c", FlowPlace("key", (), 8)),
        ("{a: b'c, d", FlowPlace("key", (), 8)),
        ('{a: "b, c", d: ', FlowPlace("value", ("d",), 14)),
        ("{a: 'b, c", FlowPlace("value", ("a",), 3)),
        ("[a, # b, c\n d", FlowPlace("item", (1,), 10)),
        ("[a#b, c", FlowPlace("item", (1,), 5)),
        ("{a:b, c", FlowPlace("key", (), 5)),
        ("{a: {b: c}", FlowPlace("value", ("a",), 4)),
        ("[[a], [b]", FlowPlace("item", (1,), 6)),
        ("[]", None),
        ("{a: [1]} ", None),
    ],
)
def test_a_place_in_a_flow_collection_is_read_off_its_text(text: str, place: FlowPlace | None) -> None:
    assert flow_place(text) == place


def test_a_glance_at_a_file_is_its_sections_and_what_stands_in_them(session: Session, root: Path) -> None:
    path = where(root)
    typed(
        session,
        path,
        f'{ADAPTER}  - name: " "\n  - {{}}\nauth: {{default_admin_password: x}}\ninference:\n  openai:\n    enabled: true\n    api_key: x\n',
    )
    at = cursor(session, path, "adapters")
    (adapters, auth, inference) = outline.symbols(at)
    assert [(each.name, each.kind, each.detail) for each in (adapters, auth, inference)] == [
        ("adapters", types.SymbolKind.Module, None),
        ("auth", types.SymbolKind.Module, None),
        ("inference", types.SymbolKind.Module, None),
    ]
    assert [(each.name, each.kind, each.children) for each in adapters.children or ()] == [("research", types.SymbolKind.Object, None)]
    assert [(each.name, each.kind) for each in auth.children or ()] == [("default_admin_password", types.SymbolKind.Property)]
    assert [(each.name, each.children) for each in inference.children or ()] == [("openai", None)]
    assert [(each.name, each.container_name) for each in outline.flat_symbols(at)] == [
        ("adapters", None),
        ("auth", None),
        ("inference", None),
        ("research", "adapters"),
        ("default_admin_password", "auth"),
        ("openai", "inference"),
    ]
    assert [(each.start_line, each.end_line) for each in outline.folds(at)] == [(0, 5), (1, 3), (7, 10), (8, 10)]


def test_names_are_found_by_a_part_of_them_in_any_case(session: Session, root: Path) -> None:
    snapshot = session.current(next(iter(session.projects.values())))

    def named(query: str) -> list[tuple[str, str | None]]:
        return [(each.name, each.container_name) for each in outline.workspace_symbols(snapshot, query, lambda path: path)]

    assert named("ReSeA") == [("research", "adapters")]
    assert named("laptop") == [("laptop", "llama_cpp_presets")]
    assert named("nothing") == []
    assert ("anthropic", "inference") in named("")


def test_lenses_say_what_an_adapter_takes_and_hints_only_where_they_are_asked_for(session: Session, root: Path) -> None:
    path = where(root, "providers/cloud.yaml")
    typed(session, path, path.read_text("utf-8").replace("gpt-5", "${MODEL:-gpt-5}"))
    at = cursor(session, path, "inference")
    whole = lens.hints(at, types.Range(types.Position(0, 0), types.Position(99, 0)))
    assert [(each.position.line, each.label) for each in whole] == [(3, "not set"), (8, "not set"), (9, "not set: its default")]
    end = whole[1].position
    assert lens.hints(at, types.Range(end, end)) == [whole[1]]
    assert lens.hints(at, types.Range(types.Position(4, 0), types.Position(end.line, end.character - 1))) == []
    typed(session, where(root), where(root).read_text("utf-8"))
    of_adapter = lens.lenses(cursor(session, where(root), "adapters"))
    assert [(each.range.start.line, each.command.arguments) for each in of_adapter] == [
        (1, None),
        (1, [where(root).as_uri(), "research"]),
    ]


def test_hover_is_of_the_key_or_of_its_value(session: Session, root: Path) -> None:
    path = where(root)
    typed(session, path, ADAPTER)
    for needle, start, end in (("inference_provider", 4, 22), ("anthropic", 24, 33)):
        shown = hover.hover(cursor(session, path, needle, 2), is_rendered=True)
        assert shown is not None
        assert shown.range == types.Range(types.Position(3, start), types.Position(3, end))


def test_a_block_that_several_files_write_is_renamed_in_each(session: Session, root: Path) -> None:
    cloud, local = where(root, "providers/cloud.yaml"), where(root, "providers/local.yaml")
    typed(session, local, local.read_text("utf-8").replace("llama_cpp_presets:", "datasources:\n  own: {a: 1}\nllama_cpp_presets:", 1))
    typed(session, cloud, cloud.read_text("utf-8") + "datasources:\n  own: {b: 2}\n  other: {}\n")
    edits = rename.renamed(cursor(session, cloud, "own:", 1), "mine")
    assert sorted((each.span.source.name.rpartition("/")[2], each.span.text, each.replacement) for each in edits) == [
        ("cloud.yaml", "own", "mine"),
        ("local.yaml", "own", "mine"),
    ]


def test_of_an_import_its_file_and_of_a_file_its_imports_are_shown(session: Session, root: Path) -> None:
    path = where(root, "config.yaml")
    typed(session, path, path.read_text("utf-8"))
    at = cursor(session, path, "providers.yaml", 3)
    assert [(each.uri, each.range.start.line) for each in navigation.definition(at)] == [(where(root, "providers.yaml").as_uri(), 0)]
    assert [each.uri for each in navigation.references(at, with_definition=False)] == [path.as_uri()]
    assert [each.target for each in outline.links(at)] == [where(root, name).as_uri() for name in ("providers.yaml", "adapters.yaml")]


@pytest.mark.parametrize(
    ("capabilities", "abilities"),
    [
        ({}, Abilities()),
        ({"textDocument": {"hover": {"contentFormat": ["plaintext"]}}}, Abilities()),
        ({"textDocument": {"hover": {"contentFormat": ["markdown"]}}}, Abilities(markdown_hover=True)),
        (
            {"textDocument": {"completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}}}},
            Abilities(markdown_completion=True, snippets=True),
        ),
        ({"textDocument": {"completion": {"completionItem": {"snippetSupport": False, "insertTextModeSupport": {}}}}}, Abilities(insert_modes=True)),
        ({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}, Abilities(nested_symbols=True)),
        ({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}, Abilities(watches_files=True)),
        ({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": 1}}, "textDocument": None}, Abilities()),
    ],
)
def test_an_editor_is_sent_what_it_says_that_it_takes(capabilities: object, abilities: Abilities) -> None:
    assert abilities_of(Params(capabilities)) == abilities
