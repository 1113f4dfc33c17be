"""The files that adapters name, domains and template libraries, which ORBIT reads beside the configuration."""

import os
from collections.abc import Iterable, Iterator
from itertools import chain

from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.dataclass import dataclass
from orbitcfg.document.decode import decode_source, reason
from orbitcfg.document.events import Event, FileFault, FileProblem
from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown, at, child, plain, value_at
from orbitcfg.document.yaml_reader import parse
from orbitcfg.files.sandbox import is_inside
from orbitcfg.files.store import Files
from orbitcfg.limits import MAX_FILE_BYTES, MAX_NAMED_BYTES
from orbitcfg.record import NamedTuple

DOMAIN: KeyPath = ("config", "domain_config_path")
LIBRARY: KeyPath = ("config", "template_library_path")
CROSS: KeyPath = ("config", "cross_adapter_templates", "template_library_path")
_CHILDREN: KeyPath = ("config", "child_adapters")
CROSS_SWITCH: KeyPath = ("config", "cross_adapter_templates", "enabled")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that adapters name. `root` is what it holds, None where that is nothing, or where it was not read; `fault` is why it cannot be read."""

    path: str
    source: Source
    root: Node | None = None
    events: tuple[Event, ...] = ()
    fault: FileFault | None = None
    is_read: bool = True


class NamingAdapter(NamedTuple):
    """An entry of `adapters` that names files, and whether what they hold is wanted."""

    node: Mapping
    is_wanted: bool


def naming_adapters(tree: Node) -> Iterator[tuple[int, Mapping]]:
    """The entries of `adapters` that name any file, each with its index."""
    listed = child(tree, ADAPTERS)
    for index, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
        if isinstance(item, Mapping) and any(names_at(item, keys) for keys in file_keys(item)):
            yield index, item


def file_keys(adapter: Mapping) -> tuple[KeyPath, ...]:
    """Where an adapter names files that ORBIT looks for below its project's root; those of cross-adapter templates count where these are on."""
    return (DOMAIN, LIBRARY, CROSS) if value_at(adapter, CROSS_SWITCH) else (DOMAIN, LIBRARY)


def names_at(adapter: Mapping, keys: KeyPath) -> list[str]:
    """The names that a key of an adapter holds, one or a list; what is unknown names no file."""
    node = at(adapter, keys)
    value = None if node is None else plain(node)
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str) and each and not isinstance(each, Unknown) and "\0" not in each]


def named_files(files: Files, project: str, adapters: Iterable[NamingAdapter]) -> dict[str, NamedFile | None]:
    """The files that adapters name, by name: None for one that ORBIT goes without. Of names that nothing can be said about there is none.

    Only files that a wanted adapter names are read. A configuration may be kept apart from ORBIT, whose other files lie elsewhere then: what is not there
    is missed where the folder holds ORBIT itself, or another file of the same adapter or of one that it asks.
    """
    listed = [(each, [name for keys in file_keys(each.node) for name in names_at(each.node, keys)]) for each in adapters]
    wanted = {name for each, names in listed if each.is_wanted for name in names}
    is_orbit = files.is_dir(os.path.join(project, "server")) or files.is_file(os.path.join(project, "bin", "orbit"))
    boundary = files.realpath(project)
    # what is read may be shown, and a name may lead anywhere: the rest of the machine is none of the repository's business
    inside = {name for _, names in listed for name in names if is_inside(files.realpath(os.path.join(project, name)), boundary)}
    present = {name for name in sorted(inside) if files.is_file(os.path.join(project, name))}
    found: dict[str, NamedFile | None] = {}
    own = {name: names for each, names in listed if isinstance(name := value_at(each.node, ("name",)), str)}
    for each, names in listed:
        asked = (own.get(child_name, []) for child_name in names_at(each.node, _CHILDREN))
        if is_orbit or not present.isdisjoint(chain(names, *asked)):
            found |= {name: _read(files, os.path.join(project, name)) for name in names if name in inside - present and name not in found}
    left = MAX_NAMED_BYTES
    for name in sorted(present):
        path = os.path.join(project, name)
        if name not in wanted or left <= 0:
            found[name] = NamedFile(path, Source(files.name(path), ""), is_read=False)
            continue
        found[name] = read = _read(files, path)
        left -= len(read.source.text) if read is not None else 0
    return found


def _read(files: Files, path: str) -> NamedFile | None:
    """What a file holds; None where nothing is there."""
    name = files.name(path)
    try:
        # one byte more than is allowed, which tells that the file is longer
        content = files.read(path, MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        source = Source(name, "")
        return NamedFile(path, source, fault=FileFault(FileProblem.UNREADABLE, source, reason(error)))
    source, fault = decode_source(name, content)
    if fault is not None:
        return NamedFile(path, source, fault=fault, is_read=fault.problem is not FileProblem.TOO_LARGE)
    root, events = parse(source)
    faults = (event for event in events if isinstance(event, FileFault) and event.problem is not FileProblem.EMPTY)
    if isinstance(root, Scalar) and root.value is None:
        root = None
    return NamedFile(path, source, root, tuple(events), next(faults, None))
