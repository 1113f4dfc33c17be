"""The language server as an editor sees it: a client of the protocol, a server that is a process of its own."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.shared import PROJECT

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

SECRET = "sk-proj-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(PROJECT),
    "HOME": os.devnull,
    "ANTHROPIC_API_KEY": SECRET,
    "NO_PROXY": "*",
}
COMMAND = [sys.executable, "-m", "orbitcfg", "lsp"]


class Editor:
    """A project that is open in the client. Texts are those that the user sees."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    def uri(self, name: str) -> str:
        return str(uris.from_fs_path(str(self.root / name)))

    def open(self, name: str) -> str:
        if name not in self.texts:
            self.texts[name], self.versions[name] = (self.root / name).read_text("utf-8"), 1
            item = types.TextDocumentItem(self.uri(name), "yaml", 1, self.texts[name])
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return self.texts[name]

    def write(self, name: str, text: str) -> None:
        self.open(name)
        self.texts[name] = text
        self.versions[name] += 1
        identifier = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [types.TextDocumentContentChangeWholeDocument(text)]))

    def restore(self) -> None:
        """Puts all texts back to what the files hold."""
        for name, text in self.texts.items():
            original = (self.root / name).read_text("utf-8")
            if text != original:
                self.write(name, original)

    def document(self, name: str) -> types.TextDocumentIdentifier:
        self.open(name)
        return types.TextDocumentIdentifier(self.uri(name))

    async def diagnostics(self, name: str, code: str, *, there: bool = True) -> list[types.Diagnostic]:
        """The diagnostics of a file, once one of this code is among them, or none is any more."""
        for _ in range(600):
            found = list(self.client.diagnostics.get(self.uri(name), ()))
            if any(each.code == code for each in found) is there:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name}: {[each.code for each in found]}")

    async def settled(self) -> None:
        """Waits until the server has said everything: a file is broken and fixed."""
        name = "config/adapters.yaml"
        text = self.open(name)
        self.write(name, text + 'x: "\n')
        await self.diagnostics(name, "ORB101")
        self.write(name, text)
        await self.diagnostics(name, "ORB101", there=False)

    def position(self, name: str, needle: str, offset: int = 0) -> types.Position:
        text = self.open(name)
        at = text.index(needle) + offset
        return types.Position(text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1))

    def at(self, name: str, needle: str, offset: int = 0) -> dict[str, Any]:
        return {"text_document": types.TextDocumentIdentifier(self.uri(name)), "position": self.position(name, needle, offset)}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project") / "multi"
    shutil.copytree(PROJECT / "examples" / "multi-provider", root)
    (root / ".env").write_text("ORBIT_DEFAULT_ADMIN_PASSWORD=correct-horse-battery\n", "utf-8")
    return root


async def _client(lsp_client: LanguageClient, root: Path) -> AsyncIterator[None]:
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda _params: None)
    capabilities = client_capabilities("visual-studio-code")
    await lsp_client.initialize_session(types.InitializeParams(capabilities, root_uri=str(uris.from_fs_path(str(root)))))
    yield
    await lsp_client.shutdown_session()


client = pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND, server_env=ENVIRONMENT), scope="module")(_client)


@pytest.fixture(scope="module")
def opened(client: LanguageClient, root: Path) -> Editor:
    return Editor(client, root)


@pytest.fixture
def editor(opened: Editor) -> Iterator[Editor]:
    yield opened
    opened.restore()


async def test_a_mistake_shows_at_its_place_and_goes(editor: Editor) -> None:
    name = "config/adapters/research.yaml"
    text = editor.open(name)
    editor.write(name, text.replace("inference_provider: anthropic", "inference_provider: antropic"))
    (found,) = [each for each in await editor.diagnostics(name, "ORB501") if each.code == "ORB501"]
    line = text.splitlines().index("    inference_provider: anthropic")
    assert (found.range.start, found.range.end) == (types.Position(line, 24), types.Position(line, 32))
    assert found.severity is types.DiagnosticSeverity.Error
    assert found.source == "orbitcfg"
    assert found.code_description is not None
    assert found.code_description.href == "orbitcfg:/rules/ORB501.md"
    assert [each.location.uri for each in found.related_information or ()] == [editor.uri("config/providers/cloud.yaml")]
    editor.write(name, text)
    await editor.diagnostics(name, "ORB501", there=False)


