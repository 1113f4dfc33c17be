"""Domains and libraries that ORBIT does not load, or that hold nothing."""

from collections.abc import Hashable, Iterator

from orbitcfg.compile.named_files import DOMAIN, LIBRARY, names_at
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown, at, child, plain, value_at
from orbitcfg.effective.intent.adapters import IntentAdapter, TemplateLibrary
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_adapter, kind_of
from orbitcfg.suggest import nearest


@rule("ORB001", consequence=Consequence.ADAPTER_MISSING)
def domain_not_loaded(config: Config) -> Iterator[Finding]:
    """A domain file has a shape with which the adapter does not load.

    ORBIT builds an intent adapter from its domain: it must be a mapping, `{}` being enough. In it `entities` is a mapping of mappings, `fields` a mapping of entities,
    each a mapping of fields that are mappings, `vocabulary` a mapping, `domain_name` a text. An exception at any of these ends the loading of the adapter.

    ```yaml bad
    # base: shelf
    # file: utils/shop.yaml
    domain_name: shop
    entities:
      - name: item
    ```

    ```yaml good
    # base: shelf
    # file: utils/shop.yaml
    domain_name: shop
    entities:
      item: {table_name: item}
    ```
    """
    yield from by_adapter(config, domain_faults, lambda each: each.domain_path)


def domain_faults(each: IntentAdapter) -> Iterator[Found]:
    """What of its domain an adapter does not load for."""
    if each.domain is None:
        named = at(each.adapter.node, DOMAIN)
        if isinstance(named, Scalar) and named.value == "":
            yield Found("no domain is named, so the adapter does not load", named.span, "name a file under `domain_config_path`")
        return
    root = each.domain.root
    if not isinstance(root, Mapping):
        what = "is empty" if root is None else f"holds {kind_of(root)}"
        yield Found(f"the domain {what}, so the adapter does not load", each.domain.source, "write a mapping, at least `{}`")
        return
    for key, wanted in (("domain_name", "a text"), ("domain_type", "a text")):
        yield from _of_name(root, key, wanted)
    yield from _of_entities(root)
    yield from _of_fields(root)
    vocabulary = child(root, "vocabulary")
    if vocabulary is not None and not isinstance(vocabulary, Mapping):
        yield _wrong(root, ("vocabulary",), "a mapping")
    yield from _of_semantic_types(root)
    yield from _of_id_synonyms(root)


def _of_name(root: Mapping, key: str, wanted: str) -> Iterator[Found]:
    node = child(root, key)
    may_be_void = key == "domain_type"
    if node is not None and not (isinstance(node, Scalar) and isinstance(node.value, str)) and not (may_be_void and not plain(node)):
        yield _wrong(root, (key,), wanted)


def _of_entities(root: Mapping) -> Iterator[Found]:
    entities = child(root, "entities")
    if entities is None:
        return
    if not isinstance(entities, Mapping):
        yield _wrong(root, ("entities",), "a mapping of entities")
        return
    for name, entry in entities.entries.items():
        if not isinstance(entry.node, Mapping):
            yield _wrong(root, ("entities", name), "a mapping")


def _of_fields(root: Mapping) -> Iterator[Found]:
    fields, entities = child(root, "fields"), child(root, "entities")
    names = entities.entries if isinstance(entities, Mapping) else {}
    # without entities nothing looks there
    if fields is None or not names:
        return
    if not isinstance(fields, Mapping):
        yield _wrong(root, ("fields",), "a mapping of entities")
        return
    for entity, entry in fields.entries.items():
        if entity not in names:
            continue
        if not isinstance(entry.node, Mapping):
            yield _wrong(root, ("fields", entity), "a mapping of fields")
            continue
        for field, below in entry.node.entries.items():
            if not isinstance(below.node, Mapping):
                yield _wrong(root, ("fields", entity, field), "a mapping")


def _of_semantic_types(root: Mapping) -> Iterator[Found]:
    for name, node in semantic_types(root):
        patterns = child(node, "regex_patterns")
        if (
            isinstance(node, Mapping)
            and patterns is not None
            and plain(patterns)
            and not (is_texts(patterns) or is_text(patterns) or _has_text_keys(patterns))
        ):
            yield _wrong_in(node, "regex_patterns", f"semantic_types.{name}.regex_patterns", "a list of texts")


def semantic_types(root: Node) -> Iterator[tuple[str, Node]]:
    """The semantic types of a domain by name: a mapping of them, or a list of mappings with a name."""
    match child(root, "semantic_types"):
        case Mapping(entries=entries):
            yield from ((str(name), entry.node) for name, entry in entries.items())
        case Sequence(items=items):
            yield from ((str(value_at(item, ("name",))), item) for item in items if child(item, "name") is not None)


