"""Rules about the files that intent adapters name: domains and template libraries."""

TOPICS = (
    "files",
    "indexing",
    "lost",
    "payloads",
    "sql",
    "requests",
    "stores",
    "queries",
    "likes",
    "rows",
    "dialects",
    "graphql",
    "tools",
    "across",
    "domains",
    "references",
    "keys",
    "unheeded",
)
