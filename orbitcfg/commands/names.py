"""A name that a user gives to a command, looked up among those that there are."""

from collections.abc import Sequence

from orbitcfg.errors import UsageError
from orbitcfg.suggest import nearest


def check_name(noun: str, name: str | None, names: Sequence[str]) -> None:
    """Raises UsageError for a name that is not among these."""
    if name is not None and name not in names:
        meant = nearest(name, names)
        hint = f": did you mean `{meant}`?" if meant else f"; there is {', '.join(names)}" if names else ""
        raise UsageError(f"there is no {noun} `{name}`{hint}")
