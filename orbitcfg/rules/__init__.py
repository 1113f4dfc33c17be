"""Every finding of orbitcfg is made here: the families of rules, in the order of their codes."""

from orbitcfg.rules import adapters, engine, environment, files, itself, live, providers, references, security, server, shape
from orbitcfg.rules._rule import Rule

_FAMILIES = (
    files,
    environment,
    shape,
    providers,
    references,
    adapters,
    server,
    security,
    live,
    engine,
    itself,
)

RULES: tuple[Rule, ...] = tuple(sorted((each for family in _FAMILIES for each in family.RULES), key=lambda each: each.code))


def find(name: str) -> Rule | None:
    """The rule with this code or name; None where there is none."""
    return next((each for each in RULES if name.upper() == each.code or name.lower() == each.name), None)
