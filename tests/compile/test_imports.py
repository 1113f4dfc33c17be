"""What is read because of a root file, and what is not."""

import pytest

from orbitcfg.compile import imports
from orbitcfg.compile.imports import load
from orbitcfg.document.events import FileProblem, ImportMisspelt, ImportSkipped, Skip
from orbitcfg.document.graph import ImportGraph
from orbitcfg.files.store import Memory


def graph(**texts: str) -> ImportGraph:
    """The graph of `config.yaml` among files that are named by their keys, `__` for a slash."""
    return load(files(**texts), "/config.yaml")[0]


def files(**texts: str) -> Memory:
    return Memory({f"/{name.replace('__', '/').replace('_', '.', 1)}": text.encode() for name, text in {"config_yaml": "{}", **texts}.items()})


@pytest.mark.parametrize(
    ("root", "offset"),
    [
        ("# a.yaml\n", 2),
        ("a: 1\n# - a.yaml is out\n", 9),
        ("import: []\n  # a.yaml\n", 15),
        ("# x\na: a.yaml\n#a.yaml\n# a.yaml\n", 15),
        ("a: a.yaml # a.yaml\n", None),
        ("a: a.yaml\n", None),
        ("# b.yaml\n", None),
    ],
)
def test_a_comment_that_names_an_orphan_is_found(root: str, offset: int | None) -> None:
    """The first one that is nothing but a comment."""
    (orphan,) = graph(config_yaml=root, a_yaml="a: 1\n").orphans
    mentioned = orphan.mentioned
    assert (mentioned and (mentioned.source.name, mentioned.start, mentioned.text)) == (offset and ("config.yaml", offset, "a.yaml"))


def test_orphans_are_yaml_files_beside_and_below_the_root() -> None:
    found = graph(
        config_yaml="import: b.yaml\n",
        b_yaml="b: 1\n",
        a_yaml="a: 1\n",
        c_yml="c: 1\n",
        d_json="{}",
        sub__e_yaml="e: 1\n",
        sub__deep__f_yaml="f: 1\n",
    )
    assert [each.document.source.name for each in found.orphans] == ["a.yaml", "c.yml", "sub/e.yaml", "sub/deep/f.yaml"]
    assert [each.source.name for each in found.documents] == ["config.yaml", "b.yaml"]


def test_files_that_hold_no_mapping_are_no_orphans() -> None:
    assert graph(a_yaml="- 1\n", b_yaml="", d_yaml="text").orphans == ()


def test_a_broken_file_that_nothing_imports_is_an_orphan_with_a_fault() -> None:
    (orphan,) = graph(c_yaml="a: [").orphans
    assert orphan.document.root is None
    assert orphan.fault is not None
    assert orphan.fault.problem is FileProblem.SYNTAX


@pytest.mark.parametrize(("limit", "found"), [(1, ["a.yaml"]), (4, ["a.yaml", "b.yaml"]), (5, ["a.yaml", "b.yaml", "sub/c.yaml"])])
def test_so_many_names_are_looked_at(limit: int, found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first folder, which has four, is cut at the limit, and none is begun at it."""
    monkeypatch.setattr(imports, "MAX_FOLDER_NAMES", limit)
    texts = {"a_yaml": "a: 1\n", "b_yaml": "b: 1\n", "sub__c_yaml": "c: 1\n"}
    assert [each.document.source.name for each in graph(**texts).orphans] == found


@pytest.mark.parametrize(
    ("key", "is_slip"),
    [("imports", True), ("include", True), ("Import", True), ("Includes", True), ("import", False), ("importer", False), ("imported", False)],
)
def test_a_key_like_import_with_names_of_files_is_a_slip(key: str, is_slip: bool) -> None:
    _, events = load(files(config_yaml=f"{key}: [nothing.yaml]\n"), "/config.yaml")
    assert [event.key for event in events if isinstance(event, ImportMisspelt)] == ([key] if is_slip else [])


@pytest.mark.parametrize("value", ["5", "[5]", "{a: b.yaml}", "text", "[a.json]"])
def test_a_key_like_import_with_anything_else_is_data(value: str) -> None:
    _, events = load(files(config_yaml=f"imports: {value}\n"), "/config.yaml")
    assert events == []


@pytest.mark.parametrize(
    ("name", "skip"),
    [
        ("nothing.yaml", Skip.MISSING),
        ("${NAME}.yaml", Skip.PLACEHOLDER),
        ("config.yaml", Skip.CYCLE),
        ("sub", Skip.UNREADABLE),
        ("a.yaml/b.yaml", Skip.MISSING),
    ],
)
def test_an_import_that_brings_nothing_says_why(name: str, skip: Skip) -> None:
    _, events = load(files(config_yaml=f"import: ['{name}']\n", a_yaml="a: 1\n", sub__b_yaml="b: 1\n"), "/config.yaml")
    assert [event.skip for event in events if isinstance(event, ImportSkipped)] == [skip]


def test_an_import_out_of_the_folder_of_its_own_file_is_skipped() -> None:
    """Though the configuration's folder holds what it names."""
    _, events = load(
        files(config_yaml="import: sub/b.yaml\n", a_yaml="a: 1\n", sub__b_yaml="import: [../a.yaml, c.yaml]\n", sub__c_yaml="c: 1"), "/config.yaml"
    )
    assert [(event.skip, event.name, event.detail) for event in events if isinstance(event, ImportSkipped)] == [(Skip.ESCAPES, "../a.yaml", "sub")]


def test_a_chain_leads_from_the_root_to_a_file() -> None:
    found = graph(config_yaml="import: a.yaml\n", a_yaml="import: b.yaml\n", b_yaml="b: 1\n")
    chains = [[each.name for each in found.chain(document.source)] for document in found.documents]
    assert chains == [[], ["a.yaml"], ["a.yaml", "b.yaml"]]
