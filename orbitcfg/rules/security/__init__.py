"""ORB6xx: security."""

from orbitcfg.rules.security import client_keys, cors, guards, private, secrets

RULES = (*cors.RULES, *secrets.RULES, *private.RULES, *guards.RULES, *client_keys.RULES)
