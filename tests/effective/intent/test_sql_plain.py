"""What is taken for a plain query is read by the parser of ORBIT's guard, in the dialect that it is plain in."""

import itertools
import random
import re

import pytest

from orbitcfg.effective.intent import sql_guard
from orbitcfg.effective.intent.sql_plain import MAX_DEPTH, is_plain
from orbitcfg.effective.intent.sql_tokens import SqlText
from orbitcfg.effective.intent.sql_words import CALLED, COLUMNS, FUNCTIONS, TYPES

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
    "select cast(price as integer) p from (select * from item) x where lower(name) like concat('%', ?, '%')",
    "select string_agg(name, ', ' order by price desc, name) filter (where price > 5) as names, count(*) as count, p.title as position from item p",
    "select split_part(name, ' ', 1) as date, percentile_cont(0.5) within group (order by price desc) m, mode() within group (order by city) from item",
    "select sum(price) over (partition by city order by made rows unbounded preceding) s from item where id = any(string_to_array(?, ','))",
    "select json_agg(i order by i->>'name' desc) from (select json_build_object('name', name, 'n', 5) as i from item where d->'a'->>'b' = '[]'::json) x",
]
PLAIN_IN = {
    "select '#' || name from item where lower(name) like '%' || ? || '%'": ("sqlite", "duckdb", "postgres", "athena"),
    "select name from item where id = %(id)s": ("postgres",),
    "select name --of all\nfrom item": ("sqlite", "duckdb", "postgres", "athena"),
    "select case when :day::text ~ '^[0-9]+$' then to_date(:day, 'YYYY') end x, name from item where not name ~ 'x' or id = any(:ids::text[])": (
        "duckdb",
        "postgres",
    ),
    "select city, rank() over (order by price) as r from item where price > 5 group by city having a = 1 qualify r <= 5 order by city limit 3": (
        "duckdb",
    ),
}
DIALECTS = ("sqlite", "duckdb", "postgres", "mysql", "athena")
_MORE = "from where group by limit select and or not in as on join ( ) , = * form wher 5 x 'y' union case when end null is distinct delete update values :: interval left rank"
SLIPS = f"{_MORE} ~ qualify any filter within rows preceding order position date count -> ->> [ ] - json_agg mode() :day ?"
_TOKEN = re.compile(r"'[^']*'|:?\w+|::|<=|>=|<>|\|\||->>|->|[^\s\w]")


def refused(query: str) -> list[str]:
    """The dialects whose parser refuses a query though it is plain in them."""
    parse = sql_guard._parser()
    assert parse is not None
    sql = SqlText(query)
    return [dialect for dialect in DIALECTS if is_plain(sql, dialect) and parse(query, dialect) is not None]


_IS = "<value> in (<values>)|<value> not in (<query>)|<value> between <value> and <value>|<value> = any(<value>)|exists (<query>)|<value> not ilike <value>"
_ORDERED = "mode() within group (order by <order>)|percentile_cont(<value>) within group (order by <order>)|<window>"
_CAST = "<value>::<type>|<value>::<type>[]|cast(<value> as <type>)|<value>->>'k'|<value>->'k'|extract(year from <value>)|current_date|interval '1 day'|interval 2 day|-<value>|true|<value>::<type>(5, 2)|cast(<value> as <type>(5))|`b`"
_VALUE = f"{_CAST}|(<value>)|(<query>)|case when <is> then <value> else <value> end|case <value> when <value> then <value> end"
GRAMMAR = {
    "query": [
        "<select>",
        "with recursive x (a, b) as (<query>) <select>",
        "<select> except <select>",
        "<select> order by <order> limit <count>",
        "<select> union all <select>",
        "with x as (<query>) <select>",
    ],
    "select": [
        "select <items> from <table>",
        "select distinct <items> from <table> where <is>",
        "<select> group by <values> having <is>",
        "<select> qualify <is>",
    ],
    "items": ["<value>", "<items>, <value> as <alias>", "<value>, <window> w", "*", "i.*, <value> <name>", "<is> <name>"],
    "table": ["item", "s.item i", "(<query>) as i", "<table> left join <table> on <is>", "<table>, item k", "<table> join <table> using (id)"],
    "is": [
        "<value>",
        "<value> <compares> <value>",
        "not <is> and <is>",
        "<is> or <is>",
        "(<is>)",
        "<value> is not null",
        "<value> is false",
        *_IS.split("|"),
    ],
    "compares": ["=", "<", ">=", "<>", "!=", "~"],
    "value": [
        "<column>",
        "<column>",
        "'x'",
        "5",
        "-0.5",
        "?",
        ":x",
        "%(x)s",
        "null",
        "<value> <sign> <value>",
        "<call>",
        "<aggregate>",
        *_VALUE.split("|"),
    ],
    "call": ["<function>()", "<function>(<value>)", "<function>(<values>)", "<function>(<value>, 'x', <value>)"],
    "aggregate": [
        "count(*)",
        "<function>(distinct <value>)",
        "<function>(<values> order by <order>)",
        "<aggregate> filter (where <is>)",
        *_ORDERED.split("|"),
    ],
    "window": ["<call> over (<within>)", "<aggregate> over (<within>)"],
    "within": ["", "partition by <values>", "order by <order>", "partition by <values> order by <order> rows unbounded preceding"],
    "order": ["<value>", "<value> desc", "<value> nulls last", "<order>, <order>"],
    "values": ["<value>", "<value>, <value>"],
    "count": ["5", "?", ":x", "5 offset 3"],
    "column": ["a", "i.a", '"b c"', "i.<name>", "<alias>"],
    "alias": ["n", "<name>", *sorted(COLUMNS - {"name", "identifier"})],
    "name": ["value", "status", "state", "description", "level", "current", "model", "t", *sorted(FUNCTIONS.keys() - CALLED)],
    "sign": ["+", "-", "*", "/", "||"],
    "type": sorted(TYPES),
    "function": sorted(FUNCTIONS),
}
"""What `is_plain` reads, and somewhat more, as a table to draw from: the first of each ends soon."""


