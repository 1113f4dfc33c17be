"""The files that a value names, which ORBIT reads beside the configuration."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orbitcfg.commands.why.result import Link
from orbitcfg.compile.named_files import CROSS, DOMAIN, LIBRARY, NamedFile, file_keys, names_at
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, child
from orbitcfg.plural import counted
from orbitcfg.project.config import Config

if TYPE_CHECKING:
    from orbitcfg.effective.adapters import Adapter


def files_at(config: Config, path: KeyPath) -> Iterator[Link]:
    """What was found of each file that a key names, where it is one of those that name files."""
    adapter = config.adapter_at(path)
    keys = next((keys for keys in (DOMAIN, LIBRARY, CROSS) if path[2 : 2 + len(keys)] == keys), None)
    if adapter is None or keys is None:
        return
    names = names_at(adapter.node, keys)
    index = path[2 + len(keys) :]
    wanted = names[index[0] : index[0] + 1] if index and isinstance(index[0], int) else names
    for name in dict.fromkeys(wanted):
        file = config.named_files.get(name)
        if file is None:
            known = "is not there, seen from the project's root" if name in config.named_files else "was not looked for"
            yield Link("file", f"`{name}` {known}", None)
        else:
            yield Link("file", f"`{name}`: {_content(file, is_domain=keys == DOMAIN)}", Span(file.source, 0, 0) if file.source.text else None)


def files_of(config: Config, adapter: "Adapter") -> Iterator[Link]:
    """What was found of each file that an adapter names."""
    for keys in file_keys(adapter.node):
        yield from files_at(config, (*adapter.path, *keys))


def _content(file: NamedFile, *, is_domain: bool) -> str:
    if not file.is_read:
        return "not read, as the adapter is off"
    if file.fault is not None:
        return "it cannot be read"
    if is_domain:
        entities = child(file.root, "entities")
        if entities is not None and not isinstance(entities, Mapping):
            return "its `entities` are no mapping"
        number = 0 if entities is None else len(entities.entries)
        return "1 entity" if number == 1 else f"{number} entities"
    from orbitcfg.effective.intent.adapters import TemplateLibrary  # few values name files

    return counted(len(TemplateLibrary(file).templates), "template")
