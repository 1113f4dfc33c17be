"""Rules about the files that intent adapters name: domains and template libraries."""

from orbitcfg.rules.templates import files, indexing, payloads, sql

RULES = (*files.RULES, *indexing.RULES, *payloads.RULES, *sql.RULES)
