"""ORB9xx: orbitcfg itself, its comments and its baseline."""

from orbitcfg.rules.meta import crashes, excess, releases, suppressions

RULES = (*crashes.RULES, *excess.RULES, *releases.RULES, *suppressions.RULES)
