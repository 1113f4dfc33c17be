"""Every finding of orbitcfg is made here: the families of rules, in the order of their codes.

A family is imported when its rules are asked for, so that a command that looks at the load alone starts quickly.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from orbitcfg.rules._rule import Rule

RULES: tuple[Rule, ...]
"""All rules."""

STATIC = ("templates", "files", "environment", "shape", "providers", "references", "adapters", "server", "security", "meta")
"""The families that need no more than a configuration. Each is a sub-package that lists its topics; each topic is a module with a table `RULES`."""

FAMILIES = (*STATIC, "live", "engine")
"""All families."""

LOADING = ("files.contents", "files.imports", "environment.required", "security.cors", "meta")
"""The families and topics that know what ORBIT's loader raises on."""


@cache
def rules_of(families: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of some families, or topics of families, in the order of their codes."""
    found = (each for name in families for topic in _topics(name) for each in topic.RULES)
    return tuple(sorted(found, key=lambda each: str(each.code)))


def _topics(name: str) -> Iterator[Any]:
    """The modules of a family; of one topic its own."""
    named = import_module(f"orbitcfg.rules.{name}")
    topics = getattr(named, "TOPICS", None)
    yield from (import_module(f"orbitcfg.rules.{name}.{topic}") for topic in topics) if topics is not None else (named,)


def __getattr__(name: str) -> Any:
    if name == "RULES":
        return rules_of(FAMILIES)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def find(name: str) -> Rule | None:
    """The rule with this code, its number alone, or name; None where there is none. Families are imported up to the one that has it."""
    each_rule = (each for family in FAMILIES for each in rules_of((family,)))
    return next((each for each in each_rule if name.upper() in (each.code, each.code[3:]) or name.lower() == each.name), None)
