"""Queries of one database in a library for another: each was asked of SQLite 3.40, DuckDB 2.0, PostgreSQL 15 and MariaDB 10.11; those of Athena are read in its documentation."""

import pytest

from orbitcfg.effective.intent.sql_dialects import foreign
from orbitcfg.effective.intent.sql_tokens import SqlText
from tests.rules.test_intent_people import of_query

FAILS = [
    ("sqlite", "select * from item where city ilike 'a'", "ILIKE"),
    ("sqlite", "select price::int from item", "::"),
    ("sqlite", "select * from item fetch first 5 rows only", "FETCH FIRST"),
    ("sqlite", "select * from item for update", "FOR UPDATE"),
    ("sqlite", "select * into zz from item", "INTO"),
    ("sqlite", "select * from item where d > d - interval '1 day'", "INTERVAL '1 DAY'"),
    ("sqlite", "select * from item where d > d - interval 1 day", "INTERVAL 1"),
    ("sqlite", "select extract(year from d) from item", "EXTRACT(YEAR FROM…)"),
    ("sqlite", "select now()", "NOW(…)"),
    ("sqlite", "select date_trunc('month', d) from item", "DATE_TRUNC(…)"),
    ("sqlite", "with x as (select 1) select year(d) as year from item", "YEAR(…)"),
    ("sqlite", "select left(title, 2) from item", "LEFT(…)"),
    ("sqlite", "select title from item where title regexp 'a'", "REGEXP"),
    ("sqlite", "select distinct on (city) * from item", "DISTINCT ON(…)"),
    ("sqlite", "select title, price, from item", ", FROM"),
    ("duckdb", "select * from item for share", "FOR SHARE"),
    ("duckdb", "select * from item limit 5, 10", "LIMIT 5, 10"),
    ("duckdb", "select * into zz from item", "INTO"),
    ("duckdb", "select title from item where title rlike 'a'", "RLIKE"),
    ("postgres", "select * from item limit 5, 10", "LIMIT 5, 10"),
    ("postgres", "select * from item where d > d - interval 1 day", "INTERVAL 1"),
    ("postgres", "select * into zz from item", "INTO"),
    ("mysql", "select * from item where city ilike 'a'", "ILIKE"),
    ("mysql", "select price::int from item", "::"),
    ("mysql", "select * from item where d > d - interval '1 day'", "INTERVAL '1 DAY'"),
    ("mysql", "select * from item a full outer join item b on a.qty=b.qty", "FULL OUTER JOIN"),
    ("mysql", "select count(*) filter (where qty > 1) from item", ") FILTER(WHERE…)"),
    ("mysql", "select cast(title as text) from item", "AS TEXT"),
    ("athena", "select * from item where city ilike 'a'", "ILIKE"),
    ("athena", "select price::double from item", "::"),
    ("athena", "select * from item limit 10 offset 5", "LIMIT 10 OFFSET"),
    ("athena", "select * from item where d > current_date - interval '1 day'", "INTERVAL '1 DAY'"),
]


@pytest.mark.parametrize(("dialect", "sql", "snippet"), FAILS)
def test_what_a_database_does_not_read_is_told(dialect: str, sql: str, snippet: str) -> None:
    found = foreign(SqlText(sql), dialect)
    assert found is not None
    assert found.snippet == snippet
    assert [(each.code, each.consequence.name) for each in of_query(dialect, sql) if each.code == "ORB009"] == [("ORB009", "DEGRADED")]


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("sqlite", "select [city] from [item] where [city] == 'Rome'"),
        ("sqlite", "select * from item a left join (select 1) b on 1 full outer join item c on 1"),
        ("sqlite", "with month (m) as (select 1), day (x, y) as (select 1, 2) select * from month, day"),
        ("sqlite", "select t.year, year, \"now\", 'ilike :: into' from item t limit 5, 10"),
        ("sqlite", "select day, month from item -- ilike and now()"),
        ("sqlite", "select replace(city, 'a', 'b'), strftime('%Y', d), ifnull(city, '') from item"),
        ("sqlite", "select interval from item where interval > 3"),
        ("duckdb", "select year(d), date_trunc('month', d), price::int from item where city ilike 'a' fetch first 5 rows only"),
        ("duckdb", "select title, from item where d > now() - interval 1 day and d > d - interval '1 day'"),
        ("postgres", "select extract(year from d), price::int from item where city ilike 'a' and city ~ 'b' for update"),
        ("postgres", "select distinct on (city) * from item where d > now() - interval '1 day' fetch first 5 rows only"),
        ("mysql", "select year(d), left(title, 2), if(1, 2, 3) from item where d > now() - interval 1 day limit 5, 10"),
        ("mysql", "select * from item where d > now() - interval '1' day for update"),
        ("mysql", "select cast(title as char), cast(qty as signed) from item where city regexp 'a' or city = 'x' || city = 'y'"),
        ("athena", "select * from item where d > current_date - interval '1' day offset 5 limit 10"),
        ("athena", "select * from item fetch first 5 rows only"),
    ],
)
def test_what_a_database_reads_is_good(dialect: str, sql: str) -> None:
    assert foreign(SqlText(sql), dialect) is None


@pytest.mark.parametrize(
    "sql", ["insert into item select now()", "with x as (select 1) insert into item select * from x", "update item set d = now()"]
)
def test_only_queries_are_looked_at(sql: str) -> None:
    assert foreign(SqlText(sql), "sqlite") is None


def test_pipes_are_or_in_mysql() -> None:
    (found,) = of_query("mysql", "select * from item where city like '%' || 'Rome' || '%'")
    assert (found.code, found.consequence.name, found.help) == ("ORB009", "DIFFERENT", "write `CONCAT(…)`")
    assert of_query("postgres", "select * from item where city like '%%' || 'Rome' || '%%'") == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select * from item where d > TIMESTAMP '2024-01-01 10:30:00'", ["ORB015", "ORB015"]),
        ("select * from item where d > TIMESTAMP '2024-01-01 10.30.00' -- at 10:30", []),
        ("select * from item where url like 'https://%'", []),
    ],
)
def test_athena_takes_a_colon_in_a_text_for_a_placeholder(sql: str, told: list[str]) -> None:
    assert [each.code for each in of_query("athena", sql)] == told


def test_quotes_around_a_text_that_a_filter_quotes_are_one_pair_too_many() -> None:
    wanted = "parameters: [{name: city, required: true}], "
    (found,) = of_query("mysql", "select * from item where city = '{{ city | sql_string }}'", wanted)
    assert (found.code, found.help) == ("ORB015", "take the quotes around it out")
    (found,) = of_query("mysql", "select * from item where title = 'it' and city = '{{ city | sql_string }}'", wanted)
    assert (found.code, found.help) == ("ORB015", "take the quotes around it out")
    assert of_query("mysql", "select * from item where city = {{ city | sql_string }} and title = 'it''s'", wanted) == []
