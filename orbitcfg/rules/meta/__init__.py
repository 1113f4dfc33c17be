"""ORB9xx: orbitcfg itself, its comments and its baseline."""

from orbitcfg.rules.meta import crashes, excess, suppressions

RULES = (*crashes.RULES, *excess.RULES, *suppressions.RULES)