def drawn_query(drawn: random.Random) -> str:
    """A query of the grammar."""
    query = "<query>"
    while found := re.search(r"<(\w+)>", query):
        query = query.replace(found[0], GRAMMAR[found[1]][0] if len(query) > 300 else drawn.choice(GRAMMAR[found[1]]), 1)
    return query


def test_a_query_of_the_grammar_is_plain_only_in_dialects_that_read_it() -> None:
    drawn = random.Random(20)
    queries = [drawn_query(drawn) for _ in range(600)]
    assert [(query, found) for query in queries if (found := refused(query))] == []
    assert sum(bool(plain_in(query)) for query in queries) > 60


def plain_in(query: str) -> tuple[str, ...]:
    """The dialects that a query is plain in."""
    return tuple(dialect for dialect in DIALECTS if is_plain(SqlText(query), dialect))


@pytest.mark.parametrize(("query", "dialects"), [*((query, DIALECTS) for query in PLAIN), *PLAIN_IN.items()])
def test_a_plain_query_is_read_in_its_dialects(query: str, dialects: tuple[str, ...]) -> None:
    assert plain_in(query) == dialects
    assert refused(query) == []


def test_a_query_with_a_slip_is_plain_only_in_dialects_that_read_it() -> None:
    drawn = random.Random(20)
    wrong = []
    for _ in range(600):
        tokens = _TOKEN.findall(drawn.choice([*PLAIN, *PLAIN_IN]))
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
        if found := refused(query):
            wrong.append((query, found))
    assert wrong == []


def test_every_function_is_read_in_every_dialect_with_whatever_values_it_takes() -> None:
    values = ["a", "'day'", "?", "a + 1", "null", "case a when 1 then 2 end", "interval '1 day'", "a::date", "not a = 1"]
    wrong = []
    for name, (least, most) in FUNCTIONS.items():
        for count, start, distinct in itertools.product(range(least, min(most, 4) + 1), (0, 1, 4), ("", "distinct ")):
            query = f"select {name}({distinct}{', '.join((values * 2)[start + place * 2] for place in range(count))}) from item"
            if found := refused(query):
                wrong.append((query, found))
    assert wrong == []


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_type_is_read_in_every_dialect(kind: str) -> None:
    query = f"select cast(a as {kind}), b::{kind} from item"
    assert plain_in(query) == DIALECTS
    assert refused(query) == []
    assert refused(f"select b::{kind}[] from item") == []


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
        "select mode() from item",
        "select a - > 'x' from item",
        "select a ! /* not */ = 'x' from item",
        "select lower(a order by b) from item",
        "select " + "(" * (MAX_DEPTH + 2) + "1" + ")" * (MAX_DEPTH + 2),
        "",
    ],
)
def test_anything_else_is_asked_about(query: str) -> None:
    assert plain_in(query) == ()
