"""Whole processes, timed side by side."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

ROUNDS = 7


def seconds(command: Sequence[str], folder: Path) -> float:
    """The wall time of one run of a command, whatever it prints and however it ends."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def side_by_side(commands: Mapping[str, Sequence[str]], folder: Path, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """The times of several commands, taken in turns, so that what else the machine does falls on all alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(seconds(command, folder))
    return times


def noise(times: Sequence[float]) -> str:
    """How far a run strays: the median over the best."""
    return f"median {median(times) / min(times) - 1:+.0%}"


def print_ratio(what: str, times: Mapping[str, list[float]], subject: str, against: str, bound: float) -> None:
    """Best of several, and how it compares."""
    ratio = min(times[subject]) / min(times[against])
    print(
        f"{what}: {min(times[subject]):.3f} s against {min(times[against]):.3f} s: {ratio:.2f} x (bound {bound:.1f}; noise: {noise(times[subject])}, {noise(times[against])})"
    )


def peak_mib(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """The wall time in seconds and the largest resident memory in MiB of one run."""
    code = (
        "import resource, subprocess, sys, time; t = time.perf_counter(); "
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    run = subprocess.run([sys.executable, "-c", code, *command], cwd=folder, capture_output=True, text=True, check=True)
    took, memory = run.stdout.split()
    return float(took), float(memory)


def section(title: str, run: Callable[[], None]) -> None:
    """One part of the benchmark under its title."""
    print(f"\n== {title}")
    run()
