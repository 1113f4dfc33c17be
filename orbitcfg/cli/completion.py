"""What the shell offers behind Tab: never an error, and never a look at the network."""

from collections.abc import Iterable

import orbitcfg
from orbitcfg.cli.parameters import Offer


def rules(_path: str | None, incomplete: str) -> list[str]:
    """Codes and names of rules; of several by comma the last one."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{each}" for rule in orbitcfg.rule().rules for each in (rule.code, rule.name) if each.startswith(last)]


def words(allowed: Iterable[str]) -> Offer:
    """One of a closed list."""

    def offer(_path: str | None, incomplete: str) -> list[str]:
        return [each for each in allowed if each.startswith(incomplete)]

    return offer


def vendors(_path: str | None, incomplete: str) -> list[str]:
    """Every provider that ORBIT has a class for."""
    return [each for each in orbitcfg.provider_names() if each.startswith(incomplete)]


def schemas(_path: str | None, incomplete: str) -> list[str]:
    """The names of schemas."""
    return [name for name in orbitcfg.schema().splitlines() if name.startswith(incomplete)]


def names(kind: str) -> Offer:
    """What the configuration calls so that the rest of the line is about; nothing where there is none."""

    def offer(path: str | None, incomplete: str) -> list[str]:
        try:
            return [each for each in orbitcfg.known_names(kind, path) if each.startswith(incomplete)]
        except (orbitcfg.UsageError, OSError):
            return []

    return offer


def key_paths(path: str | None, incomplete: str) -> list[str]:
    """Key paths of the configuration."""
    try:
        return [each for each in orbitcfg.key_paths(path) if each.startswith(incomplete)]
    except (orbitcfg.UsageError, OSError):
        return []
