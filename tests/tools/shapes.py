"""The published shapes of what commands print as JSON: file, model, title."""

from pydantic import BaseModel

from orbitcfg.commands.diff.json import DifferenceShape
from orbitcfg.commands.doctor.json import DoctorReport
from orbitcfg.commands.env.json import VariablesShape
from orbitcfg.commands.init.json import InitShape
from orbitcfg.commands.models.json import ModelsShape
from orbitcfg.commands.providers.json import Effective
from orbitcfg.commands.rule.json import RulesShape
from orbitcfg.commands.smoke.json import SmokeShape
from orbitcfg.commands.templates.json import TemplatesShape
from orbitcfg.commands.upgrade.json import UpgradeShape
from orbitcfg.commands.use.json import UseShape
from orbitcfg.commands.why.json import WhyShape
from orbitcfg.report.json import JsonReport

SHAPES: dict[str, tuple[str, type[BaseModel]]] = {
    "diff": ("difference.schema.json", DifferenceShape),
    "doctor": ("doctor.schema.json", DoctorReport),
    "env": ("variables.schema.json", VariablesShape),
    "init": ("init.schema.json", InitShape),
    "models": ("models.schema.json", ModelsShape),
    "providers": ("effective.schema.json", Effective),
    "rule": ("rule.schema.json", RulesShape),
    "smoke": ("smoke.schema.json", SmokeShape),
    "upgrade": ("upgrade.schema.json", UpgradeShape),
    "templates": ("templates.schema.json", TemplatesShape),
    "use": ("use.schema.json", UseShape),
    "validate": ("report.schema.json", JsonReport),
    "why": ("why.schema.json", WhyShape),
}
"""By command, the file in `schemas/` and the model that it is made of. `resolve` prints the configuration itself, `schema` a schema."""
