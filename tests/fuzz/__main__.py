"""`make fuzz`: many hostile trees, a hostile machine, hostile servers; prints figures, and each fault with the smallest input that shows it.

A tree is known by a seed and a number. `--tree NUMBER` runs that one again, `--lay FOLDER` writes it down to look at.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import chaos, hashes
from tests.fuzz.campaign import Plan, reduce_examples, run_plan
from tests.fuzz.check import Place, check
from tests.fuzz.commands import COMMANDS, chosen
from tests.fuzz.entries import lay
from tests.fuzz.tally import Tally
from tests.fuzz.trees import tree_of

HASHED = 200
"""Trees that are run under two seeds of Python's hashes."""

SERVERS = "tests.live.hostile"
"""Its `run(seed)` puts the doctor before hostile servers, and gives what did not hold."""


def main(arguments: list[str]) -> int:
    """Runs what is asked for; gives the exit status, 1 where anything did not hold."""
    options = _parser().parse_args(arguments)
    if options.tree is None:
        return _run_all(options)
    tree = tree_of(options.seed, options.tree)
    if options.lay is not None:
        lay(tree.entries, options.lay / "repo")
        lay(tree.before, options.lay / "before")
        return 0
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        tally.add(tree, check(tree, Place(Path(folder)), chosen(tree, options.command or COMMANDS)))
    return _report(tally)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trees", type=int, default=20_000, help="trees through `validate` (default: %(default)s)")
    parser.add_argument("--whole", type=int, default=2_000, help="of them, through every command in every format (default: %(default)s)")
    parser.add_argument("--command", choices=COMMANDS, action="append", help="only this command; may be repeated")
    parser.add_argument("--servers", type=int, default=200, help="runs of the doctor on hostile servers (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--tree", type=int, metavar="NUMBER", help="only this tree, through every command")
    parser.add_argument("--lay", type=Path, metavar="FOLDER", help="with --tree: write the tree to this folder, and run nothing")
    return parser


def _run_all(options: argparse.Namespace) -> int:
    began = time.monotonic()
    plan = Plan(options.seed, options.trees, min(options.whole, options.trees), tuple(options.command or COMMANDS))
    status = _report(run_plan(plan, options.jobs, _progress))
    if options.command is None:
        hashed = min(HASHED, plan.whole)
        status |= _listed(f"{hashed} trees under two hash seeds", hashes.differing(options.seed, hashed))
        status |= _listed(f"{len(chaos.SCENARIOS)} hostile machines", chaos.hostile_machines())
        status |= _listed("files that change under a command", chaos.races(options.seed, rounds=500))
        status |= _hostile_servers(options.seed, options.servers)
    print(f"\n{time.monotonic() - began:.0f} s")
    return status


def _progress(trees: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{trees} trees", end="", file=sys.stderr, flush=True)


def _report(tally: Tally) -> int:
    print("\n".join(tally.table()), flush=True)
    reduce_examples(tally)
    return _listed("trees", tally.descriptions(), len(tally.faults))


def _hostile_servers(seed: int, runs: int) -> int:
    if find_spec(SERVERS) is None:
        return 0
    run = import_module(SERVERS).run
    return _listed(f"{runs} hostile servers", [each for number in range(runs) for each in run(seed + number)])


def _listed(what: str, faults: Iterable[str], count: int | None = None) -> int:
    found = list(faults)
    print(f"\n{what}: {len(found) if count is None else count} faults")
    print("".join(f"{each}\n" for each in found), end="", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