async def test_a_mistake_in_one_file_shows_in_another_that_is_not_open(editor: Editor) -> None:
    name = "config/providers/cloud.yaml"
    text = editor.open(name)
    editor.write(name, text.replace("  anthropic:\n    enabled: true", "  anthropic:\n    enabled: false"))
    assert await editor.diagnostics("config/adapters/research.yaml", "ORB502")
    editor.write(name, text)
    await editor.diagnostics("config/adapters/research.yaml", "ORB502", there=False)


async def test_an_open_quote_gives_one_diagnostic(editor: Editor) -> None:
    await editor.settled()
    name = "config/providers/cloud.yaml"
    text = editor.open(name)
    before = {uri: len(found) for uri, found in editor.client.diagnostics.items() if uri != editor.uri(name)}
    editor.write(name, text.replace("claude-sonnet-4-5", '"claude-sonnet-4-5', 1))
    found = await editor.diagnostics(name, "ORB101")
    assert [each.code for each in found] == ["ORB101"]
    await asyncio.sleep(0.5)
    assert {uri: len(found) for uri, found in editor.client.diagnostics.items() if uri != editor.uri(name)} == before
    editor.write(name, text)
    await editor.diagnostics(name, "ORB101", there=False)


async def test_what_nothing_reads_is_faded(editor: Editor) -> None:
    name = "config/providers/cloud.yaml"
    text = editor.open(name)
    editor.write(name, text.replace("    max_tokens: 4096", "    max_tokens: 4096\n    show_thinking: true", 1))
    (found,) = [each for each in await editor.diagnostics(name, "ORB306") if each.code == "ORB306"]
    assert list(found.tags or ()) == [types.DiagnosticTag.Unnecessary]
    editor.write(name, text)
    await editor.diagnostics(name, "ORB306", there=False)


async def test_hover_says_what_a_key_means_and_who_needs_it(editor: Editor) -> None:
    found = await editor.client.text_document_hover_async(types.HoverParams(**editor.at("config/adapters/research.yaml", "inference_provider", 2)))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    text = found.contents.value
    assert "`adapters[research].inference_provider`** = `anthropic`" in text
    assert "Provider that answers" in text
    assert "`config/adapters/research.yaml:8`" in text
    assert "needed by: adapter `research`" in text


async def test_hover_on_a_provider_lists_its_users(editor: Editor) -> None:
    found = await editor.client.text_document_hover_async(types.HoverParams(**editor.at("config/providers/cloud.yaml", "anthropic:", 2)))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert "used by `research`" in found.contents.value


async def test_no_answer_holds_a_secret(editor: Editor) -> None:
    name = "config/providers/cloud.yaml"
    at = editor.at(name, "${ANTHROPIC_API_KEY}", 5)
    client, document = editor.client, at["text_document"]
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    hover = await client.text_document_hover_async(types.HoverParams(**at))
    assert "is set by `environment`" in str(hover)
    answers = [
        hover,
        await client.text_document_completion_async(types.CompletionParams(**at)),
        await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole)),
        await client.text_document_code_lens_async(types.CodeLensParams(document)),
        await client.text_document_document_symbol_async(types.DocumentSymbolParams(document)),
        client.diagnostics,
        client.log_messages,
        client.messages,
    ]
    assert SECRET not in str(answers)
    assert "correct-horse-battery" not in str(answers)


@pytest.mark.parametrize(
    ("name", "needle", "offset", "to", "line"),
    [
        ("config/adapters/research.yaml", "inference_provider: anthropic", 22, "config/providers/cloud.yaml", 1),
        ("config/adapters/research.yaml", "provider: llama_cpp", 12, "config/providers/local.yaml", 1),
        ("config/config.yaml", "providers.yaml", 3, "config/providers.yaml", 0),
        ("config/config.yaml", "inference_provider: llama_cpp", 22, "config/providers/local.yaml", 1),
        ("config/providers/local.yaml", "use_preset: laptop", 13, "config/providers/local.yaml", 6),
        ("config/config.yaml", "ORBIT_DEFAULT_ADMIN_PASSWORD", 3, ".env", 0),
        ("config/providers/cloud.yaml", "OPENAI_API_KEY", 3, "env.example", 3),
    ],
)
async def test_a_definition_is_found(editor: Editor, name: str, needle: str, offset: int, to: str, line: int) -> None:
    found = await editor.client.text_document_definition_async(types.DefinitionParams(**editor.at(name, needle, offset)))
    assert isinstance(found, list)
    assert (editor.uri(to), line) in [(each.uri, each.range.start.line) for each in found if isinstance(each, types.Location)]


