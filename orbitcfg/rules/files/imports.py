"""Imports that bring nothing, or bring it twice."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator

from orbitcfg.document.events import ImportMisspelt, ImportRepeated, ImportSkipped, Skip
from orbitcfg.document.graph import IMPORT_KEY
from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Edit, Fix, Removal
from orbitcfg.report.finding import Finding
from orbitcfg.report.verdict import NOT_STARTING
from orbitcfg.rules._fixes import paths_set_by, replacement_edit
from orbitcfg.rules._rule import rule
from orbitcfg.suggest import certain, nearest


@rule("ORB110", consequence=Consequence.MISLEADS)
def import_missing(config: Config) -> Iterator[Finding]:
    """An import names a file that is not there.

    ORBIT logs a warning and goes on without the file: its section is simply absent. Names are relative to the folder of the
    importing file; there are no wildcards, no `~` and no comma lists.

    ```yaml bad
    import:
      - infrence.yaml
    ```

    ```yaml bad
    # file: config/example.yaml
    import: limts.yaml  # one letter is lost
    # file: config/limits.yaml
    messages: {}
    ```

    ```yaml good
    # file: config/example.yaml
    import:
      - limits.yaml
    # file: config/limits.yaml
    messages: {}
    ```
    """
    for event in _skipped(config, Skip.MISSING):
        meant = meant_file(config, event)
        yield Finding(
            f"`{event.name}` is not there, so ORBIT goes on without it" if event.name else "an import with an empty name brings nothing",
            event.place,
            _remedy(config, event, meant),
            fix=_renamed(config, event, meant) if meant and not _is_imported(config, event, meant) else None,
            explains=EVERYTHING,
        )


@rule("ORB111", consequence=Consequence.MISLEADS)
def import_unreadable(config: Config) -> Iterator[Finding]:
    """An import names something that cannot be read.

    A folder, a file without permission, a link that leads in a circle: ORBIT logs a warning and goes on without it.

    ```yaml bad
    # file: config/example.yaml
    import: parts
    # file: config/parts/a.yaml
    messages: {}
    # file: config/other.yaml
    import: parts/a.yaml
    # file: config/config.yaml
    import: [example.yaml, other.yaml, base.yaml]
    ```

    ```yaml good
    # file: config/example.yaml
    import: parts/a.yaml
    # file: config/parts/a.yaml
    messages: {}
    ```
    """
    for event in _skipped(config, Skip.UNREADABLE):
        yield Finding(f"`{event.name}` cannot be imported: {event.detail}", event.place, "name a file that ORBIT may read", explains=EVERYTHING)


@rule("ORB115", consequence=Consequence.MISLEADS)
def import_outside_folder(config: Config) -> Iterator[Finding]:
    """An import leaves the folder of the file that imports it.

    ORBIT follows imports only into the importing file's own folder and below, links resolved: `adapters/x.yaml` cannot
    import `../shared.yaml`. The entry is skipped with a warning.

    ```yaml bad
    import: ../shared.yaml
    ```

    ```yaml good
    # file: config/example.yaml
    import: shared/limits.yaml
    # file: config/shared/limits.yaml
    messages: {}
    ```
    """
    for event in _skipped(config, Skip.ESCAPES):
        yield Finding(
            f"`{event.name}` lies outside of `{event.detail}/`, so ORBIT skips it",
            event.place,
            f"move the file into `{event.detail}/`, or import it from a file further up",
            explains=EVERYTHING,
        )


@rule("ORB116", consequence=Consequence.MISLEADS)
def import_of_wrong_type(config: Config) -> Iterator[Finding]:
    """An `import` is neither a text nor a list of texts.

    A null, a number or a mapping is dropped in silence (warning). An item of the list that is no text ends ORBIT's start where it is in
    the root file; in an imported file, that file is lost.

    ```yaml bad
    import:
      - 7
    ```

    ```yaml good
    import: []
    ```
    """
    for event in _skipped(config, Skip.WRONG_TYPE):
        in_root = event.place.source is config.graph.root.source
        message = "an entry of `import` is not the name of a file" if event.place.text != IMPORT_KEY else "`import` names no file"
        ending = NOT_STARTING if event.fatal else ""
        yield Finding(
            message + ending,
            event.place,
            "write the file's name as text, or remove the line",
            consequence=_of_wrong_type(event, in_root=in_root),
            fatal=event.fatal,
            explains=EVERYTHING,
        )


@rule("ORB117", consequence=Consequence.MISLEADS)
def import_with_placeholder(config: Config) -> Iterator[Finding]:
    """An import has a `${…}` in its name.

    Imports are followed before placeholders are filled, so ORBIT looks for a file of that very name, and goes on without it.

    ```yaml bad
    import: ${PROFILE}.yaml
    ```

    ```yaml good
    import: []
    ```
    """
    for event in _skipped(config, Skip.PLACEHOLDER):
        yield Finding(
            f"`{event.name}` is taken literally: imports are not interpolated", event.place, "write the file's name out", explains=EVERYTHING
        )


@rule("ORB118", consequence=Consequence.DIFFERENT)
def import_repeated(config: Config) -> Iterator[Finding]:
    """A file is imported twice.

    ORBIT merges it twice: single values stay as they are, but each of its lists is doubled.

    ```yaml bad
    # file: config/example.yaml
    import: [limits.yaml, limits.yaml]
    # file: config/limits.yaml
    language_detection: {backends: [langid]}
    ```

    ```yaml good
    # file: config/example.yaml
    import: [limits.yaml]
    # file: config/limits.yaml
    language_detection: {backends: [langid]}
    ```
    """
    for event in config.events_of(ImportRepeated):
        doubled = ", ".join(f"`{config.format_path(path)}`" for path in event.lists[:3])
        more = f" and {len(event.lists) - 3} more" if len(event.lists) > 3 else ""
        yield Finding(
            f"`{event.name}` is imported a second time" + (f": its lists are doubled ({doubled}{more})" if doubled else ""),
            event.place,
            "remove one of the two imports",
            related=(Annotation(event.earlier, "imported here first"),),
            # safe: single values come from the first import anyway, and lists are what the rule is about
            fix=Fix((Removal(event.place),), safe=True, touches=event.lists),
        )


@rule("ORB119", consequence=Consequence.MISLEADS)
def import_cycle(config: Config) -> Iterator[Finding]:
    """Files import each other in a circle.

    ORBIT does not notice. It runs into Python's recursion limit, logs a warning, and keeps what it has by then: lists are repeated
    hundreds of times, and with two ways round the load never ends.

    ```yaml bad
    # file: config/example.yaml
    import: limits.yaml
    # file: config/limits.yaml
    import: example.yaml
    ```

    ```yaml good
    # file: config/example.yaml
    import: limits.yaml
    # file: config/limits.yaml
    messages: {}
    ```
    """
    for event in _skipped(config, Skip.CYCLE):
        yield Finding(f"this import closes a circle: {event.detail}", event.place, "remove one import of the circle")


@rule("ORB120", consequence=Consequence.MISLEADS)
def import_misspelt(config: Config) -> Iterator[Finding]:
    """A key looks like `import`, but is not.

    Only the exact key `import` is followed; `imports` or `Import` is data that nobody reads.

    ```yaml bad
    imports: [limits.yaml]
    ```

    ```yaml good
    import: []
    ```
    """
    for event in config.events_of(ImportMisspelt):
        # unsafe: nobody knows yet what the file will change once it is read
        fix = Fix((Edit(event.place, IMPORT_KEY),), safe=False)
        yield Finding(f"`{event.key}` is not followed: the key is `import`", event.place, "write `import`", fix=fix, explains=EVERYTHING)


EVERYTHING: tuple[KeyPath, ...] = ((),)
"""What a file that ORBIT does not read explains: whatever is missing may stand in it."""


def _skipped(config: Config, skip: Skip) -> Iterator[ImportSkipped]:
    return (event for event in config.events_of(ImportSkipped) if event.skip is skip)


def meant_file(config: Config, event: ImportSkipped) -> str | None:
    """The existing file that the name is most like, of those that do not lead here: the same name elsewhere, else the most similar one."""
    known = config.once(_meant_files)
    if event not in known:
        known[event] = _meant_file(config, event)
    return known[event]


def _meant_files(_config: Config) -> dict[ImportSkipped, str | None]:
    return {}


def _meant_file(config: Config, event: ImportSkipped) -> str | None:
    near = config.once(_Near).of(event)
    # what is imported already is hardly meant, unless one slip parts the two
    slip = certain(event.name, near.read)
    names = near.unread if slip is None else (*near.unread, slip)
    same = near.by_base.get(posixpath.basename(event.name), ())
    same = [name for name in same if name == slip or name not in near.is_read]
    return same[0] if len(same) == 1 else nearest(event.name, names)


class _NearNames:
    """The YAML files beside and below an importing file, without those that lead to it, as an import there would write them."""

    def __init__(self, config: Config, importer: Source, names: tuple[str, ...]) -> None:
        folder = posixpath.dirname(importer.name)
        above = {importer.name, config.graph.root.source.name, *(each.span.source.name for each in config.graph.chain(importer))}
        read = {document.source.name for document in config.graph.documents}
        places = {name: posixpath.normpath(posixpath.join(folder, name)) for name in names}
        free = [name for name in names if places[name] not in above]
        self.read = tuple(name for name in free if places[name] in read)
        self.is_read = frozenset(self.read)
        self.unread = tuple(name for name in free if places[name] not in read)
        self.by_base: defaultdict[str, list[str]] = defaultdict(list)
        for name in free:
            self.by_base[posixpath.basename(name)].append(name)


class _Near:
    """The names near each importing file, worked out once for each."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._known: dict[tuple[Source, tuple[str, ...]], _NearNames] = {}

    def of(self, event: ImportSkipped) -> _NearNames:
        """Those near the file that the event is about."""
        key = (event.place.source, event.near)
        if key not in self._known:
            self._known[key] = _NearNames(self._config, *key)
        return self._known[key]


