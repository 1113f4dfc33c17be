"""ORB504–549: adapters, and whatever they need beside a name that exists."""

from orbitcfg.rules.adapters import composite, data, mcp, models, names, order, services, skills

RULES = (
    *services.RULES,
    *data.RULES,
    *names.RULES,
    *skills.RULES,
    *models.RULES,
    *order.RULES,
    *composite.RULES,
    *mcp.RULES,
)
