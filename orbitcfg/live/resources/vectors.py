"""Collections of vectors: whether one is there, and whether what ORBIT embeds fits in."""

from typing import ClassVar, TypeVar

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.switches import truth
from orbitcfg.live.http import Reply
from orbitcfg.live.resources.http_server import HttpCheck, HttpServer, words_of
from orbitcfg.live.resources.visit import Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import count_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget


@dataclass(frozen=True, slots=True)
class CollectionCheck(HttpCheck):
    """A collection that an adapter names."""

    kind: ClassVar = CheckKind.COLLECTION
    what: ClassVar = "the collection, and the size of its vectors"
    name: str
    size: int | None
    """Of the vectors that ORBIT searches with; None where nothing tells it."""
    is_made: bool = False
    """Whether ORBIT makes one that is missing."""

    def missing(self, context: Visit, reply: Reply, others: tuple[str, ...] = ()) -> bool:
        """Records that it is not there, and which are."""
        if self.is_made:
            return context.passed(self, f"`{self.name}` is not there yet: ORBIT makes it", reply.ms)
        shown = f"; there are {', '.join(f'`{each}`' for each in others[:5])}" if others else ""
        return context.failed(self, ResourceFault.NO_COLLECTION, f"`{self.name}`{shown}", blames=("collection",), ms=reply.ms)

    def found(self, context: Visit, reply: Reply, size: int | None) -> bool:
        """Records that it is there, with vectors of this size; None where the server does not tell."""
        if not reply.is_ok:
            return context.unchecked(self, f"it does not tell of `{self.name}`: {words_of(reply)}")
        if size is not None and self.size is not None and size != self.size:
            detail = f"`{self.name}` holds vectors of {size} dimensions, the embedding model gives {self.size}"
            return context.failed(self, ResourceFault.OTHER_SIZE, detail, blames=("dimensions", "collection"), ms=reply.ms)
        return context.passed(self, f"`{self.name}`, {size} dimensions" if size else f"`{self.name}`", reply.ms)


C = TypeVar("C", bound=CollectionCheck)


def sized(target: ResourceTarget, server: HttpServer, check: type[C]) -> tuple[C, ...]:
    """The check of the collection that an adapter names; none where it names none."""
    name = target.text("collection")
    if not name:
        return ()
    return (check(server, name, count_of(target.content("dimensions")), is_made=truth(target.content("auto_create"), "raw") is True),)
