"""Trees by number: a configuration that is right, and a hostile one made of it. Equal numbers, equal trees, on every machine."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orbitcfg.rules import RULES
from tests.fuzz import grammar
from tests.fuzz.bombs import bomb
from tests.fuzz.canaries import planted
from tests.fuzz.entries import Entries, Special
from tests.fuzz.mutations import mutated
from tests.fuzz.oddities import BASELINES, ENV_LINES, SCHEMAS, SETTINGS
from tests.shared import PROJECT
from tests.trees import example_files

BOMB_EVERY = 200
"""Every so-manieth tree is a large one."""

BASELINE = "baseline.json"
_EXAMPLE = re.compile(r"```yaml (?:bad|good)\n(.*?)```", re.DOTALL)
_EDGE = re.compile(r"^--- .*\n(.*?)^>>>$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tree:
    """A configuration as it was, and what became of it."""

    seed: int
    number: int
    before: Entries
    entries: Entries

    @property
    def is_large(self) -> bool:
        """Whether it asks for as much work as it can."""
        return _is_large(self.number)

    def rng(self, purpose: str) -> random.Random:
        """Chance for a purpose, the same at every call."""
        return random.Random(f"{self.seed} {self.number} {purpose}")


def _is_large(number: int) -> bool:
    return number % BOMB_EVERY == BOMB_EVERY - 1


def tree_of(seed: int, number: int) -> Tree:
    """The tree of a number."""
    rng = random.Random(f"{seed} {number}")
    if _is_large(number):
        entries = bomb(rng)
        return Tree(seed, number, entries, entries)
    before = _base(rng)
    entries = _surrounded(before, rng)
    if rng.random() < 0.95:
        entries = mutated(entries, rng)
    return Tree(seed, number, planted(before, rng), planted(entries, rng))


def _base(rng: random.Random) -> Entries:
    """A configuration that is right, or has one mistake."""
    draw = rng.random()
    if draw < 0.3:
        return dict(grammar.configuration(rng))
    return dict(rng.choice(_examples())) if draw < 0.5 else _of_rule(rng.choice(_rule_examples()))


@cache
def _examples() -> tuple[Entries, ...]:
    return tuple(_read(root.parent.parent) for root in sorted((PROJECT / "examples").glob("*/config/config.yaml")))


def _read(folder: Path) -> Entries:
    wanted = [path for path in sorted(folder.rglob("*")) if path.suffix == ".yaml" or path.name == "env.example"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in wanted}


@cache
def _rule_examples() -> tuple[str, ...]:
    """The examples on the pages of rules, and the edge cases that are recorded."""
    pages = [text for rule in RULES if not rule.observes for text in _EXAMPLE.findall(rule.page)]
    edges = _EDGE.findall((PROJECT / "tests" / "rules" / "edges.txt").read_text("utf-8"))
    return (*pages, *edges)


@cache
def _of_rule(example: str) -> Entries:
    return dict(_entries(example))


def _entries(example: str) -> Iterator[tuple[str, bytes | Special]]:
    files, variables = example_files(example)
    for path, content in files.contents.items():
        if path.startswith("/repo/"):
            yield path.removeprefix("/repo/"), Special.UNREADABLE if path in files.forbidden else content
    if variables:
        yield ".env", "".join(f"{name}={value}\n" for name, value in variables.items()).encode()


def _surrounded(entries: Entries, rng: random.Random) -> Entries:
    """With some of the files that may lie beside a configuration."""
    found = dict(entries)
    beside = {".env": ENV_LINES, "env.example": ENV_LINES, "orbitcfg.toml": SETTINGS}
    for name, lines in beside.items():
        if rng.random() < 0.06:
            found[name] = "".join(f"{each}\n" for each in rng.sample(lines, rng.randint(1, 2))).encode()
    if rng.random() < 0.03:
        found["own.schema.json"] = rng.choice(SCHEMAS).encode()
        found["orbitcfg.toml"] = b'schemas = ["own.schema.json"]\n'
    if rng.random() < 0.1:
        found[BASELINE] = rng.choice(BASELINES).encode()
    return found
