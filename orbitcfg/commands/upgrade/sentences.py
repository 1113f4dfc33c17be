"""An upgrade in sentences, for people."""

from collections.abc import Iterator

from orbitcfg.commands.upgrade.result import AdapterFate, KeyChange, Upgrade
from orbitcfg.document.source import Span
from orbitcfg.report.diagnostics import Diagnostic

_STATES = {
    "answers": "answers",
    "degraded": "answers, without something",
    "fails": "does not answer",
    "off": "is off",
    "unknown": "is not known here",
}


def parts(upgrade: Upgrade) -> Iterator[tuple[str, list[str]]]:
    """Each heading with its lines; those that have none are left out."""
    now = upgrade.now.config.orbit.label
    fates = {
        "to be renamed": [_key(each) for each in upgrade.keys if each.fate == "renamed"],
        f"read no longer by {now}": [_key(each) for each in upgrade.keys if each.fate == "stops"],
        f"read from {now} on": [_key(each) for each in upgrade.keys if each.fate == "begins"],
        "findings that come": [_finding(each) for each in upgrade.coming],
        "findings that go": [_finding(each) for each in upgrade.going],
        "adapters": [_adapter(each) for each in upgrade.adapters],
        "the start": [_start(upgrade)] if upgrade.changes_start else [],
    }
    yield from ((heading, lines) for heading, lines in fates.items() if lines)


def _key(change: KeyChange) -> str:
    where = f": {change.place.label}" if change.place else ""
    return f"`{change.key}`" + (f" becomes `{change.new_name}`" if change.new_name else "") + where


def _finding(diagnostic: Diagnostic) -> str:
    where = diagnostic.place.label if isinstance(diagnostic.place, Span) else diagnostic.file
    return f"{diagnostic.severity.label}[{diagnostic.code}]: {diagnostic.message}" + (f": {where}" if where else "")


def _adapter(fate: AdapterFate) -> str:
    was, now = (_STATES[each] if each else "is not there" for each in (fate.was, fate.now))
    return f"`{fate.name}` {was}, and then {now}"


def _start(upgrade: Upgrade) -> str:
    was, now = (
        {True: "starts", False: "does not start", None: "may start"}[side.verdict.starts if side.verdict else None]
        for side in (upgrade.was, upgrade.now)
    )
    return f"ORBIT {was}, and then {now}"
