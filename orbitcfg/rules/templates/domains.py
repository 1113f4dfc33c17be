"""Domains: what of them spoils questions, what is lost of them, and where they contradict the templates."""

from collections.abc import Hashable, Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, at, child, value_at
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.expressions import fault_of
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._extraction import Places, checking_fails, field_of, looking_fails
from orbitcfg.rules.templates._found import Found, by_adapter, by_domain, gathered, kind_of, remedy_for
from orbitcfg.rules.templates.files import domain_faults
from orbitcfg.suggest import nearest


@rule("ORB036", consequence=Consequence.PURPOSE_LOST)
def domain_spoils_questions(config: Config) -> Iterator[Finding]:
    """A domain ends questions in an error.

    Synonyms and verbs are lists of texts: null, a single text as synonyms, a number or an unquoted `yes`, `no`, `on` or `off` among them ends every question for which a template of that entity or action comes up.
    Synonyms of fields are regular expressions, and one that cannot be read ends every question. `extraction_hints` and `validation_rules` are mappings,
    `summary_priority` is a number, expressions and their lists are texts; so are the `patterns` of hints and semantic types.

    ```yaml bad
    # base: shelf
    # file: utils/shop.yaml
    entities: {item: {table_name: item}}
    fields: {item: {city: {data_type: string, searchable: true}}}
    vocabulary: {field_synonyms: {city: ["town ("]}}
    ```

    ```yaml good
    # base: shelf
    # file: utils/shop.yaml
    entities: {item: {table_name: item}}
    fields: {item: {city: {data_type: string, searchable: true}}}
    vocabulary: {field_synonyms: {city: ["town"]}}
    ```
    """
    yield from by_adapter(config, _spoiled, lambda each: each.domain_path)


def _spoiled(each: IntentAdapter) -> Iterator[Found]:
    root = each.domain.root if each.domain is not None else None
    # without the adapter there are no questions
    if not isinstance(root, Mapping) or next(domain_faults(each), None) is not None:
        return

    yield from gathered(_spoiling(each, root), "questions end in an error")


def _spoiling(each: IntentAdapter, root: Mapping) -> Places:
    if each.kind.renders_early:
        yield from _entity_synonyms(each, root)
        yield from _action_verbs(each, root)
    searched = [(name, node) for _, name, node in fields_of(root) if _is_searched(node)]
    yield from _field_synonyms(root, searched)
    yield from looking_fails(each, root, [node for _, node in searched])
    yield from _checks(each, root)
    yield from _summaries(each, root)


def _entity_synonyms(each: IntentAdapter, root: Mapping) -> Places:
    used = _used_tags(each, "primary_entity")
    vocabulary = child(root, "vocabulary")
    synonyms = child(vocabulary, "entity_synonyms")
    if not isinstance(vocabulary, Mapping) or synonyms is None or not used:
        return
    if not isinstance(synonyms, Mapping):
        yield vocabulary.entries["entity_synonyms"].key_span, f"`entity_synonyms` is {kind_of(synonyms)}, and no mapping"
        return
    for entity in sorted(used):
        if entity in synonyms.entries:
            yield from _words(synonyms.entries[entity].node, synonyms.entries[entity].key_span, "synonym", text_works=False)


def _action_verbs(each: IntentAdapter, root: Mapping) -> Places:
    used = _used_tags(each, "action")
    vocabulary = child(root, "vocabulary")
    verbs = child(vocabulary, "action_verbs")
    if not isinstance(vocabulary, Mapping) or verbs is None or not used:
        return
    if not isinstance(verbs, Mapping):
        yield vocabulary.entries["action_verbs"].key_span, f"`action_verbs` is {kind_of(verbs)}, and no mapping"
        return
    for action in sorted(used):
        if action in verbs.entries:
            yield from _words(verbs.entries[action].node, verbs.entries[action].key_span, "verb", text_works=True)


