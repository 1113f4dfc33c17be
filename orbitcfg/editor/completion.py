"""What may be typed at the cursor: keys, values, names of what there is, variables, files, and whole blocks."""

import os
from collections.abc import Iterable, Iterator

from orbitcfg.catalog.blocks import CLASSES, NewKey, adapter_block, provider_block
from orbitcfg.catalog.bundle import IMPORT
from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.catalog.specs import ReferenceSpec
from orbitcfg.dataclass import replace
from orbitcfg.document.graph import IMPORT_KEY, keys_of
from orbitcfg.document.tree import Interpolated, KeyPath, Node, Scalar, at, value_at
from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.items import FIRST, LAST, USUAL, ItemWriter, TypingPlace, typing_place
from orbitcfg.editor.protocol import types
from orbitcfg.effective.references import Reference
from orbitcfg.effective.registry import default_provider
from orbitcfg.project.places import below, import_site
from orbitcfg.project.variables import variable_uses


def completions(cursor: Cursor, machine_models: Iterable[str], abilities: Abilities) -> list[types.CompletionItem]:
    """What may stand at the cursor. `machine_models` are the models of this machine."""
    place = typing_place(cursor.text, cursor.offset)
    return [] if place is None else list(_Completer(place, cursor, tuple(machine_models), abilities).items())


