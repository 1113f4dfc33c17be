"""The published shapes beside the report: file, model, title."""

from typing import Any

from orbitcfg.checkup.json import DoctorReport
from orbitcfg.difference.json import DifferenceShape
from orbitcfg.usage.json import Effective
from orbitcfg.variables.json import VariablesShape

SHAPES: tuple[tuple[str, Any, str], ...] = (
    ("difference.schema.json", DifferenceShape, "The result of `orbitcfg diff --format json`"),
    ("doctor.schema.json", DoctorReport, "The result of `orbitcfg doctor --format json`"),
    ("effective.schema.json", Effective, "The result of `orbitcfg providers --format json`"),
    ("variables.schema.json", VariablesShape, "The result of `orbitcfg env --format json`"),
)
