"""The words of plain queries: those of the grammar that every dialect contains, types, functions, and what else names columns."""

_GRAMMAR = """
ALL AND ANY AS ASC BETWEEN BY CASE CAST CROSS DESC DISTINCT ELSE END EXISTS EXTRACT FILTER FIRST FROM FULL GROUP HAVING ILIKE IN INNER
INTERVAL IS JOIN LAST LEFT LIKE LIMIT NOT NULL NULLS OFFSET ON OR ORDER OUTER OVER PARTITION POSITION PRECEDING QUALIFY RIGHT ROWS SELECT THEN
UNBOUNDED UNION USING WHEN WHERE WITH WITHIN
"""
_KEYWORDS = frozenset(_GRAMMAR.split())

_BEYOND = """
ALTER ANALYZE ANTI ARRAY ASOF AT ATTACH BEGIN BINARY CACHE CALL CHARSET CHECK CLUSTER COLLATE COMMENT COMMIT CONNECT CONNECT_BY_ROOT
CONSTRAINT CONVERT COPY CREATE CUBE CURRENT_TIME CURRENT_USER DEFAULT DELETE DESCRIBE DETACH DISTINCTROW DISTRIBUTE DIV DROP ESCAPE EXCEPT
EXCLUDE EXECUTE EXPLAIN FETCH FINAL FOR FORCE FORMAT FUNCTION GLOB GRANT GROUPING HIGHER_ORDER IF IGNORE INDEX INSERT INSTALL
INTERSECT INTO ISNULL KEY KILL LATERAL LISTAGG LOAD LOCK MAP MATCH MATCH_RECOGNIZE MERGE MINUS MOD NATURAL NEXT NOTNULL ONLY
OPERATOR OVERLAPS OVERLAY PARTITIONED_BY PERCENT PIVOT POSITIONAL PRAGMA PREWHERE PRIMARY PROCEDURE RANGE RECURSIVE
REFERENCES REFRESH REGEXP RENAME REPLACE RESPECT RETURNING REVOKE RLIKE ROLLBACK ROLLUP ROW SAMPLE SEMI SEPARATOR SET SETS SETTINGS
SHOW SIMILAR SOME SORT START STRAIGHT_JOIN STRUCT SUBSTRING SUMMARIZE TABLE TABLESAMPLE TEMP TEMPORARY TOP TRUNCATE TRY_CAST UNCACHE UNIQUE
UNNEST UNPIVOT UPDATE USE VALUES VARIADIC VIEW WINDOW XMLTABLE XOR
"""
_OTHERS = frozenset(_BEYOND.split())
"""Words with a grammar of their own in some dialect."""

TYPES = frozenset(
    {"INT", "INTEGER", "BIGINT", "TEXT", "VARCHAR", "DATE", "TIMESTAMP", "DOUBLE", "REAL", "FLOAT", "BOOLEAN", "DECIMAL", "NUMERIC", "JSON"}
)
_MOMENTS = frozenset({"CURRENT_DATE", "CURRENT_TIMESTAMP"})
COUNTS = frozenset({"number", "mark", "colon", "pyformat"})
VALUES = COUNTS | _MOMENTS | {"string", "NULL"}
FUNCTIONS = {
    **dict.fromkeys(("COUNT", "SUM", "AVG", "LOWER", "UPPER", "ABS", "LENGTH"), (1, 1)),
    **dict.fromkeys(("MIN", "MAX", "TRIM", "JULIANDAY", "NTILE"), (1, 1)),
    **dict.fromkeys(("LAG", "LEAD"), (1, 3)),
    **dict.fromkeys(("CEIL", "FLOOR", "STDDEV", "DAYNAME", "DAYOFWEEK"), (1, 1)),
    **dict.fromkeys(("ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK"), (0, 0)),
    **dict.fromkeys(("NULLIF", "LEFT", "RIGHT", "POWER", "TO_CHAR", "TO_DATE", "DATE_TRUNC", "STRFTIME", "STRING_AGG", "STRING_TO_ARRAY"), (2, 2)),
    **dict.fromkeys(("COALESCE", "CONCAT", "GREATEST", "LEAST"), (1, 9)),
    **dict.fromkeys(("ROUND", "GROUP_CONCAT"), (1, 2)),
    **dict.fromkeys(("REPLACE", "SPLIT_PART"), (3, 3)),
    "DATE": (1, 3),
    "SUBSTR": (2, 3),
    "REGEXP_REPLACE": (3, 4),
    "PERCENTILE_CONT": (1, 1),
    "MODE": (0, 0),
    "JSON_AGG": (1, 1),
    "JSON_BUILD_OBJECT": (2, 99),
}
"""Functions that every dialect knows, each with how many values it takes."""

AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "GROUP_CONCAT", "STRING_AGG", "JSON_AGG"})
"""Those that take `DISTINCT`, an order and a filter."""

OF_ORDERED = frozenset({"PERCENTILE_CONT", "MODE"})
"""Those that want an order behind them."""

COLUMNS = frozenset({"name", "identifier", "COUNT", "DATE", "LAG", "LEAD", "MODE", "POSITION", "RANK"})
"""Names of columns, and words that are some where no bracket follows."""

CLASSES = dict.fromkeys(_OTHERS, "other") | {word: word for word in (*_KEYWORDS, *FUNCTIONS, *TYPES, *_MOMENTS)}
ONLY_IN = {
    "~": frozenset({"duckdb", "postgres"}),
    "[": frozenset({"duckdb", "postgres"}),
    "|": frozenset({"athena", "duckdb", "postgres", "sqlite"}),
    "QUALIFY": frozenset({"duckdb"}),
    "pyformat": frozenset({"postgres"}),
}
"""Tokens that are none of the grammar's in another dialect; `||` is MySQL's `OR`."""
