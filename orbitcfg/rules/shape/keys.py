"""Keys that ORBIT does not know."""

from collections.abc import Hashable, Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import Reaction
from orbitcfg.document.events import ImportMisspelt
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown, at, key_span
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import key_rename_fix
from orbitcfg.rules._rule import rule
from orbitcfg.rules.shape._consequence import consequence_of
from orbitcfg.rules.shape._dead import below_dead, is_misplaced_section
from orbitcfg.suggest import certain, nearest


@rule("ORB301", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="keys that ORBIT does not know")
def unknown_key(config: Config) -> Iterator[Finding]:
    """ORBIT knows no key of this name here.

    It is ignored in silence. Often it is misspelt, stands one level too deep or too far out, or has been renamed. It is an error
    where the key that seems to be meant is one that ORBIT needs, and only worth knowing in a part that is switched off. Keys at the top
    that begin with `x-` or `.` hold anchors by custom, and are left alone.

    ```yaml bad
    general:
      inference_provder: shimmy
      inference_provider: shimmy
    ```

    ```yaml bad
    general:
      inference_provider: shimmy
      verbos: true  # one letter is lost
    ```

    ```yaml good
    general:
      inference_provider: shimmy
    ```

    ```yaml good
    x-server: &server {enabled: true, base_url: "http://localhost:11435"}
    inference:
      shimmy: {<<: *server, model: m}
    ```
    """
    slips = {event.place for event in config.events_of(ImportMisspelt)}
    for path, _, row, holder in config.rows:
        is_key = not isinstance(path[-1], int) and not _holds_anchors(path)
        if is_misplaced_section(config, path, holder):
            yield Finding(
                f"`{path[-1]}` stands one level too deep: ORBIT reads it at the top",
                path,
                "move it to the top level",
                consequence=Consequence.MISLEADS,
            )
        elif row is None and is_key and not below_dead(config, path) and key_span(config.tree, path) not in slips:
            # a slip for `import` has a rule of its own
            yield _unknown(config, path, holder)


def _holds_anchors(path: KeyPath) -> bool:
    """Whether a key at the top is named as YAML files name a place for anchors, which aliases elsewhere need: `x-defaults`, `.defaults`."""
    return len(path) == 1 and str(path[0]).startswith(("x-", "."))


def _unknown(config: Config, path: KeyPath, holder: Row) -> Finding:
    key = str(path[-1])
    meant = meant_key(config, path, holder)
    if meant is not None:
        needed = _what_needs(config, path, meant)
        fix = key_rename_fix(config, path, meant, safe=_is_certain(config, path, holder, meant))
        ending = ", which ORBIT needs" if needed else ""
        message = f"ORBIT knows no key `{key}` here: `{meant}` seems to be meant{ending}"
        if needed is None:
            return Finding(message, path, f"write `{meant}`", severity=_severity(config, path), fix=fix)
        return Finding(message, path, f"write `{meant}`", consequence=consequence_of(config, (*path[:-1], meant), needed), fix=fix)
    found = _elsewhere(config, path, holder)
    if found is not None:
        place, is_set = found
        is_top = place == config.format_path((path[-1],))
        message = f"ORBIT reads `{key}` at the top of the configuration" if is_top else f"ORBIT reads `{key}` elsewhere: `{place}`"
        target = "the top of the configuration" if is_top else f"`{place}`"
        # moved there it would take the place of what is there
        help_text = f"remove it, since {target} is set, or mend that" if is_set else f"move it to {target}"
        return Finding(message, path, help_text, severity=_severity(config, path))
    return Finding(f"ORBIT knows no key `{key}` here, and ignores it", path, "remove it, or mend its name", severity=_severity(config, path))


def meant_key(config: Config, path: KeyPath, holder: Row) -> str | None:
    """The key of the same mapping that an unknown one seems to mean."""
    key = str(path[-1])
    renamed = holder.spec.renamed.get(key)
    if renamed is not None and "." not in renamed and "/" not in renamed:
        return renamed
    mapping = at(config.tree, path[:-1])
    names = config.catalog.names(holder, mapping)
    free = names if not isinstance(mapping, Mapping) or path[-1] not in mapping.entries else _not_beside(mapping, path[-1], names)
    return certain(key, free) or nearest(key, free, cutoff=0.78)


