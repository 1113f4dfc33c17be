"""ORB501 to ORB503: values that name something defined elsewhere."""

from orbitcfg.rules.references import names

RULES = names.RULES
