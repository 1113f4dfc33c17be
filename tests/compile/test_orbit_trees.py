"""Three configurations that ORBIT ships: they resolve to what its loader makes of them, and spoilt ones are read as it reads them."""

import json
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitcfg.commands.env.command import env
from orbitcfg.commands.formats import render
from orbitcfg.commands.reporting import static_rules
from orbitcfg.commands.resolve.command import resolve
from orbitcfg.commands.resolve.result import Resolution
from orbitcfg.commands.validate.command import validate
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.source import Source
from orbitcfg.document.tree import plain
from orbitcfg.document.yaml_reader import parse
from orbitcfg.files.store import Disk, Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.report.style import Style
from tests.lint.test_infos import compiled, holds, without_infos
from tests.rules.test_needed_variables import called_needed, check_needed
from tests.shared import SHARED, drawn, needs_shared
from tests.test_laws import YAML_TEXTS, is_recursive, pure

pytestmark = needs_shared

ORBIT = SHARED / "orbit"
trees = pytest.mark.parametrize("tree", ["config", "default-config", "docker-minimal"])


def recorded(name: str) -> dict[str, Any]:
    """An environment, or what ORBIT's loader made of a tree in it."""
    value: dict[str, Any] = json.loads((ORBIT / "expected" / f"{name}.json").read_text("utf-8"))
    return value


@cache
def texts() -> tuple[str, ...]:
    """The smaller files of the largest tree."""
    return tuple(path.read_text("utf-8") for path in sorted((ORBIT / "config").rglob("*.yaml"), key=lambda path: path.stat().st_size)[:30])


@cache
def resolved(tree: str, filled: str) -> Resolution:
    """A tree in a recorded environment."""
    return resolve(ORBIT / tree, process=recorded(f"env-{filled}"))


@trees
@pytest.mark.parametrize("filled", ["full", "minimal"])
def test_a_tree_resolves_to_what_the_loader_makes_of_it(tree: str, filled: str) -> None:
    assert json.loads(json.dumps(resolved(tree, filled).value)) == recorded(f"{tree}.{filled}")


@trees
def test_a_resolved_tree_reads_back(tree: str) -> None:
    """Annotated or not, what `resolve` prints is the value; that the pure parser reads alike is a law of smaller texts."""
    resolution = resolved(tree, "full")
    for annotate in (False, True):
        text = render(resolution, "yaml", Style(show_secrets=True, annotate=annotate))
        assert yaml.load(text, yaml.CSafeLoader) == resolution.value


@settings(max_examples=drawn(40))
@given(st.data())
def test_a_mutated_file_is_read_as_orbit_reads_it(data: st.DataObject) -> None:
    """The C parser and the pure one agree, or the pure one is asked."""
    text = data.draw(st.sampled_from(texts()))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    mutant = text[:start] + data.draw(YAML_TEXTS | st.just("")) + text[end:]
    node, _ = parse(Source("x.yaml", mutant))
    expected = pure(mutant)
    assert (node is None) == (expected in ("refused", None)) or node == expected or is_recursive(expected)
    if node is not None and not is_recursive(expected):
        assert repr(plain(node)) == repr(expected)


@settings(max_examples=drawn(20))
@given(st.data())
def test_a_truncated_file_gets_a_report(data: st.DataObject) -> None:
    """Whatever is cut off, validate has an answer."""
    text = data.draw(st.sampled_from(texts()))
    cut = text[: data.draw(st.integers(0, len(text)))]
    report = validate("/config.yaml", files=Memory({"/config.yaml": cut.encode()}), process={})
    assert not report.crashed


def strict(tree: str, process: dict[str, str]) -> Config:
    """A tree as `validate --strict-env` reads it."""
    files = Disk()
    target = targets(files, str(ORBIT / tree))[0]
    return configuration(files, target, CompileOptions(InterpolationMode.ORBIT, EnvironmentChoice(process), strict_env=True))


@trees
def test_a_variable_is_needed_where_a_demanded_value_holds_it_and_nowhere_else(tree: str) -> None:
    check_needed(strict(tree, {}))


@pytest.mark.parametrize("tree", ["default-config", "docker-minimal"])
def test_a_default_installation_with_its_password_needs_no_variable(tree: str) -> None:
    assert called_needed(strict(tree, {})) == {"ORBIT_DEFAULT_ADMIN_PASSWORD"}
    assert called_needed(strict(tree, {"ORBIT_DEFAULT_ADMIN_PASSWORD": "pw"})) == set()
    assert not [each.name for each in env(ORBIT / tree, process={"ORBIT_DEFAULT_ADMIN_PASSWORD": "pw"}).variables if each.is_missing]


@trees
def test_what_counts_is_found_without_what_is_only_worth_knowing(tree: str) -> None:
    for config in compiled(Disk(), str(ORBIT / tree), {}):
        holds(config)


def test_most_of_what_is_found_is_only_worth_knowing() -> None:
    config = next(compiled(Disk(), str(ORBIT / "config"), {}))
    assert len(without_infos(config).found) < len(run_rules(config, static_rules(config)).found) / 4
