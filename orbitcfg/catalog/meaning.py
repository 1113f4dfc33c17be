"""What a key means, in words: the catalogue for people."""

from collections.abc import Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import KeySpec
from orbitcfg.dataclass import dataclass
from orbitcfg.document.masked import one_line

_LIMITS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than", "exclusiveMaximum": "less than"}
_EFFECTS = {
    "never-read": "nothing reads it",
    "no-effect": "it changes nothing",
    "log-only": "it is only printed at start-up",
    "report-only": "it is only shown in a status page",
    "elsewhere": "it is read elsewhere",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the catalogue says of a key; None, or empty, where it says nothing."""

    description: str
    """What it is, for an operator."""
    types: tuple[str, ...]
    """JSON's types that it may have."""
    default: object
    """What ORBIT's code takes where the key is missing."""
    has_default: bool
    """Whether the catalogue knows a default: null is one, too."""
    allowed: tuple[str, ...]
    """The values or the limits that it has to keep to."""
    reader: str
    """The part of ORBIT that reads it."""
    effect: str
    """What the value does, if not simply its work."""


def meaning_of(row: Row) -> Meaning:
    """The meaning of a row."""
    schema = row.schema
    allowed = [one_line(each) for each in schema.get("enum", ())]
    allowed += [f"{limit} {schema[word]}" for word, limit in _LIMITS.items() if word in schema]
    return Meaning(
        description=row.description,
        types=row.types,
        default=schema.get("default"),
        has_default="default" in schema,
        allowed=tuple(allowed),
        reader=row.spec.reader,
        effect=_effect(row.spec),
    )


def _effect(spec: KeySpec) -> str:
    """What a value does that does not simply work, or what it must be."""
    parts = [_EFFECTS[spec.effect]] if spec.effect else []
    parts += [spec.why.rstrip(".")] if spec.why else []
    remedy = f"; write `{spec.instead.lstrip('/').removeprefix('../')}` instead" if spec.instead else ""
    return ": ".join(parts) + remedy


def describe(meaning: Meaning | None) -> Iterator[tuple[str, str]]:
    """The meaning line by line, each with its label; nothing where there is none."""
    if meaning is None:
        return
    if meaning.description:
        yield "what it is", meaning.description
    kind = " or ".join(meaning.types)
    if meaning.allowed:
        kind += f"{': ' if kind else ''}{', '.join(meaning.allowed)}"
    if kind:
        yield "type", kind
    if meaning.has_default:
        yield "default", one_line(meaning.default)
    if meaning.reader:
        yield "read by", meaning.reader
    if meaning.effect:
        yield "effect", meaning.effect
