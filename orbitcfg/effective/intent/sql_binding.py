"""How ORBIT's SQL classes bind values, and where that cannot work: the class, the query guard and the driver together."""

import re
from collections.abc import Iterator

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import Sequence
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.payload import Payload
from orbitcfg.effective.intent.sql_dialects import ForeignSql, foreign
from orbitcfg.effective.intent.sql_tokens import SqlText
from orbitcfg.record import NamedTuple

_SINGLE_PERCENT = re.compile(r"%(?!%|\(\w+\)[sbt]|[sbt])")
_QUOTED_BRACES = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_ROW_COUNTS = ("limit", "offset")
_COMPARED = re.compile(r"(?<!\w)(\w++)(?:\s*+(=|<>|!=|<=|>=|<|>|\blike\b|\bilike\b)|(?<=limit)|(?<=offset))\s*+\?", re.IGNORECASE)
_COLON = re.compile(r":(\w+)")
_BOUNDS = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A placeholder that does not work. `snippet` is what is written, `why` what becomes of it, `remedy` one imperative."""

    snippet: str
    why: str
    remedy: str


class Miscount(NamedTuple):
    """Values and placeholders that do not go together: why, and one imperative."""

    why: str
    remedy: str


class Misorder(NamedTuple):
    """What is compared and the parameters, each in its order, and whether a text comes to be a row count, with which the query fails."""

    compared: str
    parameters: str
    fails: bool


@dataclass(frozen=True)
class Binding:
    """The placeholders of a query, in one adapter."""

    adapter: IntentAdapter
    payload: Payload

    @cached_property
    def sql(self) -> SqlText:
        """The query, with something in the place of what Jinja writes."""
        return SqlText(self.payload.filled)

    @property
    def dialect(self) -> str:
        """The class, by the name of its dialect."""
        return self.adapter.kind.dialect

    @property
    def wanted(self) -> str:
        """How a value is written that works here."""
        form = next(iter(self.adapter.kind.binds), "{{ name | sql_string }}")
        return f"`{form}`"

    @property
    def _count(self) -> int:
        listed = self.payload.template.get("parameters")
        return len(listed.items) if isinstance(listed, Sequence) else 0

    @cached_property
    def misfits(self) -> tuple[Misfit, ...]:
        """Placeholders of a form that does not work here."""
        return tuple(self._misfits())

    def _misfits(self) -> Iterator[Misfit]:
        yield from self._braces()
        for name in self.payload.quoted_twice:
            yield Misfit("sql_string", f"`sql_string` brings quotes of its own, and `{name}` is in quotes", "take the quotes around it out")
        found = list(self._pyformats())
        yield from found
        if not found:
            match self.dialect:
                case "sqlite":
                    yield from self._sqlite()
                case "duckdb":
                    yield from self._both_forms()
                    yield from self._duckdb()
                case "postgres":
                    yield from self._postgres()
                case "mysql":
                    yield from self._mysql()
                case "athena":
                    yield from self._both_forms()
                    yield from self._quoted_colons()

    def _braces(self) -> Iterator[Misfit]:
        for text in dict.fromkeys(self.sql.of("braces")):
            name = text.strip("{}")
            if name in self.payload.template.declared or not name.isdigit():
                yield Misfit(text, f"`{text}` is never replaced", f"write {self._named(name)}")
        placed = {*self.sql.pyformats, *self.sql.colons, *self.payload.values}
        for name in dict.fromkeys(_QUOTED_BRACES.findall(self.sql.quoted)):
            if name in self.payload.template.declared - placed and not self.sql.marks:
                yield Misfit(f"{{{name}}}", f"`{{{name}}}` is never replaced", f"write {self._named(name)}, without quotes around it")

    def _named(self, name: str) -> str:
        return self.wanted.replace("name", name)

    def _pyformats(self) -> Iterator[Misfit]:
        if self.dialect == "postgres":
            return
        for text in dict.fromkeys(self.sql.of("pyformat")) if self.adapter.is_guarded else ():
            yield Misfit(text, f"the query guard cannot read `{text}`", f"write {self._named(text[2:-2] or 'name')}")
        for name in dict.fromkeys(self.sql.pyformats):
            if f"%({name})s" in self.sql.quoted:
                yield Misfit(f"%({name})s", f"`%({name})s` is in quotes, where nothing is bound", "take it out of the quotes")

    def _both_forms(self) -> Iterator[Misfit]:
        named = self.sql.of("colon")
        if named and self.sql.of("mark"):
            yield Misfit("?", f"no value is bound for `?` beside `{named[0]}`", "write a name for it, as `:name`")

    def _quoted_colons(self) -> Iterator[Misfit]:
        for name in dict.fromkeys(_COLON.findall(self.sql.quoted)):
            if name in self.payload.template.declared:
                yield Misfit(f":{name}", f"`:{name}` is in quotes, where nothing is bound", "take it out of the quotes")
            else:
                yield Misfit(
                    f":{name}", f"`:{name}` in a text is taken for a placeholder", "write it without a colon followed by a letter or a digit"
                )

    def _sqlite(self) -> Iterator[Misfit]:
        for text in dict.fromkeys(self.sql.of("colon", "dollar", "at")):
            yield Misfit(text, f"`{text}` is never bound", "write `?`")
        if not self.sql.of("colon", "cast") and self.sql.colons and self.sql.marks:
            text = f":{self.sql.colons[0]}"
            yield Misfit(
                text, f"`{text}` in a text is taken for a placeholder, so the values of `?` are not bound", "write the text without the colon"
            )

    def _duckdb(self) -> Iterator[Misfit]:
        if any(f"::{name}" in self.sql.text for name in self.sql.colons):
            yield Misfit("::", "what follows `::` is taken for a placeholder", "write `CAST(… AS …)`")
        for text in dict.fromkeys(self.sql.of("dollar")):
            # by number they are bound
            if not text[1:].isdigit():
                yield Misfit(text, f"`{text}` is never bound", f"write `:{text[1:]}`")
        own = [text[1:] for text in self.sql.of("colon")]
        for name in dict.fromkeys(self.sql.colons):
            if name not in own and f"::{name}" not in self.sql.text:
                yield Misfit(
                    f":{name}", f"`:{name}` in a text is taken for a placeholder", "write it without a colon followed by a letter or a digit"
                )
        if self.adapter.is_guarded and self.sql.selects_name_first:
            name = next(text for text in self.sql.of("colon"))
            yield Misfit(
                name,
                f"the query guard cannot read `{name}` as the first item of a `SELECT`",
                "put a column before it, or write `CAST(… AS …)` around it",
            )

        for text in own:
            if text.isdigit():
                yield Misfit(f":{text}", f"`:{text}` of a slice is taken for a placeholder", "write `list_slice(…)` or `substr(…)`")

    def _postgres(self) -> Iterator[Misfit]:
        for text in dict.fromkeys(self.sql.of("colon")):
            name = text[1:]
            if name in self.payload.template.declared or not name.isdigit():
                yield Misfit(text, f"`{text}` goes to the server unchanged", f"write `%({name})s`")
        # beside values that Jinja writes it is an operator of `jsonb`
        if self.sql.marks and self._count and not self.sql.pyformats and not self.sql.colons and not self.payload.values:
            yield Misfit("?", "`?` binds nothing here", "write `%(name)s`")
        yield from self._numbered()
        for text in dict.fromkeys(self.sql.of("pyformat")):
            if text == "%s":
                yield Misfit(text, "`%s` asks for a list of values, and gets them by name", "write `%(name)s`")
        found = _SINGLE_PERCENT.search(self.sql.text.replace("%%", ""))
        if found is not None:
            yield Misfit("%", "a single `%` is taken for the beginning of a placeholder", "write `%%` in a text, and `mod(…, …)` for a remainder")
        for name in dict.fromkeys(self.sql.pyformats):
            if f"%({name})s" in self.sql.quoted:
                yield Misfit(f"%({name})s", f"`%({name})s` is in quotes, where nothing is bound", "take it out of the quotes")

    def _numbered(self) -> Iterator[Misfit]:
        for text in dict.fromkeys(self.sql.of("dollar")):
            if text[1:].isdigit() and not self.sql.pyformats:
                yield Misfit(text, f"`{text}` goes to the server without a value", "write `%(name)s`")

    def _mysql(self) -> Iterator[Misfit]:
        for text in dict.fromkeys(self.sql.of("colon")):
            yield Misfit(text, f"`{text}` goes to the server unchanged", f"write {self._named(text[1:])}")
        if self.sql.marks:
            yield Misfit("?", "`?` binds nothing here", f"write {self.wanted}")

    @cached_property
    def foreign(self) -> ForeignSql | None:
        """What of the query the database does not have, where it is sure to be sent; None elsewhere."""
        return foreign(self.sql, self.dialect) if self.payload.is_exact or self.payload.first.exact else None

    @cached_property
    def uncounted(self) -> Miscount | None:
        """Why the values and the placeholders of a query do not go together; None where they do."""
        if "?" in self.adapter.kind.binds and "?" in self.sql.text and not self.sql.colons and not self.sql.pyformats:
            marks = self.sql.marks
            if marks != self._count:
                why = f"it has {_times(marks, '`?`')} for {_times(self._count, 'parameter')}, and each takes one, in the order of the list"
                return Miscount(why, "write one `?` for each parameter" if marks else self._by_name)
            if not marks and self.dialect == "sqlite":
                return Miscount("its `?` in a text or a comment is counted as a placeholder, where there is no parameter", "take the `?` out")
        if self.dialect == "duckdb" and "?" not in self.sql.text and not self.sql.of("dollar") and not self.sql.colons and not self.sql.pyformats:
            given = [each.name for each in self.payload.template.parameters if each.is_required or each.has_default]
            if given:
                return Miscount(f"DuckDB is given `{given[0]}`, and the query has no placeholder", self._by_name)
        return None

    @property
    def _by_name(self) -> str:
        return f"write {self.wanted} where a value belongs, or take the parameters out"

    @cached_property
    def unbound(self) -> tuple[str, ...]:
        """Names in placeholders that no parameter has: null is bound for them."""
        if self.dialect == "postgres":
            names = self.sql.pyformats
        elif ":name" in self.adapter.kind.binds and not self.sql.pyformats:
            names = [text[1:] for text in self.sql.of("colon")]
        else:
            names = []
        return tuple(dict.fromkeys(name for name in names if name not in self.payload.template.declared))

    @cached_property
    def misordered(self) -> Misorder | None:
        """Where `?` are compared with what the parameters are named after, a row count too, and the order is not theirs; None elsewhere."""
        if not self.sql.marks or self.sql.colons or self.uncounted:
            return None
        parameters = self.payload.template.parameters
        compared = [(name.lower(), operator) for name, operator in _COMPARED.findall(self.sql.text)]
        columns = [name for name, _ in compared]
        names = [each.name.lower() for each in parameters]
        if len(columns) != self.sql.marks or sorted(columns) != sorted(names) or columns == names or len(set(names)) != len(names):
            return None
        # what begins before the end and ends after the beginning overlaps: there each value is compared with the other's column on purpose
        if all(operator in _BOUNDS for (column, operator), name in zip(compared, names, strict=True) if column != name):
            return None
        is_text = (each.kind in ("string", "date", "enum") for each in parameters)
        fails = any(text and column in _ROW_COUNTS for column, text in zip(columns, is_text, strict=True))
        return Misorder(", ".join(columns), ", ".join(names), fails)

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """Parameters that stand nowhere in a query whose values are bound by name, or not at all."""
        if self.sql.marks and "?" in self.adapter.kind.binds:
            return ()
        used = set(self.sql.pyformats) | set(self.sql.colons) | self.payload.values
        text = self.payload.text
        return tuple(each.name for each in self.payload.template.parameters if each.name not in used and each.name not in text)


def _times(count: int, what: str) -> str:
    if what == "parameter":
        return f"{count} {what}{'' if count == 1 else 's'}"
    return f"{count} {what}"
