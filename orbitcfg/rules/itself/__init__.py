"""ORB9xx: orbitcfg itself, its comments and its baseline."""

from orbitcfg.rules.itself import running, silence

RULES = (*running.RULES, *silence.RULES)
