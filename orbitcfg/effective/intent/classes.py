"""ORBIT's intent classes: what each reads of a template, and how it binds values."""

from orbitcfg.dataclass import dataclass

_PACKAGE = "retrievers"
"""Where ORBIT keeps these classes."""

_SAFE_SQL = ("sql_template", "sql")


@dataclass(frozen=True, slots=True)
class IntentClass:
    """One class that answers questions by templates.

    `family` names the schema of its templates, `payload` the keys that hold what it sends, the first that is there counting. `dialect` is the query guard's, and
    `binds` the forms of placeholders that work with the guard on; both are of SQL alone. `renders_early`: texts are rendered before parameters are known.
    """

    name: str
    title: str
    family: str
    payload: tuple[str, ...] = ()
    dialect: str = ""
    binds: tuple[str, ...] = ()
    renders_early: bool = True

    @property
    def is_sql(self) -> bool:
        """Whether its templates are SQL."""
        return self.family == "sql"

    @property
    def is_http(self) -> bool:
        """Whether its templates are requests over HTTP."""
        return self.family == "http"


def _sql(name: str, title: str, *binds: str) -> IntentClass:
    return IntentClass(name, title, "sql", _SAFE_SQL, dialect=name, binds=binds)


CLASSES = {
    "IntentSQLiteRetriever": _sql("sqlite", "SQLite", "?"),
    "IntentDuckDBRetriever": _sql("duckdb", "DuckDB", ":name", "?"),
    "IntentPostgreSQLRetriever": _sql("postgres", "PostgreSQL", "%(name)s"),
    "IntentMySQLRetriever": _sql("mysql", "MySQL"),
    "IntentAthenaRetriever": _sql("athena", "Athena", ":name", "?"),
    "IntentHTTPJSONRetriever": IntentClass("http", "HTTP", "http", ("endpoint_template", "endpoint")),
    "IntentGraphQLRetriever": IntentClass("graphql", "GraphQL", "graphql", ("graphql_template",)),
    "IntentElasticsearchRetriever": IntentClass("elasticsearch", "Elasticsearch", "elasticsearch", ("query_dsl", "elasticsearch_query")),
    "IntentMongoDBRetriever": IntentClass("mongodb", "MongoDB", "mongodb", ("mongodb_query", "query")),
    "IntentFirecrawlRetriever": IntentClass("firecrawl", "Firecrawl", "firecrawl", ("url_mapping", "request_body")),
    "IntentAgentRetriever": IntentClass("agent", "agent", "agent", ("endpoint_template", "endpoint"), renders_early=False),
    "CompositeIntentRetriever": IntentClass("composite", "composite", "composite", renders_early=False),
}
"""By the name of the class, which ends `implementation`."""


def class_of(implementation: str | None) -> IntentClass | None:
    """The class that an `implementation` ends with; None for one that is not ORBIT's own, whatever its name: nothing is known of that."""
    module, _, name = (implementation or "").rpartition(".")
    return CLASSES.get(name) if module.partition(".")[0] == _PACKAGE else None
