"""The built-in model is what its builder builds, small, and says its sentence to whatever it is asked."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitcfg.engine import selftest
from orbitcfg.engine.child import Child, GenerationRequest, GenerationResult
from orbitcfg.observed.observation import Ending
from tests.tools.selftest_model import built

MAX_BYTES = 1_000_000


def answered(model: str, prompt: str, *, raw: bool = False, **parameters: object) -> GenerationResult:
    with Child(os.environ) as child:
        return child.run(GenerationRequest(model, prompt, raw, 512, {"max_tokens": 16, "seed": 1, **parameters}), 30)


def test_the_file_is_what_the_builder_builds() -> None:
    """Rebuild it with `python -m tests.tools.selftest_model orbitcfg/engine/selftest.gguf`."""
    assert Path(selftest.path()).read_bytes() == built().written()
    assert Path(selftest.path()).stat().st_size <= MAX_BYTES


@pytest.mark.parametrize(
    "parameters", [{"temperature": 0.0}, {"temperature": 2.0, "top_p": 1.0, "top_k": 100}, {"temperature": 1.0, "repeat_penalty": 1.5}]
)
@pytest.mark.parametrize("raw", [True, False])
def test_it_gives_its_answer_with_any_parameters(parameters: dict[str, object], raw: bool) -> None:
    outcome = answered(selftest.path(), "Say hi in 5 words.", raw=raw, **parameters)
    assert (outcome.ending, outcome.text.strip(), outcome.done and outcome.done.finish) == (Ending.ANSWERED, selftest.ANSWER, "stop")


@settings(max_examples=8)
@given(st.text(max_size=80))
def test_it_gives_its_answer_to_any_prompt(prompt: str) -> None:
    assert answered(selftest.path(), prompt).text.strip() == selftest.ANSWER


def test_a_model_that_loops_ends_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "loop.gguf"
    path.write_bytes(built("one two three", loop=True).written())
    outcome = answered(str(path), "go", max_tokens=5)
    assert outcome.done is not None
    assert (outcome.text, outcome.done.finish, outcome.done.tokens) == (" one two three one two", "length", 5)
