"""What a template sends, as a text: its parts, what the first rendering makes of them, and the text with something in the place of each value."""

from bisect import bisect_left

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass
from orbitcfg.effective.intent.first_rendering import DOMAIN_NAMES, FirstRendering, first_rendering
from orbitcfg.effective.intent.jinja import JinjaFault, Output, Part, TextRange, parse_jinja
from orbitcfg.effective.intent.jinja_expression import Filtered, Name, names_in
from orbitcfg.effective.intent.template import NUMBERS, Template

_IN_PLACE = {"sql_string": "'x'", "sql_list": "'x'", "sql_identifier": '"x"', "tojson": '"x"', "json": '"x"'}
"""What stands for a value that a filter writes, which brings its own quotes."""


MAX_TEXT = 50_000
"""Characters of a text that is looked into; no query that a person writes is as long."""


@dataclass(frozen=True)
class Payload:
    """A text under a key of a template."""

    template: Template
    key: str
    text: str

    @cached_property
    def parts(self) -> list[Part] | JinjaFault:
        """Its parts, or why Jinja refuses it."""
        return parse_jinja(self.text)

    @cached_property
    def first(self) -> FirstRendering:
        """What ORBIT's first rendering makes of it; of a text that Jinja refuses nothing."""
        return FirstRendering((), (), kept=True) if isinstance(self.parts, JinjaFault) else first_rendering(self.parts)

    @cached_property
    def undeclared(self) -> tuple[tuple[TextRange, str, bool], ...]:
        """Names that are sure to be looked up and that nothing gives, each with its place and whether that is in quotes."""
        known = self.template.declared | DOMAIN_NAMES
        return tuple((at, name, self._is_quoted(at)) for at, names in self.first.outputs for name in sorted(names - known))

    @cached_property
    def _quotes(self) -> list[int]:
        return [index for index, sign in enumerate(self.text) if sign == "'"]

    def _is_quoted(self, at: TextRange) -> bool:
        return bisect_left(self._quotes, at.start) % 2 == 1

    @property
    def filled(self) -> str:
        """The text that is sent, with something in the place of each value."""
        return self._filled[0]

    @property
    def is_exact(self) -> bool:
        """Whether that text has the form of what is sent: nothing in it depends on values that are not known here."""
        return self._filled[1]

    @cached_property
    def _filled(self) -> tuple[str, bool]:
        written: list[str] = []
        exact, in_quotes = self.first.exact, False
        for piece in self.first.pieces:
            text, known = (piece, True) if isinstance(piece, str) else ("x", True) if in_quotes else self._stand_in(piece)
            written.append(text)
            exact = exact and known
            in_quotes ^= text.count("'") % 2 == 1
        return "".join(written), exact

    def _stand_in(self, piece: Output) -> tuple[str, bool]:
        """What stands for a value outside of quotes, and whether any value has its form."""
        match piece.expression:
            case Filtered(_, name, _) if name in _IN_PLACE:
                return _IN_PLACE[name], True
            case Name(name):
                if name in DOMAIN_NAMES:
                    return "t", True
                kinds = {each.kind for each in self.template.parameters if each.name == name}
                return "1", bool(kinds) and kinds <= NUMBERS
        return "1", False

    @cached_property
    def quoted_twice(self) -> tuple[str, ...]:
        """The names of values that stand in quotes, and that a filter puts into quotes."""
        found, in_quotes = [], False
        for piece in self.first.pieces if "sql_string" in self.text else ():
            if isinstance(piece, str):
                in_quotes ^= piece.count("'") % 2 == 1
            elif in_quotes and isinstance(piece.expression, Filtered) and piece.expression.filter == "sql_string":
                found += sorted(names_in(piece.expression))
        return tuple(found)

    @cached_property
    def values(self) -> frozenset[str]:
        """The names that are written into the text."""
        return frozenset().union(*(names_in(each.expression) for each in self.first.pieces if isinstance(each, Output))) - DOMAIN_NAMES


def payload_of(template: Template, keys: tuple[str, ...]) -> Payload | None:
    """The text that a template sends, under the first of the keys that it has; None where that is no text. The same object each time."""
    key = template.payload(keys)
    if key is None:
        return None
    if key not in template.kept:
        text = template.text(key)
        template.kept[key] = Payload(template, key, text) if text and len(text) <= MAX_TEXT else None
    found = template.kept[key]
    return found if isinstance(found, Payload) else None
