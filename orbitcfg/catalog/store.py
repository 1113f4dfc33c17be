"""Finds and reads orbitcfg's own schemas, and follows references in all."""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from orbitcfg.catalog.branches import Branches
from orbitcfg.dataclass import dataclass, field
from orbitcfg.release import Orbit, Release

Schema: TypeAlias = Mapping[str, Any]

ROOT = "config.schema.json"
ANNOTATION = "x-orbit"
_SUFFIX = ".schema.json"

ANYTHING: Schema = {}
NOTHING: Schema = {"not": {}}
"""What `true` and `false` mean, as mappings."""

_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_DATA = frozenset({"const", "enum", "default", "examples", ANNOTATION})


@dataclass(frozen=True)
class Store:
    """Schemas by file name. Every reference in them is absolute: `common.schema.json#/$defs/retry`."""

    documents: Mapping[str, Schema]
    is_extended: bool = False
    """Whether some of them are the user's."""
    whole: "Store | None" = None
    """The schemas that these were cut back from, where they were: what is referred to and is missing here stands there."""
    is_older: bool = False
    """Whether they are those of an older ORBIT, which does not do what is missing here."""
    _known: dict[str, Schema] = field(default_factory=dict, init=False, repr=False, compare=False)
    _anchors: dict[str, dict[str, Schema]] = field(default_factory=dict, init=False, repr=False, compare=False)
    # by id: a list cannot be hashed, and its branches keep it alive
    _branches: dict[int, Branches] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The schemas' names without their suffix, sorted."""
        return tuple(sorted(name.removesuffix(_SUFFIX) for name in self.documents))

    def text(self, name: str) -> str:
        """A shipped schema, by its name without suffix, as it is written."""
        return text_of(os.path.join(folder(), f"{name}{_SUFFIX}"))

    def at(self, reference: str) -> Schema:
        """The schema that an absolute reference means. Raises KeyError where there is none."""
        known = self._known.get(reference)
        if known is None:
            known = self._known[reference] = self._found(reference) if self.whole is None else self._found_or_whole(reference, self.whole)
        return known

    def branches(self, every: list[Any]) -> Branches:
        """The branches of an `allOf`."""
        found = self._branches.get(id(every))
        if found is None:
            found = self._branches[id(every)] = Branches(every)
        return found

    def _found_or_whole(self, reference: str, whole: "Store") -> Schema:
        try:
            return self._found(reference)
        except KeyError:
            return whole.at(reference)

    def _anchors_of(self, name: str) -> dict[str, Schema]:
        if name not in self._anchors:
            self._anchors[name] = _anchors(self.documents[name])
        return self._anchors[name]

    def _found(self, reference: str) -> Schema:
        name, _, fragment = reference.partition("#")
        found: Any = self.documents[name]
        if fragment and not fragment.startswith("/"):
            found = self._anchors_of(name)[fragment]
        for part in fragment.split("/")[1:]:
            # in this order, or `~01` would become a slash (RFC 6901)
            found = found[int(part) if isinstance(found, list) else part.replace("~1", "/").replace("~0", "~")]
        if not isinstance(found, dict | bool):
            raise KeyError(reference)
        schema: Schema = found if isinstance(found, dict) else ANYTHING if found else NOTHING
        return schema


def _anchors(document: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for each in subschemas(document):
        if isinstance(each.get("$anchor"), str):
            found.setdefault(each["$anchor"], each)
    return found


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema, its own first, as far as it is a mapping; not what is data in it."""
    match schema:
        case dict():
            yield schema
            for each in (each for word, value in schema.items() for each in _below(word, value)):
                yield from subschemas(each)
        case list():
            for each in schema:
                yield from subschemas(each)


def _below(word: str, value: Any) -> list[Any]:
    """What may be a schema under a word of one."""
    if word in _BY_NAME and isinstance(value, dict):
        return list(value.values())
    return [] if word in _DATA else [value]


def folder() -> str:
    """Where the schemas lie: in the package where it is installed, beside it where it is developed."""
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    installed = os.path.join(package, "schemas", "orbit")
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(package), "schemas", "orbit")


def text_of(path: str) -> str:
    """What a file of orbitcfg's own says."""
    with open(path, encoding="utf-8") as file:
        return file.read()


@dataclass(frozen=True)
class _Folder(Mapping[str, Schema]):
    """The schemas of a folder by file name, each parsed at its first use."""

    paths: Mapping[str, str]
    read: dict[str, Schema] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Schema:
        if name not in self.read:
            self.read[name] = _parsed(name, text_of(self.paths[name]))
        return self.read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


@cache
def shipped_store() -> Store:
    """Orbitcfg's own schemas."""
    place = folder()
    return Store(_Folder({name: os.path.join(place, name) for name in sorted(os.listdir(place)) if name.endswith(_SUFFIX)}))


def _parsed(name: str, text: str) -> Schema:
    """A schema of orbitcfg's own, without what names it and its dialect, its references made absolute.

    They are found in the text: that is quicker than a walk, and all are written in one way.
    """
    schema: Schema = json.loads(text.replace('"$ref": "#', f'"$ref": "{name}#'))
    return {word: value for word, value in schema.items() if word not in ("$schema", "$id")}


def vocabulary() -> Schema:
    """What an annotation may hold: `schemas/x-orbit.schema.json`."""
    schema: Schema = json.loads(text_of(os.path.join(os.path.dirname(folder()), f"{ANNOTATION}{_SUFFIX}")))
    return schema


def known_orbit() -> Orbit:
    """The ORBIT that the catalogue was read from: the newest known."""
    about = shipped_store().documents[ROOT][ANNOTATION]["orbit"]
    release = Release.parse(about["version"])
    return Orbit(release, "newest", catalogue=release, commit=about["commit"])


def orbit_version() -> str:
    """The same for people: `2.15.9 (5b961247)`."""
    return known_orbit().label
