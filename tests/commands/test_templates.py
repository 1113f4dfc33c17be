"""`orbitcfg templates`: the templates of intent adapters, and what is wrong with them."""

import json
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.commands.templates.result import TemplateInventory
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Memory
from orbitcfg.settings.model import Settings
from tests.program import run
from tests.rules.test_intent_cases import adapter, configuration

DOMAIN = "entities: {item: {table_name: item}}\n"
LIBRARY = """\
templates:
  - id: of_city
    nl_examples: [items in Rome, "what is in Rome?"]
    parameters: [{name: city, required: true}]
    sql: select * from item where city = ?
  - id: named
    nl_examples: [items of Ann]
    parameters: [{name: name, required: true}]
    sql: select * from item where name = :name
"""


def tree(**libraries: str) -> dict[str, str]:
    """A configuration with an adapter that is on, and one that is off, each with a library of its name."""
    libraries = {"shop": LIBRARY, "spare": LIBRARY, **libraries}
    adapters = [adapter(name, "sqlite", {"domain_config_path": "domain.yaml", "template_library_path": f"{name}.yaml"}) for name in ("shop", "spare")]
    adapters[1]["enabled"] = False
    return {"config/config.yaml": configuration(adapters), "domain.yaml": DOMAIN, **{f"{name}.yaml": text for name, text in libraries.items()}}


def found(files: dict[str, str], adapter: str | None = None, *, every: bool = False) -> TemplateInventory:
    """The templates of a tree."""
    memory = Memory({f"/p/{name}": text.encode() for name, text in files.items()})
    return orbitcfg.templates("/p/config", Settings(), adapter=adapter, every=every, files=memory, process={})


def shown(inventory: TemplateInventory) -> list[tuple[str, bool, str | None, list[str]]]:
    return [(row.adapter, row.is_on, row.id, [each.code for each in row.findings]) for row in inventory.rows]


OF_SHOP = [("shop", True, "of_city", []), ("shop", True, "named", ["ORB015"])]
OF_SPARE = [("spare", False, "of_city", []), ("spare", False, "named", ["ORB015"])]


def test_templates_of_adapters_that_are_on_are_listed_in_order() -> None:
    inventory = found(tree())
    assert shown(inventory) == OF_SHOP
    assert [(row.parameters, row.examples) for row in inventory.rows] == [
        (("city",), ("items in Rome", "what is in Rome?")),
        (("name",), ("items of Ann",)),
    ]
    assert inventory.others == ()


def test_all_adds_those_of_adapters_that_are_off() -> None:
    assert shown(found(tree(), every=True)) == [*OF_SHOP, *OF_SPARE]


def test_an_adapter_that_is_off_can_be_asked_for_by_name() -> None:
    assert shown(found(tree(), "spare")) == OF_SPARE


def test_an_adapter_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="shop"):
        found(tree(), "shp")


def test_a_file_that_cannot_be_read_is_told_of_behind_the_templates() -> None:
    inventory = found(tree(shop="templates: [\n"))
    assert (inventory.rows, [each.code for each in inventory.others]) == ((), ["ORB514"])


def test_what_empties_the_index_stands_at_its_template() -> None:
    inventory = found(tree(shop="templates:\n  - {id: a, nl_examples: [2024], sql: select 1}\n"))
    assert shown(inventory) == [("shop", True, "a", ["ORB005"])]
    assert [row.examples for row in inventory.rows] == [("2024",)]


def test_a_library_without_templates_is_told_of() -> None:
    inventory = found(tree(shop="templates: []\n"))
    assert (inventory.rows, [each.code for each in inventory.others]) == ((), ["ORB003"])


def test_examples_that_say_nothing_are_left_out() -> None:
    inventory = found(tree(shop="templates: [{id: a, nl_examples: [null, '  ', all], sql: select 1}, {nl_examples: all, sql: select 1}]\n"))
    assert [(row.id, row.examples) for row in inventory.rows] == [("a", ("all",)), (None, ())]
    assert repr(inventory) == "<TemplateInventory: 2 templates>"


