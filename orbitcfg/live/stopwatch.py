"""How long something takes."""

import time

from orbitcfg.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Runs from the moment that it is made."""

    began: float = field(default_factory=time.perf_counter)

    @property
    def ms(self) -> float:
        """The milliseconds until now."""
        return (time.perf_counter() - self.began) * 1000
