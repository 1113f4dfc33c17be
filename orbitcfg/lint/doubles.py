"""Findings that say the same in one place: each is told once."""

from collections.abc import Hashable
from functools import cache

from orbitcfg.catalog.sections import preset_sections
from orbitcfg.document.source import Source, Span
from orbitcfg.lint.causes import Placed
from orbitcfg.report.diagnostics import Diagnostic


class Seen:
    """Knows equal findings. They are compared whole only where they stand in one place: their words are worked out for that."""

    def __init__(self) -> None:
        self._first: dict[object, Diagnostic] = {}
        self._more: dict[object, set[Diagnostic]] = {}

    def is_new(self, placed: Placed) -> bool:
        """Whether no equal one was asked about before. One about a preset has another key than one about what the preset is laid over."""
        diagnostic = placed.diagnostic
        key = (diagnostic.code, diagnostic.place, _is_of_preset(placed))
        first = self._first.setdefault(key, diagnostic)
        if first is diagnostic:
            return True
        there = self._more.setdefault(key, {first})
        before = len(there)
        there.add(diagnostic)
        return len(there) > before


def told_once(placed: list[Placed]) -> list[Placed]:
    """The findings without those about a preset that are told of the block that it is laid over: one place, one text."""
    of_presets = [_is_of_preset(each) for each in placed]
    # few are about presets, and others matter only where those lie
    of_blocks: dict[object, list[Placed]] = {_place_of(each): [] for each, is_of_preset in zip(placed, of_presets, strict=True) if is_of_preset}
    for each, is_of_preset in zip(placed, of_presets, strict=True):
        if of_blocks and not is_of_preset and (there := of_blocks.get(_place_of(each))) is not None:
            there.append(each)

    def is_told(of_preset: Placed) -> bool:
        return any(_says_the_same(each, of_preset) for each in of_blocks[_place_of(of_preset)])

    return [each for each, is_of_preset in zip(placed, of_presets, strict=True) if not (is_of_preset and is_told(each))]


def _is_of_preset(placed: Placed) -> bool:
    path = placed.finding.path
    return path[0] in _sections_of_presets() if path else False


@cache
def _sections_of_presets() -> frozenset[Hashable]:
    return frozenset(preset_sections().values())


def _says_the_same(one: Placed, other: Placed) -> bool:
    # what a rule says of both alike is also shown alike
    return one.finding.message == other.finding.message or one.diagnostic.message == other.diagnostic.message


def _place_of(placed: Placed) -> tuple[str, Span | Source | None]:
    return placed.diagnostic.code, placed.diagnostic.place
