"""A name that a user gives to a command, looked up among those that there are."""

from collections.abc import Iterable

from orbitcfg.errors import UsageError
from orbitcfg.suggest import did_you_mean


def check_name(noun: str, name: str | None, names: Iterable[str], shown: Iterable[str] = ()) -> None:
    """Raises UsageError for a name that is not among these; `shown` is what may be said of them, where that is less."""
    if name is not None and name not in names and name not in shown:
        known = list(dict.fromkeys(shown or names))
        raise UsageError(f"there is no {noun} `{name}`" + did_you_mean(name, known, otherwise=f"; known: {', '.join(known)}" if known else ""))


def check_choice(option: str, value: str, allowed: Iterable[str]) -> str:
    """The value of an option with a closed list of words. Raises UsageError for any other."""
    if value not in allowed:
        raise UsageError(f"{option} takes {', '.join(allowed)}, not `{value}`" + did_you_mean(value, allowed))
    return value
