"""The models of this machine."""

from orbitcfg.dataclass import dataclass
from orbitcfg.observed.observation import ModelFile, Observations
from orbitcfg.report.diagnostics import Report


@dataclass(frozen=True, slots=True)
class ModelInventory:
    """The model files of this machine, and the findings about them.

    `working_dir` and `orbit_dir` are the folders that relative paths start from. `server` is the one whose listing is wanted, None for all. `folders` are those
    that were looked for, beside the stores of Ollama, each with whether it is there.
    """

    observations: Observations
    report: Report
    working_dir: str
    orbit_dir: str | None
    server: str | None = None
    folders: tuple[tuple[str, bool], ...] = ()

    @property
    def models(self) -> tuple[ModelFile, ...]:
        """The files, in the order in which they were found."""
        return self.observations.models
