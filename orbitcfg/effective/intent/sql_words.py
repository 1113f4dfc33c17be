"""The words of plain queries: those of the grammar that every dialect contains, types, functions, and what else names columns."""

_GRAMMAR = """
ALL AND ANY AS ASC AT BETWEEN BY CASE CAST CROSS DESC DISTINCT ELSE END EXCEPT EXISTS EXTRACT FALSE FILTER FIRST FROM FULL GROUP HAVING ILIKE IN INNER
INTERSECT INTERVAL IS JOIN LAST LEFT LIKE LIMIT NOT NULL NULLS OFFSET ON OR ORDER OUTER OVER PARTITION PERCENT POSITION PRECEDING QUALIFY RECURSIVE
RIGHT ROWS SELECT START THEN TRUE UNBOUNDED UNION USING WHEN WHERE WITH WITHIN
"""
_KEYWORDS = frozenset(_GRAMMAR.split())

_BEYOND = """
ALTER ANALYZE ANTI ARRAY ASOF ATTACH BEGIN BINARY CACHE CALL CHARSET CHECK CLUSTER COLLATE COMMENT COMMIT CONNECT CONNECT_BY_ROOT CONSTRAINT CONVERT
COPY CREATE CUBE CURRENT_TIME CURRENT_USER DEFAULT DELETE DESCRIBE DETACH DISTINCTROW DISTRIBUTE DIV DROP ESCAPE EXCLUDE EXECUTE EXPLAIN FETCH FINAL
FOR FORCE FORMAT FUNCTION GLOB GRANT GROUPING HIGHER_ORDER IF IGNORE INDEX INSERT INSTALL INTO ISNULL KEY KILL LATERAL LISTAGG LOAD LOCK MAP MATCH
MATCH_RECOGNIZE MERGE MINUS MOD NATURAL NEXT NOTNULL ONLY OPERATOR OVERLAPS OVERLAY PARTITIONED_BY PIVOT POSITIONAL PRAGMA PREWHERE PRIMARY PROCEDURE
RANGE REFERENCES REFRESH REGEXP RENAME REPLACE RESPECT RETURNING REVOKE RLIKE ROLLBACK ROLLUP ROW SAMPLE SEMI SEPARATOR SET SETS SETTINGS SHOW SIMILAR
SOME SORT STRAIGHT_JOIN STRUCT SUBSTRING SUMMARIZE TABLE TABLESAMPLE TEMP TEMPORARY TOP TRUNCATE TRY_CAST UNCACHE UNIQUE UNNEST UNPIVOT UPDATE USE
VALUES VARIADIC VIEW WINDOW XMLTABLE XOR
"""
_OTHERS = frozenset(_BEYOND.split())
"""Words with a grammar of their own in some dialect."""

