"""Equal input, equal bytes out: the same trees under two seeds of Python's hashes."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.check import Place, check
from tests.fuzz.commands import chosen
from tests.fuzz.trees import tree_of
from tests.shared import PROJECT

_HASH_SEEDS = ("1", "2")


def digests(seed: int, count: int) -> Iterator[str]:
    """For each of the first trees a digest of all that every command prints of it."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            tree = tree_of(seed, number)
            yield check(tree, Place(Path(folder)), chosen(tree)).digest


def differing(seed: int, count: int) -> list[str]:
    """The trees of which the two processes print different bytes."""
    command = [sys.executable, "-m", "tests.fuzz.hashes", str(seed), str(count)]
    runs = [
        subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "PYTHONHASHSEED": each}, stdout=subprocess.PIPE, text=True) for each in _HASH_SEEDS
    ]
    one, other = (run.communicate()[0].split() for run in runs)
    if not len(one) == len(other) == count:
        return [f"seed {seed}: a process gave {len(one)} or {len(other)} digests of {count}"]
    return [f"seed {seed}, tree {number}: the output hangs on Python's hash seed" for number in range(count) if one[number] != other[number]]


if __name__ == "__main__":
    for digest in digests(int(sys.argv[1]), int(sys.argv[2])):
        print(digest, flush=True)
