"""What a part of a tree was filled with is the same node again, and says the same events, while nothing of it has changed."""

import pytest

from orbitcfg.compile.environment import Environment, EnvVariable
from orbitcfg.compile.interpolate import InterpolationMode, interpolate
from orbitcfg.compile.presets import apply_presets
from orbitcfg.document.memo import Memo
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Mapping, at, plain
from orbitcfg.document.yaml_reader import parse
from orbitcfg.limits import MAX_CHARACTERS

TEXT = """
secrets_management: {provider: '${BACKEND}', list: ['${A}']}
inference: {ollama: {use_preset: small, enabled: false}, openai: {api_key: '${A}'}}
ollama_presets: {small: {model: '${M:-m}'}}
adapters: [{name: '${A}'}, {name: b}, ['${A}'], '${A}', {'${K}': '${']}]
"""
ENVIRONMENT = Environment({"A": EnvVariable("a", "environment")})


def tree() -> Mapping:
    root, _ = parse(Source("c.yaml", TEXT.replace("'${']}", "'${'}")))
    assert isinstance(root, Mapping)
    return root


@pytest.mark.parametrize("mode", InterpolationMode)
@pytest.mark.parametrize("backend", ["", "aws"])
def test_parts_say_what_the_whole_says(mode: InterpolationMode, backend: str) -> None:
    root, memo = tree(), Memo(keeps=True)
    environment = Environment({**ENVIRONMENT.variables, "BACKEND": EnvVariable(backend, "environment")})
    whole, events = interpolate(root, environment, mode)
    assert whole is not None
    for _ in range(2):
        assert interpolate(root, environment, mode, memo) == (whole, events)
    assert apply_presets(whole, memo) == apply_presets(whole)
    assert apply_presets(whole, memo) == apply_presets(whole)


def test_unchanged_parts_are_the_same_nodes() -> None:
    root, memo = tree(), Memo(keeps=True)
    first, _ = interpolate(root, ENVIRONMENT, InterpolationMode.UNKNOWN, memo)
    changed = Mapping({**root.entries, "adapters": tree().entries["adapters"]}, root.origin)
    second, _ = interpolate(changed, ENVIRONMENT, InterpolationMode.UNKNOWN, memo)
    assert first is not None
    assert second is not None
    assert at(first, ("inference",)) is at(second, ("inference",))
    assert at(first, ("adapters", 0)) is not at(second, ("adapters", 0))
    assert at(apply_presets(first, memo)[0], ("inference",)) is at(apply_presets(second, memo)[0], ("inference",))


def test_another_environment_fills_anew() -> None:
    root, memo = tree(), Memo(keeps=True)
    interpolate(root, ENVIRONMENT, InterpolationMode.ORBIT, memo)
    other = Environment({"A": EnvVariable("other", "environment")})
    found, _ = interpolate(root, other, InterpolationMode.ORBIT, memo)
    assert found is not None
    assert plain(found) == plain(interpolate(root, other, InterpolationMode.ORBIT)[0] or found)
    assert at(found, ("adapters", 0, "name")) != at(root, ("adapters", 0, "name"))


@pytest.mark.parametrize("length", [MAX_CHARACTERS + 1, MAX_CHARACTERS // 3, MAX_CHARACTERS // 5])
def test_too_much_is_told_at_the_same_place(length: int) -> None:
    root, memo = tree(), Memo(keeps=True)
    environment = Environment({"A": EnvVariable("a" * length, "environment")})
    for _ in range(2):
        assert interpolate(root, environment, InterpolationMode.ORBIT, memo) == interpolate(root, environment, InterpolationMode.ORBIT)
