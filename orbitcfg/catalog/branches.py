"""Which branches of a schema a value may choose: nearly all go by the text under one key, as by the type of an adapter."""

from collections.abc import Callable
from typing import Any

Branch = Any
"""A schema of an `allOf`; of interest are those that are mappings with a condition."""

_CONDITIONAL = frozenset({"if", "then", "$comment"})
"""What a branch may hold that says nothing where its condition does not hold."""


class Branches:
    """The schemas of an `allOf`, by the texts that their conditions ask for."""

    def __init__(self, every: list[Branch]) -> None:
        self.every = every
        self._open: list[int] = []
        """Where those stand that go by something else."""
        self._by_text: dict[str, dict[str, list[int]]] = {}
        for position, branch in enumerate(every):
            key, texts = _asked(branch)
            if key is None:
                self._open.append(position)
            for text in texts:
                self._by_text.setdefault(key or "", {}).setdefault(text, []).append(position)

    def open_to(self, value_of: Callable[[str], object]) -> list[Branch]:
        """Those that a mapping may choose, in order, by what stands under its keys: what is no text chooses none of those that ask for one."""
        positions = set(self._open)
        for key, by_text in self._by_text.items():
            value = value_of(key)
            if isinstance(value, str):
                positions.update(by_text.get(value, ()))
        return [self.every[position] for position in sorted(positions)]


def _asked(branch: Branch) -> tuple[str | None, list[str]]:
    """The key that decides on a branch, and the texts of which one must stand there; no key where something else does."""
    match branch:
        case {"if": {"properties": properties, "required": required}} if branch.keys() <= _CONDITIONAL:
            for key in required:
                match properties.get(key):
                    case {"const": str(text)}:
                        return key, [text]
                    case {"enum": [*texts]} if all(isinstance(text, str) for text in texts):
                        return key, texts
    return None, []
