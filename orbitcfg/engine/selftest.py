"""The built-in model with a known answer: it shows whether the engine computes right on this machine."""

import os

ANSWER = "orbitcfg hears you : one two three four"
"""The built-in model's answer to every prompt."""

NAME = "built-in self-test model"


def path() -> str:
    """Where the model lies, inside the package."""
    return os.path.join(os.path.dirname(__file__), "selftest.gguf")
