"""The published shapes beside the report: file, model, title."""

from typing import Any

from orbitcfg.usage.json import Effective

SHAPES: tuple[tuple[str, Any, str], ...] = (("effective.schema.json", Effective, "The result of `orbitcfg providers --format json`"),)