def test_of_an_adapter_that_is_asked_for_only_its_own_files_are_told() -> None:
    files = tree(shop="templates: []\n")
    files["config/config.yaml"] = files["config/config.yaml"].replace('"spare.yaml"', '"lost.yaml"').replace('"enabled": false', '"enabled": true')
    assert [(each.code, each.affects) for each in found(files).others] == [("ORB514", ("spare",)), ("ORB003", ("shop",))]
    assert [(each.code, each.affects) for each in found(files, "shop").others] == [("ORB003", ("shop",))]
    assert [(each.code, each.affects) for each in found(files, "spare").others] == [("ORB514", ("spare",))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in tree().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


TEXT = """\
shop: shop.yaml, 2 templates
  of_city (city) 2 examples
  named (name) 1 example
    warning[ORB015]: template `named` never works: `:name` is never bound (SQLite) (shop.yaml:9)
      = write `?`
"""


def test_the_text_shows_a_block_a_library(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(["templates", "--no-env"], capsys, monkeypatch, folder)
    assert (outcome.stdout, outcome.status) == (TEXT, 0)


def test_an_adapter_that_is_off_is_shown_as_that(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "spare.yaml").write_text("templates: [{id: all, nl_examples: [show all], sql: select 1}]\n", "utf-8")
    outcome = run(["templates", "--no-env", "--adapter", "spare"], capsys, monkeypatch, folder)
    assert outcome.stdout == "spare (off): spare.yaml, 1 template\n  all 1 example\n"


@pytest.mark.parametrize(("arguments", "status"), [([], 0), (["--fail-on", "warning"], 1), (["--fail-on", "never"], 0), (["--adapter", "nil"], 2)])
def test_the_exit_status_follows_the_findings(
    arguments: list[str], status: int, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["templates", "--no-env", *arguments], capsys, monkeypatch, folder).status == status


def test_json_holds_every_template_with_its_findings(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "domain.yaml").write_text("entities: {item: {}}\nfields: {planet: {}}\n", "utf-8")
    outcome = run(["templates", "--no-env", "--format", "json"], capsys, monkeypatch, folder)
    document = json.loads(outcome.stdout)
    unbound = {
        "code": "ORB015",
        "severity": "warning",
        "consequence": "DEGRADED",
        "message": "template `named` never works: `:name` is never bound (SQLite)",
        "help": "write `?`",
        "affects": ["shop"],
        "file": "shop.yaml",
        "line": 9,
        "column": 42,
    }
    of_city = {"id": "of_city", "line": 2, "parameters": ["city"], "examples": ["items in Rome", "what is in Rome?"], "findings": []}
    named = {"id": "named", "line": 6, "parameters": ["name"], "examples": ["items of Ann"], "findings": [unbound]}
    assert document["templates"] == [{"adapter": "shop", "on": True, "library": "shop.yaml", **each} for each in (of_city, named)]
    assert [(each["code"], each["file"], each["line"], each["column"]) for each in document["findings"]] == [("ORB038", "domain.yaml", 2, 10)]
    assert (document["version"], document["orbit"]) == (1, document["for_orbit"]["catalogue"])


def test_a_configuration_without_intent_adapters_has_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text(configuration([]), "utf-8")
    outcome = run(["templates", "--no-env"], capsys, monkeypatch, tmp_path)
    assert (outcome.stdout, outcome.status) == ("no templates\n", 0)


def test_without_the_libraries_it_is_said_that_they_are_not_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where no ORBIT lies around the configuration no file is missed, and none was looked at."""
    (tmp_path / "config").mkdir()
    shop = adapter("shop", "sqlite", {"domain_config_path": "domain.yaml", "template_library_path": "shop.yaml"})
    (tmp_path / "config/config.yaml").write_text(configuration([shop]), "utf-8")
    outcome = run(["templates", "--no-env"], capsys, monkeypatch, tmp_path)
    assert outcome.stdout.startswith("no templates: the libraries of adapter `shop` are not here. ")
    assert outcome.status == 0
