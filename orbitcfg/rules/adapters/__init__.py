"""ORB504 to ORB549: adapters, and whatever they need beside a name that exists."""

from orbitcfg.rules.adapters import capabilities, composite, data, mcp, model_names, models, names, order, reload, rewriting, services, skills

RULES = (
    *services.RULES,
    *data.RULES,
    *names.RULES,
    *skills.RULES,
    *models.RULES,
    *model_names.RULES,
    *capabilities.RULES,
    *rewriting.RULES,
    *order.RULES,
    *reload.RULES,
    *composite.RULES,
    *mcp.RULES,
)
