"""Keys that are void or of a wrong type, one run of the real ORBIT each: a finding says what it came to, and what came to nothing has no error."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache, partial
from typing import Any, NamedTuple

import pytest
import yaml

from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import STATIC, rules_of
from tests.compiled import compiled
from tests.shared import read_facts

VALUES = {"null": None, "false": False, "x": "x"}
ROWS = read_facts("sweep/sweep")
BASES = read_facts("sweep/bases")["bases"]

START, SIGN_IN, REQUEST, MISSING = Consequence.NO_START, Consequence.NO_SIGN_IN, Consequence.NO_REQUEST, Consequence.ADAPTER_MISSING
FAILS, LOST, MISLEADS = Consequence.ADAPTER_FAILS, Consequence.PURPOSE_LOST, Consequence.MISLEADS
DIFFERENT, OFF = Consequence.DIFFERENT, Consequence.DEGRADED
EXPECTED: Mapping[str, frozenset[Consequence]] = {
    "start fatal": frozenset({START}),
    "no sign-in or key": frozenset({SIGN_IN}),
    "no request succeeds": frozenset({REQUEST}),
    "adapter missing": frozenset({MISSING}),
    # where every chat fails, no request is answered
    "chat fails": frozenset({FAILS, REQUEST}),
    "adapter not loaded, its chats answered": frozenset({LOST, OFF}),
    # a guard that goes misleads, data that are no longer found are what an adapter exists for
    "service off, with a log line": frozenset({OFF, MISLEADS, LOST}),
    "service off silently": frozenset({OFF, MISLEADS}),
    "parameters differ": frozenset({DIFFERENT, MISLEADS, LOST}),
}
"""What a finding may say of each effect that was seen; the effect begins so."""

ERRORS = frozenset(each for each in Consequence if each.rank <= MISLEADS.rank)
"""Consequences that are errors, where something that is on needs the value."""

BY_OTHER_RULES = {
    "auth.default_admin_password": "the loader asks for it: ORB207",
    "internal_services.elasticsearch": "the loader looks into it: ORB208",
    "internal_services.elasticsearch.enabled": "the loader then asks for its node: ORB207",
    "internal_services.redis": "the loader looks into it: ORB208",
    "internal_services.redis.enabled": "the loader then asks for its host: ORB207",
    "security.cors": "the loader looks into it: ORB208",
    "security.cors.allow_credentials": "the loader refuses it beside any origin: ORB601",
    "adapters[mm].capabilities.requires_encryption": "files are not encrypted, so each upload is refused: ORB507",
}
"""Keys of which another rule says what follows, with an error."""

OTHERWISE = {
    "performance.compression.minimum_size=null": "clients that accept compressed answers get none; others, chats here, are answered",
    "performance.compression.minimum_size=x": "clients that accept compressed answers get none; others, chats here, are answered",
    "files.processing.magika.enabled=x": "the text counts as true, and the library was not installed",
    "ollama_presets.small.base_url=null": "its requests fail; the start only takes longer than was waited for",
    "ollama_presets.small.base_url=false": "its requests fail; the start only takes longer than was waited for",
}
"""Runs of which the finding says something else than the effect that was seen."""

NOT_ASKED_FOR = {
    "adapters[mm].allowed_models[fast]=null": "no client chose a model",
    "adapters[mm].allowed_models[fast]=false": "no client chose a model",
    "adapters[mm].allowed_models[fast].model=null": "no client chose a model",
    "adapters[mm].allowed_models[fast].model=false": "no client chose a model",
}
"""Runs without an effect that have an error, since what fails was not asked for."""


class Row(NamedTuple):
    """One key of a base tree, set to one value, and what was seen."""

    base: str
    path: tuple[Any, ...]
    value: str
    key: str
    effect: str

    @property
    def id(self) -> str:
        """The key and its value."""
        return f"{self.key}={self.value}"

    @property
    def section(self) -> str:
        """The section that findings are about; a preset takes the place of its provider's block."""
        return "inference" if self.path[0] == "ollama_presets" else str(self.path[0])

    @property
    def expected(self) -> frozenset[Consequence]:
        """What a finding may say; empty where there was no effect."""
        return next((consequences for effect, consequences in EXPECTED.items() if self.effect.startswith(effect)), frozenset())


def rows() -> Iterator[Row]:
    """All runs of the sweep."""
    for each in ROWS:
        yield Row(each["base"], tuple(each["path"]), each["value"], each["key"], each["effect"])


@cache
def groups() -> Mapping[Row, tuple[Row, ...]]:
    """The rows whose changes are looked at together: of one base and value, each in another section; a whole section stands alone."""
    lines: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    together: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    alone: list[tuple[Row, ...]] = []
    for row in rows():
        if len(row.path) == 1:
            alone.append((row,))
            continue
        line = lines[row.base, row.value, row.section]
        together[row.base, row.value, len(line)].append(row)
        line.append(row)
    return {row: group for group in [*alone, *map(tuple, together.values())] for row in group}


