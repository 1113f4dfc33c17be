"""The fixes that rules offer."""

import posixpath
import re
from collections.abc import Iterator

from orbitcfg.catalog.sections import preset_sections
from orbitcfg.compile.presets import PRESET_KEY
from orbitcfg.document.graph import IMPORT_KEY, Document, Orphan
from orbitcfg.document.source import Span
from orbitcfg.document.tree import FromPreset, KeyPath, Mapping, Node, Scalar, Sequence, at, child, key_span
from orbitcfg.document.yaml_writer import to_yaml
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Edit, Fix, Insertion

_LINE_END = re.compile(r"\r\n|\n|\r|\Z")


def replacement_fix(config: Config, path: KeyPath, old: str, new: str, *, safe: bool) -> Fix | None:
    """The fix that writes another text where a text stands; None where the source spells it otherwise."""
    edit = replacement_edit(config.locate(path, value=True), old, new)
    return Fix((edit,), safe, (path,)) if edit else None


def key_rename_fix(config: Config, path: KeyPath, new: str, *, safe: bool) -> Fix | None:
    """The fix that gives a key another name; None where its mapping has that name already."""
    span = key_span(config.tree, path)
    other = (*path[:-1], new)
    edit = replacement_edit(span, str(path[-1]), new) if span and at(config.tree, other) is None else None
    return Fix((edit,), safe, (path, other)) if edit else None


def unquoting_fix(config: Config, path: KeyPath, text: str, *, safe: bool) -> Fix | None:
    """The fix that takes the quotes off a text; None where it has none."""
    span = config.locate(path, value=True)
    return Fix((Edit(span, text),), safe, (path,)) if span.text in (f'"{text}"', f"'{text}'") else None


def setting_fix(config: Config, path: KeyPath, value: str | bool | int) -> Fix | None:
    """The fix that gives a key this value, whether it is there or not. It is unsafe: the key may be meant as it is."""
    node, holder = at(config.tree, path), at(config.tree, path[:-1])
    if node is not None:
        # what a variable filled is written otherwise in the file
        is_written = isinstance(node, Scalar) and not node.steps
        return Fix((Edit(node.span, to_yaml(value).removesuffix("\n")),), safe=False, touches=(path,)) if is_written else None
    # the block is a copy of a preset: the key would have to go in there
    if not isinstance(holder, Mapping) or not path or any(isinstance(step, FromPreset) for step in holder.steps):
        return None
    return Fix((Insertion(holder.span, str(path[-1]), value),), safe=False, touches=(path,))


def removal_fix(config: Config, path: KeyPath) -> Fix | None:
    """The fix that takes a key and its value away with their line, but for a comment behind them; None where they share it. It is unsafe: what is written is lost."""
    key, node, holder = key_span(config.tree, path), at(config.tree, path), at(config.tree, path[:-1])
    # a mapping that holds nothing else would become null
    if key is None or not isinstance(node, Scalar) or not isinstance(holder, Mapping) or len(holder.entries) < 2:
        return None
    text, value = key.source.text, node.span
    begin = max(text.rfind(line_break, 0, key.start) for line_break in "\r\n") + 1
    end = _LINE_END.search(text, value.end)
    behind = text[value.end : end.start()].strip(" \t") if end else ""
    if (
        value.source is not key.source
        or text[begin : key.start].strip(" ")
        or {"\r", "\n"} & set(text[begin : value.end])
        or behind[:1] not in ("", "#")
    ):
        return None
    start, stop = (key.start, text.index("#", value.end)) if behind else (begin, end.end() if end else len(text))
    return Fix((Edit(Span(key.source, start, stop), ""),), safe=False, touches=(path,))


def replacement_edit(span: Span, old: str, new: str) -> Edit | None:
    """New text in the place of an old one, in the quotes that are there, or in those that it needs."""
    quote = span.text[:1] if span.text[:1] in "\"'" else ""
    if span.text != f"{quote}{old}{quote}":
        return None
    return Edit(span, f"{quote}{new}{quote}" if quote and not set(new) & set("\\\"'") else to_yaml(new).removesuffix("\n"))


def import_fix(config: Config, orphan: Orphan, *, safe: bool) -> Fix | None:
    """The fix that has a file imported; None where no file may import it."""
    insertion = import_entry(config, orphan)
    return Fix((insertion,), safe, paths_set_by(config, orphan.document.source.name)) if insertion is not None else None


def import_entry(config: Config, orphan: Orphan) -> Insertion | None:
    """What has a file imported, by the file that imports most of its neighbours; None where none may."""
    name = orphan.document.source.name
    folder = posixpath.dirname(name)
    above = [each for each in config.graph.documents if each.root is not None and _is_below(folder, posixpath.dirname(each.source.name))]
    importer = max(above, key=lambda each: _neighbours(each, folder), default=None)
    if importer is None or importer.root is None:
        return None
    return Insertion(importer.root.span, IMPORT_KEY, posixpath.relpath(name, posixpath.dirname(importer.source.name) or "."), joins=True)


def how_to_import(config: Config, orphan: Orphan) -> str:
    """What to write where, so that a file is imported."""
    entry = import_entry(config, orphan)
    if entry is not None:
        return f"add `{entry.value}` to `{IMPORT_KEY}` in `{entry.mapping.source.name}`"
    return f"add `{posixpath.relpath(orphan.document.source.name, posixpath.dirname(config.graph.root.source.name) or '.')}` to an `{IMPORT_KEY}`"


def _is_below(folder: str, other: str) -> bool:
    return not other or folder == other or folder.startswith(f"{other}/")


def _neighbours(document: Document, folder: str) -> int:
    """How many files of a folder a document imports at its root."""
    imports = document.imports.get((), ())
    return sum(each.document is not None and posixpath.dirname(each.document.source.name) == folder for each in imports)


def paths_set_by(config: Config, name: str) -> tuple[KeyPath, ...]:
    """The key paths that a file which nothing imports would set, and all that it imports, were it imported at the root."""
    documents = config.once(_roots_by_name)
    paths: dict[KeyPath, None] = {}
    pending, seen = [name], set[str]()
    while pending:
        here = pending.pop()
        root = documents.get(here)
        # files may import each other in a circle
        if root is not None and here not in seen:
            seen.add(here)
            paths |= dict.fromkeys(_leaf_paths(root))
            pending += (posixpath.normpath(posixpath.join(posixpath.dirname(here), each)) for each in _imports(root))
    return tuple(paths)


def _roots_by_name(config: Config) -> dict[str, Mapping | None]:
    documents = {each.document.source.name: each.document.root for each in config.graph.orphans}
    return documents | {each.source.name: each.root for each in config.graph.documents}


def _imports(root: Mapping) -> Iterator[str]:
    match child(root, IMPORT_KEY):
        case Scalar(value=str(name)):
            yield name
        case Sequence(items=items):
            yield from (item.value for item in items if isinstance(item, Scalar) and isinstance(item.value, str))


def _leaf_paths(node: Node, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths of single values and lists, and of the blocks that presets among them take the place of."""
    if isinstance(node, Mapping) and node.entries:
        for key, entry in node.entries.items():
            if path or key != IMPORT_KEY:
                yield from _leaf_paths(entry.node, (*path, key))
        return
    yield path
    if path and path[-1] == PRESET_KEY:
        yield path[:-1]
    yield from (("inference", provider) for provider, section in preset_sections().items() if path[:1] == (section,))
