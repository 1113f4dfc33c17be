"""Which resources a configuration uses: every kind, at every place where it stands or is meant by default, with who needs it."""

from collections.abc import Iterator, Mapping
from string import Formatter

from orbitcfg.compile.environment import Environment
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath, Node, Sequence, Unknown, at, plain
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.live.resources.context import known_of
from orbitcfg.live.resources.kind import ANY, LossCase, ResourceKind, ValueKey, ValueSpec, resource_kinds
from orbitcfg.masking.url import without_credentials
from orbitcfg.observed.resource import ResourceLoss, ResourceTarget, ResourceValue
from orbitcfg.project.config import Config


def resource_targets(config: Config, *, every: bool = False) -> tuple[ResourceTarget, ...]:
    """The resources that somebody needs, each once; `every`: those too that are written down and nobody needs."""
    found: dict[object, ResourceTarget] = {}
    for kind in resource_kinds():
        for path in _places(config.tree, kind.at):
            target = _target(config, kind, path)
            if target is None or not (target.is_needed or (every and at(config.tree, path) is not None)):
                continue
            identity = (kind.name, tuple((name, str(value.content)) for name, value in target.values.items()))
            before = found.get(identity)
            found[identity] = target if before is None else _joined(before, target)
    return tuple(found.values())


def _joined(first: ResourceTarget, other: ResourceTarget) -> ResourceTarget:
    """One resource for two who need it; the server itself needs it for all."""
    users = tuple(dict.fromkeys((*first.users, *other.users))) if first.users and other.users else ()
    return replace(first if first.is_needed else other, users=users, is_needed=first.is_needed or other.is_needed)


def _places(node: Node | None, pattern: KeyPath, done: KeyPath = ()) -> Iterator[KeyPath]:
    """The key paths that a pattern stands for; without a star that is itself, written or not."""
    if not pattern:
        yield done
        return
    key, rest = pattern[0], pattern[1:]
    if key != ANY:
        yield from _places(at(node, (key,)), rest, (*done, key))
        return
    keys = tuple(node.entries) if isinstance(node, MappingNode) else tuple(range(len(node.items))) if isinstance(node, Sequence) else ()
    for each in keys:
        yield from _places(at(node, (each,)), rest, (*done, each))


def _target(config: Config, kind: ResourceKind, path: KeyPath) -> ResourceTarget | None:
    """A kind of resource at a place; None where another kind stands there."""
    reader = _Reader(config.tree, config.environment, path)
    values = {**known_of(config, path), **{name: reader.value(spec) for name, spec in kind.values.items()}}
    if not _have(values, kind.when) or (kind.unless and _have(values, kind.unless)):
        return None
    demand = config.demand.of(path)
    # a configuration that says nothing at all of a section may well be a part of one
    if "fallback" in demand.kinds and path[0] not in config.tree.entries:
        return None
    # an adapter that is off needs nothing, and is whom its own resources are looked at for
    users = tuple(map(str, demand.by)) or tuple(str(each.key) for each in config.adapters if each.path == path)
    case = next((case for case in kind.cases if _holds(values, case)), None)
    struck = _struck(values, case)
    others = tuple(name for name in users if struck is not None and name not in struck)
    return ResourceTarget(
        kind=kind.name,
        title=kind.title,
        service=kind.service,
        place=_place(kind, values),
        at=path,
        values=values,
        consequence=(case or kind).consequence,
        without=(case or kind).without,
        users=users,
        struck=struck,
        lesser=ResourceLoss(others, kind.consequence, kind.without) if others else None,
        is_needed=demand.is_demanded,
        rank=kind.rank,
        unknown=tuple(name for name, value in values.items() if isinstance(value.content, Unknown)),
        overrides=kind.overrides,
    )


def _holds(values: Mapping[str, ResourceValue], case: LossCase) -> bool:
    return _have(values, case.when) and _struck(values, case) != ()


def _struck(values: Mapping[str, ResourceValue], case: LossCase | None) -> tuple[str, ...] | None:
    """The adapters whom a case strikes; None where it does not choose among them."""
    names = values[case.strikes].content if case is not None and case.strikes else None
    return names if isinstance(names, tuple) else None


def _place(kind: ResourceKind, values: Mapping[str, ResourceValue]) -> str:
    """Where a resource is, for people; empty where the first value that says so is."""
    shown = {name: _text(value) for name, value in values.items() if not value.is_secret}
    shown |= {name: "" for name, spec in kind.values.items() if spec.is_address and "://" not in shown[name]}
    first = next((name for _, name, _, _ in Formatter().parse(kind.place) if name), None)
    return "" if first and not shown[first] else without_credentials(kind.place.format_map(shown).rstrip(":"))


def _have(values: Mapping[str, ResourceValue], wanted: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether each of these values is one of its texts."""
    return all(_text(values[name]).lower() in texts for name, texts in wanted.items())


def _text(value: ResourceValue) -> str:
    return "" if value.content is None else str(value.content)


def _scheme(address: object) -> str:
    scheme, mark, _ = str(address).partition("://")
    return scheme if mark else ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the values of one resource as ORBIT would."""

    tree: MappingNode
    environment: Environment
    path: KeyPath

    def value(self, spec: ValueSpec) -> ResourceValue:
        """The first that holds something: a key, a variable; else the default."""
        for key in spec.keys:
            path = self._absolute(key)
            node = at(self.tree, path)
            # `get(key) or get(other, default)`: an empty text gives way to another key, a variable or `or default`, and is what ORBIT takes where there is none
            is_last = key is spec.keys[-1] and not spec.variable and not spec.drops_empty
            if node is not None and (found := plain(node)) is not None and (found != "" or is_last):
                return ResourceValue(_scheme(found) if spec.is_scheme else found, path, spec.is_secret)
        return self._of_variable(spec)

    def _of_variable(self, spec: ValueSpec) -> ResourceValue:
        named = self._absolute(spec.named_by) if spec.named_by else None
        written = plain(node) if named and (node := at(self.tree, named)) is not None else None
        name = str(written) if written else spec.variable
        variable = self.environment[name] if name else None
        unset = self._absolute(spec.keys[0]) if spec.keys else None
        return ResourceValue(variable.value if variable and variable.value else spec.default, named if written else None, spec.is_secret, name, unset)

    def _absolute(self, key: ValueKey) -> KeyPath:
        return (*self.path, *key.path) if key.is_below else key.path
