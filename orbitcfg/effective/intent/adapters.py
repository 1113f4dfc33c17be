"""Intent adapters with the files that they name, as ORBIT reads them."""

from collections.abc import Hashable, Iterator
from collections.abc import Mapping as MappingType

from orbitcfg.cached import cached_property
from orbitcfg.compile.named_files import CROSS, DOMAIN, LIBRARY, NamedFile, file_keys, names_at
from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, at, child, plain
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.intent.classes import IntentClass, class_of
from orbitcfg.effective.intent.content_hash import unordered_key
from orbitcfg.effective.intent.template import Template


@dataclass(frozen=True, eq=False)
class TemplateLibrary:
    """A file of templates. The same object stands for it at every adapter that names it."""

    file: NamedFile

    @property
    def templates_node(self) -> Node | None:
        """What stands under `templates`; None where nothing does."""
        return child(self.file.root, "templates")

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Its templates: a list of them, or a mapping of names."""
        match self.templates_node:
            case Sequence(items=items):
                return tuple(Template(item, index) for index, item in enumerate(items))
            case Mapping(entries=entries):
                return tuple(Template(entry.node, str(key)) for key, entry in entries.items())
        return ()

    @cached_property
    def unordered_key(self) -> Span | None:
        """A key that keeps ORBIT from taking the hash of a template, and so from reading the file; None where there is none."""
        return next((found for each in self.templates if (found := unordered_key(each.node)) is not None), None)


@dataclass(frozen=True)
class IntentAdapter:
    """An adapter that answers by templates. `domain` is None where it has none that can be read, or that was looked for.

    `libraries` are the files that were read, each as often as it is listed, with the key path of its name.
    """

    adapter: Adapter
    kind: IntentClass
    domain: NamedFile | None
    libraries: tuple[tuple[KeyPath, TemplateLibrary], ...]
    has_guard: bool = True
    """Whether ORBIT has its query guard."""

    @cached_property
    def signature(self) -> tuple[str, str]:
        """What its files and its settings are: of two adapters with the same nothing else can be said."""
        found = child(self.adapter.node, "config")
        return self.kind.name, "" if found is None else repr(plain(found))

    @property
    def library_keys(self) -> KeyPath:
        """Where, below the adapter, its libraries are named."""
        return CROSS if self.kind.family == "composite" else LIBRARY

    @property
    def library_path(self) -> KeyPath:
        """The key path of the names of its libraries."""
        return (*self.adapter.path, *self.library_keys)

    @property
    def domain_path(self) -> KeyPath:
        """The key path of the name of its domain."""
        return (*self.adapter.path, *DOMAIN)

    @property
    def is_list(self) -> bool:
        """Whether its libraries are named by a list."""
        return isinstance(at(self.adapter.node, self.library_keys), Sequence)

    def setting(self, key: str, default: object = None) -> object:
        """A value under its `config`."""
        return self._settings.get(key, default)

    @cached_property
    def _settings(self) -> dict[Hashable, object]:
        found = child(self.adapter.node, "config")
        return {key: plain(entry.node) for key, entry in found.entries.items()} if isinstance(found, Mapping) else {}

    @property
    def is_strict(self) -> bool:
        """Whether a template that ORBIT's schema refuses ends the loading of the adapter: by this very text alone."""
        return self.kind.family != "composite" and self.setting("template_validation") == "strict"

    @property
    def is_guarded(self) -> bool:
        """Whether ORBIT's guard looks at a query before it runs."""
        return self.has_guard and bool(self.setting("query_guard_enabled", default=True))

    @property
    def needs_approval(self) -> bool:
        """Whether only templates that are approved count."""
        return self.kind.family != "composite" and bool(self.setting("require_approved"))

    @cached_property
    def listed(self) -> tuple[tuple[TemplateLibrary, Template], ...]:
        """Every entry of the libraries that it reads, in ORBIT's order."""
        return tuple((library, template) for _, library in self.libraries if not self.loses(library) for template in library.templates)

    def loses(self, library: TemplateLibrary) -> bool:
        """Whether it goes without one of its libraries, of which a template has no hash. A check that is strict ends the loading before."""
        return self.kind.family != "composite" and not self.is_strict and library.unordered_key is not None

    @cached_property
    def templates(self) -> tuple[tuple[TemplateLibrary, Template], ...]:
        """Those that are left where only approved ones count."""
        if not self.needs_approval:
            return self.listed
        return tuple((library, each) for library, each in self.listed if each.value("approved") is True)


def intent_adapters(adapters: tuple[Adapter, ...], files: MappingType[str, NamedFile | None], *, has_guard: bool = True) -> Iterator[IntentAdapter]:
    """The adapters of ORBIT's intent classes for which any file was looked for, in order. `has_guard`: the ORBIT that is meant has its query guard."""
    libraries: dict[str, TemplateLibrary] = {}
    for adapter in adapters if files else ():
        kind = class_of(adapter.text("implementation"))
        if kind is None:
            continue
        listed = []
        keys = CROSS if kind.family == "composite" else LIBRARY
        for path, name in _names(adapter, keys) if keys in file_keys(adapter.node) else ():
            file = files.get(name)
            if file is not None and file.is_read and file.fault is None:
                listed.append((path, libraries.setdefault(name, TemplateLibrary(file))))
        names = names_at(adapter.node, DOMAIN) if kind.family != "composite" else []
        domain = files.get(names[0]) if names else None
        usable = domain if domain is not None and domain.is_read and domain.fault is None else None
        if listed or usable is not None:
            yield IntentAdapter(adapter, kind, usable, tuple(listed), has_guard)


def _names(adapter: Adapter, keys: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    node = at(adapter.node, keys)
    path = (*adapter.path, *keys)
    known = set(names_at(adapter.node, keys))
    match node:
        case Scalar(value=str(name)) if name in known:
            yield path, name
        case Sequence(items=items):
            for index, item in enumerate(items):
                if isinstance(item, Scalar) and isinstance(item.value, str) and item.value in known:
                    yield (*path, index), item.value
