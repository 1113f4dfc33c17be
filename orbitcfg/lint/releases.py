"""What cannot be judged of an ORBIT of another release than the catalogue: findings that rest on names which it knows, or may know, and the catalogue does not."""

from collections.abc import Iterable

from orbitcfg.catalog.specs import NOT_KNOWN
from orbitcfg.document.events import NamesUnjudged
from orbitcfg.document.tree import KeyPath, Scalar, at
from orbitcfg.lint.causes import Placed
from orbitcfg.project.config import Config
from orbitcfg.release import OLDEST_JUDGED
from orbitcfg.rules._rule import Rule

_OF_ANY_RELEASE = ("orbitcfg.rules.files.contents", "orbitcfg.rules.files.yaml11", "orbitcfg.rules.meta")
"""The rules about YAML itself, and orbitcfg's own: they are true of releases that are not judged as well."""


def is_judged(config: Config) -> bool:
    """Whether the ORBIT that is meant is of a release that enough is known of."""
    release = config.orbit.release
    return release is None or release >= OLDEST_JUDGED


def of_release(config: Config, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that are true of the ORBIT that is meant."""
    release = config.orbit.release
    if config.orbit.is_newest or release is None:
        return tuple(rules)
    if not is_judged(config):
        return tuple(rule for rule in rules if rule.check.__module__.startswith(_OF_ANY_RELEASE))
    return tuple(rule for rule in rules if rule.since is None or rule.since <= release)


def judged_alone(config: Config, placed: Iterable[Placed]) -> tuple[list[Placed], list[NamesUnjudged]]:
    """The findings less those that cannot be judged, and an event that names what they are about."""
    if not is_judged(config):
        return list(placed), [NamesUnjudged((), is_older=True)]
    if not config.knowledge.is_other:
        return list(placed), []
    kept: list[Placed] = []
    strange = dict.fromkeys(str(each.path[-1]) for each in config.providers if each.row.provider.protocol == NOT_KNOWN)
    for each in placed:
        names = [name for name, is_value in _subjects(config, each) if _is_strange(config, each, name, is_value=is_value)]
        strange |= dict.fromkeys(names)
        if not names and not _was_read(config, each):
            kept.append(each)
    return kept, [NamesUnjudged(tuple(strange))] if strange else []


def _was_read(config: Config, placed: Placed) -> bool:
    """Whether it says of a key that nothing reads it, which the ORBIT that is meant does."""
    path = placed.finding.path
    return placed.diagnostic.code in _OF_KEYS and path is not None and config.knowledge.reads_at(path)


_OF_KEYS = frozenset({"ORB301", "ORB306"})


def _is_strange(config: Config, placed: Placed, name: str, *, is_value: bool) -> bool:
    """Whether the ORBIT that is meant knows a name, or may know it, that the catalogue has nowhere, or as no value."""
    knows = config.knowledge.knows(name, is_value=is_value)
    is_slip = placed.finding.fix is not None and placed.finding.fix.safe
    if knows is True or any(config.knowledge.registers(section, name) for section in _sections(config, placed, is_value=is_value)):
        return True
    if not is_value and placed.diagnostic.code == _UNKNOWN_KEY and config.knowledge.may_read(name):
        return not is_slip
    return knows is None and not is_slip and placed.diagnostic.code in _OF_NAMES


def _sections(config: Config, placed: Placed, *, is_value: bool) -> tuple[str, ...]:
    """The sections that a finding looks for a provider in: the one that it stands in, or those that the value refers to."""
    path = placed.finding.path or ()
    if not is_value:
        return (str(path[0]),) if len(path) == _OF_A_BLOCK else ()
    row = config.catalog.at(config.tree, path)
    named = row.refers_to if row is not None else None
    return tuple(str(section[0]) for section in named.sections) if named is not None else ()


_UNKNOWN_KEY = "ORB301"
_OF_A_BLOCK = 2
"""Parts of the path of a provider's block."""


_OF_NAMES = frozenset({"ORB301", "ORB303", "ORB501", "ORB510", "ORB511", "ORB515"})
"""The rules that say of a name that ORBIT does not know it."""


def _subjects(config: Config, placed: Placed) -> tuple[tuple[str, bool], ...]:
    """The names that a finding is about, and whether as a value: its key, or the word that stands there where ORBIT's code decides which words there are."""
    path = placed.finding.path
    if not path:
        return ()
    keys = tuple((part, False) for part in path[-1:] if isinstance(part, str)) if not placed.finding.value else ()
    node = at(config.tree, path)
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not _is_word_of_orbits(config, path):
        return keys
    return (*keys, (node.value, True))


def _is_word_of_orbits(config: Config, path: KeyPath) -> bool:
    """Whether the words that may stand at a path are those that ORBIT's code knows, and not defined by the configuration."""
    row = config.catalog.at(config.tree, path)
    if row is None:
        return False
    named = row.refers_to
    return "enum" in row.schema or (named is not None and named.key is None) or path[-1] in _KINDS


_KINDS = frozenset({"implementation", "type", "adapter", "datasource"})
"""Keys of adapters whose words choose classes."""
