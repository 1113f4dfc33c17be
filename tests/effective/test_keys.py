"""Which API key a provider sends."""

from tests.effective.small import provider

OPENAI = {"model": "gpt-4o", "api_key": "${TEAM_KEY}"}


def test_the_environment_beats_the_file() -> None:
    use = provider("openai", OPENAI, {"OPENAI_API_KEY": "from-environment", "TEAM_KEY": "from-file"})
    assert (use.key.value, use.key_variable, use.key_set) == ("from-environment", "OPENAI_API_KEY", True)


def test_the_variable_in_the_file_is_named() -> None:
    use = provider("openai", OPENAI, {"TEAM_KEY": "from-file"})
    assert (use.key.value, use.key_variable) == ("from-file", "TEAM_KEY")


def test_the_file_beats_the_environment_where_orbit_says_so() -> None:
    use = provider("nvidia", {"model": "m", "api_key": "written"}, {"NVIDIA_API_KEY": "other"})
    assert (use.key.value, use.key_variable) == ("written", None)


def test_a_missing_key_names_the_variable_that_could_bring_it() -> None:
    use = provider("openai", {"model": "gpt-4o"})
    assert (use.key.value, use.key_variable, use.state, use.built) == (None, "OPENAI_API_KEY", "keyless", False)


def test_ollama_cloud_never_looks_at_the_environment() -> None:
    use = provider("ollama_cloud", {"model": "m"}, {"OLLAMA_CLOUD_API_KEY": "set", "OLLAMA_API_KEY": "set"})
    assert (use.key.value, use.key_variable, use.state, use.built) == (None, None, "incomplete", True)


def test_a_local_server_gets_a_stand_in() -> None:
    use = provider("vllm", {"model": "m", "api_key": ""})
    assert (use.key.value, use.stand_in_key, use.key_set) == (None, "not-needed", False)


def test_an_empty_key_keeps_shimmy_from_being_made() -> None:
    assert provider("shimmy", {"model": "m", "api_key": ""}).built is False


def test_a_key_of_llama_cpp_is_never_sent() -> None:
    use = provider("llama_cpp", {"mode": "api", "model": "m", "api_key": "secret"})
    assert (use.key.value, use.stand_in_key) == (None, "not-needed")


def test_a_key_is_in_no_repr() -> None:
    use = provider("openai", {"model": "gpt-4o", "api_key": "very-secret"})
    assert use.key.value == "very-secret"
    assert "very-secret" not in repr(use)