@cache
def parsed(base: str) -> Mapping[str, Any]:
    """The values of a base tree's files."""
    return {path: yaml.load(text, yaml.CSafeLoader) for path, text in BASES[base]["files"].items()}


def changed(group: tuple[Row, ...]) -> dict[str, str]:
    """The base tree of a group with its keys changed, each in the file that has most of the way to it."""
    base = group[0].base
    contents = deepcopy(dict(parsed(base)))
    touched = set()
    for row in group:
        path = max(contents, key=partial(steps_in, contents, row.path))
        *above, last = row.path
        holder = contents[path]
        for key in above:
            below = child(holder, key)
            if below is None:
                below = holder[key] = {}
            holder = below
        holder[index_of(holder, last)] = VALUES[row.value]
        touched.add(path)
    return {**BASES[base]["files"], **{path: yaml.dump(contents[path], Dumper=yaml.CSafeDumper, sort_keys=False, width=1000) for path in touched}}


def steps_in(contents: Mapping[str, Any], path: tuple[Any, ...], name: str) -> int:
    """How much of the way to a path there is in a file."""
    holder = contents[name]
    for taken, key in enumerate(path):
        if not has(holder, key):
            return taken
        holder = child(holder, key)
    return len(path)


def has(holder: Any, key: Any) -> bool:
    """Whether there is something under a key, null included."""
    return key in holder if isinstance(holder, dict) else child(holder, key) is not None


def child(holder: Any, key: Any) -> Any:
    """What stands under a key, or the item of a list with this name."""
    if isinstance(holder, list):
        found = index_of(holder, key)
        return holder[found] if isinstance(found, int) and found < len(holder) else None
    return holder.get(key) if isinstance(holder, dict) else None


def index_of(holder: Any, key: Any) -> Any:
    """A key, or the place of the item of a list with this name."""
    if not isinstance(holder, list) or isinstance(key, int):
        return key
    return next((index for index, item in enumerate(holder) if isinstance(item, dict) and item.get("name") == key), None)


def config_of(files: Mapping[str, str]) -> Config:
    """A tree as ORBIT loads it, with the administrator's password set."""
    memory = Memory({f"/orbit/config/{path}": text.encode() for path, text in files.items()})
    options = CompileOptions(InterpolationMode.ORBIT, EnvironmentChoice(process={"ORBIT_DEFAULT_ADMIN_PASSWORD": "x"}))
    return compiled(memory, "/orbit/config", options)


def findings(config: Config) -> tuple[Diagnostic, ...]:
    """What is found in a configuration."""
    return run_rules(config, rules_of(STATIC)).diagnostics


@cache
def in_base(name: str) -> frozenset[str]:
    """The messages about the unchanged tree."""
    return frozenset(each.message for each in findings(config_of(BASES[name]["files"])))


@cache
def found_in(group: tuple[Row, ...]) -> tuple[Diagnostic, ...]:
    """What is found in a group's tree, and not in the unchanged one."""
    config = config_of(changed(group))
    return tuple(each for each in findings(config) if each.message not in in_base(group[0].base))


def about(row: Row) -> list[Diagnostic]:
    """What is found in the section of a row, or where the section is named."""
    section = str(row.path[0])
    beside = ("inference", "ollama_presets") if row.section == "inference" else (section,)
    return [each for each in found_in(groups()[row]) if re.split(r"[.\[]", each.key or "")[0] in beside or len(row.path) == 1]


WITH_EFFECT = [row for row in rows() if row.expected]
WITHOUT = [row for row in rows() if not row.expected]


def test_what_is_seen_is_expected() -> None:
    assert {row.effect for row in WITHOUT} == {"none"}


@pytest.mark.parametrize("row", WITH_EFFECT, ids=lambda row: row.id)
def test_a_finding_says_what_follows(row: Row) -> None:
    said = about(row)
    if row.key in BY_OTHER_RULES:
        assert Severity.ERROR in {each.severity for each in said}
    else:
        at_all = [each.consequence for each in said if each.severity > Severity.INFO]
        assert bool(row.expected.intersection(at_all)) is (row.id not in OTHERWISE), at_all
        assert at_all != []


@pytest.mark.parametrize("row", WITHOUT, ids=lambda row: row.id)
def test_what_does_nothing_is_no_error(row: Row) -> None:
    errors = [each for each in about(row) if each.severity is Severity.ERROR]
    assert bool(errors) is (row.id in NOT_ASKED_FOR), [each.message for each in errors]


def test_exceptions_are_few() -> None:
    assert len(OTHERWISE) <= 0.05 * len(WITH_EFFECT)
    assert {*OTHERWISE, *NOT_ASKED_FOR} <= {row.id for row in rows()}
    assert set(BY_OTHER_RULES) <= {row.key for row in rows()}