def _of_id_synonyms(root: Mapping) -> Iterator[Found]:
    """Synonyms of an entity whose integer field is looked for by its name."""
    fields, synonyms = child(root, "fields"), at(root, ("vocabulary", "entity_synonyms"))
    entities = child(root, "entities")
    if synonyms is None or not isinstance(fields, Mapping) or not isinstance(entities, Mapping):
        return
    for entity, entry in fields.entries.items():
        fields_of = entry.node.entries if isinstance(entry.node, Mapping) and entity in entities.entries else {}
        if not any(_is_searched_id(str(name), each.node) for name, each in fields_of.items()):
            continue
        if not isinstance(synonyms, Mapping):
            yield _wrong(root, ("vocabulary", "entity_synonyms"), "a mapping of entities")
        elif entity in synonyms.entries and not is_texts(synonyms.entries[entity].node):
            yield _wrong(root, ("vocabulary", "entity_synonyms", entity), "a list of texts")


def _is_searched_id(name: str, node: Node) -> bool:
    kind = child(node, "data_type")
    switches = (child(node, "searchable"), child(node, "filterable"))
    return (
        "id" in name.lower()
        and isinstance(kind, Scalar)
        and kind.value == "integer"
        and any(isinstance(each, Scalar) and bool(each.value) for each in switches)
    )


def is_texts(node: Node) -> bool:
    """Whether a node is a list of nothing but texts."""
    return isinstance(node, Sequence) and all(map(is_text, node.items))


def _has_text_keys(node: Node) -> bool:
    return isinstance(node, Mapping) and all(isinstance(key, str) for key in node.entries)


def is_text(node: Node) -> bool:
    """Whether a node is a text."""
    return isinstance(node, Scalar) and isinstance(node.value, str)


def _wrong(root: Mapping, path: KeyPath, wanted: str) -> Found:
    holder = at(root, path[:-1])
    assert isinstance(holder, Mapping)
    return _wrong_in(holder, path[-1], ".".join(map(str, path)), wanted)


def _wrong_in(holder: Mapping, key: Hashable, name: str, wanted: str) -> Found:
    entry = holder.entries[key]
    return Found(
        f"`{name}` of the domain is {kind_of(entry.node)}, so the adapter does not load",
        entry.key_span,
        f"make it {wanted}",
    )


@rule("ORB002", consequence=Consequence.ADAPTER_MISSING)
def library_not_loaded(config: Config) -> Iterator[Finding]:
    """A template library has a shape with which the adapter does not load.

    ORBIT counts the templates of a library that is named alone: where its top level is no mapping, or `templates` is null, a number or another single value, that ends
    the loading of the adapter. An empty file, or one with `[]` or `false` alone, and `templates: []` load, without a template.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
    ```
    """
    yield from by_adapter(config, _of_library)


def _of_library(each: IntentAdapter) -> Iterator[Found]:
    if each.kind.family == "composite":
        return
    if each.is_list:
        yield from _of_listed_library(each)
        return
    for _, library in each.libraries:
        root, templates = library.file.root, library.templates_node
        if root is not None and not isinstance(root, Mapping) and plain(root):
            remedy = "put the templates in a list under `templates:`"
            yield Found(f"the library holds {kind_of(root)}, so the adapter does not load", library.file.source, remedy)
        elif isinstance(templates, Scalar) and not isinstance(templates.value, str):
            yield Found(
                f"`templates` is {kind_of(templates)}, so the adapter does not load",
                _at_templates(library),
                "write a list of templates, `[]` for none",
            )


def _of_listed_library(each: IntentAdapter) -> Iterator[Found]:
    """Of several libraries one that cannot be asked for its templates: ORBIT looks for the word in whatever it holds."""
    for _, library in each.libraries:
        root = library.file.root
        match root:
            case Scalar(value=str(text)):
                fails = "templates" in text
            case Scalar(value=value):
                fails = bool(value)
            case Sequence(items=items):
                fails = any(isinstance(item, Scalar) and item.value == "templates" for item in items)
            case _:
                fails = False
        if fails:
            yield Found(
                f"the library holds {kind_of(root)}, so the adapter does not load",
                library.file.source,
                "put the templates in a list under `templates:`",
            )


def _at_templates(library: TemplateLibrary) -> Span | Source:
    match library.file.root:
        case Mapping(entries=entries) if "templates" in entries:
            return entries["templates"].key_span
    return library.file.source


