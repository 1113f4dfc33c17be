"""What a provider's client is set up with is shared by all requests whose blocks have the same under certain keys: no other key may have a say in it."""

from collections.abc import Iterable
from typing import Any

import pytest

from orbitcfg.compile.environment import Environment
from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath, Mapping, Unknown
from orbitcfg.document.yaml_reader import parse
from orbitcfg.effective.block import Block, Setting, plain_block
from orbitcfg.effective.request import ClientSetup, setup_of
from tests.effective.measured import CATALOG

VALUES: tuple[Any, ...] = ("", "x", "http://h:1/v1", "api", "direct", 0, 8443, True, None, [], {}, Unknown("${X}"))
TREE, _ = parse(Source("a.yaml", "{}"))


def provider_paths() -> list[KeyPath]:
    """Every provider of the catalogue."""
    sections = [section for section, spec in CATALOG.sections.items() if spec.holds == "providers"]
    rows = {section: CATALOG.at(None, (section,)) for section in sections}
    return [(section, name) for section, row in rows.items() if row is not None for name in CATALOG.names(row, None)]


def setup(plain: Block, values: dict[str, Any], *, readable: bool = True) -> ClientSetup:
    """What the client of a block with these values is set up with."""
    assert isinstance(TREE, Mapping)
    settings = {key: Setting(value, (*plain.path, key)) for key, value in values.items()}
    return setup_of(TREE, Block(plain.path, settings, plain.keys, readable), Environment({}))


def given(plain: Block) -> Iterable[dict[str, Any]]:
    """What may stand under the keys that count: one thing under all of them, in each mode."""
    modes = plain.row.provider.modes
    for value in VALUES:
        values = dict.fromkeys(plain.keys.for_setup, value)
        yield values
        yield from ({**values, modes.key: mode} for mode in modes.values) if modes else ()


@pytest.mark.parametrize("path", provider_paths(), ids=".".join)
def test_no_other_key_has_a_say(path: KeyPath) -> None:
    assert isinstance(TREE, Mapping)
    plain = plain_block(TREE, CATALOG, path)
    others = [key for key in (*plain.rows, "host", "port", "region", "endpoint", "x") if key not in plain.keys.for_setup]
    for values in ({}, *given(plain)):
        alone = setup(plain, values)
        assert setup(plain, values, readable=False) == alone
        for other in VALUES:
            assert setup(plain, {**dict.fromkeys(others, other), **values}) == alone
