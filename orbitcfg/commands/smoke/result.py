"""What `smoke` gives."""

from orbitcfg.dataclass import dataclass
from orbitcfg.observed.observation import EngineRun, ModelFile, Observations
from orbitcfg.release import Orbit
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Generation:
    """What a smoke generation showed, and the findings about it.

    `orbit_dir` is the folder that relative model paths start from. `verdict` is that on the configuration's files, `orbit` the ORBIT that it is true of; None where
    there is no configuration.
    """

    report: Report
    observations: Observations
    orbit_dir: str
    verdict: Verdict | None = None
    orbit: Orbit | None = None

    @property
    def engine(self) -> EngineRun:
        """The run itself."""
        assert self.observations.engine is not None
        return self.observations.engine

    @property
    def model(self) -> ModelFile:
        """The model file that ran, or was to run."""
        return self.observations.models[0]