def _renamed(config: Config, event: ImportSkipped, meant: str) -> Fix | None:
    """The fix that writes the meant name; safe where one slip parts the two, and nothing imports the file yet."""
    edit = replacement_edit(event.place, event.name, meant)
    name = posixpath.normpath(posixpath.join(posixpath.dirname(event.place.source.name), meant))
    safe = name in config.once(_orphans) and certain(event.name, event.near) == meant
    return Fix((edit,), safe, paths_set_by(config, name)) if edit else None


def _orphans(config: Config) -> frozenset[str]:
    return frozenset(orphan.document.source.name for orphan in config.graph.orphans)


def _of_wrong_type(event: ImportSkipped, *, in_root: bool) -> Consequence:
    """What an import that is no text comes to: an item of a list loses the file that it stands in, or the start."""
    if event.fatal:
        return Consequence.NO_START
    return Consequence.DIFFERENT if in_root or event.place.text == IMPORT_KEY else Consequence.MISLEADS


def _remedy(config: Config, event: ImportSkipped, meant: str | None) -> str:
    if meant is None:
        return _hint(event.name)
    # a second import doubles its lists
    return f"remove the import: `{meant}` is imported already" if _is_imported(config, event, meant) else f"write `{meant}`"


def _is_imported(config: Config, event: ImportSkipped, meant: str) -> bool:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(event.place.source.name), meant))
    return any(each.source.name == path for each in config.graph.documents)


def _hint(name: str) -> str:
    if any(character in name for character in "*?,"):
        return "name each file in a line of its own: ORBIT knows no wildcards and no comma lists"
    return "create the file, or remove the import"


RULES = (
    import_missing,
    import_unreadable,
    import_outside_folder,
    import_of_wrong_type,
    import_with_placeholder,
    import_repeated,
    import_cycle,
    import_misspelt,
)
