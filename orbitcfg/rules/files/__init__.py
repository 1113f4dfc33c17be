"""ORB1xx: files, YAML, imports, merging."""

from orbitcfg.rules.files import contents, imports, merging, reach, yaml11

RULES = (*contents.RULES, *yaml11.RULES, *imports.RULES, *reach.RULES, *merging.RULES)
