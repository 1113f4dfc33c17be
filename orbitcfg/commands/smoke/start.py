"""The embedded engine's process, started ahead of everything else."""

import os
from collections.abc import Mapping

from orbitcfg.engine.child import Child
from orbitcfg.engine.messages import Loaded, Message, ModelChosen, TextPiece

__all__ = ["Loaded", "Message", "ModelChosen", "TextPiece", "start_engine"]


def start_engine(process: Mapping[str, str] | None = None) -> Child:
    """A process that loads the engine in the background, for `smoke`; to be used in a `with`. It takes longer to be ready than all the rest."""
    return Child(os.environ if process is None else process)
