"""Files that no import reaches."""

import posixpath
from collections import Counter
from collections.abc import Container, Iterator

from orbitcfg.config import Config
from orbitcfg.diagnostics import Annotation, Severity
from orbitcfg.events import ImportSkipped
from orbitcfg.finding import Finding
from orbitcfg.globs import matches
from orbitcfg.graph import Orphan, keys_of
from orbitcfg.rules._rule import rule
from orbitcfg.rules.files.imports import meant_file
from orbitcfg.switches import in_use
from orbitcfg.tree import Mapping, Node, Sequence, at, value_at


@rule("ORB112", severity=Severity.INFO, counted="files that nothing imports")
def unreachable_file(config: Config) -> Iterator[Finding]:
    """A YAML file in the configuration folder is imported by nothing.

    ORBIT never reads it; whatever it defines is not there. This is the most frequent mistake of all, and it is often meant, so it
    is only worth knowing. It is a warning where something that is switched on names what only this file defines, and where most files of
    its folder are imported, unless a comment names the file, for then someone took the import out on purpose. Files that are meant to
    lie there are listed in the settings: `unreachable = ["config/old/**"]`. A file without any section of ORBIT's is none of ORBIT's.

    ```yaml bad
    # file: config/example.yaml
    messages: {}
    # file: config/extra.yaml
    messages: {}
    ```

    ```yaml good
    # file: config/example.yaml
    import: [extra.yaml]
    # file: config/extra.yaml
    messages: {}
    ```
    """
    if config.fragment:
        return
    reached = Counter(posixpath.dirname(document.source.name) for document in config.graph.documents)
    missed = Counter(posixpath.dirname(orphan.document.source.name) for orphan in config.graph.orphans)
    told = set(_meant_by_missing_imports(config))
    for orphan in config.graph.orphans:
        name = orphan.document.source.name
        if name in told or not _is_of_orbit(config, orphan) or any(matches(pattern, name) for pattern in config.unreachable):
            continue
        folder = posixpath.dirname(orphan.document.source.name)
        forgotten = orphan.mentioned is None and reached[folder] > 2 * missed[folder]
        yield _unreached(config, orphan, Severity.WARNING if forgotten or _is_missed(config, orphan) else Severity.INFO)


def _is_of_orbit(config: Config, orphan: Orphan) -> bool:
    """Whether a file holds a section that ORBIT knows."""
    return not config.catalog.root.properties.keys().isdisjoint(str(key) for key in keys_of(orphan.document.root))


def _is_missed(config: Config, orphan: Orphan) -> bool:
    """Whether something that is switched on names what only this file defines."""
    return any(
        reference.name in _names(at(orphan.document.root, section)) and reference.name not in _names(at(config.tree, section))
        for reference in config.references
        for section in reference.sections
        if in_use(config.tree, reference.path)
    )


def _names(node: Node | None) -> Container[object]:
    """The names that a section defines: keys of a mapping, or the `name`s in a list."""
    match node:
        case Mapping(entries=entries):
            return entries
        case Sequence(items=items):
            return [value_at(item, ("name",)) for item in items]
    return ()


def _meant_by_missing_imports(config: Config) -> Iterator[str]:
    """The files that an import seems to mean that misses them: the finding about the import says it."""
    for event in config.events_of(ImportSkipped):
        meant = meant_file(event)
        if meant is not None:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(event.place.source.name), meant))


def _unreached(config: Config, orphan: Orphan, severity: Severity) -> Finding:
    source = orphan.document.source
    defines = ", ".join(f"`{key}`" for key in keys_of(orphan.document.root)[:3])
    name = posixpath.relpath(source.name, posixpath.dirname(config.graph.root.source.name) or ".")
    return Finding(
        f"nothing imports this file, so ORBIT does not read it ({defines})",
        source,
        f"add `{name}` to an `import`, or list it under `unreachable` in orbitcfg's settings",
        severity=severity,
        related=(Annotation(orphan.mentioned, "its name stands in a comment here"),) if orphan.mentioned else (),
    )


RULES = (unreachable_file,)
