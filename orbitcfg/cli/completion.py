"""What the shell offers behind Tab: never an error, and never a look at the network."""

from collections.abc import Callable, Iterable

import typer

import orbitcfg


def rules(incomplete: str) -> list[str]:
    """Codes and names of rules; of several by comma the last one."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{each}" for rule in orbitcfg.rule().rules for each in (rule.code, rule.name) if each.startswith(last)]


def words(allowed: Iterable[str]) -> Callable[[str], list[str]]:
    """One of a closed list."""

    def offer(incomplete: str) -> list[str]:
        return [each for each in allowed if each.startswith(incomplete)]

    return offer


def vendors(incomplete: str) -> list[str]:
    """Every provider that ORBIT has a class for."""
    return [each for each in orbitcfg.provider_names() if each.startswith(incomplete)]


def names(kind: str) -> Callable[[typer.Context, str], list[str]]:
    """What the configuration calls so that the rest of the line is about; nothing where there is none."""

    def offer(context: typer.Context, incomplete: str) -> list[str]:
        try:
            return [each for each in orbitcfg.known_names(kind, context.params.get("path")) if each.startswith(incomplete)]
        except (orbitcfg.UsageError, OSError):
            return []

    return offer


def key_paths(context: typer.Context, incomplete: str) -> list[str]:
    """Key paths of the configuration."""
    try:
        return [each for each in orbitcfg.key_paths(context.params.get("path")) if each.startswith(incomplete)]
    except (orbitcfg.UsageError, OSError):
        return []
