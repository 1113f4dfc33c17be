"""What is taken for a plain query is read by the parser of ORBIT's guard, in every dialect."""

import itertools
import random
import re

import pytest

from orbitcfg.effective.intent import sql_guard
from orbitcfg.effective.intent.sql_plain import _FUNCTIONS, MAX_DEPTH, is_plain
from orbitcfg.effective.intent.sql_tokens import SqlText

PLAIN = [
    "select * from item where city = ? and price < 5 order by id desc limit 10;",
    "select i.name, count(*) as n from item i left join town t on t.id = i.town_id where t.name = 'x' group by i.name having count(*) > 3 order by n desc",
    "with cheap as (select * from item where price < 5) select c.id, c.* from cheap c where c.id in (1, 2, -3) or c.id not in (select id from old)",
    "select case when price > 5 then 'hi' else 'lo' end as c from item where not exists (select 1 from old o where o.id = item.id)",
    "select distinct city from item where name is not null and price between 1 and 5 union all select city from old limit 5 offset 10",
    "select coalesce(a, b) x, sum(price * amount) total from item join town using (city) group by 1 order by total desc nulls last",
    "select extract(year from made) y, lag(price, 1) over (partition by city order by made) as rank from item where made >= current_date",
    "select case city when 'Rome' then rank else left(replace(city, 'x', ''), 2) end c from item i where i.rank <= 5 order by case city when 'x' then 1 end",
    "select price::numeric / 2, (a)::text, 'x'::date, interval '1 day' from item where made > current_date - interval '30 days' and date(made) = ?",
    "select date_trunc('day', made), to_char(made, 'x'), string_agg(distinct city, ', '), strftime('%Y', made) from item",
    "select cast(price as integer) p from (select * from item) x where lower(name) like '%' || ? || '%'",
]
DIALECTS = ("sqlite", "duckdb", "postgres", "mysql", "athena")
SLIPS = "from where group by limit select and or not in as on join ( ) , = * form wher 5 x 'y' union case when end null is distinct delete update values :: interval left rank"
_TOKEN = re.compile(r"'[^']*'|\w+|::|<=|>=|<>|\|\||[^\s\w]")


def refused(query: str) -> list[str]:
    """The dialects whose parser refuses a query."""
    parse = sql_guard._parser()
    assert parse is not None
    return [dialect for dialect in DIALECTS if parse(query, dialect) is not None]


@pytest.mark.parametrize("query", PLAIN)
def test_a_plain_query_is_read_in_every_dialect(query: str) -> None:
    assert is_plain(SqlText(query))
    assert refused(query) == []


def test_a_query_with_a_slip_is_plain_only_where_every_dialect_reads_it() -> None:
    drawn = random.Random(20)
    wrong = []
    for _ in range(400):
        tokens = _TOKEN.findall(drawn.choice(PLAIN))
        place = drawn.randrange(len(tokens))
        match drawn.randrange(4):
            case 0:
                del tokens[place]
            case 1:
                tokens.insert(place, drawn.choice(SLIPS.split()))
            case 2:
                tokens[place] = drawn.choice(SLIPS.split())
            case _:
                del tokens[place + 1 :]
        query = " ".join(tokens)
        if is_plain(SqlText(query)) and refused(query):
            wrong.append(query)
    assert wrong == []


def test_every_function_is_read_in_every_dialect_with_whatever_values_it_takes() -> None:
    values = ["a", "'day'", "?", "a + 1", "null", "case a when 1 then 2 end", "interval '1 day'", "a::date", "not a = 1"]
    wrong = []
    for name, (least, most) in _FUNCTIONS.items():
        for count, start, distinct in itertools.product(range(least, min(most, 4) + 1), (0, 1, 4), ("", "distinct ")):
            query = f"select {name}({distinct}{', '.join((values * 2)[start + place * 2] for place in range(count))}) from item"
            if is_plain(SqlText(query)) and refused(query):
                wrong.append(query)
    assert wrong == []


@pytest.mark.parametrize(
    "query",
    [
        "select * form item where",
        "with x as (select 1) delete from item",
        "select a from item where a < = 5",
        "select :a as x, b from item",
        "select sum(a, b) from item",
        "select a _utf8 from item",
        "select trim(distinct a) from item",
        "select ?::integer from item",
        "select b, case :a when 1 then 2 end from item",
        "select left from item",
        "select " + "(" * (MAX_DEPTH + 2) + "1" + ")" * (MAX_DEPTH + 2),
        "",
    ],
)
def test_anything_else_is_asked_about(query: str) -> None:
    assert not is_plain(SqlText(query))
