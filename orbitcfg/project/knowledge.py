"""What the ORBIT that is meant knows and the catalogue does not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from orbitcfg.cached import cached_property
from orbitcfg.catalog.history import History, history
from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import ANNOTATION, Schema
from orbitcfg.document.tree import KeyPath
from orbitcfg.project.orbit import CodeReader
from orbitcfg.release import Orbit, Release

if TYPE_CHECKING:
    from orbitcfg.catalog.code import Code


class Knowledge:
    """Answers what a name means to the ORBIT that is meant. Its code is read at the first question that the catalogue has no answer to."""

    def __init__(self, orbit: Orbit, catalog: Catalog, read_code: CodeReader) -> None:
        self._orbit = orbit
        self._catalog = catalog
        self._read_code = read_code

    @property
    def is_other(self) -> bool:
        """Whether it may know something else than the catalogue: it is of another release, or its code was named."""
        return not self._orbit.is_catalogued or (self._orbit.known_by in ("option", "setting") and self._orbit.folder is not None)

    @cached_property
    def code(self) -> "Code | None":
        """What its code says, where it may know more than the catalogue; None where that is not at hand, or cannot be read."""
        return self._read_code(self._orbit.folder) if self._orbit.folder is not None and self.is_other and self._orbit.is_newest else None

    def knows(self, name: str, *, is_value: bool = False) -> bool | None:
        """Whether it knows a name that the catalogue has nowhere, or as no value; None where nothing can tell."""
        if not self.is_other or name in (self._words if is_value else self._names):
            return False
        if self.code is not None:
            return self.code.knows(name)
        return None if self._orbit.is_newest else self._history.knew(name, self._release)

    def may_read(self, key: str) -> bool:
        """Whether the code of another release than the catalogue's has the name of a key: it may read it where the catalogue's reads none."""
        return not self._orbit.is_catalogued and self.code is not None and self.code.knows(key) is True

    def registers(self, section: str, provider: str) -> bool:
        """Whether its code, where that may know more than the catalogue, has a class for a provider in a section."""
        return self.code is not None and self.code.registers(section, provider)

    def reads_at(self, path: KeyPath) -> bool:
        """Whether an older one reads a key at a place where the catalogue's release reads none, as far as that was recorded."""
        if not self.is_other or self._orbit.is_newest:
            return False
        return self._history.knew_key(".".join("*" if isinstance(part, int) else str(part) for part in path), self._release)

    def value_came_with(self, value: str) -> str | None:
        """The release that a value came with, where the ORBIT that is meant does not know it yet."""
        if self._orbit.is_newest or self._orbit.release is None:
            return None
        return self._history.value_came_with(value, self._orbit.release)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every key, word and class that the catalogue has; to another release a key that does nothing in the catalogue's may be of use."""
        keys = (each.get("properties") for each in self._schemas())
        return self._words | {name for each in keys if isinstance(each, dict) for name, row in each.items() if self._is_certain(row)}

    @cached_property
    def _words(self) -> frozenset[str]:
        """Every word and class that the catalogue has."""
        return frozenset(word for each in self._schemas() for word in _words_of(each))

    def _schemas(self) -> Iterator[Schema]:
        pending: list[Any] = list(self._catalog.store.documents.values())
        while pending:
            each = pending.pop()
            if isinstance(each, dict):
                yield each
                pending += each.values()
            elif isinstance(each, list):
                pending += each

    def _is_certain(self, row: Schema) -> bool:
        return self._orbit.is_catalogued or self._catalog.row(row).effect is None

    @property
    def _release(self) -> Release:
        assert self._orbit.release is not None
        return self._orbit.release

    @property
    def _history(self) -> History:
        return history()


def _words_of(schema: Schema) -> Iterator[str]:
    listed, annotation = schema.get("enum"), schema.get(ANNOTATION)
    yield from map(str, listed) if isinstance(listed, list) else ()
    if isinstance(annotation, dict):
        reference = annotation.get("refers_to")
        yield from reference.get("values", ()) if isinstance(reference, dict) else ()
        yield from annotation.get("implementations", ())
