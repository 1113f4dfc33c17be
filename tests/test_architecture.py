"""What the documents for those who carry on name is there."""

import re

import pytest

from tests.shared import PROJECT
from tests.test_floors import ROOMS

DOCUMENTS = ("docs/architecture.md", "docs/performance.md", "CONTRIBUTING.md", "docs/security.md", "RELEASING.md")
_PATH = re.compile(r"`((?:orbitcfg|schemas|tests|docs|examples)/[\w./-]*)`")
_TYPE = re.compile(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)*)(?:\.\w+)?`")
_ROOM = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_a_document_is_there(document: str) -> None:
    paths = _PATH.findall((PROJECT / document).read_text("utf-8"))
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_every_type_in_the_architecture_is_there() -> None:
    code = "".join(path.read_text("utf-8") for path in (PROJECT / "orbitcfg").rglob("*.py"))
    names = set(_TYPE.findall((PROJECT / "docs" / "architecture.md").read_text("utf-8")))
    assert {name for name in names if not re.search(rf"^class {name}\b", code, re.MULTILINE)} == set()


def test_the_table_of_rooms_is_the_order_that_is_held() -> None:
    cells = _ROOM.findall((PROJECT / "docs" / "architecture.md").read_text("utf-8"))
    rooms = [tuple(name.removesuffix(".py").removesuffix("/") for name in re.findall(r"`([^`]+)`", cell)) for cell in cells]
    built = {path.stem for path in (PROJECT / "orbitcfg").iterdir()}
    assert rooms == [each for each in (tuple(name for name in room if name in built) for room in ROOMS) if each]
