"""`--watch`: the screen of now, and under it what has changed since the one before."""

import gc
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NoReturn

from orbitcfg.cli import streams
from orbitcfg.commands.watching import Round, rounds

if TYPE_CHECKING:
    from orbitcfg.commands.watching import Files, Look
    from orbitcfg.report.diagnostics import Diagnostic

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_SHOWN = 10
"""Findings that are told one by one as new, or as gone."""


def watch(look: "Callable[[Files], Look]", *, in_color: bool, again_s: float | None = None) -> NoReturn:
    """Shows look after look, until Ctrl-C."""
    # it is switched off for runs that end
    gc.enable()
    for each in rounds(look, again_s):
        _show(each, in_color=in_color)
    raise AssertionError("looking has no end")


def _show(shown: Round, *, in_color: bool) -> None:
    if sys.stdout is not None and sys.stdout.isatty():
        streams.write(_CLEAR, sys.stdout)
    if shown.look is not None:
        streams.result(shown.look.output, in_color=in_color)
        streams.note(shown.look.note, quiet=not shown.look.note)
    else:
        streams.error(shown.failure)
    for line in _since(shown):
        streams.note(line)


def _since(shown: Round) -> Iterator[str]:
    """What came and went, and that more is waited for."""
    yield from _told("new ", shown.new)
    yield from _told("gone", shown.gone)
    cause = f", as `{shown.changed}` has changed" if shown.changed is not None else ""
    yield f"{time.strftime('%H:%M:%S')}{cause}; waiting for changes, Ctrl-C ends"


def _told(word: str, findings: "Iterable[Diagnostic]") -> Iterator[str]:
    # what is only worth knowing is not listed one by one above either
    found = sorted(findings, key=lambda each: -each.severity)
    yield from (f"{word} {each.severity.label}[{each.code}] {each.file or ''}: {each.message}" for each in found[:_SHOWN])
    if len(found) > _SHOWN:
        yield f"{word} {len(found) - _SHOWN} more"