async def test_references_are_found_across_files(editor: Editor) -> None:
    at = editor.at("config/providers/cloud.yaml", "anthropic:", 3)
    found = await editor.client.text_document_references_async(types.ReferenceParams(types.ReferenceContext(include_declaration=True), **at))
    places = [(each.uri.rpartition("/")[2], each.range.start.line) for each in found or ()]
    assert places == [("cloud.yaml", 1), ("research.yaml", 7), ("research.yaml", 11)]


async def test_an_adapter_is_renamed(editor: Editor) -> None:
    at = editor.at("config/adapters/research.yaml", "name: research", 8)
    prepared = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**at))
    assert isinstance(prepared, types.PrepareRenamePlaceholder)
    assert prepared.placeholder == "research"
    edit = await editor.client.text_document_rename_async(types.RenameParams(new_name="study", **at))
    assert edit is not None
    assert {uri: [(each.range.start.line, each.new_text) for each in edits] for uri, edits in (edit.changes or {}).items()} == {
        editor.uri("config/adapters/research.yaml"): [(1, "study")]
    }


async def test_a_preset_is_renamed_where_it_is_used_too(editor: Editor) -> None:
    name = "config/providers/local.yaml"
    edit = await editor.client.text_document_rename_async(types.RenameParams(new_name="notebook", **editor.at(name, "use_preset: laptop", 13)))
    assert edit is not None
    assert sorted((each.range.start.line, each.new_text) for each in (edit.changes or {})[editor.uri(name)]) == [(3, "notebook"), (6, "notebook")]


async def test_a_variable_is_renamed_in_env_files_too(editor: Editor) -> None:
    at = editor.at("config/config.yaml", "ORBIT_DEFAULT_ADMIN_PASSWORD", 3)
    edit = await editor.client.text_document_rename_async(types.RenameParams(new_name="ADMIN_PASSWORD", **at))
    # ORBIT asks for this one by name in no place
    assert edit is not None
    assert sorted(uri.rpartition("/")[2] for uri in edit.changes or {}) == [".env", "config.yaml", "env.example"]
    assert "correct-horse" not in str(edit)


async def test_a_variable_is_renamed_from_its_env_file_too(editor: Editor) -> None:
    at = editor.at(".env", "ORBIT_DEFAULT_ADMIN_PASSWORD", 3)
    prepared = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**at))
    assert isinstance(prepared, types.PrepareRenamePlaceholder)
    assert (prepared.placeholder, prepared.range.end) == ("ORBIT_DEFAULT_ADMIN_PASSWORD", types.Position(0, 28))
    edit = await editor.client.text_document_rename_async(types.RenameParams(new_name="ADMIN_PASSWORD", **at))
    assert edit is not None
    assert sorted(uri.rpartition("/")[2] for uri in edit.changes or {}) == [".env", "config.yaml", "env.example"]
    nothing = types.TextDocumentIdentifier(editor.uri(".env"))
    assert await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(nothing, types.Position(1, 0))) is None


async def test_a_provider_that_orbit_has_a_class_for_keeps_its_name(editor: Editor) -> None:
    at = editor.at("config/providers/cloud.yaml", "anthropic:", 3)
    with pytest.raises(JsonRpcException, match="it is not renamed, since then"):
        await editor.client.text_document_rename_async(types.RenameParams(new_name="claude", **at))


async def completed(editor: Editor, name: str, needle: str, typed: str) -> dict[str, types.CompletionItem]:
    """What is offered at the bar in a text that replaces another."""
    text = editor.open(name)
    offset, typed = typed.index("|"), typed.replace("|", "")
    start = text.index(needle)
    editor.write(name, text.replace(needle, typed, 1))
    before = (text[:start] + typed)[: start + offset]
    position = types.Position(before.count("\n"), len(before) - (before.rfind("\n") + 1))
    found = await editor.client.text_document_completion_async(types.CompletionParams(editor.document(name), position))
    editor.write(name, text)
    assert isinstance(found, list)
    return {each.label: each for each in found}