def _used_tags(each: IntentAdapter, key: str) -> set[str]:
    found = (value_at(tags, (key,)) for _, template in each.templates for tags in _tags_of(template.get("semantic_tags")))
    return {value for value in found if isinstance(value, str) and value}


def _tags_of(node: Node | None) -> tuple[Node, ...]:
    """The tags of a template; of a list ORBIT makes one mapping."""
    return tuple(node.items) if isinstance(node, Sequence) else () if node is None else (node,)


def _words(node: Node, place: Span, what: str, *, text_works: bool) -> Places:
    if isinstance(node, Sequence):
        for item in node.items:
            if not (isinstance(item, Scalar) and isinstance(item.value, str)):
                yield (item.span if item.span.text else place), f"this {what} is {kind_of(item)}, and no text"
    elif not isinstance(node, Mapping) and not (text_works and isinstance(node, Scalar) and isinstance(node.value, str)):
        yield place, f"the {what}s are {kind_of(node)}, and no list"
    elif isinstance(node, Mapping) and not text_works:
        yield place, f"the {what}s are a mapping, and no list"
    elif isinstance(node, Mapping):
        # ORBIT goes through its keys
        for name, entry in node.entries.items():
            if not isinstance(name, str):
                yield entry.key_span, f"this {what} is a key without quotes, and no text"


def _field_synonyms(root: Mapping, searched: list[tuple[Hashable, Mapping]]) -> Places:
    vocabulary = child(root, "vocabulary")
    synonyms = child(vocabulary, "field_synonyms")
    if not isinstance(vocabulary, Mapping) or synonyms is None or not searched:
        return
    if not isinstance(synonyms, Mapping):
        yield vocabulary.entries["field_synonyms"].key_span, f"`field_synonyms` is {kind_of(synonyms)}, and no mapping"
        return
    for name in dict.fromkeys(name for name, _ in searched):
        entry = synonyms.entries.get(name)
        if entry is None:
            continue
        if not isinstance(entry.node, Sequence):
            yield entry.key_span, f"the synonyms of `{name}` are {kind_of(entry.node)}, and no list"
            continue
        for item in entry.node.items:
            fault = _fault_of_synonym(item.value) if isinstance(item, Scalar) and isinstance(item.value, str) else None
            if fault is not None:
                yield item.span, f"ORBIT takes the synonym for a regular expression, which cannot be read: {fault}"


def _fault_of_synonym(text: str) -> str | None:
    """Why ORBIT cannot look for a synonym, in either of the expressions that it makes of one."""
    made = (rf"{text}\s*[:=]\s*([^\s,]+)", rf"{text}\s+(?:is|equals?|of)\s+([^\s,]+)")
    return next((why for each in made if (why := fault_of(each)) is not None), None)


def _checks(each: IntentAdapter, root: Mapping) -> Places:
    first: dict[Hashable, Mapping] = {}
    for _, name, node in fields_of(root):
        first.setdefault(name, node)
    for _, template in each.templates:
        for parameter in template.parameters:
            for field in (first.get(parameter.name), field_of(root, parameter.node)):
                if field is not None:
                    yield from checking_fails(field, parameter)


def _summaries(each: IntentAdapter, root: Mapping) -> Places:
    if not any(template.value("result_format") == "summary" for _, template in each.templates):
        return
    for _, _, node in fields_of(root):
        priority = child(node, "summary_priority")
        if priority is not None and not (isinstance(priority, Scalar) and isinstance(priority.value, int | float | None)):
            yield _place(node, "summary_priority"), f"`summary_priority` is {kind_of(priority)}, and no number"


def fields_of(root: Mapping) -> Iterator[tuple[Hashable, Hashable, Mapping]]:
    """The fields of the domain's entities that are mappings, each with its entity and its name, in the order of the entities."""
    entities, fields = child(root, "entities"), child(root, "fields")
    for entity in entities.entries if isinstance(entities, Mapping) else ():
        of_entity = child(fields, entity)
        for name, entry in of_entity.entries.items() if isinstance(of_entity, Mapping) else ():
            if isinstance(entry.node, Mapping):
                yield entity, name, entry.node


