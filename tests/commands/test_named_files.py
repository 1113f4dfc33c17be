"""Commands see the domains and libraries that adapters name: on a tree where all is right, and on one where it is not."""

import json
from pathlib import Path

import pytest

from tests.commands.test_published_shapes import faults
from tests.commands.test_templates import tree
from tests.program import run

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
RIGHT = "templates:\n  - id: a\n    nl_examples: ['2024']\n    sql: select 1\n"
WRONG = RIGHT.replace("'2024'", "2024")


def written(folder: Path, library: str, domain: str) -> Path:
    """A folder with a tree whose adapter that is on has this library and this domain."""
    for name, text in {**tree(shop=library), "domain.yaml": domain}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def right(tmp_path: Path) -> Path:
    return written(tmp_path, RIGHT, "entities: {item: {table_name: item}}\n")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return written(tmp_path, WRONG, "entities: [item]\n")


@pytest.mark.parametrize("name", ["shop.yaml", "domain.yaml"])
def test_a_file_that_is_right_passes_alone(name: str, right: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env", name], capsys, monkeypatch, right)
    assert (outcome.status, outcome.stdout.splitlines()[0]) == (0, "ORBIT would start. Its adapter would answer.")


@pytest.mark.parametrize(("name", "line"), [("shop.yaml", "error[ORB005]"), ("domain.yaml", "error[ORB001]")])
def test_a_file_that_is_wrong_is_refused_alone_for_its_own_faults(name: str, line: str, wrong: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["validate", "--no-env", name], capsys, monkeypatch, wrong)
    told = [each.partition(":")[0] for each in outcome.stdout.splitlines() if each.startswith("error[")]
    assert (outcome.status, told) == (1, [line])


def test_a_fix_is_written_into_the_library(wrong: Path, capsys: Capture, monkeypatch: Patch) -> None:
    run(["validate", "--no-env", "--fix", "shop.yaml"], capsys, monkeypatch, wrong)
    assert (wrong / "shop.yaml").read_text("utf-8") == RIGHT
    assert (wrong / "domain.yaml").read_text("utf-8") == "entities: [item]\n"


@pytest.mark.parametrize(
    ("key", "line"), [("template_library_path", "`shop.yaml`: 1 template  shop.yaml:1:1"), ("domain_config_path", "`domain.yaml`: 1 entity")]
)
def test_why_says_what_a_named_file_holds(key: str, line: str, right: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["why", f"adapters[shop].config.{key}", "--no-env"], capsys, monkeypatch, right)
    assert (outcome.status, line in outcome.stdout) == (0, True)


def test_why_counts_no_entities_in_what_is_no_mapping(wrong: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["why", "adapters[shop].config.domain_config_path", "--no-env"], capsys, monkeypatch, wrong)
    assert "`domain.yaml`: its `entities` are no mapping" in outcome.stdout


@pytest.mark.parametrize("folder", ["right", "wrong"])
def test_the_templates_as_json_fit_their_schema(folder: str, request: pytest.FixtureRequest, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = run(["templates", "--no-env", "--all", "--format", "json"], capsys, monkeypatch, request.getfixturevalue(folder))
    assert faults("templates", outcome.stdout) == []
    assert bool(json.loads(outcome.stdout)["findings"]) is (folder == "wrong")
