"""Rules about the files that intent adapters name: domains and template libraries."""

from orbitcfg.rules.templates import across, domains, files, graphql, indexing, keys, payloads, references, requests, sql, stores, tools

RULES = (
    *files.RULES,
    *indexing.RULES,
    *payloads.RULES,
    *sql.RULES,
    *requests.RULES,
    *stores.RULES,
    *graphql.RULES,
    *tools.RULES,
    *across.RULES,
    *domains.RULES,
    *references.RULES,
    *keys.RULES,
)
