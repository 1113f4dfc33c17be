"""Rules about the files that intent adapters name: domains and template libraries."""

from orbitcfg.rules.templates import files, indexing

RULES = (*files.RULES, *indexing.RULES)
