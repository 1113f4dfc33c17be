"""What the tests of model files count."""

import os

import pytest


@pytest.fixture
def bytes_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each read of a model file brought."""
    counts: list[int] = []

    def read(descriptor: int, length: int) -> bytes:
        content = _READ(descriptor, length)
        counts.append(len(content))
        return content

    monkeypatch.setattr("orbitcfg.engine.gguf.os.read", read)
    return counts


_READ = os.read
