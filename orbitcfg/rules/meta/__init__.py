"""ORB9xx: orbitcfg itself, its comments and its baseline."""

from orbitcfg.rules.meta import crashes, suppressions

RULES = (*crashes.RULES, *suppressions.RULES)
