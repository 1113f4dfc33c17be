"""Templates beside their domain: parameters that a field refuses, and names that the domain does not have."""

import re
from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, Scalar, Sequence, at, child, plain, value_at
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import NUMBERS, Parameter, Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._defaults import refused_default
from orbitcfg.rules.templates._found import Found, by_domain, by_template, within
from orbitcfg.rules.templates.domains import fields_of
from orbitcfg.suggest import nearest


@rule("ORB039", consequence=Consequence.DEGRADED)
def field_refuses_parameter(config: Config) -> Iterator[Finding]:
    """The domain refuses every value of a parameter, so that its template never works.

    A parameter is checked against the field of its name, of whichever entity has it first: a number does not pass for a text, a text not for a number or a date, and a field with `custom` among its `validation_rules`, or with limits
    that no value keeps, refuses everything. A default is checked as well: one that the field refuses ends each question that does not give the value.

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
            if field is None:
                continue
            if why := _refuses(field, parameter):
                yield Found(f"{template.label} never works: {why}", parameter.span, _field_remedy(parameter.name, why))
            elif why := refused_default(field, parameter):
                yield Found(
                    f"{template.label} fails where a question does not give `{parameter.name}`: its default {why}, as the field of the domain wants",
                    parameter.node.entries["default"].key_span,
                    "write a default that the field takes, or give the parameter another name",
                )

    yield from by_template(config, check)


def _field_remedy(name: str, why: str) -> str:
    if "`validation_rules`" in why:
        return "correct the `validation_rules` of the field, or give the parameter another name"
    return f"give the parameter or the field `{name}` another name, or both one type"


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
        return f"the field `{parameter.name}` has a `custom` rule in its `validation_rules`, which refuses every value"
    if (limit := _impossible(field, parameter)) is not None:
        return f"the `validation_rules` of the field `{parameter.name}` take no value: {limit}"
    wanted = value_at(field, ("data_type",))
    given = parameter.kind
    is_whole, is_number = given in ("integer", "int"), given in NUMBERS
    match wanted:
        case "string" if is_number:
            return f"the field `{parameter.name}` of the domain is a text, and the parameter a number"
        case "boolean" if is_number or given == "string":
            return f"the field `{parameter.name}` of the domain is a boolean, and the parameter a {'number' if is_number else 'text'}"
        case "decimal" if given == "string":
            return f"the field `{parameter.name}` of the domain is a number, and the parameter a text"
        case "email" | "phone" if is_number or (given == "string" and not _may_be(str(wanted), parameter)):
            return f"the field `{parameter.name}` of the domain is of type `{wanted}`, and the parameter {'a number' if is_number else 'any text'}"
        case "integer" if is_number and not is_whole:
            return f"the field `{parameter.name}` of the domain is a whole number, and the parameter one with decimals"
        case "integer" | "decimal" if not is_number and given in ("string", "date", "enum") and not _may_be_number(parameter):
            return f"the field `{parameter.name}` of the domain is a number, and the parameter a text"
        case "date" | "datetime" if is_number or (given in ("string", "enum") and not _may_be_date(parameter)):
            return f"the field `{parameter.name}` of the domain is a date, and the parameter is none"
    return ""


def _impossible(field: Mapping, parameter: Parameter) -> str | None:
    """The limit of a field that no value of a parameter keeps; None where some may."""
    rules, is_number = child(field, "validation_rules"), parameter.kind in NUMBERS
    allowed = child(rules, "allowed_values")
    if isinstance(allowed, Mapping | Sequence):
        values = list(allowed.entries) if isinstance(allowed, Mapping) else [plain(each) for each in allowed.items]
        wanted = (int, float) if is_number else str
        is_sure = is_number or (parameter.kind == "string" and isinstance(parameter.value("default"), str | None))
        if not values or (is_sure and not any(isinstance(each, wanted) for each in values)):
            return f"none of `allowed_values` is {'a number' if is_number else 'a text'}" if values else "`allowed_values` is empty"
    if not is_number and parameter.kind != "string":
        return None
    low, high = ("min", "max") if is_number else ("min_length", "max_length")
    least, most = value_at(rules, (low,)), value_at(rules, (high,))
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        return f"`{low}` is above `{high}`"
    return f"`{high}` is below 1" if not is_number and isinstance(most, int | float) and most < 1 else None


def _may_be(kind: str, parameter: Parameter) -> bool:
    """Whether anything that is said of a parameter speaks for addresses or numbers of people."""
    said = " ".join(str(parameter.value(key)) for key in ("description", "default", "example", "format"))
    return _CONTACTS[kind].search(f"{parameter.name} {said}") is not None


_CONTACTS = {"email": re.compile(r"mail|@", re.IGNORECASE), "phone": re.compile(r"phone|mobile|tel|fax|cell|\d{3}", re.IGNORECASE)}


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
            yield Found(f"`{entity.value}` is no entity of the domain", entity.span, f"write `{meant}`" if meant else "name an entity of the domain")


def _unknown_in_vocabulary(each: IntentAdapter, root: Mapping) -> Iterator[Found]:
    names = _entities(each)
    synonyms = at(root, ("vocabulary", "entity_synonyms"))
    for name, entry in synonyms.entries.items() if names and isinstance(synonyms, Mapping) else ():
        if str(name) not in names:
            meant = nearest(str(name), names)
            yield Found(f"`{name}` is no entity of the domain", entry.key_span, f"write `{meant}`" if meant else "name an entity of the domain")


RULES = (field_refuses_parameter, not_of_the_domain)
