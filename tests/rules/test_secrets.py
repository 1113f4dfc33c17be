"""Secrets that are written out, and the variable that is to hold each."""

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.rules.security.secrets import secret_written_out
from tests.trees import example_config


@pytest.mark.parametrize(
    ("written", "variable"),
    [
        ("auth: {default_admin_password: summer-of-2026}\n", "ORBIT_DEFAULT_ADMIN_PASSWORD"),
        ("inference: {groq: {enabled: true, api_key: gsk_0123456789abcdefghijklmnop, model: m}}\n", "GROQ_API_KEY"),
    ],
)
def test_the_variable_is_that_of_orbits_own_configurations(written: str, variable: str) -> None:
    (found,) = run_rules(example_config(written), (secret_written_out,)).diagnostics
    assert found.help == f"write `${{{variable}}}`, and set that variable"
