"""Files that no import reaches."""

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterator

from orbitcfg.document.events import ImportSkipped
from orbitcfg.document.graph import IMPORT_KEY, Orphan, keys_of
from orbitcfg.document.tree import KeyPath, Mapping, Node, Sequence, at, value_at
from orbitcfg.effective.targets import SKILL_NAME
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import how_to_import, import_fix
from orbitcfg.rules._rule import rule
from orbitcfg.rules.files.imports import meant_file
from orbitcfg.suggest import certain


def _unreachable_files(config: Config) -> Iterator[Finding]:
    if config.fragment:
        if config.passed_over_by and not _is_expected(config, config.graph.root.source.name):
            yield Finding(
                f"`{config.passed_over_by}` does not import this file, so ORBIT does not read it",
                config.graph.root.source,
                "add it to an `import`",
                severity=Severity.WARNING,
            )
        return
    reached = Counter(posixpath.dirname(document.source.name) for document in config.graph.documents)
    missed = Counter(posixpath.dirname(orphan.document.source.name) for orphan in config.graph.orphans)
    reported = set(_meant_by_missing_imports(config))
    for orphan in config.graph.orphans:
        name = orphan.document.source.name
        if name in reported or not _is_of_orbit(config, orphan) or _is_expected(config, name):
            continue
        folder = posixpath.dirname(orphan.document.source.name)
        forgotten = orphan.mentioned is None and reached[folder] > 2 * missed[folder]
        missed_names = _missed_names(config, orphan)
        fix = import_fix(config, orphan, safe=_is_plain(config, orphan, missed_names)) if missed_names else None
        remedy = "" if missed_names else ", or list it under `unreachable` in orbitcfg's settings"
        yield _unreached(config, orphan, Severity.WARNING if forgotten or missed_names else Severity.INFO, fix, remedy)


# each explains the names that are missed
@rule("ORB112", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="files that nothing imports", graver=_unreachable_files)
def unreachable_file(config: Config) -> Iterator[Finding]:
    """A YAML file in the configuration folder is imported by nothing.

    ORBIT never reads it; whatever it defines is not there. This is the most frequent mistake of all, and it is often meant, so it
    is info. It is a warning where something that is switched on names what only this file defines, and where most files of
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
    yield from _unreachable_files(config)


def _is_expected(config: Config, name: str) -> bool:
    """Whether the settings list a file among those that nothing is meant to import."""
    if not config.unreachable:
        return False
    # imported here: it takes longer than most rules
    from orbitcfg.files.patterns import matches

    return matches(config.unreachable, name)


def _is_of_orbit(config: Config, orphan: Orphan) -> bool:
    """Whether a file holds a section that ORBIT knows, or a slip for one."""
    known = config.catalog.root.properties.keys()
    sections = _sections(orphan)
    return not known.isdisjoint(sections) or any(certain(each, known) for each in sections)


def _sections(orphan: Orphan) -> list[str]:
    """The top-level keys of a file; of one that cannot be read, as far as its lines tell."""
    if orphan.fault is None:
        return [str(key) for key in keys_of(orphan.document.root)]
    return re.findall(r"^([a-z_]{1,40}+)[ \t]*+:(?=\s|$)", orphan.document.source.text, re.MULTILINE)


def _missed_names(config: Config, orphan: Orphan) -> set[tuple[KeyPath, str]]:
    """What something that is switched on names, and this file defines, and no file that is read: sections with a name in them."""
    return {
        (section, reference.name)
        for reference in config.references
        for section in reference.sections
        if reference.name in _names(at(orphan.document.root, section)) and reference.name not in _names(at(config.tree, section))
        if config.demand.of(reference.path).is_demanded
    }


def _is_plain(config: Config, orphan: Orphan, names: set[tuple[KeyPath, str]]) -> bool:
    """Whether nothing speaks against an import of the file."""
    return not _is_commented_out(config, orphan) and not _in_another(config, names)


def _is_commented_out(config: Config, orphan: Orphan) -> bool:
    """Whether a comment is an entry of an import that would bring the file: someone took it out."""
    return posixpath.basename(orphan.document.source.name) in config.once(_commented_out)


def _commented_out(config: Config) -> frozenset[str]:
    """The files that comments name as an import would."""
    # a carriage return would stand between the name and the end of its line
    texts = (document.source.text.replace("\r", "") for document in config.graph.documents)
    return frozenset(name for text in texts for name in _entries_in_comments(text))


def _entries_in_comments(text: str) -> list[str]:
    return re.findall(r"""^[ \t]*+\#[ \t]*+(?:import:[ \t]*+)?(?:-[ \t]*+)?["']?(?:[\w.-]+/)*([\w.-]+)["']?[ \t]*+(?:\#.*)?$""", text, re.MULTILINE)