def _not_beside(mapping: Mapping, key: Hashable, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that do not stand in the same file beside a key: what another file gives to the mapping may be meant all the same."""
    entries, source = mapping.entries, mapping.entries[key].key_span.source
    return tuple(name for name in names if name not in entries or entries[name].key_span.source is not source)


def _elsewhere(config: Config, path: KeyPath, holder: Row) -> tuple[str, bool] | None:
    """Where ORBIT reads a key of this name, and would take what stands here, and whether something is there already.

    As the catalogue says, further out, further in, or in a section of its own.
    """
    key = str(path[-1])
    renamed = holder.spec.renamed.get(key)
    if renamed is not None:
        return _absolute(config, path, renamed), False
    if key in _GENERIC:
        return None
    for depth in range(len(path) - 2, -1, -1):
        outer = config.catalog.at(config.tree, path[:depth])
        if outer is not None and key in config.catalog.names(outer, at(config.tree, path[:depth])):
            return _if_it_fits(config, path, (*path[:depth], key))
    inner = config.once(_InnerKeys).of(holder, at(config.tree, path[:-1])).get(key)
    return None if inner is None else _if_it_fits(config, path, (*path[:-1], inner, key))


def _if_it_fits(config: Config, path: KeyPath, target: KeyPath) -> tuple[str, bool] | None:
    """A place for what stands at a path, where ORBIT reads it, and the type is one that it takes; and whether something is there."""
    row, node = config.catalog.at(config.tree, target), at(config.tree, path)
    fits = row is not None and row.effect is None and (not row.types or not _types_of(node).isdisjoint(row.types))
    return (config.format_path(target), at(config.tree, target) is not None) if fits else None


def _types_of(node: Node | None) -> frozenset[str]:
    """The types of a value, as schemas call them; of one that is not known here all that a single value has."""
    match node:
        case Mapping():
            return frozenset({"object"})
        case Sequence():
            return frozenset({"array"})
        case Scalar(value=Unknown()):
            return frozenset({"boolean", "integer", "number", "null", "string"})
        case Scalar(value=bool()):
            return frozenset({"boolean"})
        case Scalar(value=int()):
            return frozenset({"integer", "number"})
        case Scalar(value=float()):
            return frozenset({"number"})
        case Scalar(value=None):
            return frozenset({"null"})
    return frozenset({"string"})


_GENERIC = frozenset({"enabled", "type", "provider", "name", "mode", "level", "format", "key", "value", "id", "description", "timeout", "default"})
"""Names that mean another thing wherever they stand: no place is proposed for them."""


class _InnerKeys:
    """The keys that ORBIT reads one level further in than a mapping, each with the first of its keys that holds it; worked out once for each mapping."""

    def __init__(self, config: Config) -> None:
        self._catalog = config.catalog
        # by id: what an id belongs to is kept beside it, so that nothing else can get the same one
        self._known: dict[tuple[int, int], tuple[Row, Node | None, dict[str, str]]] = {}

    def of(self, holder: Row, mapping: Node | None) -> dict[str, str]:
        """For each such key, what holds it."""
        identity = (id(holder), id(mapping))
        if identity not in self._known:
            self._known[identity] = (holder, mapping, self._found(holder, mapping))
        return self._known[identity][2]

    def _found(self, holder: Row, mapping: Node | None) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self._catalog.names(holder, mapping):
            inner = self._catalog.below(holder, mapping, name)
            for key in inner.properties if inner is not None else ():
                found.setdefault(key, name)
        return found


def _absolute(config: Config, path: KeyPath, place: str) -> str:
    """A place that the catalogue gives relative to the mapping, as a key path from the root."""
    if place.startswith("/"):
        return place[1:]
    holder = path[:-1]
    while place.startswith("../"):
        holder, place = holder[:-1], place[3:]
    return config.format_path((*holder, *place.split(".")))


def _what_needs(config: Config, path: KeyPath, meant: str) -> Reaction | None:
    """What follows where the key that is meant is missing; None where ORBIT can do without it."""
    row = config.catalog.at(config.tree, (*path[:-1], meant))
    holder = config.catalog.at(config.tree, path[:-1])
    missing = row.spec.missing if row is not None else None
    if missing is not None:
        return missing if missing.effect not in ("default-used", "silent") else None
    return Reaction("adapter-unavailable") if holder is not None and meant in holder.schema.get("required", ()) else None


def _is_certain(config: Config, path: KeyPath, holder: Row, meant: str) -> bool:
    """Whether one slip parts the two, and no other key that ORBIT knows here is as near, set or not."""
    return certain(str(path[-1]), config.catalog.names(holder, at(config.tree, path[:-1]))) == meant


def _severity(config: Config, path: KeyPath) -> Severity:
    return Severity.WARNING if path[0] == "adapters" or config.demand.of(path[:-1]).is_demanded else Severity.INFO


RULES = (unknown_key,)