def _is_searched(node: Mapping) -> bool:
    return any(bool(value_at(node, (key,))) for key in ("searchable", "filterable"))


def _place(node: Mapping, key: str) -> Span:
    return node.entries[key].key_span


@rule("ORB037", consequence=Consequence.DEGRADED)
def expression_not_read(config: Config) -> Iterator[Finding]:
    """A regular expression of a domain cannot be read, and is passed over.

    ORBIT skips `extraction_pattern` and the `regex_patterns` of hints and semantic types without a word, and a `pattern` under `validation_rules` with a line in its log at each question.

    ```yaml bad
    # base: shelf
    # file: utils/shop.yaml
    entities: {item: {table_name: item}}
    fields: {item: {code: {data_type: string, searchable: true, extraction_pattern: "(["}}}
    ```

    ```yaml good
    # base: shelf
    # file: utils/shop.yaml
    entities: {item: {table_name: item}}
    fields: {item: {code: {data_type: string, searchable: true, extraction_pattern: "([A-Z]{3})"}}}
    ```
    """
    yield from by_domain(config, _unread_expressions)


def _unread_expressions(each: IntentAdapter, root: Mapping) -> Iterator[Found]:
    del each
    for node in _expressions(root):
        fault = fault_of(node.value) if isinstance(node.value, str) else None
        if fault is not None:
            why = f"the regular expression cannot be read, and is passed over: {fault}"
            yield Found(why, node.span, remedy_for(why))


def _expressions(root: Mapping) -> Iterator[Scalar]:
    paths: tuple[KeyPath, ...] = (("extraction_pattern",), ("validation_rules", "pattern"), ("extraction_hints", "regex_patterns"))
    for _, _, node in fields_of(root):
        for path in paths:
            yield from _scalars(at(node, path))
    types = child(root, "semantic_types")
    listed = [entry.node for entry in types.entries.values()] if isinstance(types, Mapping) else types.items if isinstance(types, Sequence) else ()
    for each in listed:
        yield from _scalars(child(each, "regex_patterns"))


def _scalars(node: Node | None) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence(items=items):
            yield from (item for item in items if isinstance(item, Scalar))


@rule("ORB038", consequence=Consequence.DEGRADED)
def fields_not_read(config: Config) -> Iterator[Finding]:
    """Fields of a domain stand where nothing reads them.

    Fields are read from `fields` at the top of the domain, below the name of their entity: not from the entity itself, and not below a name that is no entity.

    ```yaml bad
    # base: shelf
    # file: utils/shop.yaml
    entities:
      item:
        fields: {city: {data_type: string}}
    ```

    ```yaml good
    # base: shelf
    # file: utils/shop.yaml
    entities:
      item: {table_name: item}
    fields:
      item: {city: {data_type: string}}
    ```
    """
    yield from by_domain(config, _unread_fields)


def _unread_fields(each: IntentAdapter, root: Mapping) -> Iterator[Found]:
    del each
    entities, fields = child(root, "entities"), child(root, "fields")
    names = [str(name) for name in entities.entries] if isinstance(entities, Mapping) else []
    for name, entry in entities.entries.items() if isinstance(entities, Mapping) else ():
        if isinstance(entry.node, Mapping) and "fields" in entry.node.entries:
            yield Found(
                f"the fields of `{name}` are not read below the entity",
                entry.node.entries["fields"].key_span,
                f"put them under `fields.{name}` at the top",
            )
    for name, entry in fields.entries.items() if isinstance(fields, Mapping) else ():
        if str(name) not in names:
            meant = nearest(str(name), names)
            yield Found(
                f"the fields of `{name}` are not read, as it is no entity",
                entry.key_span,
                f"write `{meant}`" if meant else f"add `{name}` under `entities`",
            )


RULES = (domain_spoils_questions, expression_not_read, fields_not_read)
