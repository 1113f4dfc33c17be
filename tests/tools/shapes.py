"""The published shapes beside the report: file, model, title."""

from typing import Any

SHAPES: tuple[tuple[str, Any, str], ...] = ()
