"""Damaged model files are distinguished, and none hangs or kills orbitcfg."""

import os
from pathlib import Path

import pytest

from orbitcfg.commands.smoke.command import smoke
from orbitcfg.commands.smoke.result import Generation
from orbitcfg.engine import facts
from orbitcfg.engine.choice import SmokeOptions
from orbitcfg.observed.observation import Damage, Ending, ModelFault
from orbitcfg.rules.engine._damage import fact_of, help_of
from tests.engine.damaged import BESIDE, BY_ENGINE, BY_HEADER


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without any configuration, and a home without models."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def generated(path: Path) -> Generation:
    return smoke(None, SmokeOptions(model=str(path), timeout_s=30), process=dict(os.environ))


@pytest.mark.parametrize("name", BY_HEADER)
def test_the_header_tells_the_damage(name: str, tmp_path: Path, bytes_read: list[int]) -> None:
    """And however much it claims, little is read of it."""
    make, damage = BY_HEADER[name]
    path = tmp_path / f"{name}.gguf"
    make(path)
    fault = facts.read_facts(str(path))
    assert isinstance(fault, ModelFault)
    assert fault.damage is damage
    assert sum(bytes_read) < 4 << 20


@pytest.mark.parametrize("name", BY_ENGINE)
def test_the_engine_tells_what_the_header_hides(name: str, elsewhere: Path) -> None:
    make, words = BY_ENGINE[name]
    path = elsewhere / f"{name}.gguf"
    make(path)
    made = generated(path)
    assert made.engine.ending is Ending.REFUSED
    assert [each.code for each in made.report.diagnostics if each.code == "ORB821"] == ["ORB821"]
    message = next(each.message for each in made.report.diagnostics if each.code == "ORB821")
    assert words in message


def test_every_explanation_is_another(elsewhere: Path) -> None:
    """More than thirty files, as a user meets them: each is refused with words of its own, and a remedy."""
    messages, helps = {}, {}
    for name, (make, _) in {**BY_HEADER, **BY_ENGINE}.items():
        path = elsewhere / f"{name}.gguf"
        make(path)
        errors = [each for each in generated(path).report.diagnostics if each.severity.label == "error"]
        assert len(errors) == 1, name
        messages[name] = errors[0].message.replace(name, "X")
        helps[name] = errors[0].help
    assert len(messages) > 40
    assert len(set(messages.values())) == len(messages)
    assert all(helps.values())


def test_every_damage_has_words_of_its_own() -> None:
    facts = [fact_of(ModelFault(damage)) for damage in Damage]
    assert len(set(facts)) == len(facts)
    assert all(help_of("models/tiny.gguf", ModelFault(damage, instead=("beside",))) for damage in Damage)


def test_every_damage_is_tried() -> None:
    assert {damage for _, damage in BY_HEADER.values()} == set(Damage) - BESIDE
