"""A name that a user gives to a command, looked up among those that there are."""

from collections.abc import Sequence

from orbitcfg.errors import UsageError
from orbitcfg.suggest import did_you_mean


def check_name(noun: str, name: str | None, names: Sequence[str]) -> None:
    """Raises UsageError for a name that is not among these."""
    if name is not None and name not in names:
        raise UsageError(f"there is no {noun} `{name}`" + did_you_mean(name, names, otherwise=f"; there is {', '.join(names)}" if names else ""))


def check_choice(option: str, value: str, allowed: Sequence[str]) -> str:
    """The value of an option with a closed list of words. Raises UsageError for any other."""
    if value not in allowed:
        raise UsageError(f"{option} takes {', '.join(allowed)}, not `{value}`" + did_you_mean(value, allowed))
    return value
