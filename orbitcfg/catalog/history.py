"""What ORBIT's earlier releases knew: the catalogue cut back to one of them.

`schemas/releases.json` is made by `tests/tools/releases.py`. A command that is about the release that the catalogue was read from never opens it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from orbitcfg.catalog.store import ANNOTATION, Schema, Store, folder, text_of
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath
from orbitcfg.release import Release


@dataclass(frozen=True, slots=True)
class KeyRenaming:
    """A key that has another name before a release; `under` is the path of the mapping that holds it."""

    under: KeyPath
    was: str
    now: str
    at: Release

    @property
    def earlier(self) -> KeyPath:
        """Its path before that release."""
        return (*self.under, self.was)

    @property
    def later(self) -> KeyPath:
        """Its path from that release on."""
        return (*self.under, self.now)

    def swapped(self, path: KeyPath) -> KeyPath:
        """The path with one name in the place of the other; the same path where it leads through neither."""
        depth = len(self.earlier)
        for one, other in ((self.earlier, self.later), (self.later, self.earlier)):
            if path[:depth] == one:
                return other + path[depth:]
        return path


@dataclass(frozen=True)
class History:
    """What is recorded of ORBIT's releases."""

    recorded: Mapping[str, Any]

    @property
    def releases(self) -> tuple[Release, ...]:
        """Every release up to that of the catalogue, in order."""
        return tuple(map(_release, self.recorded["versions"]))

    @property
    def renamings(self) -> tuple[KeyRenaming, ...]:
        """The keys that changed their name."""
        return tuple(KeyRenaming(tuple(each["under"]), each["was"], each["now"], _release(each["at"])) for each in self.recorded["renames"])

    def knew(self, name: str, release: Release) -> bool:
        """Whether the code of a release knew a name that the catalogue's knows no more."""
        return _within(self.recorded["gone"].get(name, ()), release)

    def knew_key(self, dotted: str, release: Release) -> bool:
        """Whether a release read a key at a place where the catalogue's reads none; `*` stands for any name on the way."""
        return any(_stands_at(pattern, dotted) and _in_force(span, release) for pattern, span in self.recorded["places"].items())

    def released_as(self, number: Release) -> Release:
        """The release of code that says this number of itself: in a time when that was raised after each release the next one, else this very one."""
        if not _within(self.recorded["raised_late"], number):
            return number
        return min(each for each in self.releases if each > number)

    def value_came_with(self, value: str, release: Release) -> str | None:
        """The release that a word came with, after this one; None for one that no release brought, or an earlier one."""
        since = self.recorded["values"].get(value)
        return since if since is not None and _release(since) > release else None

    def lacks_class(self, name: str, release: Release) -> bool:
        """Whether a release lacks a class that the catalogue's has."""
        return any(path.rpartition(".")[2] == name.rpartition(".")[2] and not _within(ranges, release) for path, ranges in self._classes.items())

    @property
    def _classes(self) -> Mapping[str, Any]:
        newest = self.recorded["versions"][-1]
        return {path: ranges for path, ranges in self.recorded["classes"].items() if ranges[-1][1] == newest}


@cache
def history() -> History:
    """What is recorded, read once."""
    return History(json.loads(text_of(os.path.join(os.path.dirname(folder()), "releases.json"))))


def store_at(store: Store, release: Release) -> Store:
    """The schemas as they are true of a release: without the keys and names that came later, and without what was said only of later ones."""
    return Store(_Documents(store.documents, _Cut.at(history(), release)), is_extended=store.is_extended, whole=store, is_older=True)


