"""ORB6xx: security."""

from orbitcfg.rules.security import cors, guards, private, secrets

RULES = (*cors.RULES, *secrets.RULES, *private.RULES, *guards.RULES)
