"""Figures of many trees, and one example of each fault."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fuzz.check import Checked, Found
from tests.fuzz.entries import Entries, Entry
from tests.fuzz.trees import Tree

_LONG_RUN = re.compile(r"(.)\1{60,}")
MAX_FILES = 6
"""Files shown of a tree; a reduced one seldom has more."""

MAX_SHOWN = 600
"""Characters shown of a file."""


@dataclass(frozen=True, slots=True)
class Example:
    """A tree that shows a fault."""

    tree: Tree
    found: Found

    @property
    def size(self) -> int:
        """How much there is to read."""
        return sum(len(entry) for entry in self.tree.entries.values() if isinstance(entry, bytes))


@dataclass(slots=True)
class Tally:
    """What came of many trees."""

    trees: int = 0
    loaded: Counter[bool] = field(default_factory=Counter)
    """How many of the trees that `resolve` saw ORBIT would load, and how many not."""
    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    slowest: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
    """Seconds, the tree's number, and the arguments."""
    most_kib: int = 0
    hungriest: tuple[int, int] = (0, 0)
    """KiB by which a tree exceeded the most memory so far, and its number."""
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    """In how many trees each fault came up."""
    places: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """The commands and formats that show it."""
    examples: dict[tuple[str, str], Example] = field(default_factory=dict)
    """The smallest tree of each."""

    def add(self, tree: Tree, checked: Checked) -> None:
        """Counts a tree."""
        self.trees += 1
        if checked.loads is not None:
            self.loaded[checked.loads] += 1
        self.runs.update(checked.runs)
        seconds, arguments = checked.slowest
        self.slowest = max(self.slowest, (seconds, tree.number, arguments))
        self.hungriest = max(self.hungriest, (checked.grown_kib, tree.number))
        self.faults.update({each.fault.signature for each in checked.found})
        for each in checked.found:
            self._note(Example(tree, each), {f"{each.group.command} {each.fault.where}".strip()})

    def _note(self, example: Example, places: set[str]) -> None:
        signature = example.found.fault.signature
        self.places.setdefault(signature, set()).update(places)
        known = self.examples.get(signature)
        if known is None or (example.size, example.tree.number) < (known.size, known.tree.number):
            self.examples[signature] = example

    def merge(self, other: "Tally") -> None:
        """Adds what another process counted."""
        self.trees += other.trees
        self.loaded += other.loaded
        self.runs += other.runs
        self.slowest = max(self.slowest, other.slowest)
        self.most_kib = max(self.most_kib, other.most_kib)
        self.hungriest = max(self.hungriest, other.hungriest)
        self.faults += other.faults
        for signature, example in other.examples.items():
            self._note(example, other.places[signature])

    def table(self) -> Iterator[str]:
        """The figures, line by line."""
        share = f", {self.loaded[True] / self.loaded.total():.0%} of {self.loaded.total()} load" if self.loaded.total() else ""
        yield f"{self.trees} trees{share}, {self.runs.total()} runs"
        yield f"{'command':<26}{'format':<10}{'runs':>8}"
        for (command, format_name), count in sorted(self.runs.items()):
            yield f"{command:<26}{format_name:<10}{count:>8}"
        seconds, number, arguments = self.slowest
        yield f"slowest run: {seconds:.2f} s, tree {number}: {_command(arguments)}"
        grown, number = self.hungriest
        yield f"most memory: {self.most_kib // 1024} MiB; by {grown // 1024} MiB at once in tree {number}"

    def descriptions(self) -> Iterator[str]:
        """Each fault, with what shows it."""
        for number, signature in enumerate(sorted(self.faults), 1):
            example = self.examples[signature]
            law, detail = signature
            places = sorted(self.places[signature])
            more = f" and {len(places) - 12} more" if len(places) > 12 else ""
            yield f"[{number}] {law}{f': {detail}' if detail else ''} ({self.faults[signature]} trees)"
            yield f"    in: {', '.join(places[:12])}{more}"
            yield f"    again: make fuzz SEED={example.tree.seed} TREE={example.tree.number}"
            yield from (f"    {line}" for line in _shown(example))


def _command(arguments: tuple[str, ...]) -> str:
    return " ".join(("orbitcfg", *(each if each.isprintable() and each else repr(each) for each in arguments)))


def _shown(example: Example) -> Iterator[str]:
    """What to lay down, and what to call."""
    group = example.found.group
    yield _command(group.call(group.formats[0]))
    is_diff = group.command.startswith("diff")
    before: Entries = {f"../before/{name}": entry for name, entry in example.tree.before.items()} if is_diff else {}
    entries = {**before, **example.tree.entries}
    for name in list(entries)[:MAX_FILES]:
        yield f"  {name if name.isprintable() else repr(name)}: {_text(entries[name])}"
    if len(entries) > MAX_FILES:
        yield f"  and {len(entries) - MAX_FILES} more files"


def _text(entry: Entry) -> str:
    if not isinstance(entry, bytes):
        return repr(entry)
    text = _LONG_RUN.sub(lambda match: f"{match[1]}(x {len(match[0])})", repr(entry))
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}... ({len(entry)} bytes)"
