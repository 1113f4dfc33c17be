"""Domains: what of them spoils questions, what is lost of them, and where they contradict the templates."""

import re
from collections.abc import Hashable, Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, at, child, value_at
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.expressions import fault_of
from orbitcfg.effective.intent.template import NUMBERS, Parameter, Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_adapter, by_domain, by_template, gathered, kind_of, within
from orbitcfg.suggest import nearest

Places = Iterator[tuple[Span, str]]


@rule("ORB036", consequence=Consequence.PURPOSE_LOST)
def domain_spoils_questions(config: Config) -> Iterator[Finding]:
    """A domain ends questions in an error.

    Synonyms and verbs are lists of texts: null, a single text as synonyms, a number or an unquoted `yes`, `no`, `on` or `off` among them ends every question for which a template of that entity or action comes up.
    Synonyms of fields are regular expressions, and one that cannot be read ends every question. `extraction_hints` and `validation_rules` are mappings, `summary_priority` is a number.

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
    if not isinstance(root, Mapping):
        return

    remedy = "mend the value: write a list of texts, quote what is no text, escape what is a sign of an expression"
    yield from gathered(_spoiling(each, root), "questions end in an error", remedy)


def _spoiling(each: IntentAdapter, root: Mapping) -> Places:
    if each.kind.renders_early:
        yield from _entity_synonyms(each, root)
        yield from _action_verbs(each, root)
    searched = [(name, node) for _, name, node in fields_of(root) if _is_searched(node)]
    yield from _field_synonyms(root, searched)
    names = {parameter.name for _, template in each.templates for parameter in template.parameters}
    for _, name, node in fields_of(root):
        hints = child(node, "extraction_hints")
        if _is_searched(node) and not _is_mapping_or_null(hints):
            yield _place(node, "extraction_hints"), f"`extraction_hints` is {kind_of(hints)}, and no mapping"
        if str(name) in names:
            yield from _rules(node)
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
    found = (value_at(template.get("semantic_tags"), (key,)) for _, template in each.templates)
    return {value for value in found if isinstance(value, str) and value}


def _words(node: Node, place: Span, what: str, *, text_works: bool) -> Places:
    if isinstance(node, Sequence):
        for item in node.items:
            if not (isinstance(item, Scalar) and isinstance(item.value, str)):
                yield (item.origin.span if item.origin.span.text else place), f"this {what} is {kind_of(item)}, and no text"
    elif not isinstance(node, Mapping) and not (text_works and isinstance(node, Scalar) and isinstance(node.value, str)):
        yield place, f"the {what}s are {kind_of(node)}, and no list"
    elif isinstance(node, Mapping) and not text_works:
        yield place, f"the {what}s are a mapping, and no list"


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
            fault = fault_of(rf"{item.value}\s*[:=]\s*([^\s,]+)") if isinstance(item, Scalar) and isinstance(item.value, str) else None
            if fault is not None:
                yield item.origin.span, f"the synonym is a regular expression, which cannot be read: {fault}"


def _rules(node: Mapping) -> Places:
    rules = child(node, "validation_rules")
    if rules is None or (not isinstance(rules, Mapping) and _is_void(rules)):
        return
    if not isinstance(rules, Mapping):
        yield _place(node, "validation_rules"), f"`validation_rules` is {kind_of(rules)}, and no mapping"
        return
    for key in ("min", "max", "min_length", "max_length"):
        limit = child(rules, key)
        if limit is not None and not (isinstance(limit, Scalar) and isinstance(limit.value, int | float)):
            yield rules.entries[key].key_span, f"`{key}` is {kind_of(limit)}, and no number"


def _summaries(each: IntentAdapter, root: Mapping) -> Places:
    if not any(template.value("result_format") == "summary" for _, template in each.templates):
        return
    for _, _, node in fields_of(root):
        priority = child(node, "summary_priority")
        if priority is not None and not (isinstance(priority, Scalar) and isinstance(priority.value, int | float)):
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


def _is_mapping_or_null(node: Node | None) -> bool:
    return node is None or isinstance(node, Mapping) or _is_void(node)


def _is_void(node: Node) -> bool:
    return (isinstance(node, Scalar) and not node.value) or (isinstance(node, Sequence) and not node.items)


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
            yield Found(f"the expression cannot be read, and is passed over: {fault}", node.origin.span, "mend the expression")


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
                f"the fields of `{name}` are not read inside of the entity",
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


@rule("ORB039", consequence=Consequence.DEGRADED)
def field_refuses_parameter(config: Config) -> Iterator[Finding]:
    """The domain refuses every value of a parameter, so that its template never works.

    A parameter is checked against the field of its name, of whichever entity has it first: a number does not pass for a text, a text not for a number or a date, and a field with `custom` among its `validation_rules`
    refuses everything.

    ```yaml bad
    # base: shelf
    # file: utils/shop.yaml
    entities: {item: {table_name: item}}
    fields: {item: {city: {data_type: integer}}}
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, type: string, required: true}]
        sql: select * from item where city = ?
    ```

    ```yaml good
    # base: shelf
    # file: utils/shop.yaml
    entities: {item: {table_name: item}}
    fields: {item: {city: {data_type: string}}}
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, type: string, required: true}]
        sql: select * from item where city = ?
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        root = each.domain.root if each.domain is not None else None
        if not isinstance(root, Mapping):
            return
        for parameter in template.parameters:
            field = config.once(_Fields).of(root, parameter.name)
            why = _refuses(field, parameter) if field is not None else ""
            if why:
                yield Found(
                    f"{template.label} never works: {why}",
                    parameter.span,
                    f"give the parameter or the field `{parameter.name}` another name, or both one type",
                )

    yield from by_template(config, check)


class _Fields:
    """The first field of each name in each domain."""

    def __init__(self, _config: Config) -> None:
        # by id: the files keep their nodes alive
        self._known: dict[int, dict[str, Mapping]] = {}

    def of(self, root: Mapping, name: str) -> Mapping | None:
        """The field that a parameter of this name is checked against."""
        if id(root) not in self._known:
            found: dict[str, Mapping] = {}
            for _, field, node in fields_of(root):
                found.setdefault(str(field), node)
            self._known[id(root)] = found
        return self._known[id(root)].get(name)


_DATE_WORDS = re.compile(r"date|day|time|since|until|from|yyyy|when|start|end|after|before|month|week", re.IGNORECASE)
_NUMBER_WORDS = re.compile(r"id|no|num|number|year|count|quantity|qty|code|zip|age|limit|amount|total|size|rank|level|day|month|hour", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _refuses(field: Mapping, parameter: Parameter) -> str:
    """Why a field refuses every value of a parameter; empty where it takes some."""
    if child(field, "validation_rules") is not None and at(field, ("validation_rules", "custom")) is not None:
        return f"the field `{parameter.name}` has a `custom` rule, which refuses every value"
    wanted = value_at(field, ("data_type",))
    given = parameter.kind
    is_whole, is_number = given in ("integer", "int"), given in NUMBERS
    match wanted:
        case "string" if is_number:
            return f"the field `{parameter.name}` of the domain is a text, and the parameter a number"
        case "boolean" if is_number:
            return f"the field `{parameter.name}` of the domain is a boolean, and the parameter a number"
        case "integer" if is_number and not is_whole:
            return f"the field `{parameter.name}` of the domain is a whole number, and the parameter one with decimals"
        case "integer" | "decimal" if not is_number and given in ("string", "date", "enum") and not _may_be_number(parameter):
            return f"the field `{parameter.name}` of the domain is a number, and the parameter a text"
        case "date" | "datetime" if is_number or (given in ("string", "enum") and not _may_be_date(parameter)):
            return f"the field `{parameter.name}` of the domain is a date, and the parameter is none"
    return ""


def _may_be_number(parameter: Parameter) -> bool:
    shown = [parameter.value(key) for key in ("default", "example")]
    values = parameter.value("allowed_values")
    shown += values if isinstance(values, list) else []
    looks = any(isinstance(each, int | float) or (isinstance(each, str) and each.lstrip("-").replace(".", "").isdigit()) for each in shown)
    return (
        looks
        or any(_NUMBER_WORDS.fullmatch(word) for word in re.split(r"[_\W]+", parameter.name))
        or "number" in str(parameter.value("description")).lower()
    )


def _may_be_date(parameter: Parameter) -> bool:
    shown = [str(parameter.value(key)) for key in ("default", "example", "format")]
    return any(_DATE.match(each) for each in shown) or _DATE_WORDS.search(f"{parameter.name} {parameter.value('description')}") is not None


@rule("ORB040", consequence=Consequence.WITHOUT_EFFECT, counted="names that the domain does not have")
def not_of_the_domain(config: Config) -> Iterator[Finding]:
    """A template, or the vocabulary, names an entity that the domain does not have.

    ORBIT checks none of these names. A template whose `primary_entity` is no entity of the domain works; it is only not put first for questions that name the entity by a synonym.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        semantic_tags: {action: find, primary_entity: itme}
        sql: select * from item
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        semantic_tags: {action: find, primary_entity: item}
        sql: select * from item
    ```
    """
    yield from by_template(config, _unknown_entity)
    yield from by_domain(config, _unknown_in_vocabulary)


def _entities(each: IntentAdapter) -> tuple[str, ...]:
    entities = child(each.domain.root, "entities") if each.domain is not None and each.domain.root is not None else None
    return tuple(str(name) for name in entities.entries) if isinstance(entities, Mapping) else ()


def _unknown_entity(each: IntentAdapter, template: Template) -> Iterator[Found]:
    names = _entities(each)
    tags = template.get("semantic_tags")
    for key in ("primary_entity", "secondary_entity") if names else ():
        node = child(tags, key)
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value and node.value not in names:
            meant = nearest(node.value, names)
            yield Found(
                f"`{node.value}` is no entity of the domain",
                within(node, node.value, template.key_span("semantic_tags")),
                f"write `{meant}`" if meant else "name an entity of the domain",
            )
    for parameter in template.parameters if names else ():
        entity = child(parameter.node, "entity")
        if isinstance(entity, Scalar) and isinstance(entity.value, str) and entity.value and entity.value not in names:
            meant = nearest(entity.value, names)
            yield Found(
                f"`{entity.value}` is no entity of the domain", entity.origin.span, f"write `{meant}`" if meant else "name an entity of the domain"
            )


def _unknown_in_vocabulary(each: IntentAdapter, root: Mapping) -> Iterator[Found]:
    names = _entities(each)
    synonyms = at(root, ("vocabulary", "entity_synonyms"))
    for name, entry in synonyms.entries.items() if names and isinstance(synonyms, Mapping) else ():
        if str(name) not in names:
            meant = nearest(str(name), names)
            yield Found(f"`{name}` is no entity of the domain", entry.key_span, f"write `{meant}`" if meant else "name an entity of the domain")


RULES = (domain_spoils_questions, expression_not_read, fields_not_read, field_refuses_parameter, not_of_the_domain)
