"""The kinds of resources that ORBIT needs: a row of data each, by topic in `kinds/`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault
from orbitcfg.report.consequence import Consequence

ANY = "*"
"""In a pattern of key paths: every entry of a mapping or a list."""


@dataclass(frozen=True, slots=True)
class ValueKey:
    """A key that may hold a value: below the place of the resource, or from the root of the configuration."""

    path: KeyPath
    is_below: bool


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """Where a value of a resource comes from: the first of the keys that holds something, else a variable, else the default of ORBIT's code."""

    keys: tuple[ValueKey, ...] = ()
    default: object = None
    is_secret: bool = False
    variable: str = ""
    """A variable of the environment that ORBIT reads by itself."""
    named_by: ValueKey | None = None
    """A key that holds the name of a variable, which `variable` is the default of."""
    drops_empty: bool = False
    """Whether an empty text gives way to the default too."""
    is_scheme: bool = False
    """Whether of an address only its scheme is meant; empty for what has none, as a path."""
    is_address: bool = False
    """Whether it is a whole address: a text without a scheme is none, may be anything, and is not shown."""


@dataclass(frozen=True, slots=True)
class LossCase:
    """Circumstances under which ORBIT, or some of the adapters, loses something else without a resource."""

    consequence: Consequence
    """What becomes of ORBIT then."""
    without: str
    """That, in words."""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that the resource must have then, as those of a kind."""
    strikes: str = ""
    """The value that names the adapters whom it strikes, of which there must be one; empty: all that need the resource."""


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """A kind of resource."""

    name: str
    title: str
    """What it is, for people."""
    service: str
    """What it is to ORBIT, as `--service` names it."""
    check: str
    """The module in `checks/` that looks at it."""
    at: KeyPath
    """The pattern of the key paths of its blocks."""
    place: str
    """Where it is, for people, made of its values."""
    consequence: Consequence
    """What becomes of ORBIT without it."""
    without: str
    """That, in words."""
    values: Mapping[str, ValueSpec]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that it must have, as text in small letters, to be of this kind; an empty text also stands for a value that is missing."""
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values with which it is of another kind."""
    cases: tuple[LossCase, ...] = ()
    """When ORBIT loses something else without it; the first that holds counts."""
    overrides: Mapping[ResourceFault | ProbeFault, Consequence] = field(default_factory=dict)
    """What becomes of ORBIT by a fault that strikes otherwise than its absence."""
    rank: int = 0
    """When it is started: lower ones before higher ones."""


@cache
def resource_kinds() -> tuple[ResourceKind, ...]:
    """All kinds, in the order of the files and of their rows."""
    files = sorted((Path(__file__).parent / "kinds").glob("*.toml"))
    return tuple(_kind(name, row) for file in files for name, row in tomllib.loads(file.read_text("utf-8")).items())


def _kind(name: str, row: Mapping[str, Any]) -> ResourceKind:
    return ResourceKind(
        name=name,
        title=row["title"],
        service=row["service"],
        check=row["check"],
        at=_path(row["at"]),
        place=row.get("place", ""),
        consequence=Consequence[row["consequence"]],
        without=row["without"],
        values={value: _value(spec) for value, spec in row.get("values", {}).items()},
        when=_values(row.get("when", {})),
        unless=_values(row.get("unless", {})),
        cases=tuple(map(_case, row.get("cases", ()))),
        overrides={_fault(fault): Consequence[consequence] for fault, consequence in row.get("overrides", {}).items()},
        rank=row.get("rank", 0),
    )


def _case(row: Mapping[str, Any]) -> LossCase:
    return LossCase(Consequence[row["consequence"]], row["without"], _values(row.get("when", {})), row.get("strikes", ""))


def _values(texts: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return {value: tuple(each) for value, each in texts.items()}


def _value(spec: Mapping[str, Any]) -> ValueSpec:
    keys = [spec["key"]] if "key" in spec else spec.get("keys", [])
    named_by = _key(spec["named_by"]) if "named_by" in spec else None
    return ValueSpec(
        keys=tuple(map(_key, keys)),
        default=spec.get("default"),
        is_secret=spec.get("secret", False),
        variable=spec.get("variable", ""),
        named_by=named_by,
        drops_empty=spec.get("or_default", False),
        is_scheme=spec.get("scheme", False),
        is_address=spec.get("address", False),
    )


def _key(text: str) -> ValueKey:
    return ValueKey(_path(text.removeprefix(".")), is_below=text.startswith("."))


def _path(text: str) -> KeyPath:
    return tuple(text.split("."))


def _fault(name: str) -> ResourceFault | ProbeFault:
    return ResourceFault[name] if name in ResourceFault.__members__ else ProbeFault[name]
