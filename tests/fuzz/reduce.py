"""The smallest tree that still shows a fault."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.fuzz import canaries
from tests.fuzz.check import Found, Place, check
from tests.fuzz.entries import Entries
from tests.fuzz.trees import Tree

MAX_TRIES = 300
"""Runs for one fault."""

MAX_CHARACTERS = 300
"""A longer file loses lines alone."""

MAX_TRIES_OF_HANG = 12
"""Each of those takes the whole time limit."""


def reduced(tree: Tree, found: Found, place: Place) -> Tree:
    """The tree with fewer files, lines and characters, as long as the same run shows the same fault."""

    def shows(candidate: Tree) -> bool:
        if found.fault.law == "secret shown" and not canaries.stands_as_planted(found.fault.detail, _whole_text(candidate)):
            return False
        return any(each.fault.signature == found.fault.signature for each in check(candidate, place, [found.group]).found)

    return smallest(tree, shows, MAX_TRIES_OF_HANG if found.fault.law == "hang" else MAX_TRIES)


def smallest(tree: Tree, shows: Callable[[Tree], bool], max_tries: int = MAX_TRIES) -> Tree:
    """A smaller tree that still shows something, found in so many tries; the tree itself where it does not show it."""
    tries = iter(range(max_tries))

    def still(candidate: Tree) -> bool:
        return next(tries, None) is not None and shows(candidate)

    if not still(tree):
        return tree
    tree = replace(tree, before=_reduced_entries(tree.before, lambda entries: still(replace(tree, before=entries))))
    return replace(tree, entries=_reduced_entries(tree.entries, lambda entries: still(replace(tree, entries=entries))))


def _whole_text(tree: Tree) -> str:
    entries = (*tree.before.values(), *tree.entries.values())
    return b"\n".join(entry for entry in entries if isinstance(entry, bytes)).decode("utf-8", "replace")


def _reduced_entries(entries: Entries, shows: Callable[[Entries], bool]) -> Entries:
    if entries and shows({}):
        return {}
    for name in list(entries):
        without = {each: entry for each, entry in entries.items() if each != name}
        if shows(without):
            entries = without
    for name, entry in list(entries.items()):
        if isinstance(entry, bytes):
            lines = _fewest(entry.splitlines(keepends=True), _in_file(entries, name, shows))
            content = b"".join(lines)
            if len(content) <= MAX_CHARACTERS:
                content = b"".join(_fewest([content[place : place + 1] for place in range(len(content))], _in_file(entries, name, shows)))
            entries = {**entries, name: content}
    return entries


def _in_file(entries: Entries, name: str, shows: Callable[[Entries], bool]) -> Callable[[Sequence[bytes]], bool]:
    return lambda parts: shows({**entries, name: b"".join(parts)})


def _fewest(parts: list[bytes], shows: Callable[[Sequence[bytes]], bool]) -> list[bytes]:
    """The parts without those that are not needed: halves at first, single ones at last."""
    size = len(parts) // 2
    while size:
        start = 0
        while start < len(parts):
            without = parts[:start] + parts[start + size :]
            if shows(without):
                parts = without
            else:
                start += size
        size //= 2
    return parts
