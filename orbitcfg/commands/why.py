"""Why a value is what it is: its whole way, newest step first."""

import json
from collections.abc import Hashable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass

from orbitcfg.catalog.meaning import Meaning, as_shape, meaning_of, told
from orbitcfg.commands.reporting import lint_result
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.events import PresetApplied
from orbitcfg.document.graph import IMPORT_KEY
from orbitcfg.document.keypath import KeyPathFormatter, extend_key_path, find_key_path, parse_key_path
from orbitcfg.document.masked import as_json as json_value
from orbitcfg.document.masked import key_at, masked_node, one_line
from orbitcfg.document.source import Span
from orbitcfg.document.tree import FromPreset, Interpolated, KeyPath, Mapping, Merged, Node, Sequence, Shadowed, Substitution, at, key_span, walk
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, configuration, summary_of, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.rules import LOADING
from orbitcfg.settings.model import Settings
from orbitcfg.suggest import nearest


@dataclass(frozen=True, slots=True)
class Link:
    """One step on a value's way.

    `kind` is one of: in force, written, variable, default, unset, preset, overridden, joined, imported. `text` says it in words;
    `place` is where it can be seen, None for what no file says.
    """

    kind: str
    text: str
    place: Span | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A key path, its value as it may be shown, what it means, and its way there, newest first. A key that is not set has no way."""

    key: str
    value: object
    is_set: bool
    meaning: Meaning | None
    links: tuple[Link, ...]


def explained(config: Config, path: KeyPath) -> Explanation:
    """The explanation of what stands at a path of the configuration, or might stand there."""
    node = at(config.tree, path)
    row = config.catalog.at(config.tree, path)
    meaning = meaning_of(row) if row is not None and row.schema else None
    links = tuple(_links(config, path, node) if node is not None else _written_and_gone(config, path))
    return Explanation(
        config.format_path(path), masked_node(node, key_at(config.tree, path)) if node is not None else None, node is not None, meaning, links
    )


def _written_and_gone(config: Config, path: KeyPath) -> Iterator[Link]:
    """Where a key is written that the compiled configuration no longer has, and what became of it."""
    for document in config.graph.documents:
        node = at(document.root, path)
        if node is not None:
            key = key_at(document.root, path)
            yield Link("written", f"{_value(key, node)}, and gone: {_fate(config, path)}", key_span(document.root, path) if document.root else None)


def _fate(config: Config, path: KeyPath) -> str:
    if path[-1] == IMPORT_KEY:
        return "ORBIT carries imports out and takes the key away"
    for event in config.events_of(PresetApplied):
        if path[: len(event.block)] == event.block:
            return f"the preset `{event.preset}` took the place of its block"
    return "it is not part of what ORBIT compiles"


def origin_label(tree: Node, positions: tuple[int, ...]) -> str:
    """Where a leaf was written, and which variable or preset made it: `config/inference.yaml:258 ${MODEL}`.

    `positions` leads to the leaf by the positions of keys in their mappings, not by the keys.
    """
    node = tree
    for position in positions:
        match node:
            case Mapping(entries=entries):
                node = list(entries.values())[position].node
            case Sequence(items=items):
                node = items[position]
    words = [node.origin.span.label]
    for step in node.origin.steps:
        match step:
            case Interpolated(substitutions=substitutions):
                words += [
                    f"${{{substitution.name}}}" + ("" if substitution.is_set else f" {substitution.source or 'unset'}")
                    for substitution in substitutions
                ]
            case FromPreset(preset=preset):
                words.append(f"preset {preset}")
    return " ".join(words)


def _links(config: Config, path: KeyPath, node: Node) -> Iterator[Link]:
    place, key = node.origin.span, key_at(config.tree, path)
    key_place = key_span(config.tree, path)
    yield Link("in force", _value(key, node), place if place.text or not key_place else key_place)
    for step in reversed(node.origin.steps):
        yield from _step(key, step)
    for each in reversed(config.graph.chain(place.source)):
        yield Link("imported", f"`{each.span.source.name}` imports `{each.name}`", each.span)


def _step(key: Hashable, step: object) -> Iterator[Link]:
    match step:
        case Interpolated(substitutions=substitutions):
            for substitution in substitutions:
                yield _substitution(substitution)
        case FromPreset(preset=preset, named_at=named_at):
            yield Link("preset", f"the preset `{preset}` brought it, named here", named_at)
        case Shadowed(loser=loser):
            yield Link("overridden", f"{_value(key, loser)} was read later, and is ignored", loser.origin.span)
        case Merged(other=other):
            yield Link("joined", f"{_size(other)} from `{other.origin.span.source.name}`", other.origin.span)


def _substitution(substitution: Substitution) -> Link:
    match substitution.source:
        case None:
            return Link("unset", f"`{substitution.name}` is not set and has no default", None)
        case "default":
            return Link("default", f"`{substitution.name}` is not set, so its default is used", None)
    return Link("variable", f"`{substitution.name}` is set by `{substitution.source}`", substitution.place)


def _value(key: Hashable, node: Node) -> str:
    return f"`{one_line(masked_node(node, key))}`"


def _size(node: Node) -> str:
    match node:
        case Mapping(entries=entries):
            return f"{len(entries)} keys" if len(entries) != 1 else "one key"
        case Sequence(items=items):
            return f"{len(items)} items" if len(items) != 1 else "one item"
    return "a value"


def as_text(explanation: Explanation) -> str:
    """The explanation for people: a line a step, with its place and the text that stands there."""
    lines = [f"{explanation.key} = {one_line(explanation.value)}" if explanation.is_set else f"{explanation.key} is not set"]
    lines += [f"  {label:<10}  {text}" for label, text in told(explanation.meaning)]
    for link in explanation.links:
        where = ""
        if link.place:
            begins = link.place.begins
            where = f"  {link.place.source.name}:{begins.line}:{begins.column}"
        lines.append(f"  {link.kind:<10}  {link.text}{where}")
        if link.place and not link.place.source.private:
            lines.append(f"  {'':<10}  | {link.place.source.masked_line(link.place.begins.line).text.strip()}")
    return "\n".join(lines) + "\n"


def as_json(explanation: Explanation) -> str:
    """The explanation as one JSON document; `steps` are newest first, places null where there is none."""
    shape = {
        "version": 1,
        "key": explanation.key,
        "set": explanation.is_set,
        "value": json_value(explanation.value),
        "meaning": as_shape(explanation.meaning) if explanation.meaning else None,
        "steps": [_step_shape(link) for link in explanation.links],
    }
    return json.dumps(shape, indent=2, ensure_ascii=False) + "\n"


def _step_shape(link: Link) -> dict[str, object]:
    begins = link.place.begins if link.place else None
    return {
        "kind": link.kind,
        "text": link.text,
        "file": link.place.source.name if link.place else None,
        "line": begins and begins.line,
        "column": begins and begins.column,
    }


def why(
    key: str,
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: MappingType[str, str] | None = None,
) -> Explanation | Report:
    """How the value at a key path came about; why there is none, where the root file gives no configuration.

    Raises UsageError for a path that leads nowhere.
    """
    files = files or Disk()
    config = configuration(files, targets(files, path, settings.roots)[0], settings, process, InterpolationMode.ORBIT)
    if not config.tree.entries:
        result = lint_result(config, settings, LOADING)
        return Report(result.fatal, summary_of(config), crashed=result.crashed)
    parts = parse_key_path(key)
    found = find_key_path(config.tree, parts) if parts else None
    if found is None and parts:
        found = _possible(config, extend_key_path(config.tree, parts))
    if found is None:
        meant = nearest(key, _key_paths(config.tree))
        raise UsageError(f"there is no key `{key}`" + (f": did you mean `{meant}`?" if meant else ""))
    return explained(config, found)


def _possible(config: Config, path: KeyPath) -> KeyPath | None:
    """The path, where the catalogue names its last key, or a file has it: it is not set, but could be or was."""
    holder = config.catalog.at(config.tree, path[:-1])
    names = config.catalog.names(holder, at(config.tree, path[:-1])) if holder is not None else ()
    is_written = any(at(document.root, path) is not None for document in config.graph.documents)
    return path if path[-1] in names or is_written else None


def key_paths(path: Path | None = None, *, files: Files | None = None) -> list[str]:
    """Every key path of a configuration, as `why` takes them."""
    files = files or Disk()
    config = configuration(files, targets(files, path)[0], Settings(no_env=True), {}, InterpolationMode.ORBIT)
    return _key_paths(config.tree)


def _key_paths(tree: Mapping) -> list[str]:
    formatter = KeyPathFormatter(tree)
    return [formatter.format(path) for path, _ in walk(tree) if path]