@dataclass(frozen=True)
class _Cut:
    """What a release lacks."""

    later: Mapping[str, str]
    """By pointer, the keys that came later, with their release."""
    values: frozenset[str]
    """The words that no list of it has."""
    history: History
    release: Release
    before: tuple[Mapping[str, Any], ...]
    """What is said of keys since later releases alone."""

    @classmethod
    def at(cls, recorded: History, release: Release) -> "_Cut":
        facts = recorded.recorded
        # under its older name it is there
        renamed = {(each["now"], each["at"]) for each in facts["renames"]}
        later = {
            pointer: since
            for pointer, since in facts["rows"].items()
            if _release(since) > release and (pointer.rpartition("/")[2], since) not in renamed
        }
        values = frozenset(word for word, since in facts["values"].items() if _release(since) > release)
        return cls(later, values, recorded, release, tuple(each for each in facts["before"] if _release(each["release"]) > release))

    def document(self, name: str, document: Schema) -> Schema:
        """A document as it is true of the release."""
        pointers = {pointer.partition("#")[2]: since for pointer, since in self.later.items() if pointer.startswith(f"{name}#")}
        changes = {each["row"].partition("#")[2]: each for each in self.before if each["row"].startswith(f"{name}#")}
        cut: Schema = self._schema(document, "", pointers, changes)
        return cut

    def _schema(self, schema: Any, pointer: str, later: Mapping[str, str], changes: Mapping[str, Mapping[str, Any]]) -> Any:
        if isinstance(schema, list):
            return [self._schema(each, f"{pointer}/{index}", later, changes) for index, each in enumerate(schema)]
        if not isinstance(schema, dict):
            return schema
        changed: dict[str, Any] = {}
        for word, value in schema.items():
            below = f"{pointer}/{_escaped(word)}"
            match word:
                case "properties" if isinstance(value, dict):
                    kept = {key: each for key, each in value.items() if f"{below}/{_escaped(key)}" not in later}
                    changed[word] = {key: self._schema(each, f"{below}/{_escaped(key)}", later, changes) for key, each in kept.items()}
                    unknown = {key: later[f"{below}/{_escaped(key)}"] for key in value if key not in kept}
                    if unknown:
                        changed[ANNOTATION] = {**changed.get(ANNOTATION, {}), "later": unknown}
                case "enum":
                    changed[word] = [each for each in value if each not in self.values]
                case _ if word == ANNOTATION:
                    changed[word] = {**self._annotation(value), **changed.get(word, {})}
                case "default" | "const" | "examples":
                    changed[word] = value
                case _:
                    changed[word] = self._schema(value, below, later, changes)
        if "required" in changed and isinstance(changed["required"], list):
            gone = changed.get(ANNOTATION, {}).get("later", {})
            changed["required"] = [each for each in changed["required"] if each not in gone]
        return _corrected(changed, changes.get(pointer))

    def _annotation(self, annotation: Mapping[str, Any]) -> Mapping[str, Any]:
        cut = dict(annotation)
        reference = cut.get("refers_to")
        if isinstance(reference, dict) and "values" in reference:
            cut["refers_to"] = {**reference, "values": [each for each in reference["values"] if each not in self.values]}
        if "triples" in cut:
            cut["triples"] = [each for each in cut["triples"] if self.values.isdisjoint(each)]
        if "implementations" in cut:
            cut["implementations"] = {path: each for path, each in cut["implementations"].items() if not self.history.lacks_class(path, self.release)}
        return cut


def _corrected(schema: dict[str, Any], change: Mapping[str, Any] | None) -> dict[str, Any]:
    """A schema without the words of its annotation that are not true yet, and with what is true instead."""
    if change is None:
        return schema
    annotation = {word: value for word, value in schema.get(ANNOTATION, {}).items() if word not in change.get("drop", ())}
    return {**schema, ANNOTATION: {**annotation, **change.get("set", {})}}


@dataclass(frozen=True)
class _Documents(Mapping[str, Schema]):
    """The documents of a store, each cut at its first use."""

    whole: Mapping[str, Schema]
    cut: _Cut
    read: dict[str, Schema] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Schema:
        if name not in self.read:
            self.read[name] = self.cut.document(name, self.whole[name])
        return self.read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.whole)

    def __len__(self) -> int:
        return len(self.whole)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _release(text: str) -> Release:
    found = Release.parse(text)
    assert found is not None
    return found


def _within(ranges: Any, release: Release) -> bool:
    return any(_release(first) <= release <= _release(last) for first, last in ranges)


def _in_force(span: Mapping[str, str], release: Release) -> bool:
    since, until = span.get("since"), span.get("until")
    return (since is None or _release(since) <= release) and (until is None or release <= _release(until))


def _stands_at(pattern: str, dotted: str) -> bool:
    parts, keys = pattern.split("."), dotted.split(".")
    return len(parts) == len(keys) and all(part in ("*", key) for part, key in zip(parts, keys, strict=True))
