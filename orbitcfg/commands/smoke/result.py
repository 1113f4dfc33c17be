"""What `smoke` gives."""

from dataclasses import dataclass

from orbitcfg.observed.observation import EngineRun, ModelFile, Observations
from orbitcfg.report.diagnostics import Report


@dataclass(frozen=True, slots=True)
class Generation:
    """What a smoke generation showed, and the findings about it. `orbit_dir` is the folder that relative model paths start from."""

    report: Report
    observations: Observations
    orbit_dir: str

    @property
    def engine(self) -> EngineRun:
        """The run itself."""
        assert self.observations.engine is not None
        return self.observations.engine

    @property
    def model(self) -> ModelFile:
        """The model file that ran, or was to run."""
        return self.observations.models[0]