@rule("ORB003", consequence=Consequence.PURPOSE_LOST)
def no_templates(config: Config) -> Iterator[Finding]:
    """An intent adapter loads without a single template.

    Every question is answered with the words that no matching query pattern was found. The library is not named, is empty, has no `templates`, or `require_approved` is on and none of
    its templates has `approved: true`, as a boolean. A template without an `id` is never indexed either. A mapping with a text and an unquoted `on`, `no` or number among its
    keys keeps ORBIT from reading the whole file.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    template:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
    ```
    """
    yield from by_adapter(config, _without_templates)


def _without_templates(each: IntentAdapter) -> Iterator[Found]:
    if each.kind.family == "composite" or _is_broken(each):
        return
    named = at(each.adapter.node, LIBRARY)
    # what is no text in a list names nothing; an unknown member may
    in_list = plain(named) if isinstance(named, Sequence) else None
    is_void = isinstance(in_list, list) and not any(isinstance(name, str | Unknown) and name for name in in_list)
    if named is None or is_void or (isinstance(named, Scalar) and named.value == ""):
        at_adapter = each.adapter.node.entries["config"].key_span
        yield Found("no template library is named, so no question finds a template", at_adapter, "name a library under `template_library_path`")
    elif each.libraries and len(each.libraries) == len(names_at(each.adapter.node, LIBRARY)):
        # a file that cannot be read is another rule's
        place = _at_templates(each.libraries[0][1])
        lost = next((library.unordered_key for _, library in each.libraries if each.loses(library)), None)
        if not each.listed and lost is not None:
            yield Found(f"the library is not read, as its key `{lost.text}` is no text, so no question finds a template", lost, _QUOTED)
        elif not each.listed:
            yield Found("the adapter's libraries hold no template, so no question finds one", place, _remedy_for_none(each))
        elif not each.templates:
            yield Found("no template is approved, and the adapter takes approved ones only", place, "write `approved: true` in those that may run")
        elif all(_is_without_id(template) for _, template in each.templates):
            yield Found("no template has an `id`, so none is indexed and no question finds one", place, "give each template an `id` of its own")


_QUOTED = "put the key in quotes"


def _is_without_id(template: Template) -> bool:
    return template.entries is not None and not template.id


def _is_broken(each: IntentAdapter) -> bool:
    return any(True for _ in _of_library(each))


def _remedy_for_none(each: IntentAdapter) -> str:
    root = each.libraries[0][1].file.root
    meant = nearest("templates", map(str, root.entries)) if isinstance(root, Mapping) and "templates" not in root.entries else None
    return f"write `templates` for `{meant}`" if meant else "list templates under `templates:`"


@rule("ORB004", consequence=Consequence.DEGRADED)
def library_adds_nothing(config: Config) -> Iterator[Finding]:
    """One of several libraries adds no template, and ORBIT says nothing of it.

    In a list of files one with a list or a text at its top, or with `templates` null, is passed over. A composite adapter takes nothing but a list under `templates`; where no
    cross-adapter template is left it switches that search off.

    ```yaml bad
    # base: shelf
    adapters: [{name: shelf, config: {domain_config_path: utils/shop.yaml, template_library_path: [utils/templates.yaml, utils/more.yaml], store_name: chroma}}]
    # file: utils/more.yaml
    - id: cheap_items
      nl_examples: [show cheap items]
      sql: select * from item where price < 5
    ```

    ```yaml good
    # base: shelf
    adapters: [{name: shelf, config: {domain_config_path: utils/shop.yaml, template_library_path: [utils/templates.yaml, utils/more.yaml], store_name: chroma}}]
    # file: utils/more.yaml
    templates:
      - id: cheap_items
        nl_examples: [show cheap items]
        sql: select * from item where price < 5
    ```
    """
    yield from by_adapter(config, _that_add_nothing)


def _that_add_nothing(each: IntentAdapter) -> Iterator[Found]:
    is_composite = each.kind.family == "composite"
    if not is_composite and (not each.is_list or not each.listed or any(True for _ in _of_listed_library(each))):
        return
    named = None if is_composite else at(each.adapter.node, LIBRARY)
    for item in named.items if isinstance(named, Sequence) else ():
        if isinstance(item, Scalar) and item.value == "":
            yield Found("an empty name of a library adds no template", item.span, "name a file, or take it out")
    for _, library in each.libraries:
        node = library.templates_node
        is_lost = not isinstance(node, Sequence) or not node.items if is_composite else not library.templates
        if each.loses(library) and library.unordered_key is not None:
            key = library.unordered_key
            yield Found(f"the library is not read, as its key `{key.text}` is no text, and the adapter goes without it", key, _QUOTED)
        elif is_lost:
            what = "cross-adapter search goes without it" if is_composite else "the adapter goes without it"
            yield Found(f"the library has no list of templates, so {what}", _at_templates(library), "list templates under `templates:`")


RULES = (domain_not_loaded, library_not_loaded, no_templates, library_adds_nothing)
