"""The files that adapters name are read once, below the project's root, for adapters that are on."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.compile import InterpolationMode
from orbitcfg.errors import UsageError
from orbitcfg.files.recording import RecordingFiles
from orbitcfg.files.store import Disk, Memory
from orbitcfg.project.compiler import CompileOptions, configuration, targets
from orbitcfg.project.config import Config
from tests.rules.test_intent_cases import adapter
from tests.rules.test_intent_cases import configuration as tree_with

LIBRARY = "templates: [{id: all_items, nl_examples: [show all items], sql: select 1}]"


def shop(name: str = "shop", **changes: Any) -> dict[str, Any]:
    """An SQLite adapter with a domain and a library of its own name."""
    config = {"domain_config_path": "dom.yaml", "template_library_path": f"{name}.yaml", **changes.pop("config", {})}
    return {**adapter(name, "sqlite", config), **changes}


def compiled(adapters: list[dict[str, Any]], files: dict[str, str], *, every: bool = False) -> tuple[Config, list[str]]:
    """The configuration with these adapters, and what was read besides it."""
    texts = {"config/config.yaml": tree_with(adapters), **files}
    recording = RecordingFiles(Memory({f"/repo/{path}": text.encode() for path, text in texts.items()}))
    options = CompileOptions(InterpolationMode.UNKNOWN, every=every)
    config = configuration(recording, targets(recording, "/repo")[0], options)
    read = [call[1] for call, _ in recording.recording if call[0] == "read"]
    return config, [path.rpartition("/")[2] for path in read if not path.endswith(("config.yaml", ".env", ".example"))]


def test_each_file_is_read_once_whoever_names_it() -> None:
    adapters = [shop(f"s{index}", config={"template_library_path": ["one.yaml", "two.yaml", "one.yaml"]}) for index in range(20)]
    _, read = compiled(adapters, {"dom.yaml": "{}", "one.yaml": LIBRARY, "two.yaml": LIBRARY})
    assert sorted(read) == ["dom.yaml", "one.yaml", "two.yaml"]


def test_nothing_is_read_for_an_adapter_that_is_off_unless_all_are_wanted() -> None:
    files = {"dom.yaml": "{}", "shop.yaml": LIBRARY}
    off = [shop(enabled=False)]
    config, read = compiled(off, files)
    assert (read, config.intents) == ([], ())
    config, read = compiled(off, files, every=True)
    assert sorted(read) == ["dom.yaml", "shop.yaml"]
    assert [template.id for each in config.intents for _, template in each.listed] == ["all_items"]


def test_a_configuration_that_is_kept_apart_misses_nothing() -> None:
    config, read = compiled([shop()], {})
    assert (read, dict(config.named_files)) == ([], {})


def test_what_lies_beside_a_file_that_is_there_is_missed() -> None:
    config, _ = compiled([shop()], {"dom.yaml": "{}"})
    assert config.named_files["shop.yaml"] is None
    assert config.named_files["dom.yaml"] is not None


@pytest.mark.parametrize(("asked", "missed"), [(["shop"], True), (["other"], False)])
def test_what_lies_beside_a_file_of_an_adapter_that_is_asked_is_missed(asked: list[str], missed: bool) -> None:
    cross = {"enabled": True, "template_library_path": "across.yaml"}
    composite = {"name": "all", "config": {"child_adapters": asked, "cross_adapter_templates": cross}}
    config, _ = compiled([shop(), composite], {"dom.yaml": "{}", "shop.yaml": LIBRARY})
    assert ("across.yaml" in config.named_files) is missed


@pytest.mark.parametrize("name", ["../secret.yaml", "/etc/passwd", "a\0b"])
def test_no_name_leads_out_of_the_project(name: str) -> None:
    config, read = compiled([shop(config={"template_library_path": name})], {"dom.yaml": "{}"})
    assert read == ["dom.yaml"]
    assert config.named_files.get(name) is None


def test_a_tilde_is_a_folder_like_any_other() -> None:
    config, _ = compiled([shop(config={"template_library_path": "~/x.yaml"})], {"dom.yaml": "{}", "~/x.yaml": LIBRARY})
    assert [template.id for each in config.intents for _, template in each.listed] == ["all_items"]


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    repository = tmp_path / "repo"
    (repository / "config").mkdir(parents=True)
    (repository / ".git").mkdir()
    (tmp_path / "outside.yaml").write_text("password: hunter2hunter2")
    (repository / "shop.yaml").symlink_to(tmp_path / "outside.yaml")
    (repository / "dom.yaml").write_text("{}")
    (repository / "config" / "config.yaml").write_text(tree_with([shop()]))
    config = configuration(Disk(), targets(Disk(), str(repository))[0], CompileOptions(InterpolationMode.UNKNOWN))
    assert config.named_files.get("shop.yaml") is None


UNREADABLE: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "is not there, seen from the project's root"),
    "bomb": (
        b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 10)) for c in range(98, 105)),
        "cannot be read, as the aliases of this file stand for over 1,000,000 values, or 16 MiB of text",
    ),
    "deep": (b"[" * 3000, "cannot be read, as the file is nested over 150 levels deep"),
    "own_anchor": (b"a: &a [*a]", "cannot be read, as an anchor contains itself"),
    "number": (b"a: " + b"9" * 5000, "cannot be read, as this number has over 300 digits"),
    "latin": (b"a: \xe9", "cannot be read, as it is not UTF-8"),
    "documents": (b"a: b\n---\nc: d\n", "cannot be read, as it holds several documents"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_why_a_file_cannot_be_read_is_said_in_words(name: str) -> None:
    content, why = UNREADABLE[name]
    files = Memory(
        {
            "/repo/config/config.yaml": tree_with(
                [shop(config={"domain_config_path": f"{name}.yaml", "template_library_path": "shop.yaml"})]
            ).encode(),
            "/repo/shop.yaml": LIBRARY.encode(),
            **({} if content is None else {f"/repo/{name}.yaml": content}),
        }
    )
    assert missed(configuration(files, targets(files, "/repo")[0], CompileOptions(InterpolationMode.UNKNOWN))) == [
        f"adapter `shop`: `{name}.yaml` {why}: the adapter does not load"
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_told_from_what_is_not_there(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "shop.yaml").write_text(LIBRARY)
    (tmp_path / "config").mkdir()
    adapters = [
        shop(),
        *(shop(name, config={"domain_config_path": f"{name}.yaml", "template_library_path": "shop.yaml"}) for name in ("pipe", "folder")),
    ]
    (tmp_path / "config" / "config.yaml").write_text(tree_with(adapters))
    config = configuration(Disk(), targets(Disk(), str(tmp_path))[0], CompileOptions(InterpolationMode.UNKNOWN))
    assert missed(config) == [
        "adapter `shop`: `dom.yaml` is not there, seen from the project's root: the adapter does not load",
        "adapter `pipe`: `pipe.yaml` cannot be read, as it is no regular file: the adapter does not load",
        "adapter `folder`: `folder.yaml` cannot be read, as it is a folder: the adapter does not load",
    ]


def test_a_class_of_your_own_reads_what_it_likes() -> None:
    own = {**shop(), "implementation": "ours.retrievers.IntentSQLiteRetriever"}
    config, _ = compiled([own], {"dom.yaml": "[]", "shop.yaml": "templates:"})
    assert config.intents == ()
    assert missed(config) == []


def missed(config: Config) -> list[str]:
    """What is said of files that adapters name and that cannot be read."""
    from orbitcfg.lint.runner import run_rules
    from orbitcfg.rules import rules_of

    return [each.message for each in run_rules(config, rules_of(("adapters.data",))).found if each.code == "ORB514"]


_OFF = "adapter `all`: cross-adapter search is switched on, and names no library, so ORBIT switches it off"
_NOT_LOADED = "adapter `all` does not load: the libraries of its cross-adapter search are `5`"


@pytest.mark.parametrize(
    ("cross", "told"),
    [
        ({"enabled": True}, [_OFF]),
        ({"enabled": True, "template_library_path": []}, [_OFF]),
        ({"enabled": True, "template_library_path": 5}, [_NOT_LOADED]),
        ({"enabled": False}, []),
    ],
)
def test_a_search_across_adapters_that_names_no_library_is_told(cross: dict[str, Any], told: list[str]) -> None:
    implementation = "retrievers.implementations.composite.CompositeIntentRetriever"
    settings = {"child_adapters": ["shop"], "cross_adapter_templates": cross}
    composite = {"name": "all", "type": "retriever", "adapter": "composite", "implementation": implementation, "config": settings}
    config, _ = compiled([shop(), composite], {"dom.yaml": "{}", "shop.yaml": LIBRARY})
    assert missed(config) == told


@pytest.mark.parametrize("enabled", [True, False])
def test_a_library_across_adapters_is_read_where_it_is_switched_on(enabled: bool) -> None:
    composite = {
        "name": "all",
        "implementation": "retrievers.implementations.composite.CompositeIntentRetriever",
        "config": {"child_adapters": ["shop"], "cross_adapter_templates": {"enabled": enabled, "template_library_path": "across.yaml"}},
    }
    _, read = compiled([composite], {"across.yaml": "templates: []"})
    assert read == (["across.yaml"] if enabled else [])


def test_a_library_is_a_path_that_belongs_to_the_configuration_that_names_it() -> None:
    texts = {"config/config.yaml": tree_with([shop()]), "dom.yaml": "{}", "shop.yaml": LIBRARY}
    files = Memory({f"/repo/{path}": text.encode() for path, text in texts.items()})
    (target,) = targets(files, "/repo/shop.yaml")
    assert (target.root, target.only, target.fragment) == ("/repo/config/config.yaml", "/repo/shop.yaml", False)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200,
        "&a [*a]",
        "templates: &a {x: *a}",
        "\x00",
        "\ufeff",
        "? a",
        "!!python/object:os.system {}",
        "- " * 50,
        "templates: [[[]]]",
        "templates: {1: 2}",
        "a: b: c",
    ],
)
def test_no_text_of_a_file_raises(text: str) -> None:
    from orbitcfg.lint.runner import run_rules
    from orbitcfg.rules import rules_of

    for files in ({"dom.yaml": text, "shop.yaml": LIBRARY}, {"dom.yaml": "{}", "shop.yaml": text}):
        config, _ = compiled([shop()], files)
        assert not run_rules(config, rules_of(("templates",))).crashed


JUNK: tuple[Any, ...] = (None, 5, True, "x", [], [None], [5], {}, {"a": None}, [{"a": 5}], [[]], {"x": [1]}, -1.5, "{{", "{% if x %}")
TEMPLATE_KEYS = (
    "id", "nl_examples", "description", "parameters", "tags", "semantic_tags", "sql", "endpoint", "headers", "query_params", "body_template", "http_method",
    "response_mapping", "mongodb_query", "query_type", "query_dsl", "graphql_template", "url_mapping", "request_body", "execution", "function_schema",
    "tool_type", "target_adapters", "merge_strategy", "timeout_per_adapter", "partial_results", "approved", "result_format",
)  # fmt: skip
DOMAIN_KEYS = ("domain_name", "domain_type", "entities", "fields", "vocabulary", "semantic_types")


@pytest.mark.parametrize("family", ["sqlite", "duckdb", "postgres", "mysql", "http", "graphql", "mongodb", "elasticsearch", "firecrawl", "agent"])
def test_no_value_of_a_wrong_type_raises(family: str) -> None:
    """Each key of a template and of a domain with each kind of value."""
    from orbitcfg.lint.runner import run_rules
    from orbitcfg.rules import rules_of

    templates = [{"id": f"{key}{index}", "nl_examples": ["x"], key: value} for key in TEMPLATE_KEYS for index, value in enumerate(JUNK)]
    inner = [
        {"id": f"p{key}{index}", "parameters": [{"name": "a", key: value}]}
        for key in ("name", "type", "location", "allowed_values", "entity", "default")
        for index, value in enumerate(JUNK)
    ]
    library = json.dumps({"templates": [*templates, *inner, *JUNK]})
    rules = rules_of(("templates",))
    config, _ = compiled(
        [adapter("shop", family, {"domain_config_path": "dom.yaml", "template_library_path": "shop.yaml"})], {"dom.yaml": "{}", "shop.yaml": library}
    )
    assert not run_rules(config, rules).crashed
    field = {"data_type": "string", "searchable": True}
    for key in DOMAIN_KEYS:
        for value in JUNK:
            domain = {"entities": {"item": {}}, "fields": {"item": {"a": field}}, key: value}
            config, _ = compiled(
                [adapter("shop", family, {"domain_config_path": "dom.yaml", "template_library_path": "shop.yaml"})],
                {"dom.yaml": json.dumps(domain), "shop.yaml": LIBRARY},
            )
            assert not run_rules(config, rules).crashed, domain
        if family != "sqlite":
            break


def test_an_unknown_adapter_of_templates_is_refused(tmp_path: Path) -> None:
    from orbitcfg import templates

    (tmp_path / "config.yaml").write_text(tree_with([shop()]))
    with pytest.raises(UsageError, match="there is no adapter `nix`"):
        templates(str(tmp_path), adapter="nix")
