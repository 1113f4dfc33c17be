"""Equal input, equal bytes out: the same trees under two seeds of Python's hashes."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.check import Place, check
from tests.fuzz.commands import chosen
from tests.fuzz.trees import tree_of
from tests.shared import PROJECT

_HASH_SEEDS = ("1", "2")


def differing(seed: int, count: int) -> list[str]:
    """The runs of the first trees that print different bytes in two processes."""
    command = [sys.executable, "-m", "tests.fuzz.hashes", str(seed), str(count)]
    runs = [
        subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "PYTHONHASHSEED": each}, stdout=subprocess.PIPE, text=True) for each in _HASH_SEEDS
    ]
    one, other = ([json.loads(line) for line in run.communicate()[0].splitlines()] for run in runs)
    if not len(one) == len(other) == count:
        return [f"seed {seed}: the processes got through {len(one)} and {len(other)} trees of {count}"]
    pairs = enumerate(zip(one, other, strict=True))
    return [f"seed {seed}, tree {number}: other bytes: {run!r}" for number, (a, b) in pairs for run in a | b if a.get(run) != b.get(run)]


def _print_digests(seed: int, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            tree = tree_of(seed, number)
            print(json.dumps(check(tree, Place(Path(folder)), chosen(tree)).digests), flush=True)


if __name__ == "__main__":
    _print_digests(int(sys.argv[1]), int(sys.argv[2]))
