"""Keys that ORBIT does not know."""

import re
from collections.abc import Hashable, Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.document.events import ImportMisspelt
from orbitcfg.document.tree import KeyPath, Mapping, Node, at, key_span
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import key_rename_fix
from orbitcfg.rules._needed import reaction_to_lack
from orbitcfg.rules._rule import rule
from orbitcfg.rules.shape._consequence import consequence_of
from orbitcfg.rules.shape._dead import below_dead, is_misplaced_section
from orbitcfg.rules.shape._moves import place_of, relocation
from orbitcfg.rules.shape.releases import is_told
from orbitcfg.suggest import certain, nearest


@rule("ORB301", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="keys that ORBIT does not know")
def unknown_key(config: Config) -> Iterator[Finding]:
    """ORBIT knows no key of this name here.

    It is ignored in silence. Often it is misspelt, stands one level too deep or too far out, or has been renamed. It is an error
    where the key that seems to be meant is one that ORBIT needs, and info in a part that is switched off. Keys at the top
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
    misplaced = dict.fromkeys(_misplaced(config))
    for path in misplaced:
        yield Finding(
            f"`{path[-1]}` is one level too deep: ORBIT reads it at the top",
            path,
            "move it to the top level",
            consequence=Consequence.MISLEADS,
        )
    for path, _, _, holder in config.rows.unknown():
        is_key = path not in misplaced and not isinstance(path[-1], int) and not _holds_anchors(path)
        if is_key and not below_dead(config, path) and key_span(config.tree, path) not in slips and not is_told(config, path):
            # a slip for `import` has a rule of its own
            yield _unknown(config, path, holder)


def _misplaced(config: Config) -> Iterator[KeyPath]:
    for section, entry in config.tree.entries.items():
        holder = config.catalog.at(config.tree, (section,))
        if holder is not None and isinstance(entry.node, Mapping):
            yield from ((section, key) for key in entry.node.entries if is_misplaced_section(config, (section, key), holder))


def _holds_anchors(path: KeyPath) -> bool:
    """Whether a key at the top is named as YAML files name a place for anchors, which aliases elsewhere need: `x-defaults`, `.defaults`."""
    return len(path) == 1 and str(path[0]).startswith(("x-", "."))


def _unknown(config: Config, path: KeyPath, holder: Row) -> Finding:
    key = str(path[-1])
    meant = meant_key(config, path, holder)
    if meant is not None:
        needed = reaction_to_lack(config, (*path[:-1], meant))
        fix = key_rename_fix(config, path, meant, safe=_is_certain(config, path, holder, meant))
        ending = ", which ORBIT needs" if needed else ""
        message = f"ORBIT knows no key `{key}` here: `{meant}` seems to be meant{ending}"
        if needed is None:
            return Finding(message, path, f"write `{meant}`", severity=_severity(config, path), fix=fix)
        return Finding(message, path, f"write `{meant}`", consequence=consequence_of(config, (*path[:-1], meant), needed), fix=fix)
    found = _elsewhere(config, path, holder)
    if found is not None:
        place, help_text = found
        is_top = len(place) == 1
        message = (
            f"ORBIT reads `{key}` at the top of the configuration" if is_top else f"ORBIT reads `{key}` elsewhere: `{config.format_path(place)}`"
        )
        return Finding(message, path, help_text, severity=_severity(config, path))
    return Finding(f"ORBIT knows no key `{key}` here, and ignores it", path, _away(config, path), severity=_severity(config, path))


def _away(config: Config, path: KeyPath) -> str:
    """The remedy for a key that nobody reads: what aliases need cannot go, and a name that is kept for such says so."""
    text = at(config.tree, path)
    anchors = re.findall(r"(?<![\w*&])&([\w-]+)", text.span.text) if len(path) == 1 and text is not None else ()
    is_used = text is not None and any(re.search(rf"\*{re.escape(each)}(?![\w-])", text.span.source.text) for each in anchors)
    return f"write `x-{path[-1]}`" if is_used else "remove it, or fix its name"


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


def _elsewhere(config: Config, path: KeyPath, holder: Row) -> tuple[KeyPath, str] | None:
    """Where ORBIT reads a key of this name, and would take what stands here, with the remedy.

    As the catalogue says, further out, further in, or in a section of its own.
    """
    target = _read_at(config, path, holder)
    remedy = relocation(config, path, target) if target is not None else None
    return None if target is None or remedy is None else (target, remedy)


def _read_at(config: Config, path: KeyPath, holder: Row) -> KeyPath | None:
    key = str(path[-1])
    renamed = holder.spec.renamed.get(key)
    if renamed is not None:
        return place_of(path, renamed)
    if key in _GENERIC:
        return None
    for depth in range(len(path) - 2, -1, -1):
        outer = config.catalog.at(config.tree, path[:depth])
        if outer is not None and key in config.catalog.names(outer, at(config.tree, path[:depth])):
            return (*path[:depth], key)
    inner = config.once(_InnerKeys).of(holder, at(config.tree, path[:-1])).get(key)
    return None if inner is None else (*path[:-1], inner, key)


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


def _is_certain(config: Config, path: KeyPath, holder: Row, meant: str) -> bool:
    """Whether one slip parts the two, and no other key that ORBIT knows here is as near, set or not."""
    return certain(str(path[-1]), config.catalog.names(holder, at(config.tree, path[:-1]))) == meant


def _severity(config: Config, path: KeyPath) -> Severity:
    return Severity.WARNING if path[0] == "adapters" or config.demand.of(path[:-1]).is_demanded else Severity.INFO


RULES = (unknown_key,)
