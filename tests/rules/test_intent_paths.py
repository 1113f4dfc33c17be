"""What is no path of a library or a domain is told where it stands, with what ORBIT does without the file."""

from typing import Any

import pytest

import orbitcfg
from orbitcfg.document.source import Span
from orbitcfg.files.store import Memory
from orbitcfg.report.consequence import Consequence
from orbitcfg.settings.model import Settings
from tests.rules.test_intent_cases import adapter, configuration

LIBRARY = "templates: [{id: a, nl_examples: [show all], sql: select 1}]\n"
ABOUT_PATHS = ("ORB001", "ORB003", "ORB004", "ORB303", "ORB304", "ORB514")
NONE = ("ORB003", Consequence.PURPOSE_LOST, '"config"')


def told(key: str, value: Any) -> list[tuple[str, Consequence, str]]:
    """The findings about a path: code, consequence and the text at their place."""
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml", key: value}
    files = {"config/config.yaml": configuration([adapter("shop", "sqlite", settings)]), "domain.yaml": "{}\n", "library.yaml": LIBRARY}
    memory = Memory({f"/p/{name}": text.encode() for name, text in files.items()})
    found = orbitcfg.validate("/p/config", Settings(), files=memory, process={}).diagnostics
    assert all(each.affects == ("shop",) for each in found if each.code in ABOUT_PATHS)
    return [(each.code, each.consequence, each.place.text) for each in found if each.code in ABOUT_PATHS and isinstance(each.place, Span)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("library.yaml", []),
        (["library.yaml"], []),
        ([["library.yaml"]], [NONE, ("ORB303", Consequence.DEGRADED, '["library.yaml"]')]),
        ([5], [NONE, ("ORB303", Consequence.DEGRADED, "5")]),
        ([None], [NONE, ("ORB304", Consequence.DEGRADED, "null")]),
        ([""], [NONE]),
        (["library.yaml", ["library.yaml"]], [("ORB303", Consequence.DEGRADED, '["library.yaml"]')]),
        (["library.yaml", 5], [("ORB303", Consequence.DEGRADED, "5")]),
        (["library.yaml", None], [("ORB304", Consequence.DEGRADED, "null")]),
        (["library.yaml", {"a": "b"}], [("ORB303", Consequence.DEGRADED, '"a"')]),
        (["library.yaml", ""], [("ORB004", Consequence.DEGRADED, '""')]),
        (5, [("ORB303", Consequence.PURPOSE_LOST, "5")]),
        (None, [("ORB304", Consequence.PURPOSE_LOST, '"template_library_path"')]),
    ],
)
def test_what_is_no_path_of_a_library(value: Any, expected: list[tuple[str, Consequence, str]]) -> None:
    assert told("template_library_path", value) == expected


@pytest.mark.parametrize(
    ("value", "code", "place"),
    [("", "ORB001", '""'), (5, "ORB303", "5"), (["domain.yaml"], "ORB303", '["domain.yaml"]'), (None, "ORB304", '"domain_config_path"')],
)
def test_what_is_no_path_of_a_domain(value: Any, code: str, place: str) -> None:
    assert told("domain_config_path", value) == [(code, Consequence.ADAPTER_MISSING, place)]
