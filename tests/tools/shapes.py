"""The published shapes beside the report: file, model, title."""

from typing import Any

from orbitcfg.checkup.json import DoctorReport
from orbitcfg.usage.json import Effective

SHAPES: tuple[tuple[str, Any, str], ...] = (
    ("doctor.schema.json", DoctorReport, "The result of `orbitcfg doctor --format json`"),
    ("effective.schema.json", Effective, "The result of `orbitcfg providers --format json`"),
)
