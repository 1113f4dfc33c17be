"""New blocks validate as they are offered."""

from collections.abc import Iterator

import pytest

from orbitcfg.catalog.blocks import CLASSES, NewKey, adapter_block, provider_block
from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import shipped_store
from orbitcfg.commands.validate.command import validate
from orbitcfg.files.store import Memory
from orbitcfg.report.diagnostics import Diagnostic, Severity

CATALOG = Catalog(shipped_store())
ROOT = """general: {inference_provider: shimmy}
auth: {default_admin_password: "${ADMIN_PASSWORD}"}
embedding: {enabled: false}
inference:
  shimmy:
    enabled: true
    base_url: http://localhost:11435
    model: m
"""


def providers(section: str) -> Iterator[str]:
    row = CATALOG.at(None, (section,))
    assert row is not None
    for name in CATALOG.names(row, None):
        below = CATALOG.below(row, None, name)
        if below is not None and below.provider.protocol is not None and below.provider.status is None:
            yield name


def lines(keys: tuple[NewKey, ...], indent: str) -> str:
    return "".join(f"{indent}{each.key}: {each.value}\n" for each in keys)


def complaints(text: str) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in found(text)]


def found(text: str) -> list[Diagnostic]:
    report = validate("/config/config.yaml", files=Memory({"/config/config.yaml": text.encode()}), process={"ADMIN_PASSWORD": "x" * 20})
    return [each for each in report.diagnostics if each.severity is not Severity.INFO]


@pytest.mark.parametrize("name", [each for each in providers("inference") if each != "shimmy"])
def test_a_new_provider_validates(name: str) -> None:
    row = CATALOG.at(None, ("inference", name))
    assert row is not None
    assert complaints(ROOT) == complaints(f"{ROOT}  {name}:\n{lines(provider_block(row), '    ')}")


SECTIONS = [each for each in CATALOG.sections if each != "inference" and f"{each}:" not in ROOT]


@pytest.mark.parametrize(("section", "name"), [(section, name) for section in SECTIONS for name in providers(section)])
def test_a_new_block_of_another_section_validates(section: str, name: str) -> None:
    row = CATALOG.at(None, (section, name))
    assert row is not None
    assert complaints(ROOT) == complaints(f"{ROOT}{section}:\n  {name}:\n{lines(provider_block(row), '    ')}")


@pytest.mark.parametrize("purpose", CLASSES)
def test_a_new_adapter_validates(purpose: str) -> None:
    first, *rest = adapter_block(purpose, "shimmy")
    assert complaints(ROOT) == complaints(f"{ROOT}adapters:\n  - {first.key}: {first.value}\n{lines(tuple(rest), '    ')}")
