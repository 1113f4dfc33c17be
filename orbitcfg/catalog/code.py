"""ORBIT's code, read as data: what it names, its classes, and what it registers. It is never imported and never run."""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from orbitcfg.dataclass import dataclass, field

COMPATIBLE_BASE = "OpenAICompatibleBaseService"
"""The class of ORBIT's whose descendants speak to a server as OpenAI's clients do."""

SERVICES: Mapping[str, tuple[str, ...]] = {
    "inference": ("inference",),
    "embedding": ("embeddings",),
    "reranking": ("rerankers",),
    "vision": ("visions",),
    "ocr": ("ocr",),
    "moderation": ("moderations",),
    "audio": ("stt_providers", "tts_providers"),
    "image_generation": ("image_generation",),
    "video_generation": ("video_generation",),
}
"""The services that ORBIT registers providers for, each with the sections that hold them."""

_NAME = r"[A-Za-z_][\w-]{0,79}"
_LONGEST = 400
"""Longer text names nothing."""

_REGISTERING = r"register_(\w+)_services"
_KINDS = "register_adapter"


@dataclass(frozen=True)
class Code:
    """What ORBIT's code knows."""

    names: frozenset[str] = frozenset()
    """Every name that stands in it as text, a field, a parameter or a keyword."""
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of its classes, each with those of its bases."""
    providers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By service, the names of the providers that it registers, each with its class."""
    kinds: frozenset[str] = frozenset()
    """The kinds of adapters that it registers."""
    is_whole: bool = True
    """Whether all of it was read."""

    def knows(self, name: str) -> bool | None:
        """Whether it knows a name, or the class at the end of a dotted one; None where it may, as not all of it was read."""
        known = name in self.names or name.rpartition(".")[2] in self.classes
        return known or (False if self.is_whole else None)

    def registers(self, section: str, provider: str) -> bool:
        """Whether a provider is registered for a service whose providers a section holds."""
        return any(section in SERVICES.get(service, ()) and provider in names for service, names in self.providers.items())

    def speaks_openai(self, service: str, provider: str) -> bool:
        """Whether the class of a provider says that it calls a server with OpenAI's client."""
        pending, seen = [self.providers.get(service, {}).get(provider, "")], set[str]()
        while pending:
            name = pending.pop()
            if name == COMPATIBLE_BASE:
                return True
            if name not in seen:
                seen.add(name)
                pending += self.classes.get(name, ())
        return False

    def as_json(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "names": sorted(self.names),
            "classes": {name: list(bases) for name, bases in sorted(self.classes.items())},
            "providers": {service: dict(each) for service, each in sorted(self.providers.items())},
            "kinds": sorted(self.kinds),
            "is_whole": self.is_whole,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self | None:
        """What `as_json` gave; None for anything else."""
        match value:
            case {"names": list(names), "classes": dict(classes), "providers": dict(providers), "kinds": list(kinds), "is_whole": bool(whole)} if all(
                map(_are_texts, (names, kinds, *classes.values(), *map(_values, providers.values())))
            ):
                return cls(frozenset(names), {name: tuple(bases) for name, bases in classes.items()}, providers, frozenset(kinds), whole)
        return None


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(each.__class__ is str for each in value)


def _values(value: Any) -> list[Any] | None:
    """The values of a mapping; None of anything else."""
    return list(value.values()) if isinstance(value, dict) else None


def read_code(sources: Iterable[bytes], *, is_whole: bool = True) -> Code:
    """What these modules say; one that is no Python says nothing, and the whole is not whole then."""
    texts: set[str] = set()
    names: set[str] = set()
    classes: dict[str, tuple[str, ...]] = {}
    providers: dict[str, dict[str, str]] = {}
    kinds: set[str] = set()
    for source in sources:
        tree = parsed(source)
        is_whole = is_whole and tree is not None
        for node in nodes_of(tree) if tree is not None else ():
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    texts.add(node.value)
            elif isinstance(node, ast.ClassDef):
                classes[node.name] = _bases(node)
            elif isinstance(node, ast.FunctionDef):
                for service, name, holder in _registered(node):
                    providers.setdefault(service, {})[name] = holder
            elif isinstance(node, ast.Call):
                kinds.update(_kind(node))
            elif not isinstance(node, ast.Subscript):
                names.update(names_of(node))
    names.update(name for text in texts for name in names_of(ast.Constant(text)))
    return Code(frozenset(names), classes, providers, frozenset(kinds), is_whole)


def parsed(source: bytes) -> ast.Module | None:
    """A module's tree; None for what is no Python."""
    try:
        with warnings.catch_warnings():
            # of an escape that Python does not know: that is ORBIT's matter
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree that may name something. A loop of its own: `ast.walk` takes three times as long."""
    pending: list[ast.AST] = [tree]
    take, put = pending.pop, pending.append
    while pending:
        node = take()
        kind = node.__class__
        if kind in _TELLING:
            yield node
            if kind is ast.Constant:
                continue
        for part in _PARTS[kind]:
            value = getattr(node, part)
            if value.__class__ is list:
                for each in value:
                    if each.__class__ in _PARTS:
                        put(each)
            elif value.__class__ in _PARTS:
                put(value)


_TELLING = frozenset({ast.Constant, ast.keyword, ast.arg, ast.AnnAssign, ast.ClassDef, ast.FunctionDef, ast.Call, ast.Subscript})
_MUTE = (ast.Name, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.Pass, ast.Break, ast.Continue, ast.Import, ast.ImportFrom)


def _node_types(kind: type[ast.AST]) -> Iterator[type[ast.AST]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _node_types(each)


_PARTS = {kind: kind._fields for kind in _node_types(ast.AST) if not issubclass(kind, _MUTE)}
"""The nodes to go through, each with its fields."""


def names_of(node: ast.AST) -> Iterator[str]:
    """The names that a node has: text that is one, or dotted ones, a parameter, a keyword, a field of a class."""
    match node:
        case ast.Constant(value=str(text)):
            yield from named_of(text)
        case ast.keyword(arg=str(name)) | ast.arg(arg=str(name)) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def named_of(text: str) -> Iterator[str]:
    """The name that a text is, or the parts of a dotted one; none of any other text."""
    if len(text) <= _LONGEST:
        yield from (part for part in text.split(".") if re.fullmatch(_NAME, part))


def _bases(node: ast.ClassDef) -> tuple[str, ...]:
    bases = (base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else "" for base in node.bases)
    return tuple(base for base in bases if base)


def _registered(function: ast.FunctionDef) -> Iterator[tuple[str, str, str]]:
    """Service, provider and class of each line of a table in a function that registers providers; nothing of any other function."""
    found = re.fullmatch(_REGISTERING, function.name)
    for node in ast.walk(function) if found else ():
        match node:
            case ast.Tuple(elts=[ast.Constant(value=str(name)), ast.Constant(value=str(holder)), *_]) if found and holder[:1].isupper():
                yield found[1], name, holder


def _kind(call: ast.Call) -> Iterator[str]:
    """The kind of adapters that a call registers."""
    match call:
        case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Constant(value=str(name)), *_]) if attr == _KINDS:
            yield name