async def test_keys_are_offered_by_context(editor: Editor) -> None:
    found = await completed(editor, "config/providers/cloud.yaml", "    max_tokens: 4096", "    max_tokens: 4096\n    te|")
    assert "temperature" in found
    assert "model" not in found
    edit = found["temperature"].text_edit
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text == "temperature: "
    assert (edit.range.start.character, edit.range.end.character) == (4, 6)
    sections = await completed(editor, "config/config.yaml", "general:", "ad|\ngeneral:")
    assert {"adapters", "embeddings", "datasources"} <= set(sections)
    assert not {"general", "import"} & set(sections)


async def test_providers_that_are_on_are_offered_first(editor: Editor) -> None:
    found = await completed(editor, "config/adapters/research.yaml", "inference_provider: anthropic", "inference_provider: |")
    assert found["anthropic"].detail == "on"
    assert found["openai"].detail == "off or not configured"
    assert str(found["anthropic"].sort_text) < str(found["openai"].sort_text)


async def test_models_presets_and_enums_are_offered(editor: Editor) -> None:
    models = await completed(editor, "config/adapters/research.yaml", "    model: claude-sonnet-4-5", "    model: |")
    assert "claude-sonnet-4-5" in models
    presets = await completed(editor, "config/providers/local.yaml", "use_preset: laptop", "use_preset: |")
    assert {"laptop", "workstation"} <= set(presets)
    switches = await completed(editor, "config/adapters/chat.yaml", "enabled: true", "enabled: |")
    assert {"true", "false"} <= set(switches)
    variables = await completed(editor, "config/config.yaml", "${ORBIT_DEFAULT", "${|")
    assert variables["ORBIT_DEFAULT_ADMIN_PASSWORD"].detail == "set"
    assert variables["OPENAI_API_KEY"].detail == "not set"


async def test_a_fix_and_a_comment_are_offered(editor: Editor) -> None:
    name = "config/adapters/research.yaml"
    text = editor.open(name)
    editor.write(name, text.replace("inference_provider: anthropic", "inference_provider: antropic"))
    (found,) = [each for each in await editor.diagnostics(name, "ORB501") if each.code == "ORB501"]
    document = types.TextDocumentIdentifier(editor.uri(name))
    params = types.CodeActionParams(document, found.range, types.CodeActionContext([found]))
    actions = [each for each in await editor.client.text_document_code_action_async(params) or () if isinstance(each, types.CodeAction)]
    edits = {each.title: [edit.new_text for edit in (each.edit.changes or {})[document.uri]] for each in actions if each.edit is not None}
    assert any(new == ["anthropic"] for new in edits.values()), edits
    assert edits["silence ORB501 on this line"] == ["  # orbitcfg: ignore[ORB501] accepted as it is"]
    for kind in (types.CodeActionKind.SourceFixAll, types.CodeActionKind.QuickFix):
        asked = types.CodeActionParams(document, found.range, types.CodeActionContext([], only=[kind]))
        given = await editor.client.text_document_code_action_async(asked) or ()
        assert {each.kind for each in given if isinstance(each, types.CodeAction)} == {kind}
    editor.write(name, text)
    await editor.diagnostics(name, "ORB501", there=False)


async def test_lenses_say_who_uses_what(editor: Editor) -> None:
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(editor.document("config/providers/cloud.yaml")))
    assert [(each.range.start.line, each.command.title) for each in lenses or () if each.command] == [
        (1, "used by 1 adapter"),
        (6, "used by 0 adapters"),
    ]
    of_adapter = await editor.client.text_document_code_lens_async(types.CodeLensParams(editor.document("config/adapters/research.yaml")))
    titles = [each.command.title for each in of_adapter or () if each.command]
    assert titles[0].startswith("anthropic · claude-sonnet-4-5 · ")
    assert titles[1] == "run doctor"


async def test_hints_say_whether_a_variable_is_set(editor: Editor) -> None:
    document = editor.document("config/providers/cloud.yaml")
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    hints = await editor.client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert [each.label for each in hints or ()] == ["set", "not set"]


