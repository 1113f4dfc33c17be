"""`resolve` of one adapter."""

import orbitcfg
from orbitcfg.files.store import Memory
from tests.rules.test_intent_cases import adapter, configuration

DOMAIN = "entities: {item: {table_name: item}}\n"
LIBRARY = "templates:\n- {id: a, nl_examples: [show all], sql: select 1}\n- {id: b, nl_examples: [show more], sql: select 2}\n"


def test_the_files_that_an_adapter_names_are_told_with_what_they_hold() -> None:
    settings = {"domain_config_path": "domain.yaml", "template_library_path": ["library.yaml", "lost.yaml"]}
    adapters = [adapter("shop", "sqlite", settings), adapter("other", "sqlite", settings)]
    files = Memory(
        {"/p/config/config.yaml": configuration(adapters).encode(), "/p/domain.yaml": DOMAIN.encode(), "/p/library.yaml": LIBRARY.encode()}
    )
    found = orbitcfg.resolve("/p/config", files=files, process={}, adapter="shop")
    assert found.files == ("`domain.yaml`: 1 entity", "`library.yaml`: 2 templates", "`lost.yaml` is not there, seen from the project's root")
    assert orbitcfg.resolve("/p/config", files=files, process={}).files == ()
