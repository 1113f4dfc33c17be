"""The rules that `rule` shows."""

from orbitcfg.dataclass import dataclass
from orbitcfg.rules._rule import Rule


@dataclass(frozen=True, slots=True)
class RuleList:
    """Rules in the order of their codes; `is_one` where one was asked for by its code or name."""

    rules: tuple[Rule, ...]
    is_one: bool = False
