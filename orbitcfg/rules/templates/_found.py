"""What is found in the files of intent adapters, told once for all adapters that share a file."""

import re
from collections.abc import Callable, Iterable, Iterator

from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Edit, Fix, Severity
from orbitcfg.report.finding import Finding


@dataclass(frozen=True, slots=True)
class Found:
    """One fault in a file, as a `Finding` has it; `consequence` None is the rule's."""

    message: str
    at: Span | Source
    help: str
    consequence: Consequence | None = None
    related: tuple[Annotation, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None


OfAdapter = Callable[[IntentAdapter], Iterable[Found]]
OfTemplate = Callable[[IntentAdapter, Template], Iterable[Found]]
OfDomain = Callable[[IntentAdapter, Mapping], Iterable[Found]]

MOST_RELATED = 50
"""Places that one finding shows beside its own."""


def by_adapter(config: Config, check: OfAdapter, key: Callable[[IntentAdapter], KeyPath] = lambda each: each.library_path) -> Iterator[Finding]:
    """The findings of a check of each adapter: equal ones once, for all adapters that they strike."""
    struck: dict[Found, list[IntentAdapter]] = {}
    known: dict[tuple[str, str], dict[Found, None]] = {}
    for each in config.intents:
        if each.signature not in known:
            known[each.signature] = dict.fromkeys(check(each))
        for found in known[each.signature]:
            struck.setdefault(found, []).append(each)
    for found, adapters in struck.items():
        on = [each for each in adapters if each.adapter.is_on] or adapters
        affects = tuple(each.adapter.name for each in on if each.adapter.is_on)
        yield Finding(
            found.message,
            found.at,
            found.help,
            key=key(on[0]),
            consequence=found.consequence,
            severity=found.severity,
            affects=affects,
            related=found.related,
            fix=found.fix,
        )


def by_template(config: Config, check: OfTemplate, *families: str) -> Iterator[Finding]:
    """The findings of a check of each template that is a mapping, of some families or of all that are no composite's."""

    def of_adapter(each: IntentAdapter) -> Iterator[Found]:
        if (each.kind.family in families) if families else each.kind.family != "composite":
            for _, template in each.templates:
                if template.entries is not None:
                    yield from check(each, template)

    yield from by_adapter(config, of_adapter)


def by_domain(config: Config, check: OfDomain) -> Iterator[Finding]:
    """The findings of a check of each domain that is a mapping."""

    def of_adapter(each: IntentAdapter) -> Iterator[Found]:
        if each.domain is not None and isinstance(each.domain.root, Mapping):
            yield from check(each, each.domain.root)

    yield from by_adapter(config, of_adapter, lambda each: each.domain_path)


def gathered(places: Iterable[tuple[Span, str]], fact: str) -> Iterator[Found]:
    """One finding of all places of an adapter that come to one fact: at the first, the others beside it.

    Where each is a number or a date that stands where a text belongs, quotes around them fix it. The help is what cures all of them, where one thing does.
    """
    listed = list(dict.fromkeys(places))
    edits = tuple(Edit(span, f"'{span.text}'") for span, why in listed if WITHOUT_QUOTES in why and _PLAIN.fullmatch(span.text))
    fix = Fix(edits, safe=True) if edits and len(edits) == len(listed) else None
    remedies = {remedy_for(why) for _, why in listed}
    help_text = remedies.pop() if len(remedies) == 1 else "fix each place that is shown"
    if len(listed) == 1:
        yield Found(f"{fact}: {listed[0][1]}", listed[0][0], help_text, fix=fix)
    elif listed:
        related = tuple(Annotation(span, reason) for span, reason in listed[:MOST_RELATED])
        yield Found(f"{fact}: {len(listed)} places are at fault", listed[0][0], help_text, related=related, fix=fix)


WITHOUT_QUOTES = "without quotes"
"""What says of a value that it is meant as a text."""

_WANTED = re.compile(
    r"(?:is|are) (an? (?:empty )?\w+|\w+)(?: without quotes)?, and (?:no|not an?) (list of texts|list|mapping|number|text)( or null)?$"
)
_PLAIN = re.compile(r"[\d.]+|\d{4}-\d\d?-\d\d?")


_REMEDIES = {
    WITHOUT_QUOTES: "put it in quotes",
    "cannot be stored": "write a text or a list",
    "is read twice": "name its library once",
    "the id `": "give each template an `id` of its own",
    "the first of the two": "give each template an `id` of its own",
    "there is no other": "write a question in its place",
    "has no `": "add it",
    "is missing": "add it",
    "without fault": "write a mapping",
    "without examples": "write a list",
    "regular expression": "write `\\` before each of `(`, `)`, `[`, `*`, `+` and `?` that is meant as itself",
    "knows no key": "take the key out, or fix its name",
}
"""What to do, by what is said of a value whose type is not all that is wrong."""


def remedy_for(why: str) -> str:
    """What to do about a value that is not what belongs in its place."""
    found = _WANTED.search(why)
    if found is None:
        return next((remedy for said, remedy in _REMEDIES.items() if said in why), "write what belongs there, or remove it")
    is_quotable = found[2] == "text" and found[1] in ("a number", "a boolean", "a date")
    return "put it in quotes" if is_quotable else f"write a {found[2]}{', or remove it' if found[3] else ''}"


def never_works(template: Template, key: str, why: str, remedy: str, at: Span | None = None) -> Found:
    """A template that fails at each question, for a key of its."""
    return Found(f"{template.label} never works: {why}", at or template.key_span(key), remedy, consequence=Consequence.DEGRADED)


def span_of(node: Node, otherwise: Span) -> Span:
    """Where a node stands: the first key of a mapping, the first item of a list; elsewhere where it is void."""
    match node:
        case Mapping(entries=entries) if entries:
            return next(iter(entries.values())).key_span
        case Sequence(items=items) if items:
            return span_of(items[0], otherwise)
    return node.span if node.span.text.strip() else otherwise


def within(node: Node | None, snippet: str, otherwise: Span) -> Span:
    """Where a snippet of a text is written; its key where the source spells it otherwise."""
    if not isinstance(node, Scalar):
        return otherwise
    span = node.span
    found = span.source.text.find(snippet, span.start, span.end) if snippet else -1
    return otherwise if found < 0 else Span(span.source, found, found + len(snippet))


def kind_of(node: Node | None) -> str:
    """What a value is, for a message."""
    match node:
        case None:
            return "nothing"
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "null"
        case Scalar(value=bool()):
            return "a boolean"
        case Scalar(value=int() | float()):
            return "a number"
        case Scalar(value=str(text)):
            return "a text" if text else "an empty text"
        case Scalar(value=bytes()):
            return "binary data"
        case Scalar(value=set()):
            return "a set"
    return "a date"
