"""Keys and types of templates, as ORBIT's own check of them has it."""

from collections.abc import Iterator

from orbitcfg.catalog.rows import Row
from orbitcfg.document.events import DuplicateKey
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Scalar
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Template
from orbitcfg.effective.intent.template_check import Refusal, UnknownKey, WrongType, fits
from orbitcfg.project.config import Config
from orbitcfg.release import TEMPLATE_CHECK
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Edit, Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_adapter, by_domain, by_template, gathered, kind_of
from orbitcfg.rules.templates._schema import refusals_of
from orbitcfg.suggest import certain, nearest

_ARTICLES = {
    "string": "a text",
    "boolean": "a boolean",
    "number": "a number",
    "integer": "a whole number",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_TOLD_ELSEWHERE = frozenset(
    {"id", "nl_examples", "description", "semantic_tags", "parameters", "tags", "sql", "sql_template", "headers", "query_params"}
)
"""Keys whose wrong values have a rule of their own, as more follows from them than a line in the log."""


@rule("ORB041", consequence=Consequence.ADAPTER_MISSING, since=TEMPLATE_CHECK)
def template_not_strict(config: Config) -> Iterator[Finding]:
    """A template is refused, and `template_validation: strict` makes that the end of the adapter.

    With exactly this text ORBIT raises at the first template that its check refuses: an unknown key, a value of another type, an `id` that is missing.

    ```yaml bad
    # base: shelf
    adapters: [{name: shelf, config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma, template_validation: strict}}]
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
        author: ann
    ```

    ```yaml good
    # base: shelf
    adapters: [{name: shelf, config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma, template_validation: strict}}]
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
        created_by: ann
    ```
    """
    known = refusals_of(config)

    def check(each: IntentAdapter) -> Iterator[Found]:
        if each.is_strict:
            places = ((refused.span, _why(refused)) for _, template in each.listed for refused in known.of(template))
            yield from gathered(places, "the adapter does not load, as ORBIT's check of templates is strict")

    yield from by_adapter(config, check)


def _why(refused: Refusal) -> str:
    match refused:
        case UnknownKey(key):
            return f"ORBIT knows no key `{key}` here"
        case WrongType(path, _, types, node):
            name = f"`{'.'.join(map(str, path))}`" if path else "the template"
            return f"{name} is {kind_of(node)}, and not {_types(types)}" if types else f"{name} is missing"


def _types(types: tuple[str, ...]) -> str:
    return " or ".join(_ARTICLES[each] for each in types)


@rule("ORB042", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="keys of templates that ORBIT does not know")
def unknown_template_key(config: Config) -> Iterator[Finding]:
    """ORBIT knows no key of this name in a template, or in a parameter.

    Nothing reads it, and ORBIT logs an error for it at each start. Often it is misspelt.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_exmples: [show all items]
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
    known = refusals_of(config)

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        if each.is_strict:
            return
        for refused in known.of(template):
            if isinstance(refused, UnknownKey):
                yield _unknown(template, refused)

    yield from by_template(config, check)


_OTHER_TOOLS = {
    "enum": "allowed_values",
    "choices": "allowed_values",
    "options": "allowed_values",
    "method": "http_method",
    "examples": "nl_examples",
    "params": "parameters",
}
"""What keys are called in JSON Schema, OpenAPI and elsewhere."""


def _of_other_tools(key: str, free: tuple[str, ...]) -> str | None:
    meant = _OTHER_TOOLS.get(key)
    return meant if meant in free else None


def _unknown(template: Template, refused: UnknownKey) -> Found:
    if refused.read:
        return Found(
            f"`{refused.key}` is read, and ORBIT's own check of templates logs an error for it",
            refused.span,
            "leave it, and ignore that line of the log",
            consequence=Consequence.WITHOUT_EFFECT,
        )
    entries = _holder(template, refused.span)
    free = tuple(name for name in refused.known if name not in entries)
    meant = certain(refused.key, free) or nearest(refused.key, free, cutoff=0.78) or _of_other_tools(refused.key, free)
    what = "a parameter" if refused.of_parameter else "a template"
    if meant is None:
        return Found(f"ORBIT knows no key `{refused.key}` in {what}, and ignores it", refused.span, "remove it, or fix its name")
    is_certain = certain(refused.key, refused.known) == meant and refused.span.text == refused.key
    fix = Fix((Edit(refused.span, meant),), safe=True) if is_certain else None
    return Found(f"ORBIT knows no key `{refused.key}` in {what}: `{meant}` seems to be meant", refused.span, f"write `{meant}`", fix=fix)


def _holder(template: Template, span: Span) -> tuple[str, ...]:
    """The keys of the mapping whose key stands at a place."""
    mappings = [template.entries, *(parameter.node for parameter in template.parameters)]
    for mapping in mappings:
        if mapping is not None and any(entry.key_span == span for entry in mapping.entries.values()):
            return tuple(map(str, mapping.entries))
    return ()


@rule(
    "ORB043", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="values of templates that ORBIT's check refuses", since=TEMPLATE_CHECK
)
def template_value_refused(config: Config) -> Iterator[Finding]:
    """A value of a template is of another type than ORBIT's own check of templates wants.

    The template works; ORBIT logs an error at each start. `version: 1.0` and `created_at: 2025-01-01` need quotes.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        version: 1.0
        nl_examples: [show all items]
        sql: select * from item
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        version: "1.0"
        nl_examples: [show all items]
        sql: select * from item
    ```
    """
    known = refusals_of(config)

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        for refused in known.of(template) if not each.is_strict else ():
            if isinstance(refused, WrongType) and refused.types and (refused.path[0] not in _TOLD_ELSEWHERE or len(refused.path) > 1):
                if _is_told(refused):
                    continue
                yield Found(
                    f"`{'.'.join(map(str, refused.path))}` of {template.label} is {kind_of(refused.node)}, and not {_types(refused.types)}",
                    refused.span,
                    "put it in quotes"
                    if "string" in refused.types and isinstance(refused.node, Scalar) and refused.node.value is not None
                    else f"write {_types(refused.types)}, or remove the key",
                )

    yield from by_template(config, check)


def _is_told(refused: WrongType) -> bool:
    """Whether more follows from a value, which another rule says."""
    if refused.path[0] == "nl_examples":
        return not (isinstance(refused.node, Scalar) and not refused.node.value)
    return refused.path[0] in ("tags", "semantic_tags") or (refused.path[0] == "parameters" and len(refused.path) == 2)


@rule("ORB044", consequence=Consequence.DIFFERENT)
def key_twice_in_file(config: Config) -> Iterator[Finding]:
    """A domain or a library has a key twice in one mapping.

    YAML keeps the last value, and nothing is logged.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
        sql: select 1
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

    def of_library(each: IntentAdapter) -> Iterator[Found]:
        for _, library in each.libraries:
            yield from _twice(library.file.events)

    def of_domain(each: IntentAdapter) -> Iterator[Found]:
        if each.domain is not None:
            yield from _twice(each.domain.events)

    yield from by_adapter(config, of_library)
    yield from by_adapter(config, of_domain, lambda each: each.domain_path)


def _twice(events: tuple[object, ...]) -> Iterator[Found]:
    for event in events:
        if isinstance(event, DuplicateKey):
            yield Found(
                f"`{event.key}` is written twice in one mapping, and the last one counts",
                event.second,
                "take one of the two out",
                related=(Annotation(event.first, "the first"),),
            )


@rule("ORB045", consequence=Consequence.HYGIENE, severity=Severity.WARNING, counted="keys of domains that seem to be misspelt")
def domain_key_misspelt(config: Config) -> Iterator[Finding]:
    """A key of a domain is one slip away from one that ORBIT reads.

    Other keys of your own are let pass: ORBIT keeps them, or looks at none of them.

    ```yaml bad
    # base: shelf
    # file: utils/shop.yaml
    domain_name: shop
    entitis:
      item: {table_name: item}
    ```

    ```yaml good
    # base: shelf
    # file: utils/shop.yaml
    domain_name: shop
    entities:
      item: {table_name: item}
    ```
    """

    def check(_each: IntentAdapter, root: Mapping) -> Iterator[Found]:
        yield from _slips(config, config.catalog.row(config.catalog.store.at("intent-domain.schema.json#/$defs/domain")), root)

    yield from by_domain(config, check)


def _slips(config: Config, row: Row, node: Mapping) -> Iterator[Found]:
    free = tuple(name for name in row.properties if name not in node.entries)
    others = row.schema.get("additionalProperties")
    for key, entry in node.entries.items():
        schema = row.properties.get(str(key)) or (others if isinstance(others, dict) else None)
        if schema is not None:
            if isinstance(entry.node, Mapping):
                yield from _slips(config, config.catalog.row(schema), entry.node)
            continue
        meant = certain(str(key), free) if free else None
        if meant is not None and fits(entry.node, config.catalog.row(row.properties[meant]).types):
            yield Found(f"ORBIT knows no key `{key}` here: `{meant}` seems to be meant", entry.key_span, f"write `{meant}`")


RULES = (
    template_not_strict,
    unknown_template_key,
    template_value_refused,
    key_twice_in_file,
    domain_key_misspelt,
)