TYPES = frozenset(
    {"INT", "INTEGER", "BIGINT", "TEXT", "VARCHAR", "DATE", "TIMESTAMP", "DOUBLE", "REAL", "FLOAT", "BOOLEAN", "DECIMAL", "NUMERIC", "JSON"}
)
_MOMENTS = frozenset({"CURRENT_DATE", "CURRENT_TIMESTAMP"})
COUNTS = frozenset({"number", "mark", "colon", "pyformat"})
TRUTHS = frozenset({"NULL", "TRUE", "FALSE"})
VALUES = COUNTS | _MOMENTS | TRUTHS | {"string"}
FUNCTIONS = {
    **dict.fromkeys(("NOW", "CURDATE", "ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "MODE"), (0, 0)),
    **dict.fromkeys(
        ("COUNT", "SUM", "AVG", "MIN", "MAX", "LOWER", "UPPER", "ABS", "LENGTH", "CHAR_LENGTH", "TRIM", "LTRIM", "RTRIM", "REVERSE"), (1, 1)
    ),
    **dict.fromkeys(("CEIL", "FLOOR", "SQRT", "LN", "NTILE", "FIRST_VALUE", "LAST_VALUE", "PERCENTILE_CONT", "UNIX_TIMESTAMP", "TO_JSON"), (1, 1)),
    **dict.fromkeys(("STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "MEDIAN", "ANY_VALUE", "BOOL_AND", "BOOL_OR", "APPROX_DISTINCT"), (1, 1)),
    **dict.fromkeys(
        ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "QUARTER", "WEEK", "DAYNAME", "MONTHNAME", "DAYOFWEEK", "DAYOFMONTH", "JULIANDAY"), (1, 1)
    ),
    **dict.fromkeys(("JSON_AGG", "JSONB_AGG", "ARRAY_AGG", "JSON_GROUP_ARRAY"), (1, 1)),
    **dict.fromkeys(("ROUND", "GROUP_CONCAT", "AGE", "DATETIME", "LAST_DAY", "ARRAY_LENGTH"), (1, 2)),
    **dict.fromkeys(("LAG", "LEAD", "DATE"), (1, 3)),
    **dict.fromkeys(("COALESCE", "CONCAT", "GREATEST", "LEAST"), (1, 9)),
    **dict.fromkeys(
        ("NULLIF", "IFNULL", "LEFT", "RIGHT", "POWER", "MOD", "INSTR", "STRPOS", "STARTS_WITH", "MAX_BY", "MIN_BY", "ARG_MAX", "ARG_MIN"), (2, 2)
    ),
    **dict.fromkeys(("TO_CHAR", "TO_DATE", "DATE_TRUNC", "DATE_FORMAT", "STRFTIME", "STRING_AGG", "STRING_TO_ARRAY", "JSON_EXTRACT"), (2, 2)),
    **dict.fromkeys(("REGEXP_LIKE", "REGEXP_MATCHES", "LIST_CONTAINS", "JSON_EXTRACT_SCALAR", "JSON_VALUE"), (2, 2)),
    **dict.fromkeys(("SUBSTR", "REGEXP_EXTRACT"), (2, 3)),
    "CONCAT_WS": (2, 9),
    **dict.fromkeys(("JSON_BUILD_OBJECT", "JSONB_BUILD_OBJECT"), (2, 99)),
    **dict.fromkeys(("REPLACE", "SPLIT_PART", "LPAD", "RPAD", "IIF", "DATE_DIFF", "DATEDIFF", "MAKE_DATE"), (3, 3)),
    "REGEXP_REPLACE": (3, 4),
}
"""Functions that every dialect reads, each with how many values it takes."""

AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "GROUP_CONCAT", "STRING_AGG", "JSON_AGG", "JSONB_AGG", "ARRAY_AGG"})
"""Those that take `DISTINCT`, an order and a filter."""

OF_ORDERED = frozenset({"PERCENTILE_CONT", "MODE"})
"""Those that want an order behind them."""

_WORDS_TOO = frozenset({"DATE", "LEFT", "MOD", "REPLACE", "RIGHT"})
"""Functions whose names are words of the grammar. The others are names where no bracket follows."""

CALLED = _WORDS_TOO | {"name"}
COLUMNS = frozenset({"name", "identifier", "backtick", "AT", "DATE", "FIRST", "PERCENT", "POSITION", "START"})
"""Names of columns, and words that are some where no bracket follows."""

CLASSES = dict.fromkeys(_OTHERS, "other") | {word: word for word in (*_KEYWORDS, *_WORDS_TOO, *TYPES, *_MOMENTS)}
ONLY_IN = {
    "~": frozenset({"duckdb", "postgres"}),
    "[": frozenset({"duckdb", "postgres"}),
    "|": frozenset({"athena", "duckdb", "postgres", "sqlite"}),
    "backtick": frozenset({"mysql", "sqlite"}),
    "QUALIFY": frozenset({"duckdb"}),
    "pyformat": frozenset({"postgres"}),
}
"""Tokens that are none of the grammar's in another dialect; `||` is MySQL's `OR`."""
