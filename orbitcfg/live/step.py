"""What a probe is made of."""

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from orbitcfg.observed.check import CheckKind

Context = TypeVar("Context")


class PlannedCheck(ABC):
    """A check that is to be made: it becomes one row, whether or not the probe comes to it."""

    __slots__ = ()
    kind: ClassVar[CheckKind]

    @property
    def subject(self) -> str:
        """What it is about, where a probe has several of its kind."""
        return ""


class Step(PlannedCheck, Generic[Context]):
    """A check that makes itself."""

    __slots__ = ()

    @abstractmethod
    async def run(self, context: Context) -> bool:
        """Makes the check and records how it ended; false where the steps after it are pointless."""
