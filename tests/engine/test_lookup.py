"""Which uses need a model on this machine, and how much context they count on."""

import pytest

from orbitcfg.document.tree import KeyPath
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.lookup import candidate_paths, merged_lookups, model_requests
from orbitcfg.observed.model_names import model_stem
from orbitcfg.observed.observation import ModelLookup
from tests.trees import config_of

TEXT = """\
general: {{inference_provider: llama_cpp}}
inference:
  llama_cpp: {{enabled: true, mode: api, base_url: '{url}', model: m, {extra}}}
adapters: [{{name: a, enabled: true, inference_provider: llama_cpp, {adapter}}}]
"""


def lookups(extra: str = "n_ctx: 4096", adapter: str = "model: m", url: str = "http://localhost:8080") -> list[ModelLookup]:
    return merged_lookups(model_requests(config_of({"config/config.yaml": TEXT.format(extra=extra, adapter=adapter, url=url)})))


def test_a_model_is_looked_up_once_for_all_that_ask_for_it() -> None:
    (lookup,) = lookups()
    assert (lookup.provider, lookup.model, lookup.adapters, lookup.is_path) == ("llama_cpp", "m", ("the default", "a"), False)


@pytest.mark.parametrize(
    ("extra", "context", "place"),
    [
        ("n_ctx: 4096", 4096, ("inference", "llama_cpp", "n_ctx")),
        ("n_ctx: 1", 1, ("inference", "llama_cpp", "n_ctx")),
        ("n_ctx: 0", None, None),
        ("n_ctx: -1", None, None),
        ("n_ctx: true", None, None),
        ("n_ctx: '4096'", None, None),
        ("n_ctx: true, num_ctx: 2048", 2048, ("inference", "llama_cpp", "num_ctx")),
    ],
)
def test_the_context_is_a_number_above_nothing(extra: str, context: int | None, place: KeyPath | None) -> None:
    (lookup,) = lookups(extra)
    assert (lookup.context, lookup.context_at) == (context, place)


@pytest.mark.parametrize(
    ("url", "count"),
    [("http://localhost:8080", 1), ("http://127.0.0.1:8080", 1), ("http://[::1]:8080", 1), ("http://gpu.lan:8080", 0), ("http://[", 0)],
)
def test_only_this_machine_is_looked_at(url: str, count: int) -> None:
    assert len(lookups(url=url)) == count


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("models/Llama_3.2-3B.gguf", "llama-3.2-3b"),
        ("llama-3.2-3b:latest", "llama-3.2-3b"),
        ("C:\\models\\Phi 3.GGUF", "phi-3"),
        ("hf.co/o/r:Q4_K_M", "r-q4-k-m"),
    ],
)
def test_names_of_one_model_have_one_stem(name: str, stem: str) -> None:
    assert model_stem(name) == stem


def test_a_model_that_orbit_loads_is_looked_for_where_orbit_looks() -> None:
    lookup = ModelLookup("llama_cpp", "models/x", (), None, is_path=True)
    assert candidate_paths(lookup, RunContext("/srv", {}, "/orbit")) == ["/orbit/models/x", "/orbit/gguf/x", "/orbit/gguf/x.gguf"]
    assert candidate_paths(lookup, RunContext("/srv", {})) == ["/srv/models/x", "/srv/gguf/x", "/srv/gguf/x.gguf"]
