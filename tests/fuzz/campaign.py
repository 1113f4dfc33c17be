"""Many trees on all cores; a process that dies or hangs is a fault of the tree that it was at."""

import faulthandler
import gc
import multiprocessing
import os
import resource
import tempfile
from collections.abc import Callable, Sequence
from ctypes import c_longlong
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from tests.fuzz import commands
from tests.fuzz.check import Checked, Found, Place, check
from tests.fuzz.commands import COMMANDS, Group, chosen
from tests.fuzz.oracles import Fault
from tests.fuzz.reduce import reduced
from tests.fuzz.tally import Example, Tally
from tests.fuzz.trees import tree_of

MEMORY_LIMIT = 1536 * 1024 * 1024
"""Address space of a process that runs trees; a run within the limits takes 1 GB at most."""

HANG_S = 120
"""After so long in one tree a process ends itself: the time limit of a run cannot stop what never comes back to Python."""

BATCH = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """So many trees through `validate` in one format each, the first `whole` of them through all wanted commands."""

    seed: int
    trees: int
    whole: int
    wanted: Sequence[str] = COMMANDS


def run_plan(plan: Plan, jobs: int, progress: Callable[[int], None] = lambda _: None) -> Tally:
    """Carries a plan out; the example of each fault is reduced."""
    total = Tally()
    context = multiprocessing.get_context("spawn")
    ways: dict[Connection, tuple[int, c_longlong]] = {}

    def start(first: int, lane: int) -> None:
        ours, theirs = context.Pipe(duplex=False)
        current: c_longlong = context.Value("q", first, lock=False)
        context.Process(target=_work, args=(plan, range(first, plan.trees, jobs), theirs, current), daemon=True).start()
        theirs.close()
        ways[ours] = (lane, current)

    for lane in range(jobs):
        start(lane, lane)
    while ways:
        for way in wait(list(ways)):
            assert isinstance(way, Connection)
            try:
                tally = way.recv()
            except EOFError:
                lane, current = ways.pop(way)
                if current.value >= 0:
                    total.add(tree_of(plan.seed, current.value), Checked(found=[Found(Fault("process died"), Group(commands.ANY, ()))]))
                    start(current.value + jobs, lane)
            else:
                total.merge(tally)
                progress(total.trees)
    return total


def _work(plan: Plan, numbers: range, way: Connection, current: "c_longlong") -> None:
    """What one process does; `current` is the tree that it is at, -1 when all is done."""
    gc.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        place = Place(Path(folder))
        for start in range(0, len(numbers), BATCH):
            tally = Tally()
            for number in numbers[start : start + BATCH]:
                current.value = number
                faulthandler.dump_traceback_later(HANG_S, exit=True)
                tree, whole = tree_of(plan.seed, number), number < plan.whole
                tally.add(tree, check(tree, place, chosen(tree, plan.wanted, whole=whole)))
                if whole:
                    # as many runs as of a hundred others, and each leaves its garbage
                    gc.collect()
            faulthandler.cancel_dump_traceback_later()
            gc.collect()
            tally.most_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            way.send(tally)
    current.value = -1


def reduce_examples(tally: Tally) -> None:
    """Makes the tree of each fault as small as it can be."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        for signature, example in tally.examples.items():
            if example.found.group.command != commands.ANY:
                tally.examples[signature] = Example(reduced(example.tree, example.found, Place(Path(folder))), example.found)


def _scratch() -> str | None:
    """Memory where the system has some for files: trees are laid out anew for every run."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
