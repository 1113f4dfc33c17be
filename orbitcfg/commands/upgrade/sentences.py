"""An upgrade in sentences, for people."""

from collections.abc import Iterator

from orbitcfg.commands.upgrade.result import AdapterFate, KeyChange, KeyFate, Upgrade
from orbitcfg.document.source import Span
from orbitcfg.report.diagnostics import Diagnostic

_STATES = {
    "answers": "answers",
    "degraded": "answers, without something",
    "fails": "does not answer",
    "off": "is off",
    "unknown": "is not known here",
}


def parts(upgrade: Upgrade, *, verbose: bool = True) -> Iterator[tuple[str, list[str]]]:
    """Each heading with its lines; those that have none are left out. Without `verbose` keys of one name share a line."""
    was, now = (side.config.orbit.label for side in (upgrade.was, upgrade.now))

    def keys(fate: KeyFate) -> list[str]:
        changed = [each for each in upgrade.keys if each.fate == fate]
        return [_key(each) for each in changed] if verbose else list(_summed(changed))

    fates = {
        "to be renamed": keys("renamed"),
        f"read by {was}, and not by {now}": keys("stops"),
        f"read by {now}, and not by {was}": keys("begins"),
        "findings that come": [_finding(each) for each in upgrade.coming],
        "findings that go": [_finding(each) for each in upgrade.going],
        "adapters": [_adapter(each) for each in upgrade.adapters],
        "the start": [_start(upgrade)] if upgrade.changes_start else [],
    }
    yield from ((heading, lines) for heading, lines in fates.items() if lines)


def _summed(changes: list[KeyChange]) -> Iterator[str]:
    """A line for each name, with the places of those that stand in several."""
    by_name: dict[tuple[str, str | None], list[KeyChange]] = {}
    for each in changes:
        by_name.setdefault((each.key.rpartition(".")[2], each.new_name and each.new_name.rpartition(".")[2]), []).append(each)
    for (name, new), alike in by_name.items():
        first = alike[0]
        if len(alike) == 1:
            yield _key(first)
        else:
            yield (
                f"`{name}`"
                + (f" becomes `{new}`" if new else "")
                + f" in {len(alike)} places, the first `{first.key}`{_where(first)}; `-v` lists them"
            )


def _where(change: KeyChange) -> str:
    return f": {change.place.label}" if change.place else ""


def _key(change: KeyChange) -> str:
    return f"`{change.key}`" + (f" becomes `{change.new_name}`" if change.new_name else "") + _where(change)


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
