"""Which rules a user means."""

from collections.abc import Iterable

from orbitcfg.errors import UsageError
from orbitcfg.rules import FAMILIES, find, rules_of
from orbitcfg.rules._rule import Rule
from orbitcfg.suggest import did_you_mean


def rule_named(name: str) -> Rule:
    """The rule with this code or name. Raises UsageError where there is none."""
    found = find(name)
    if found is None:
        known = (word for rule in rules_of(FAMILIES) for word in (rule.code, rule.name))
        raise UsageError(f"there is no rule `{name}`" + did_you_mean(name, known, otherwise="; `orbitcfg rule` lists them"))
    return found


def codes(names: Iterable[str]) -> tuple[str, ...]:
    """Codes, and beginnings of codes, for what a user wrote: names of rules are allowed too. Raises UsageError for one that fits no rule."""
    return tuple(code(name.strip()) for name in names if name.strip())


def code(name: str) -> str:
    """The code, or the beginning of codes, that a name means. Raises UsageError where it fits no rule."""
    is_beginning = any(rule.code.startswith(name.upper()) for rule in rules_of(FAMILIES))
    return name.upper() if is_beginning else rule_named(name).code
