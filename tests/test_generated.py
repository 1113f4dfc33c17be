"""Generated files are what their sources say."""

from tests.tools.generate import HOW, stale


def test_generated_files_are_fresh() -> None:
    """README tables and outputs, published schemas."""
    assert stale(write=False) == [], HOW
