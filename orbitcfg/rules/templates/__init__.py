"""Rules about the files that intent adapters name: domains and template libraries."""

from orbitcfg.rules.templates import (
    across,
    domains,
    files,
    graphql,
    indexing,
    keys,
    likes,
    lost,
    payloads,
    queries,
    references,
    requests,
    sql,
    stores,
    tools,
    unheeded,
)

RULES = (
    *files.RULES,
    *indexing.RULES,
    *lost.RULES,
    *payloads.RULES,
    *sql.RULES,
    *requests.RULES,
    *stores.RULES,
    *queries.RULES,
    *likes.RULES,
    *graphql.RULES,
    *tools.RULES,
    *across.RULES,
    *domains.RULES,
    *references.RULES,
    *keys.RULES,
    *unheeded.RULES,
)