def _in_another(config: Config, names: set[tuple[KeyPath, str]]) -> bool:
    """Whether another file that nothing imports defines one of the names, too, so that it is open which is meant."""
    return any(config.once(_times_defined)[name] > 1 for name in names)


def _times_defined(config: Config) -> Counter[tuple[KeyPath, object]]:
    """How many of the files that nothing imports define a name, by the section that a reference looks it up in."""
    sections = {section for reference in config.references for section in reference.sections}
    roots = [orphan.document.root for orphan in config.graph.orphans]
    return Counter((section, name) for root in roots for section in sections for name in set(_names(at(root, section))))


def _names(node: Node | None) -> Collection[object]:
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
        meant = meant_file(config, event)
        if meant is not None:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(event.place.source.name), meant))


def _definitions(orphan: Orphan) -> Iterator[KeyPath]:
    """The sections that a file would bring, and the names that it defines in them."""
    for section, entry in orphan.document.root.entries.items() if orphan.document.root else ():
        yield (section,)
        match entry.node:
            case Mapping(entries=entries):
                yield from ((section, name) for name in entries)
            case Sequence(items=items):
                named = ((path, value_at(item, path)) for item in items for path in (("name",), SKILL_NAME))
                # a name that is a list, as `!!omap` makes one, is none
                yield from ((section, *path, name) for path, name in named if isinstance(name, str))


def _unreached(config: Config, orphan: Orphan, severity: Severity, fix: Fix | None, or_else: str) -> Finding:
    """The finding; `or_else` is what may be done in the place of an import."""
    source = orphan.document.source
    keys = [key for key in keys_of(orphan.document.root) if key != IMPORT_KEY]
    defines = ", ".join(f"`{key}`" for key in keys[:3]) + (" and more" if len(keys) > 3 else "")
    if orphan.fault is not None:
        return Finding(
            f"nothing imports this file, and it could not be read either: {orphan.fault.shown_detail or 'it is no YAML'}",
            orphan.fault.place,
            orphan.fault.remedy or "fix it, or remove the file",
            severity=severity,
            related=(Annotation(orphan.mentioned, "a comment names it here"),) if orphan.mentioned else (),
        )
    known = config.catalog.root.properties.keys()
    # an older ORBIT has sections under other names
    unknown = [key for key in map(str, keys) if key not in known] if config.orbit.is_newest else []
    slips = [(key, meant) for key in unknown if (meant := certain(key, known))]
    if slips:
        defines += f"; `{slips[0][0]}` is no section of ORBIT's, `{slips[0][1]}` is"
    return Finding(
        f"nothing imports this file, so ORBIT does not read its {defines}" if keys else "nothing imports this file, so ORBIT does not read it",
        source,
        f"{how_to_import(config, orphan)}{or_else}",
        severity=severity,
        explains=tuple(_definitions(orphan)),
        related=(Annotation(orphan.mentioned, "a comment names it here"),) if orphan.mentioned else (),
        fix=fix,
    )


RULES = (unreachable_file,)