class _Completer(ItemWriter):
    """The completions at one place. `tree` is the file, as far as it can be read; where it cannot be, as it was."""

    def __init__(self, place: TypingPlace, cursor: Cursor, machine_models: tuple[str, ...], abilities: Abilities) -> None:
        super().__init__(place, abilities)
        site, root = import_site(cursor.config, cursor.document), cursor.document.root if place.tree is None else place.tree
        self.cursor, self.config, self.machine_models = cursor, cursor.config, machine_models
        self.tree = None if root is None else below(site, root)
        self.path: KeyPath = (*site, *self.context.path)

    def items(self) -> Iterator[types.CompletionItem]:
        match self.context.kind:
            case "variable":
                yield from self.variables()
            case "key":
                yield from self.keys()
            case "value":
                yield from self.values(self.path)
            case "item":
                yield from self.keys()
                yield from self.values(self.path)
                yield from self.new_adapters()

    @property
    def takes_blocks(self) -> bool:
        """Whether a whole block may be put here."""
        return self.abilities.snippets and not (self.context.is_flow or self.context.is_quoted or self.context.is_followed)

    def row(self, path: KeyPath) -> Row | None:
        return self.config.catalog.at(self.tree, path)

    def keys(self) -> Iterator[types.CompletionItem]:
        row, node = self.row(self.path), at(self.tree, self.path)
        if row is None or (row.types and "object" not in row.types):
            return
        written = {str(key) for key in keys_of(node)}
        names = self.config.catalog.names(row, node)
        if not self.context.path and IMPORT_KEY not in (*written, *names):
            yield self.item(IMPORT_KEY, types.CompletionItemKind.Module, text=f"{IMPORT_KEY}:\n  - ", about=str(IMPORT["description"]))
        for name in names:
            below_it = self.config.catalog.below(row, node, name)
            if name in written or below_it is None:
                continue
            yield self.key(name, below_it)
        yield from self.new_providers(row, written)

    def values(self, path: KeyPath) -> Iterator[types.CompletionItem]:
        if IMPORT_KEY in path[-2:]:
            yield from self.files()
            return
        # the names in a list are what the list refers to
        row = self.row(path)
        holder = self.row(path[:-1]) if path and isinstance(path[-1], int) else None
        spec = next((each.refers_to for each in (row, holder) if each is not None and each.refers_to is not None), None)
        if spec is not None:
            yield from self.names(Reference(path, self.context.typed, spec))
        elif row is not None:
            yield from self.plain_values(row)
        yield from self.models(path)

    def plain_values(self, row: Row) -> Iterator[types.CompletionItem]:
        listed = [each for each in row.schema.get("enum", ()) if isinstance(each, str)]
        listed += [row.schema["const"]] if isinstance(row.schema.get("const"), str) else []
        yield from (self.item(each, types.CompletionItemKind.EnumMember) for each in listed)
        if "boolean" in row.types and not self.context.is_quoted:
            yield from (self.item(each, types.CompletionItemKind.Value) for each in ("true", "false"))
        default = row.schema.get("default")
        if not listed and isinstance(default, str | int | float) and not isinstance(default, bool):
            yield self.item(str(default), types.CompletionItemKind.Value, detail="default", sort=FIRST)

    def names(self, reference: Reference) -> Iterator[types.CompletionItem]:
        """The names that would do, those that are on first."""
        for name, paths in self.config.targets.names(reference).items():
            written = [path for path in paths if reference.spec.key is None or _is_written(at(self.config.tree, path))]
            is_on = any(self.is_on(reference.spec, path) for path in written)
            if written:
                kind = types.CompletionItemKind.Reference
                yield self.item(name, kind, detail="on" if is_on else "off or not configured", sort=FIRST if is_on else LAST)

    def is_on(self, spec: ReferenceSpec, path: KeyPath) -> bool:
        place = path[: -len(spec.key)] if spec.key is not None else path
        return bool(path) and all(self.config.switches.is_on((*place, switch)) for switch in spec.switches)

    def models(self, path: KeyPath) -> Iterator[types.CompletionItem]:
        """The models that are configured, in presets, and on this machine."""
        if not path or not self.is_model_key(path):
            return
        holder, is_adapter = at(self.tree, path[:-1]), path[0] == ADAPTERS
        section, block = ("inference", None) if is_adapter else (str(path[0]), str(path[1]) if len(path) > 1 else None)
        provider = value_at(holder, ("inference_provider",)) or value_at(holder, ("provider",)) if is_adapter else block
        told: set[str] = set()
        configured = self.configured_models(section, provider if isinstance(provider, str) else None)
        for name, detail in (*configured, *((each, "on this machine") for each in self.machine_models)):
            if name not in told:
                told.add(name)
                yield self.item(name, types.CompletionItemKind.Value, detail=detail, sort=FIRST if detail == "configured" else USUAL)

    def configured_models(self, section: str, provider: str | None) -> Iterator[tuple[str, str]]:
        for use in self.config.uses:
            is_of_section = use.block is not None and use.block[0] == section
            name = use.model_name if is_of_section and provider in (None, use.provider.value) else None
            if name and all(_is_written(place.node) for place in use.model.places):
                yield name, "configured"
        row = self.config.catalog.at(None, (section, provider)) if provider is not None else None
        for key in row.provider.model_keys if row is not None else ():
            written = at(self.config.tree, (section, provider, key))
            if isinstance(written, Scalar) and isinstance(written.value, str) and _is_written(written):
                yield written.value, "configured"
        if row is not None and row.provider.presets is not None:
            yield from ((str(key), "preset") for key in keys_of(at(self.config.tree, (row.provider.presets,))))

    def is_model_key(self, path: KeyPath) -> bool:
        block = self.row(path[:-1])
        return path[-1] == "model" or (block is not None and path[-1] in block.provider.model_keys)

    def variables(self) -> Iterator[types.CompletionItem]:
        used = (use.name for use in variable_uses(self.config))
        set_here = (name for name, variable in self.config.environment.variables.items() if variable.place is not None)
        names = dict.fromkeys((*used, *set_here, *sorted(self.config.declared_variables or ())))
        for name in names:
            is_set = self.config.environment[name] is not None
            yield self.item(name, types.CompletionItemKind.Variable, detail="set" if is_set else "not set", sort=FIRST if is_set else USUAL)

    def files(self) -> Iterator[types.CompletionItem]:
        """The YAML files in the folder that imports may name, those first that nothing imports yet."""
        folder = os.path.dirname(self.cursor.snapshot.path(self.cursor.text))
        orphans = {each.document.source for each in self.config.graph.orphans}
        for path, document in self.cursor.snapshot.documents.items():
            if path.startswith(folder + os.sep) and document.source is not self.cursor.document.source:
                name = os.path.relpath(path, folder).replace(os.sep, "/")
                is_free = document.source in orphans
                yield self.item(name, types.CompletionItemKind.File, detail="" if is_free else "imported already", sort=FIRST if is_free else LAST)

    def new_providers(self, section: Row, written: set[str]) -> Iterator[types.CompletionItem]:
        """A whole block for each provider that the section lacks."""
        node: Node | None = at(self.tree, self.path)
        for name in self.config.catalog.names(section, node) if len(self.path) == 1 and self.takes_blocks else ():
            row = self.config.catalog.below(section, node, name)
            if row is not None and row.provider.protocol is not None and name not in written:
                inside = " " * (self.context.indent + 2)
                body = "\n".join((f"{name}:", *(inside + line for line in _lines(provider_block(row)))))
                yield self.snippet(f"{name}: new block", body, row.description)

    def new_adapters(self) -> Iterator[types.CompletionItem]:
        """A whole adapter for each purpose."""
        if len(self.path) != 2 or self.path[0] != ADAPTERS or not self.takes_blocks:
            return
        setting = default_provider(self.config.tree)
        name = setting.value if isinstance(setting.value, str) and _is_written(at(self.config.tree, setting.path)) else "PROVIDER"
        for purpose in CLASSES:
            lines = _lines(adapter_block(purpose, name))
            inside = " " * self.context.indent
            yield self.snippet(f"new {purpose} adapter", "\n".join((lines[0], *(inside + line for line in lines[1:]))), "")

    def snippet(self, label: str, body: str, about: str) -> types.CompletionItem:
        found = self.item(label, types.CompletionItemKind.Snippet, text=body, about=about, sort=LAST)
        # the lines have their blanks already
        mode = types.InsertTextMode.AsIs if self.abilities.insert_modes else None
        return replace(found, insert_text_format=types.InsertTextFormat.Snippet, insert_text_mode=mode)


def _is_written(node: Node | None) -> bool:
    """Whether a value stands in a file: what a variable gave may be a secret."""
    return node is None or not any(isinstance(step, Interpolated) for step in node.steps)


def _lines(keys: Iterable[NewKey]) -> list[str]:
    """The lines of a block as a snippet: what is for the user to choose is a stop of the cursor."""
    lines, stop = [], 0
    for each in keys:
        stop += each.is_open
        quote = '"' if each.is_open and each.value.startswith('"') else ""
        value = _escaped(each.value.strip(quote) if quote else each.value)
        lines.append(f"{each.key}: {quote}${{{stop}:{value}}}{quote}" if each.is_open else f"{each.key}: {value}")
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
