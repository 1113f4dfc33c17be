"""All schemas in one document, for editors."""

from collections.abc import Mapping as MappingType
from typing import Any

from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.catalog.store import ANNOTATION, ROOT, Schema
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import Mapping, Node, Sequence, child, value_at
from orbitcfg.report.json_text import json_text

IMPORT = {
    "type": ["string", "array"],
    "items": {"type": "string"},
    "description": "Files to merge into this mapping, relative to this file's folder, which they may not leave. What stands here wins.",
}
_PLACEHOLDER = {"type": "string", "pattern": "\\$\\{[^}]+\\}"}
"""Text that holds a placeholder: an editor cannot know what it will be."""


def names_in(tree: Mapping) -> dict[str, tuple[str, ...]]:
    """The names that each section of a configuration defines: keys of a mapping, or the `name`s in a list."""
    found = {str(section): _names(entry.node) for section, entry in tree.entries.items()}
    return {section: names for section, names in found.items() if names}


def _names(node: Node) -> tuple[str, ...]:
    match node:
        case Mapping(entries=entries):
            return tuple(str(key) for key in entries)
        case Sequence(items=items):
            return tuple(dict.fromkeys(str(value_at(item, ("name",))) for item in items if child(item, "name") is not None))
    return ()


def editor_schema(catalog: Catalog, names: MappingType[str, tuple[str, ...]]) -> str:
    """One self-contained schema, as JSON text.

    References to names become lists of the names in use, and a placeholder may stand for any single value. Since an editor looks at one file at a
    time, and any file may be a part, nothing is required.
    """
    bundler = _Bundler(catalog, names)
    documents = catalog.store.documents
    root = bundler.schema(documents[ROOT])
    # the loader eats the key before anything is checked, so the catalogue does not have it
    root["properties"] = {"import": IMPORT, **root["properties"]}
    # anchors are kept under such keys, which nothing reads
    root["patternProperties"] = {"^x-": {}}
    root["$defs"] = {name.removesuffix(".schema.json"): bundler.schema(each) for name, each in documents.items() if name != ROOT}
    return json_text({"$schema": "https://json-schema.org/draft/2020-12/schema", **root})


@dataclass(frozen=True, slots=True)
class _Bundler:
    catalog: Catalog
    names: MappingType[str, tuple[str, ...]]

    def schema(self, schema: Schema) -> dict[str, Any]:
        """A schema without annotations, its references led into the one document."""
        changed: dict[str, Any] = {}
        for word, value in schema.items():
            match word, value:
                case (("$schema" | "x-orbit" | "required"), _):
                    continue
                case "default", None:
                    # yaml-language-server 1.25 fails on it wherever it completes
                    continue
                case "$ref", str(reference):
                    name, _, pointer = reference.partition("#")
                    changed[word] = f"#/$defs/{name.removesuffix('.schema.json')}{pointer}"
                case "properties", dict():
                    changed[word] = {key: self.property(each) if isinstance(each, dict) else each for key, each in value.items()}
                case "$defs", dict():
                    changed[word] = {key: self.schema(each) for key, each in value.items()}
                case ("allOf", list()):
                    changed[word] = [self.schema(each) for each in value]
                case (("if" | "not"), dict()):
                    # without a placeholder, which would choose every branch
                    changed[word] = self.plain(value)
                case _, dict() if word not in ("default", "const"):
                    # what these two hold is data, in which nothing is a schema
                    changed[word] = self.schema(value)
                case _:
                    changed[word] = value
        return changed

    def plain(self, schema: Schema) -> dict[str, Any]:
        """A condition: it is kept as it is, less annotations."""
        return {word: value for word, value in schema.items() if word != ANNOTATION}

    def property(self, schema: Schema) -> dict[str, Any]:
        """The schema of one key. A single value may also be a placeholder, a name one of those in use."""
        changed = self.schema(schema)
        row = self.catalog.row(schema)
        if row.effect in ("never-read", "no-effect"):
            changed["deprecated"] = True
        listed = self._known_names(row)
        if listed:
            changed["enum"] = [*listed, *([None] if "null" in row.types else [])]
        is_single = row.types and not {"object", "array"} & set(row.types)
        is_bound = listed or any(word in row.schema for word in ("enum", "format", "pattern"))
        if not is_single or ("string" in row.types and not is_bound):
            return changed
        return {"description": row.description, "anyOf": [changed, _PLACEHOLDER]}

    def _known_names(self, row: Row) -> list[str]:
        spec = row.refers_to
        if spec is None or spec.key not in (None, ("name",)) or "array" in row.types:
            return []
        in_use = [name for section in spec.sections if len(section) == 1 for name in self.names.get(str(section[0]), ())]
        return sorted({*in_use, *(spec.values or ())}) if in_use else []
