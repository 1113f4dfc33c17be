"""Whole processes, timed side by side, by the clock and by what they take of a processor."""

import gc
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Literal, NamedTuple

from tests.bench.figures import Figure

ROUNDS = 9
QUIET = 0.1
"""How far the median may lie above the best for the clock to be believed; beyond that a processor's time is counted."""

BUSY = 1.5
"""How many times what it takes of a processor a run may last by the clock."""

Clock = Literal["wall", "cpu"]


class Command(NamedTuple):
    """A run that is measured, and how it must end: one that ends otherwise has not done what the figure says."""

    words: Sequence[str]
    status: int = 0


class Sample(NamedTuple):
    """What one run took."""

    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of a processor, children included."""
    peak_mib: float
    """The most memory of a process."""


def sample(command: Command, folder: Path, variables: Mapping[str, str] | None = None) -> Sample:
    """One run of a command, whatever it prints. Raises RuntimeError where it ends with another status than it must."""
    began = time.perf_counter()
    child = subprocess.Popen(
        command.words,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(variables or {})},
    )
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != command.status:
        raise RuntimeError(f"`{' '.join(command.words)}` ended with {child.returncode} where {command.status} was expected")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def side_by_side(
    commands: Mapping[str, Command], folder: Path, rounds: int = ROUNDS, variables: Mapping[str, str] | None = None
) -> dict[str, list[Sample]]:
    """The samples of several commands, taken in turns, so that what else the machine does falls on all alike; a first round, which writes bytecode, is left out."""
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as kept:
        # an installed program has its bytecode, whatever this machine's habit is
        environment = {"PYTHONPYCACHEPREFIX": kept, "PYTHONDONTWRITEBYTECODE": "", **(variables or {})}
        for number in range(rounds + 1):
            for name, command in commands.items():
                taken = sample(command, folder, environment)
                if number:
                    samples[name].append(taken)
    return samples


def here(work: Callable[[], object], rounds: int = ROUNDS) -> list[Sample]:
    """The samples of work in this process, after a first round that is left out, without the search for cycles, as commands run."""
    samples: list[Sample] = []
    gc.disable()
    for _ in range(rounds + 1):
        began, used = time.perf_counter(), time.process_time()
        work()
        samples.append(Sample(time.perf_counter() - began, time.process_time() - used, 0.0))
    gc.enable()
    return samples[1:]


def noise(times: Sequence[float]) -> float:
    """How far a run strays: the median over the best."""
    return median(times) / min(times) - 1 if min(times) else 0.0


def clock_of(*samples: Sequence[Sample]) -> Clock:
    """The clock, unless for one of them it is noisy, or the machine so busy that even the best run has waited: these processes hardly wait by themselves."""
    is_quiet = all(noise([each.wall for each in taken]) <= QUIET and min(each.wall / each.cpu for each in taken) <= BUSY for taken in samples)
    return "wall" if is_quiet else "cpu"


def compared(what: str, samples: Mapping[str, Sequence[Sample]], subject: str, peer: str, bound: float | None) -> Figure:
    """The best run of one beside the best of the other."""
    clock = clock_of(samples[subject], samples[peer])
    ours, theirs = ([getattr(each, clock) for each in samples[name]] for name in (subject, peer))
    return Figure(what, min(ours), "s", peer, min(theirs), bound, max(noise(ours), noise(theirs)), clock)


def within(what: str, taken: Sequence[Sample], bound_s: float | None) -> Figure:
    """The best run by itself."""
    clock = clock_of(taken)
    times = [getattr(each, clock) for each in taken]
    return Figure(what, min(times), "s", "", None, bound_s, noise(times), clock)
