"""What an editor is shown after this and that is what one is shown that has just begun."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.history import CHANGED, DELETED, MADE, Typist, play, typing


@pytest.fixture
def typist(root: Path) -> Iterator[Typist]:
    with typing(root) as typist:
        yield typist


def codes(typist: Typist, name: str) -> set[str]:
    return {each["code"] for each in typist.shown.get((typist.root / "config" / name).as_uri(), ())}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_random_edits_end_as_a_fresh_look_does(root: Path, newline: str) -> None:
    """The long form is `python -m tests.editor.history`."""
    for path in root.rglob("*.yaml"):
        path.write_text(path.read_text("utf-8"), "utf-8", newline=newline)
    with typing(root) as typist:
        assert list(play(typist, 60, 7, 3)) == []


def test_a_variable_of_an_env_file_counts_once_the_file_has_changed(typist: Typist) -> None:
    env = typist.root / ".env"
    typist.retype(typist.root / "config" / "adapters" / "research.yaml", "provider: anthropic", "provider: ${PROVIDER}")
    assert typist.check() == ""
    for content, kind, is_found in (("PROVIDER=nobody\n", MADE, True), ("PROVIDER=anthropic\n", CHANGED, False), (None, DELETED, False)):
        env.unlink() if content is None else env.write_text(content, "utf-8")
        typist.note_on_disk(kind, env)
        assert typist.check() == ""
        assert ("ORB501" in codes(typist, "adapters/research.yaml")) is is_found


def test_a_variable_counts_as_it_is_typed(typist: Typist) -> None:
    env = typist.root / ".env"
    env.write_text("PROVIDER=anthropic\n", "utf-8")
    typist.retype(typist.root / "config" / "adapters" / "research.yaml", "provider: anthropic", "provider: ${PROVIDER}")
    typist.retype(env, "anthropic", "nobody")
    assert typist.check() == ""
    assert "ORB501" in codes(typist, "adapters/research.yaml")


def test_a_file_that_is_deleted_or_renamed_while_it_is_open_is_missed(typist: Typist) -> None:
    path = typist.root / "config" / "adapters" / "research.yaml"
    typist.retype(path, "provider: anthropic", "provider: nobody")
    path.rename(path.with_name("study.yaml"))
    typist.note_on_disk(DELETED, path)
    typist.note_on_disk(MADE, path.with_name("study.yaml"))
    assert typist.check() == ""
    assert codes(typist, "adapters.yaml") == {"ORB110"}
    typist.close(path)
    typist.retype(typist.root / "config" / "adapters.yaml", "research.yaml", "study.yaml")
    assert typist.check() == ""
    assert "ORB110" not in codes(typist, "adapters.yaml")


def test_a_new_file_is_imported_though_nobody_tells_of_changes_on_the_disk(typist: Typist) -> None:
    new = typist.root / "config" / "more.yaml"
    typist.retype(typist.root / "config" / "adapters.yaml", "import:", "import:\n  - more.yaml")
    assert typist.check() == ""
    assert "ORB110" in codes(typist, "adapters.yaml")
    new.write_text("x: 1\n", "utf-8")
    typist.open(new)
    typist.save(new)
    assert typist.check() == ""
    assert "ORB110" not in codes(typist, "adapters.yaml")
    assert "ORB301" in codes(typist, "more.yaml")


def test_a_new_file_that_nothing_imports_is_one_though_nobody_tells_of_changes_on_the_disk(typist: Typist) -> None:
    new = typist.root / "config" / "more.yaml"
    typist.open(typist.root / "config" / "config.yaml")
    assert typist.check() == ""
    new.write_text("", "utf-8")
    typist.type(new, 0, 0, "stores: {a: {enabled: true}}\n")
    typist.save(new)
    assert typist.check() == ""
    assert codes(typist, "more.yaml") == {"ORB112"}


def test_settings_are_read_again_when_they_are_saved(typist: Typist) -> None:
    path, settings = typist.root / "config" / "adapters" / "research.yaml", typist.root / "orbitcfg.toml"
    typist.retype(path, "provider: anthropic", "provider: nobody")
    assert typist.check() == ""
    assert "ORB501" in codes(typist, "adapters/research.yaml")
    settings.write_text("", "utf-8")
    typist.type(settings, 0, 0, 'ignore = ["ORB501"]\n')
    typist.save(settings)
    assert typist.check() == ""
    assert "ORB501" not in codes(typist, "adapters/research.yaml")


def test_a_folder_that_is_closed_has_nothing_wrong_any_more(typist: Typist) -> None:
    path = typist.root / "config" / "adapters" / "research.yaml"
    typist.retype(path, "provider: anthropic", "provider: nobody")
    assert typist.check() == ""
    folder = {"uri": typist.root.as_uri(), "name": "multi"}
    typist.tell("workspace/didChangeWorkspaceFolders", {"event": {"removed": [folder], "added": []}})
    # a text of it is open yet
    assert typist.check() == ""
    typist.close(path)
    assert typist.waits_for(lambda shown: shown == {})
    typist.tell("workspace/didChangeWorkspaceFolders", {"event": {"removed": [], "added": [folder]}})
    assert typist.check() == ""


def test_a_configuration_that_is_made_while_its_folder_is_open_is_found_and_one_that_is_gone_is_forgotten(root: Path, tmp_path: Path) -> None:
    away, config = tmp_path / "away", root / "config"
    config.rename(away)
    with typing(root) as typist:
        away.rename(config)
        typist.note_on_disk(MADE, config / "config.yaml")
        assert typist.check() == ""
        assert typist.wrong
        config.rename(away)
        typist.note_on_disk(DELETED, config / "config.yaml")
        assert typist.waits_for(lambda shown: shown == {})


def test_a_configuration_of_its_own_is_one_no_more_once_another_imports_it(root: Path) -> None:
    config, providers = (root / "config" / name for name in ("config.yaml", "providers.yaml"))
    whole = config.read_text("utf-8")
    config.write_text(whole.replace("  - providers.yaml\n", ""), "utf-8")
    with typing(root, folders=False) as typist:
        typist.open(providers)
        assert typist.waits_for(lambda shown: "there is no section `general`" in str(shown))
        typist.retype(config, "import:\n", "import:\n  - providers.yaml\n")
        assert typist.check() == ""


@pytest.mark.parametrize("text", ["one", "- one\n", "impor:\n  - more.yaml\n", ""])
def test_a_configuration_of_its_own_is_one_no_more_once_its_text_is_not_and_is_one_again_as_it_is_typed(root: Path, text: str) -> None:
    path = root / "config" / "more.yaml"
    whole = "import: nowhere.yaml\n"
    path.write_text(whole, "utf-8")
    with typing(root, folders=False) as typist:
        typist.open(path)
        for _ in range(2):
            assert typist.waits_for(lambda shown: "nowhere.yaml" in str(shown))
            typist.type(path, 0, len(typist.texts[path]), text)
            assert typist.waits_for(lambda shown: shown == {})
            typist.type(path, 0, len(typist.texts[path]), whole)
        assert typist.waits_for(lambda shown: "nowhere.yaml" in str(shown))


def test_a_configuration_of_its_own_stays_one_while_its_text_is_broken(root: Path) -> None:
    path = root / "config" / "more.yaml"
    path.write_text("import: nowhere.yaml\n", "utf-8")
    with typing(root, folders=False) as typist:
        typist.open(path)
        assert typist.waits_for(lambda shown: "nowhere.yaml" in str(shown))
        typist.retype(path, "import: nowhere.yaml", 'import: "nowhere.yaml')
        assert typist.waits_for(lambda shown: "ORB101" in str(shown))


def test_two_editors_of_one_folder_see_each_its_own_texts(root: Path) -> None:
    path = root / "config" / "adapters" / "research.yaml"
    with typing(root) as one, typing(root) as other:
        one.retype(path, "provider: anthropic", "provider: nobody")
        other.retype(path, "enabled: true", "enabld: true")
        assert one.check() == ""
        assert other.check() == ""
        assert codes(one, "adapters/research.yaml").isdisjoint(codes(other, "adapters/research.yaml"))


def test_what_is_no_file_keeps_nobody_waiting(root: Path) -> None:
    """Pipes, links in a circle, a file that is too large, and text that is none."""
    config = root / "config"
    mkfifo = getattr(os, "mkfifo", None)
    if mkfifo is not None:
        for each in (config / "pipe.yaml", root / ".env", root / "orbitcfg.toml", root / "env.example"):
            each.unlink(missing_ok=True)
            mkfifo(each)
    (config / "circle.yaml").symlink_to("circle.yaml")
    (config / "around").symlink_to("../config")
    with (config / "large.yaml").open("wb") as file:
        file.truncate(1 << 32)
    (config / "bytes.yaml").write_bytes(b"\xff\xfe\x00a: 1\n")
    names = ("pipe.yaml", "circle.yaml", "around/config.yaml", "large.yaml", "bytes.yaml")
    with typing(root) as typist:
        path = config / "config.yaml"
        typist.retype(path, "import:\n", "import:\n" + "".join(f"  - {name}\n" for name in names))
        for name in names[:-1]:
            uri = (config / name).as_uri()
            typist.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": ""}})
            typist.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert typist.check() == ""
        assert codes(typist, "config.yaml") == {"ORB111", "ORB119", "ORB201"}
        assert typist.faults == []
