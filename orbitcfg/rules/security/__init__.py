"""ORB6xx: security."""

from orbitcfg.rules.security import cors

RULES = cors.RULES
