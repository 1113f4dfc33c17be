"""The address that a provider's client uses."""

import pytest

from tests.effective.small import paths, provider


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("http://localhost:11435", "http://localhost:11435/v1"),
        ("http://localhost:11435/", "http://localhost:11435/v1"),
        ("http://localhost:11435/v1", "http://localhost:11435/v1"),
        ("http://localhost:11435/v1/", "http://localhost:11435/v1/v1"),
    ],
)
def test_shimmy_gets_v1_put_on_unless_it_ends_so_exactly(written: str, used: str) -> None:
    assert provider("shimmy", {"base_url": written, "model": "m"}).url.value == used


def test_a_missing_address_is_the_default() -> None:
    assert provider("shimmy", {"model": "m"}).url.value == "http://localhost:11435/v1"


def test_a_null_address_keeps_shimmy_from_being_made() -> None:
    use = provider("shimmy", {"base_url": None, "model": "m"})
    assert (use.state, use.built) == ("incomplete", False)


def test_an_empty_address_fails_each_request() -> None:
    use = provider("vllm", {"base_url": "", "model": "m"})
    assert (use.url.value, use.state, use.reason, use.built) == (None, "failing", "the address is empty", True)


def test_a_null_address_of_vllm_is_another_vendors() -> None:
    assert provider("vllm", {"base_url": None, "host": "gpu", "port": 9, "model": "m"}).url.value == "https://api.openai.com/v1"


def test_a_null_address_of_vllm_follows_openais_variable() -> None:
    use = provider("vllm", {"base_url": None, "model": "m"}, {"OPENAI_BASE_URL": "http://proxy:80/v1"})
    assert use.url.value == "http://proxy:80/v1"


def test_host_and_port_make_the_address_where_it_is_missing() -> None:
    use = provider("vllm", {"host": "gpu", "port": 9, "model": "m"})
    assert (use.url.value, paths(use.url)) == ("http://gpu:9/v1", (("inference", "vllm", "host"), ("inference", "vllm", "port")))


def test_the_second_key_counts_where_the_first_is_empty() -> None:
    use = provider("lmstudio", {"base_url": "", "api_base": "http://studio:1/v1", "model": "m", "api_key": "k"})
    assert (use.url.value, paths(use.url)) == ("http://studio:1/v1", (("inference", "lmstudio", "api_base"),))


def test_openrouter_goes_to_its_own_address_whatever_is_written() -> None:
    assert provider("openrouter", {"base_url": "http://proxy/v1", "model": "m", "api_key": "k"}).url.value == "https://openrouter.ai/api/v1"


@pytest.mark.parametrize(
    ("written", "used"),
    [("gpu", "http://gpu:11434"), ("gpu:9", "http://gpu:9"), ("http://gpu/", "http://gpu"), ("gpu/llm/", "http://gpu:11434/llm")],
)
def test_ollamas_own_client_completes_an_address(written: str, used: str) -> None:
    assert provider("ollama_remote", {"base_url": written, "model": "m"}).url.value == used


def test_local_ollama_takes_an_address_as_it_is() -> None:
    use = provider("ollama", {"base_url": "gpu:11434", "model": "m"})
    assert (use.url.value, use.state) == ("gpu:11434", "failing")


def test_a_provider_inside_orbit_has_no_address() -> None:
    use = provider("llama_cpp", {"base_url": "http://localhost:8080", "model_path": "models/m.gguf"})
    assert (use.url.value, use.protocol, use.model.value) == (None, "in-process", "models/m.gguf")


def test_an_address_from_an_unset_variable_is_not_known() -> None:
    use = provider("shimmy", {"base_url": "${SHIMMY_URL}", "model": "m"})
    assert (use.url.value, use.state, paths(use.url)) == (None, "configured", (("inference", "shimmy", "base_url"),))