async def test_outline_links_and_folds(editor: Editor) -> None:
    document = editor.document("config/adapters/research.yaml")
    (adapters,) = await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(document)) or ()
    assert isinstance(adapters, types.DocumentSymbol)
    assert [each.name for each in adapters.children or ()] == ["research"]
    folds = await editor.client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert (0, 15) in [(each.start_line, each.end_line) for each in folds or ()]
    root = types.TextDocumentIdentifier(editor.uri("config/config.yaml"))
    links = await editor.client.text_document_document_link_async(types.DocumentLinkParams(root))
    assert [str(each.target).rpartition("/")[2] for each in links or ()] == ["providers.yaml", "adapters.yaml"]


async def test_names_are_found_in_the_workspace(editor: Editor) -> None:
    found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("RESEARCH"))
    assert [(each.name, each.container_name, each.location.uri) for each in found or () if isinstance(each, types.SymbolInformation)] == [
        ("research", "adapters", editor.uri("config/adapters/research.yaml"))
    ]


async def test_an_env_file_says_who_uses_a_variable(editor: Editor) -> None:
    at = editor.at("env.example", "ANTHROPIC_API_KEY", 3)
    found = await editor.client.text_document_hover_async(types.HoverParams(**at))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.value == "**`${ANTHROPIC_API_KEY}`** is set by `environment`\n\nused by `inference.anthropic.api_key`"
    used = await editor.client.text_document_references_async(types.ReferenceParams(context=types.ReferenceContext(True), **at))
    assert [each.uri for each in used or ()] == [editor.uri("config/providers/cloud.yaml")]


async def test_a_rules_page_is_given(editor: Editor) -> None:
    found = await editor.client.workspace_execute_command_async(types.ExecuteCommandParams("orbitcfg.rule", arguments=["ORB501"]))
    assert str(found).startswith("# ORB501 unknown-reference")


async def test_doctor_of_an_adapter_that_is_not_there_asks_nobody(editor: Editor) -> None:
    command = types.ExecuteCommandParams("orbitcfg.doctor", arguments=[editor.uri("config/config.yaml"), "nobody"])
    with pytest.raises(JsonRpcException, match="there is no adapter `nobody`"):
        await editor.client.workspace_execute_command_async(command)


async def test_half_typed_yaml_ends_no_request(editor: Editor) -> None:
    name = "config/adapters/research.yaml"
    text = editor.open(name)
    for cut in range(0, len(text), 23):
        editor.write(name, text[:cut])
        at: dict[str, Any] = {"text_document": editor.document(name), "position": editor.position(name, text[:cut], cut)}
        await editor.client.text_document_completion_async(types.CompletionParams(**at))
        await editor.client.text_document_hover_async(types.HoverParams(**at))
        await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(at["text_document"]))
    editor.write(name, text)
    await editor.settled()
    assert not [each.message for each in editor.client.log_messages if "fault" in each.message]


async def test_a_request_that_is_cancelled_is_dropped(editor: Editor) -> None:
    """Those that wait are never done: the first one keeps the others waiting."""
    at = editor.at("config/adapters/research.yaml", "name: research", 8)
    protocol = editor.client.protocol
    asked = [
        protocol.send_request(types.TEXT_DOCUMENT_RENAME, types.RenameParams(new_name=f"study{number}", **at), msg_id=f"r{number}")
        for number in range(20)
    ]
    for number in range(1, 20):
        protocol.notify(types.CANCEL_REQUEST, types.CancelParams(f"r{number}"))
    answers = await asyncio.gather(*map(asyncio.wrap_future, asked), return_exceptions=True)
    assert isinstance(answers[0], types.WorkspaceEdit)
    dropped = [each for each in answers if isinstance(each, JsonRpcException) and each.code == types.LSPErrorCodes.RequestCancelled]
    assert len(dropped) > 10


async def test_a_command_that_is_unknown_and_a_file_that_is_none(editor: Editor) -> None:
    for uri in ("file:///nowhere/config.yaml", "untitled:x", "file://host/share/config.yaml", "file:///%00"):
        at = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(0, 0))
        assert await editor.client.text_document_hover_async(at) is None
